// Offers a new version of the viewer: never by itself, and not while something plays.
import { Sparkles } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "@/components/button";
import { updateTexts } from "@/lib/texts/update";
import { takeUpdate, useWaitingUpdate, watchUpdates } from "./updates";

const LOOK_MS = 3000;

function isPlaying(): boolean {
  if (window.location.pathname.startsWith("/live")) return true;
  return [...document.querySelectorAll("video")].some((video) => !video.paused && !video.ended);
}

export function UpdateBanner() {
  const worker = useWaitingUpdate();
  const [playing, setPlaying] = useState(true);
  const [later, setLater] = useState(false);
  useEffect(() => void watchUpdates(), []);
  useEffect(() => {
    if (worker === null) return;
    setPlaying(isPlaying());
    const timer = setInterval(() => setPlaying(isPlaying()), LOOK_MS);
    return () => clearInterval(timer);
  }, [worker]);
  if (worker === null || playing || later) return null;
  return (
    <div
      role="status"
      data-testid="update"
      className="fixed inset-x-4 bottom-[calc(4.5rem+env(safe-area-inset-bottom))] z-30 mx-auto flex max-w-lg animate-enter flex-wrap items-center gap-2 rounded-md border border-line bg-raised py-2 pr-2 pl-4 shadow-2xl shadow-black/40 lg:bottom-6"
    >
      <Sparkles aria-hidden className="size-5 text-accent-text" />
      <p className="mr-auto">{updateTexts.ready}</p>
      <Button look="quiet" onClick={() => setLater(true)}>
        {updateTexts.later}
      </Button>
      <Button look="primary" onClick={() => takeUpdate(worker)}>
        {updateTexts.load}
      </Button>
    </div>
  );
}
