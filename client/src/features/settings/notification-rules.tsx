// Rules: which events, from which cameras, when, by which channels. A rule can be tried before it is saved.
import { useQuery } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { type FormEvent, useId, useState } from "react";
import {
  channelsQuery,
  type NewRule,
  rulesQuery,
  useAddRule,
  useRemoveRule,
  useTryRules,
} from "@/api/notifications";
import { Button, IconButton } from "@/components/button";
import { TextField } from "@/components/text-field";
import { alertTypeTexts } from "@/lib/texts/alert-types";
import { notificationTexts } from "@/lib/texts/notifications";
import { toast } from "@/lib/toasts";
import { Block, Item, Rows } from "./block";
import { CameraChoice, camerasSeen } from "./choices";
import { Loaded } from "./loaded";
import { clockOf, minuteOf } from "./minutes";

const t = notificationTexts.rules;
const ALL_DAYS = 127;
const DAY_MS = 86_400_000;
const BLANK: NewRule = {
  name: "",
  enabled: true,
  camera_ids: null,
  types: null,
  channel_ids: null,
  days: ALL_DAYS,
  from_minute: 0,
  until_minute: 0,
};

export function Rules() {
  const query = useQuery(rulesQuery);
  const remove = useRemoveRule();
  return (
    <Block title={t.title} hint={t.hint}>
      <Loaded query={query}>
        {(rules) =>
          rules.length === 0 ? (
            <p className="text-muted">{t.none}</p>
          ) : (
            <Rows>
              {rules.map((rule) => (
                <Item key={rule.id} title={rule.name} note={describe(rule)}>
                  <IconButton
                    icon={Trash2}
                    label={t.removeLabel(rule.name)}
                    onClick={() =>
                      remove.mutate(rule.id, { onError: (error) => toast(error.message, "bad") })
                    }
                  />
                </Item>
              ))}
            </Rows>
          )
        }
      </Loaded>
      <details className="mt-3">
        <summary className="flex min-h-11 cursor-pointer items-center font-medium">{t.add}</summary>
        <RuleForm />
      </details>
    </Block>
  );
}

function RuleForm() {
  const [rule, setRule] = useState(BLANK);
  const change = (part: Partial<NewRule>) => setRule((before) => ({ ...before, ...part }));
  const { data: saved = [] } = useQuery(rulesQuery);
  const { data: channels = [] } = useQuery(channelsQuery);
  const add = useAddRule();
  const trial = useTryRules();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate(rule, { onSuccess: () => setRule(BLANK) });
  };
  const tryIt = () => {
    const now = Date.now();
    const rules = [...saved.map(({ id: _, ...body }) => body), { ...rule, name: rule.name || t.add }];
    trial.mutate({ rules, since: new Date(now - DAY_MS).toISOString(), until: new Date(now).toISOString() });
  };
  return (
    <form onSubmit={submit} className="grid max-w-sm gap-4">
      <TextField
        label={t.name}
        maxLength={80}
        required
        value={rule.name}
        onChange={(event) => change({ name: event.target.value })}
      />
      <Several
        legend={t.types}
        all={t.allTypes}
        options={Object.entries(alertTypeTexts)}
        value={rule.types ?? null}
        onChange={(types) => change({ types: types as NewRule["types"] })}
      />
      <CameraChoice value={rule.camera_ids ?? null} onChange={(camera_ids) => change({ camera_ids })} />
      <Several
        legend={t.channels}
        all={t.allChannels}
        options={channels.map(({ id, name }) => [id, name])}
        value={rule.channel_ids ?? null}
        onChange={(channel_ids) => change({ channel_ids })}
      />
      <Days value={rule.days ?? ALL_DAYS} onChange={(days) => change({ days })} />
      <div className="grid grid-cols-2 gap-4">
        <TextField
          label={t.from}
          type="time"
          value={clockOf(rule.from_minute ?? 0)}
          onChange={(event) => change({ from_minute: minuteOf(event.target.value) })}
        />
        <TextField
          label={t.until}
          type="time"
          value={clockOf(rule.until_minute ?? 0)}
          onChange={(event) => change({ until_minute: minuteOf(event.target.value) })}
        />
      </div>
      <p className="text-muted text-xs">{t.allDay}</p>
      <p role="alert" className="text-bad empty:hidden">
        {(add.error ?? trial.error)?.message}
      </p>
      <p role="status" className="empty:hidden">
        {trial.data && t.tried(trial.data.messages, trial.data.items.length)}
      </p>
      <div className="flex flex-wrap gap-2">
        <Button type="submit" look="primary" disabled={add.isPending}>
          {t.save}
        </Button>
        <Button disabled={trial.isPending} onClick={tryIt}>
          {t.tryIt}
        </Button>
      </div>
    </form>
  );
}

type SeveralProps = {
  legend: string;
  all: string;
  options: readonly (readonly [string, string])[];
  value: readonly string[] | null;
  onChange: (value: string[] | null) => void;
};

/** All of them, or some: null means all. */
function Several({ legend, all, options, value, onChange }: SeveralProps) {
  const box = (label: string, checked: boolean, turn: (on: boolean) => void) => (
    <label className="flex min-h-11 cursor-pointer items-center gap-3">
      <input
        type="checkbox"
        className="size-5 accent-accent-text"
        checked={checked}
        onChange={(event) => turn(event.target.checked)}
      />
      {label}
    </label>
  );
  return (
    <fieldset>
      <legend className="font-medium">{legend}</legend>
      {box(all, value === null, (on) => onChange(on ? null : []))}
      {value !== null &&
        options.map(([id, label]) => (
          <div key={id} className="pl-8">
            {box(label, value.includes(id), (on) =>
              onChange(on ? [...value, id] : value.filter((one) => one !== id)),
            )}
          </div>
        ))}
    </fieldset>
  );
}

function Days({ value, onChange }: { value: number; onChange: (days: number) => void }) {
  const id = useId();
  return (
    <fieldset aria-labelledby={id}>
      <p id={id} className="font-medium">
        {t.days}
      </p>
      <div className="mt-1 flex flex-wrap gap-1">
        {t.dayNames.map((name, day) => (
          <label
            key={name}
            className="grid min-h-11 min-w-11 cursor-pointer place-items-center rounded-sm border border-edge/60 px-2 has-checked:bg-accent-soft has-checked:text-accent-text has-focus-visible:outline-2"
          >
            <input
              type="checkbox"
              className="sr-only"
              checked={((value >> day) & 1) === 1}
              onChange={() => onChange(value ^ (1 << day) || value)}
            />
            {name}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function describe(rule: NewRule): string {
  const {
    types,
    camera_ids: cameras,
    days = ALL_DAYS,
    from_minute: from = 0,
    until_minute: until = 0,
  } = rule;
  const kinds = types ? types.map((type) => alertTypeTexts[type] ?? type).join(", ") : t.allTypes;
  const when = days === ALL_DAYS ? "" : t.dayNames.filter((_, day) => (days >> day) & 1).join(" ");
  const hours = from === until ? "" : `${clockOf(from)}-${clockOf(until)}`;
  return [kinds, camerasSeen(cameras ?? null), when, hours].filter(Boolean).join(" · ");
}
