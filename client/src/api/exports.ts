// Many pictures as one zip: asked for, counted while it comes, and handed to the browser as a file.
import { ProblemError, problemFrom } from "./problem";

export type Progress = { received: number; total: number };

/** Raises `ProblemError`; passes an abort on as it is. */
export async function downloadZip(
  ids: readonly string[],
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<{ blob: Blob; filename: string; count: number }> {
  const answer = await ask(ids, signal);
  if (!answer.ok) throw problemFrom(answer.status, await answer.json().catch(() => null));
  const total = Number(answer.headers.get("Picam-Picture-Bytes")) || 0;
  let received = 0;
  const counted = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, sink) {
      received += chunk.byteLength;
      onProgress({ received, total });
      sink.enqueue(chunk);
    },
  });
  try {
    // A browser keeps a large blob on its disk: the page's memory does not grow with the zip.
    const blob = await new Response(answer.body?.pipeThrough(counted), {
      headers: { "Content-Type": "application/zip" },
    }).blob();
    const filename = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1];
    return {
      blob,
      filename: filename ?? "pictures.zip",
      count: Number(answer.headers.get("Picam-Pictures")),
    };
  } catch (error) {
    if (signal.aborted) throw error;
    throw new ProblemError(0, "unreachable", "The download broke off.");
  }
}

async function ask(ids: readonly string[], signal: AbortSignal): Promise<Response> {
  try {
    return await globalThis.fetch("/exports", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ image_ids: ids }),
      signal,
    });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new ProblemError(0, "unreachable", "The server did not answer.");
  }
}

/** Hands a file to the browser's downloads. */
export function saveFile(blob: Blob, filename: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = filename;
  link.click();
  // The browser has taken hold of it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
