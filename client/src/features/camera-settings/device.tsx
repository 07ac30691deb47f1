// The device behind a camera, for admins: replaced, given a new token, or locked out.
import { Link } from "@tanstack/react-router";
import { KeyRound, RefreshCw, ShieldX } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useLockOut, useNewToken } from "@/api/devices";
import type { Camera } from "@/api/wire";
import { Button, buttonClass } from "@/components/button";
import { Secret } from "@/components/secret";
import { Sheet } from "@/components/sheet";
import { deviceTexts as t } from "@/lib/texts/device";
import { toast } from "@/lib/toasts";

const failed = (error: Error) => toast(error.message, "bad");

export function Device({ camera }: { camera: Camera }) {
  const rotate = useNewToken(camera.id);
  const [asking, setAsking] = useState(false);
  const pairing = (words: string) => (
    <Link to="/settings/cameras/pair" search={{ camera: camera.id }} className={buttonClass()}>
      <RefreshCw aria-hidden className="size-5" />
      {words}
    </Link>
  );
  if (camera.revoked_at !== null) return <Row hint={t.isLockedOut}>{pairing(t.pair)}</Row>;
  return (
    <>
      <Row hint={t.replaceHint}>{pairing(t.replace)}</Row>
      <Row hint={t.rotateHint}>
        <Button
          icon={KeyRound}
          disabled={rotate.isPending}
          onClick={() => rotate.mutate(undefined, { onError: failed })}
        >
          {t.rotate}
        </Button>
      </Row>
      {rotate.data && <Secret label={t.token} value={rotate.data.token} />}
      <Row hint={t.lockOutHint}>
        <Button icon={ShieldX} className="text-bad" onClick={() => setAsking(true)}>
          {t.lockOut}
        </Button>
      </Row>
      {asking && <LockOut camera={camera} onClose={() => setAsking(false)} />}
    </>
  );
}

function Row({ hint, children }: { hint: string; children: ReactNode }) {
  return (
    <div className="grid justify-items-start gap-1.5">
      {children}
      <p className="text-muted text-xs">{hint}</p>
    </div>
  );
}

function LockOut({ camera, onClose }: { camera: Camera; onClose: () => void }) {
  const lockOut = useLockOut(camera.id);
  const onConfirm = () =>
    lockOut.mutate(undefined, {
      onSuccess: () => toast(t.lockedOut(camera.name)),
      onError: failed,
      onSettled: onClose,
    });
  return (
    <Sheet title={t.lockOutTitle(camera.name)} onClose={onClose}>
      <p className="p-2">{t.lockOutText}</p>
      <div className="flex justify-end gap-2 p-2">
        <Button onClick={onClose}>{t.cancel}</Button>
        <Button look="primary" icon={ShieldX} disabled={lockOut.isPending} onClick={onConfirm}>
          {t.lockOut}
        </Button>
      </div>
    </Sheet>
  );
}
