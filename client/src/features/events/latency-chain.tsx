// How long it took from the sensor to this screen, stage by stage.

import { shownAt } from "@/api/shown-at";
import type { Alert, Image } from "@/api/wire";
import { eventTexts } from "@/lib/texts/event";
import { delayWords, stagesOf } from "./latency";

export function LatencyChain({ alert, first }: { alert: Alert; first: Image | undefined }) {
  const stages = stagesOf(alert, first, shownAt(alert.id));
  if (stages.length < 2) return null;
  return (
    <section aria-labelledby="latency">
      <h2 id="latency" className="font-semibold text-base">
        {eventTexts.latency}
      </h2>
      <ol className="mt-3 grid gap-3 sm:flex" data-testid="latency">
        {stages.map(({ name, after }, index) => (
          <li key={name} className="flex gap-3 sm:flex-1 sm:flex-col sm:gap-1.5">
            <span aria-hidden="true" className="flex items-center gap-1 max-sm:pt-1 sm:w-full">
              <span className="size-2.5 shrink-0 rounded-full bg-accent-text" />
              {index < stages.length - 1 && <span className="h-0.5 flex-1 bg-line max-sm:hidden" />}
            </span>
            <span>
              <span className="block font-medium tabular-nums">
                {index === 0 ? eventTexts.latencyStart : eventTexts.latencyAfter(delayWords(after))}
              </span>
              <span className="text-muted text-xs">{eventTexts.stages[name]}</span>
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
