// Adding a camera by following this page only: one line for the Pi, then its first picture, then its name.
import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { ArrowLeft, Cctv, RotateCw, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { camerasQuery } from "@/api/cameras";
import { claimedByQuery, offerQuery, type PairingOffer } from "@/api/pairings";
import { useSession } from "@/api/session";
import { Button, buttonClass } from "@/components/button";
import { PageHeader } from "@/components/page-header";
import { EmptyState, ErrorState, Loading, Skeleton } from "@/components/states";
import { pairingTexts as t } from "@/lib/texts/pairing";
import { useNow } from "@/lib/use-now";
import { CardFiles } from "./card-files";
import { CopyLine } from "./copy-line";
import { PairedCamera } from "./paired-camera";

const newVisit = () => `${Date.now()}-${Math.random()}`;

export function PairingPage() {
  const { camera: replaces } = useSearch({ from: "/signed-in/settings/cameras/pair" });
  const { data: cameras } = useQuery(camerasQuery);
  const { user } = useSession();
  const [visit, setVisit] = useState(newVisit);
  const replaced = cameras?.find(({ id }) => id === replaces);
  const anew = () => setVisit(newVisit());
  return (
    <>
      <PageHeader title={replaced ? t.replaceTitle(replaced.name) : t.title}>
        <Link to="/settings/cameras" className={buttonClass("outline")}>
          <ArrowLeft aria-hidden className="size-[18px]" />
          {t.back}
        </Link>
      </PageHeader>
      <div className="mx-auto mt-4 max-w-2xl">
        {user.role === "admin" ? (
          <Pairing key={visit} visit={visit} replaces={replaces ?? null} onAnother={anew} />
        ) : (
          <EmptyState icon={Cctv} title={t.forAdmins} />
        )}
      </div>
    </>
  );
}

type PairingProps = { visit: string; replaces: string | null; onAnother: () => void };

function Pairing({ visit, replaces, onAnother }: PairingProps) {
  const offer = useQuery(offerQuery(visit, { camera_id: replaces }));
  const { data: cameras } = useQuery(camerasQuery);
  // A new camera in the list, which the live connection tells of, is the moment to ask whether it is ours.
  const known = cameras?.map(({ id }) => id).join() ?? "";
  const { data: claimedBy } = useQuery(claimedByQuery(offer.data?.id, known));
  const camera = cameras?.find(({ id }) => id === claimedBy);
  if (camera) return <PairedCamera camera={camera} onAnother={onAnother} />;
  if (offer.error)
    return <ErrorState title={t.failed} detail={offer.error.message} onRetry={() => void offer.refetch()} />;
  if (!offer.data)
    return (
      <Loading className="grid gap-4">
        <Skeleton className="h-16" />
        <Skeleton className="h-64" />
      </Loading>
    );
  return <Offer offer={offer.data} visit={visit} replaces={replaces} onAnother={onAnother} />;
}

function Offer({ offer, visit, replaces, onAnother }: PairingProps & { offer: PairingOffer }) {
  const left = Math.max(0, Math.floor((Date.parse(offer.expires_at) - useNow(1000)) / 1000));
  if (left === 0)
    return (
      <EmptyState icon={Cctv} title={t.expired}>
        <Button look="primary" icon={RotateCw} onClick={onAnother}>
          {t.again}
        </Button>
      </EmptyState>
    );
  return (
    <div className="grid gap-6">
      {!offer.reachable && (
        <p className="flex gap-2 rounded-sm bg-accent-soft p-3">
          <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-accent-text" />
          {t.onlyHere}
        </p>
      )}
      <section className="grid gap-3">
        <h2 className="font-semibold text-lg">{t.stepRun}</h2>
        <p className="text-muted">{t.stepRunHint}</p>
        <CopyLine name="install">{offer.install_command}</CopyLine>
        <div className="flex flex-wrap items-center gap-x-6 gap-y-3">
          <img
            src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(offer.qr_svg)}`}
            alt={t.qrAlt}
            className="size-44 rounded-sm bg-white"
          />
          <dl className="min-w-0 flex-1 basis-52">
            <dt className="text-muted text-xs">{t.codeLabel}</dt>
            <dd data-pairing-code className="font-mono font-semibold text-2xl tracking-wider">
              {offer.code}
            </dd>
            <dd className="text-muted tabular-nums">{t.validFor(Math.floor(left / 60), left % 60)}</dd>
            <dd className="mt-3 text-muted text-xs">{t.scan}</dd>
          </dl>
        </div>
      </section>
      <p role="status" className="flex items-center gap-3 rounded-md border border-line bg-surface px-4 py-3">
        <span aria-hidden className="size-2.5 shrink-0 animate-breathe rounded-full bg-accent" />
        <span>
          <span className="block font-medium">{t.waiting}</span>
          <span className="text-muted">{t.waitingHint}</span>
        </span>
      </p>
      <details className="rounded-md border border-line bg-surface">
        <summary className="min-h-11 rounded-md px-4 py-3 font-medium">{t.hasAgent}</summary>
        <div className="px-4 pb-4">
          <CopyLine name="pair">{offer.pair_command}</CopyLine>
        </div>
      </details>
      <CardFiles visit={visit} cameraId={replaces} />
    </div>
  );
}
