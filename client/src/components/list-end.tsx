// The end of a list that goes on: loads more when it comes near the screen, and has a button for it as well.
import { useEffect, useRef } from "react";
import { texts } from "@/lib/texts";
import { Button } from "./button";

type ListEndProps = {
  hasMore: boolean;
  loading: boolean;
  /** The last attempt failed: then only the button tries again, not the scrolling. */
  failed: boolean;
  label: string;
  endText: string;
  onMore: () => void;
};

export function ListEnd({ hasMore, loading, failed, label, endText, onMore }: ListEndProps) {
  const mark = useRef<HTMLDivElement>(null);
  const more = useRef(onMore);
  useEffect(() => {
    more.current = onMore;
  });
  const watch = hasMore && !loading && !failed;
  useEffect(() => {
    if (!watch || !mark.current || typeof IntersectionObserver === "undefined") return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) more.current();
      },
      { rootMargin: "800px 0px" },
    );
    observer.observe(mark.current);
    return () => observer.disconnect();
  }, [watch]);
  return (
    <div ref={mark} className="grid min-h-24 place-items-center py-6 text-muted">
      {hasMore ? (
        <Button onClick={onMore} disabled={loading}>
          {loading ? texts.loading : label}
        </Button>
      ) : (
        <p>{endText}</p>
      )}
    </div>
  );
}
