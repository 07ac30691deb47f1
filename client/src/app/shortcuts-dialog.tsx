// The list of single-key shortcuts, opened by `?` or from the account menu.
import { X } from "lucide-react";
import { useEffect, useRef } from "react";
import { IconButton } from "@/components/button";
import { usePreferences } from "@/lib/preferences";
import { texts } from "@/lib/texts";
import { shortcutsTexts } from "@/lib/texts/shortcuts";

const t = shortcutsTexts;
const GROUPS: readonly { title: string; rows: readonly (readonly [string, string])[] }[] = [
  {
    title: t.everywhere,
    rows: [
      ["g e", t.goEvents],
      ["g l", t.goLive],
      ["g i", t.goImages],
      ["g c", t.goCameras],
      ["?", t.help],
    ],
  },
  {
    title: t.onEvents,
    rows: [
      ["j", t.next],
      ["k", t.previous],
      ["Enter o", t.open],
      ["e", t.review],
      ["u", t.unreview],
      ["s", t.star],
      ["Space", t.play],
      ["x", t.select],
      ["Shift click", t.selectRange],
      ["d", t.download],
      ["# Del", t.remove],
      ["n", t.showNew],
      ["/", t.filters],
    ],
  },
  {
    title: t.onEvent,
    rows: [
      ["← →", t.pictures],
      ["j k", t.older],
      ["b", t.boxes],
      ["Space", t.play],
      ["+ - 0", t.zoom],
      ["Shift ←", t.pan],
      ["f", t.full],
      ["Esc", t.back],
    ],
  },
];

export default function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const { shortcuts } = usePreferences();
  useEffect(() => {
    if (!dialog.current?.open) dialog.current?.showModal();
  }, []);
  return (
    <dialog
      ref={dialog}
      onClose={onClose}
      aria-labelledby="shortcuts-title"
      className="m-auto max-h-[90dvh] w-[min(44rem,calc(100vw-2rem))] rounded-lg border border-line bg-surface p-6 backdrop:bg-black/60"
    >
      <div className="flex items-center justify-between gap-4">
        <h2 id="shortcuts-title" className="font-semibold text-lg">
          {t.title}
        </h2>
        <IconButton icon={X} label={texts.close} onClick={onClose} />
      </div>
      {!shortcuts && <p className="mt-2 text-accent-text">{t.off}</p>}
      <div className="mt-4 gap-x-10 sm:columns-2">
        {GROUPS.map(({ title, rows }) => (
          <section key={title} className="mb-6 break-inside-avoid">
            <h3 className="mb-2 font-medium text-muted">{title}</h3>
            <dl className="grid gap-2">
              {rows.map(([pressed, meaning]) => (
                <div key={pressed} className="flex items-center justify-between gap-4">
                  <dd className="order-1">{meaning}</dd>
                  <dt className="order-2 flex shrink-0 gap-1">
                    {pressed.split(" ").map((key) => (
                      <kbd
                        key={key}
                        className="min-w-7 rounded-sm border border-line bg-raised px-1.5 py-0.5 text-center font-sans text-xs"
                      >
                        {key}
                      </kbd>
                    ))}
                  </dt>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </dialog>
  );
}
