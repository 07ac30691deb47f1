// The camera's name, kept by the server.
import { useId, useState } from "react";
import { useChangeCamera } from "@/api/camera-settings";
import type { Camera } from "@/api/wire";
import { Button } from "@/components/button";
import { cameraSettingsTexts as t } from "@/lib/texts/camera-settings";
import { toast } from "@/lib/toasts";

export function NameSetting({ camera }: { camera: Camera }) {
  const id = useId();
  const [name, setName] = useState(camera.name);
  const change = useChangeCamera(camera.id);
  const changed = name.trim() !== "" && name.trim() !== camera.name;
  return (
    <form
      data-setting="name"
      className="grid gap-1.5 pb-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (!changed) return;
        change.mutate(
          { name: name.trim() },
          { onSuccess: () => toast(t.renamed), onError: (error) => toast(error.message, "bad") },
        );
      }}
    >
      <label htmlFor={id} className="font-medium">
        {t.name}
      </label>
      <div className="flex gap-2">
        <input
          id={id}
          value={name}
          maxLength={80}
          onChange={(event) => setName(event.target.value)}
          className="min-h-11 min-w-0 flex-1 rounded-sm border border-edge bg-bg px-3"
        />
        {changed && <Button type="submit">{t.rename}</Button>}
      </div>
    </form>
  );
}
