// The camera is here: its first picture, its name, and what is next.
import { Link } from "@tanstack/react-router";
import { Check, Plus, Radio, Zap } from "lucide-react";
import { type FormEvent, useEffect, useState } from "react";
import { onImageChange } from "@/api/image-changes";
import { thumbnailUrl } from "@/api/images";
import { useRename } from "@/api/pairings";
import type { Camera } from "@/api/wire";
import { Button, buttonClass } from "@/components/button";
import { Picture } from "@/components/picture";
import { TextField } from "@/components/text-field";
import { pairingTexts as t } from "@/lib/texts/pairing";

export function PairedCamera({ camera, onAnother }: { camera: Camera; onAnother: () => void }) {
  const picture = useLatestPicture(camera);
  return (
    <section className="grid gap-5" aria-live="polite">
      <div
        data-first-picture={picture ?? ""}
        className="relative aspect-video overflow-hidden rounded-md border border-line bg-tile"
      >
        {picture ? (
          <Picture src={thumbnailUrl(picture)} alt={t.seen(camera.name)} />
        ) : (
          <p className="grid size-full animate-breathe place-content-center px-6 text-center text-muted">
            {t.paired}
          </p>
        )}
      </div>
      <h2 className="font-semibold text-lg">{picture ? t.seen(camera.name) : t.paired}</h2>
      <NameForm camera={camera} />
      <div className="grid gap-3">
        <h3 className="font-semibold">{t.next}</h3>
        <p className="text-muted">{t.walk}</p>
        <div className="flex flex-wrap gap-2">
          <Link to="/" search={{ camera: camera.id }} className={buttonClass("primary")}>
            <Zap aria-hidden className="size-[18px]" />
            {t.events}
          </Link>
          <Link to="/live/$cameraId" params={{ cameraId: camera.id }} className={buttonClass("outline")}>
            <Radio aria-hidden className="size-[18px]" />
            {t.live}
          </Link>
          <Button icon={Plus} onClick={onAnother}>
            {t.another}
          </Button>
        </div>
      </div>
    </section>
  );
}

/** The newest picture of the camera: as the list of cameras has it, then as it comes. */
function useLatestPicture(camera: Camera): string | null {
  const [latest, setLatest] = useState<string | null>(null);
  useEffect(
    () =>
      onImageChange((change) => {
        if (change.action === "created" && change.image.camera_id === camera.id) setLatest(change.image.id);
      }),
    [camera.id],
  );
  return latest ?? camera.latest_image_id;
}

function NameForm({ camera }: { camera: Camera }) {
  const [name, setName] = useState(camera.name);
  const rename = useRename(camera.id);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    rename.mutate(name.trim());
  };
  return (
    <form onSubmit={submit} className="flex flex-wrap items-end gap-2">
      <div className="min-w-0 flex-1 basis-64">
        <TextField
          label={t.nameLabel}
          hint={rename.isSuccess ? t.named : t.nameHint}
          error={rename.error?.message}
          required
          maxLength={80}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
      </div>
      <Button type="submit" icon={Check} disabled={rename.isPending || name.trim() === ""} className="mb-6">
        {t.saveName}
      </Button>
    </form>
  );
}
