// An instant on the site's clock, with the whole date for machines and for the tooltip. An untrusted clock is said so.
import { clockTime, dateAndTime } from "@/lib/site-time";
import { texts } from "@/lib/texts";

type ClockProps = {
  at: string;
  timeZone: string;
  seconds?: boolean;
  date?: boolean;
  certain?: boolean;
  className?: string;
};

export function Clock({
  at,
  timeZone,
  seconds = false,
  date = false,
  certain = true,
  className,
}: ClockProps) {
  const text = date ? dateAndTime(at, timeZone) : clockTime(at, timeZone, seconds);
  const title = certain ? dateAndTime(at, timeZone) : texts.time.uncertain;
  return (
    <time dateTime={at} title={title} className={className}>
      {certain ? text : `${texts.time.approximately} ${text}`}
    </time>
  );
}
