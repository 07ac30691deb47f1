// What is known of an event and of the picture that is shown, in words and times with seconds.
import type { ReactNode } from "react";
import type { Alert, Image } from "@/api/wire";
import { Clock } from "@/components/clock";
import { eventTexts } from "@/lib/texts/event";
import { Duration } from "./duration";

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-muted text-xs">{name}</dt>
      <dd className="tabular-nums">{children}</dd>
    </div>
  );
}

export function EventFacts({
  alert,
  image,
  timeZone,
}: {
  alert: Alert;
  image: Image | undefined;
  timeZone: string;
}) {
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-4">
      <Fact name={eventTexts.began}>
        <Clock at={alert.timestamp} timeZone={timeZone} seconds certain={alert.clock_synchronized} />
      </Fact>
      <Fact name={eventTexts.ended}>
        {alert.ended_at ? (
          <>
            <Clock at={alert.ended_at} timeZone={timeZone} seconds /> (
            <Duration began={alert.timestamp} ended={alert.ended_at} />)
          </>
        ) : (
          <Duration began={alert.timestamp} ended={null} words />
        )}
      </Fact>
      {image && (
        <Fact name={eventTexts.captured}>
          <Clock at={image.timestamp} timeZone={timeZone} seconds certain={image.clock_synchronized} />
        </Fact>
      )}
      {alert.score !== null && (
        <Fact name={eventTexts.strongest}>
          {new Intl.NumberFormat(undefined, { style: "percent" }).format(alert.score)}
        </Fact>
      )}
    </dl>
  );
}
