// Quiet hours, the hourly budget and the snooze.
import { useQuery } from "@tanstack/react-query";
import { BellOff, BellRing } from "lucide-react";
import type { FormEvent } from "react";
import { type QuietTimes, quietQuery, useChangeQuiet } from "@/api/notifications";
import { useTimeZone } from "@/api/session";
import { Button } from "@/components/button";
import { TextField } from "@/components/text-field";
import { dateAndTime } from "@/lib/site-time";
import { notificationTexts } from "@/lib/texts/notifications";
import { toast } from "@/lib/toasts";
import { Block } from "./block";
import { Loaded } from "./loaded";
import { clockOf, minuteOf } from "./minutes";

const t = notificationTexts.quiet;
const SNOOZE_MS = 3600_000;

export function Quiet() {
  const query = useQuery(quietQuery);
  return (
    <Block title={t.title}>
      <Loaded query={query}>
        {(quiet) => (
          <QuietForm key={`${quiet.quiet_from_minute}-${quiet.quiet_until_minute}`} quiet={quiet} />
        )}
      </Loaded>
    </Block>
  );
}

function QuietForm({ quiet }: { quiet: QuietTimes }) {
  const timeZone = useTimeZone();
  const change = useChangeQuiet();
  const failed = (error: Error) => toast(error.message, "bad");
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const values = new FormData(event.currentTarget);
    change.mutate(
      {
        quiet_from_minute: minuteOf(String(values.get("from"))),
        quiet_until_minute: minuteOf(String(values.get("until"))),
        hourly_budget: Number(values.get("budget")),
      },
      { onSuccess: () => toast(t.saved), onError: failed },
    );
  };
  const snoozed = quiet.snoozed_until !== null && new Date(quiet.snoozed_until) > new Date();
  const snooze = () => {
    const until = snoozed ? null : new Date(Date.now() + SNOOZE_MS).toISOString();
    change.mutate({ snoozed_until: until, snoozed_camera_id: null }, { onError: failed });
  };
  return (
    <>
      <form onSubmit={submit} className="grid max-w-sm gap-4">
        <div className="grid grid-cols-2 gap-4">
          <TextField
            label={t.from}
            name="from"
            type="time"
            required
            defaultValue={clockOf(quiet.quiet_from_minute)}
          />
          <TextField
            label={t.until}
            name="until"
            type="time"
            required
            defaultValue={clockOf(quiet.quiet_until_minute)}
          />
        </div>
        <p className="text-muted text-xs">{t.hint}</p>
        <TextField
          label={t.budget}
          hint={t.budgetHint}
          name="budget"
          type="number"
          min={1}
          max={1000}
          required
          defaultValue={quiet.hourly_budget}
        />
        <Button type="submit" look="primary" disabled={change.isPending} className="justify-self-start">
          {t.save}
        </Button>
      </form>
      <div className="mt-4 flex flex-wrap items-center gap-3">
        <Button icon={snoozed ? BellRing : BellOff} disabled={change.isPending} onClick={snooze}>
          {snoozed ? t.wake : t.snooze}
        </Button>
        {snoozed && quiet.snoozed_until && <p>{t.snoozed(dateAndTime(quiet.snoozed_until, timeZone))}</p>}
      </div>
    </>
  );
}
