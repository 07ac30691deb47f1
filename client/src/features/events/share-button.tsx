// A link that shows this event, and nothing else, to somebody without an account. Copied at once where the browser lets a page
// copy; shown, to be copied by hand, everywhere.
import { Share2 } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { createShareLink } from "@/api/share-link";
import { Button } from "@/components/button";
import { Sheet } from "@/components/sheet";
import { eventTexts } from "@/lib/texts/event";
import { toast } from "@/lib/toasts";

export function ShareButton({ alertId }: { alertId: string }) {
  const [link, setLink] = useState<string | null>(null);
  const [waiting, setWaiting] = useState(false);
  const share = async () => {
    setWaiting(true);
    try {
      setLink(await createShareLink(alertId));
    } catch (error) {
      toast(error instanceof Error && error.message ? error.message : eventTexts.shareFailed, "bad");
    } finally {
      setWaiting(false);
    }
  };
  return (
    <>
      <Button icon={Share2} disabled={waiting} onClick={() => void share()}>
        {eventTexts.share}
      </Button>
      {link && <LinkSheet link={link} onClose={() => setLink(null)} />}
    </>
  );
}

function LinkSheet({ link, onClose }: { link: string; onClose: () => void }) {
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState(false);
  const copy = () => {
    field.current?.select();
    // The newer way needs https, which a camera at home seldom has.
    setCopied(document.execCommand?.("copy") ?? false);
  };
  useEffect(copy, []);
  return (
    <Sheet title={eventTexts.shareTitle} onClose={onClose}>
      <div className="grid gap-3 p-2">
        <p className="text-muted">{eventTexts.shareHint}</p>
        <input
          ref={field}
          readOnly
          value={link}
          aria-label={eventTexts.shareTitle}
          onFocus={(event) => event.target.select()}
          className="min-h-11 rounded-sm border border-edge bg-bg px-3"
        />
        <Button look="primary" onClick={copy}>
          {copied ? eventTexts.copied : eventTexts.copy}
        </Button>
      </div>
    </Sheet>
  );
}
