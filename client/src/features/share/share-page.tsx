// The page of a share link: one event or one picture, to look at without signing in.
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Download, Link2Off } from "lucide-react";
import { useState } from "react";
import { type Shared, type SharedImage, sharedFileUrl, sharedQuery, sharedThumbnailUrl } from "@/api/shared";
import { buttonClass } from "@/components/button";
import { FramedPicture } from "@/components/framed-picture";
import { EmptyState, Loading, Skeleton } from "@/components/states";
import { dateAndTime } from "@/lib/site-time";
import { texts } from "@/lib/texts";
import { shareTexts as t } from "@/lib/texts/share";

export function SharePage() {
  const { share } = useParams({ from: "/share/$share" });
  const { data: shared, error } = useQuery(sharedQuery(share));
  return (
    <main className="mx-auto max-w-5xl p-4">
      {error ? (
        <>
          <title>{`${t.goneTitle} · ${texts.product}`}</title>
          <h1 className="sr-only">{t.goneTitle}</h1>
          <EmptyState icon={Link2Off} title={t.goneTitle} hint={error.message} />
        </>
      ) : shared === undefined ? (
        <Loading>
          <h1 className="sr-only">{t.loading}</h1>
          <Skeleton className="aspect-video" />
        </Loading>
      ) : (
        <View share={share} shared={shared} />
      )}
    </main>
  );
}

function View({ share, shared }: { share: string; shared: Shared }) {
  const { images, alert } = shared;
  const [chosen, setChosen] = useState(alert?.key_image_id ?? images[0]?.id);
  const image = images.find(({ id }) => id === chosen) ?? images[0];
  const begun = alert?.timestamp ?? image?.timestamp ?? shared.expires_at;
  const title = t.title(shared.camera, dateAndTime(begun, shared.time_zone));
  return (
    <>
      <title>{`${title} · ${texts.product}`}</title>
      <h1 className="font-semibold text-xl tracking-tight">{title}</h1>
      <p className="mt-1 mb-4 text-muted">
        {t.note(shared.site, dateAndTime(shared.expires_at, shared.time_zone))}
      </p>
      {image === undefined ? (
        <p className="text-muted">{t.noPictures}</p>
      ) : (
        <>
          <FramedPicture
            key={image.id}
            src={sharedFileUrl(share, image.id)}
            alt={t.title(shared.camera, dateAndTime(image.timestamp, shared.time_zone))}
            width={image.width}
            height={image.height}
            color={null}
            boxes={[]}
            maxHeight="70dvh"
          />
          {images.length > 1 && (
            <Strip share={share} images={images} selected={image.id} onSelect={setChosen} />
          )}
          <a href={sharedFileUrl(share, image.id)} download className={buttonClass("outline", "mt-4")}>
            <Download aria-hidden className="size-[18px]" />
            {t.download}
          </a>
        </>
      )}
    </>
  );
}

type StripProps = {
  share: string;
  images: readonly SharedImage[];
  selected: string;
  onSelect: (id: string) => void;
};

function Strip({ share, images, selected, onSelect }: StripProps) {
  return (
    <ul aria-label={t.pictures} className="mt-2 flex gap-2 overflow-x-auto py-1">
      {images.map((image, index) => (
        <li key={image.id} className="shrink-0">
          <button
            type="button"
            aria-label={t.picture(index + 1, images.length)}
            aria-pressed={image.id === selected}
            onClick={() => onSelect(image.id)}
            className="block rounded-sm border-2 border-transparent aria-pressed:border-accent"
          >
            <img
              src={sharedThumbnailUrl(share, image.id)}
              alt=""
              width={image.width}
              height={image.height}
              className="h-16 w-auto rounded-sm"
            />
          </button>
        </li>
      ))}
    </ul>
  );
}
