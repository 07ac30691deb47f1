// For a Pi without screen and keyboard: files for its card, with a code that lasts a day. Asked for only when wanted.
import { useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useState } from "react";
import { offerQuery } from "@/api/pairings";
import { Button, buttonClass } from "@/components/button";
import { pairingTexts as t } from "@/lib/texts/pairing";

export function CardFiles({ visit, cameraId }: { visit: string; cameraId: string | null }) {
  const [wanted, setWanted] = useState(false);
  const query = useQuery({
    ...offerQuery(visit, { kind: "card", camera_id: cameraId }),
    enabled: wanted,
  });
  return (
    <details className="rounded-md border border-line bg-surface">
      <summary className="min-h-11 rounded-md px-4 py-3 font-medium">{t.card}</summary>
      <div className="grid gap-3 px-4 pb-4 text-muted">
        <p>{t.cardHint}</p>
        {query.data ? (
          <>
            <SaveFile name="user-data" content={query.data.user_data} />
            <p>{t.cardInstalled}</p>
            <SaveFile name="picam-pairing.toml" content={query.data.card_file} />
          </>
        ) : (
          <Button className="justify-self-start" disabled={query.isFetching} onClick={() => setWanted(true)}>
            {t.cardMake}
          </Button>
        )}
        {query.error && <p className="text-bad">{query.error.message}</p>}
      </div>
    </details>
  );
}

function SaveFile({ name, content }: { name: string; content: string }) {
  return (
    <a
      download={name}
      href={`data:text/plain;charset=utf-8,${encodeURIComponent(content)}`}
      className={buttonClass("outline", "justify-self-start")}
    >
      <Download aria-hidden className="size-[18px]" />
      {t.save(name)}
    </a>
  );
}
