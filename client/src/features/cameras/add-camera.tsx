// How a camera joins: two commands, one on the server and one on the Pi.
import { texts } from "@/lib/texts";

const t = texts.cameras;

export function AddCamera({ open }: { open: boolean }) {
  return (
    <details open={open} className="mt-6 rounded-md border border-line bg-surface">
      <summary className="min-h-11 rounded-md px-4 py-3 font-medium">{t.addTitle}</summary>
      <ol className="grid list-decimal gap-4 px-4 pb-4 pl-9 text-muted">
        <li>
          {t.addServer}
          <Command>{".venv/bin/python -m api create-camera Porch"}</Command>
        </li>
        <li>
          {t.addPi}
          <Command>
            {`.venv/bin/python -m auxiliary.camera_client --server ${window.location.origin} --token-file camera.token --source picamera`}
          </Command>
        </li>
        <li>{t.addDone}</li>
      </ol>
    </details>
  );
}

function Command({ children }: { children: string }) {
  return (
    <code className="mt-1.5 block select-all whitespace-pre-wrap break-words rounded-sm bg-raised px-3 py-2 font-mono text-text text-xs">
      {children}
    </code>
  );
}
