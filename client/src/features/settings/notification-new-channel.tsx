// The form for a new channel. What is typed into it goes to the server and never comes back.
import { type FormEvent, useState } from "react";
import { type ChannelConfig, useAddChannel } from "@/api/notifications";
import { Button } from "@/components/button";
import { TextField } from "@/components/text-field";
import { notificationTexts } from "@/lib/texts/notifications";
import { Choice } from "./choices";
import { FIELDS, type FieldName, KINDS, type Kind } from "./notification-fields";
import { canPush, subscribe } from "./push-subscription";

const t = notificationTexts.channels;

export function NewChannelForm() {
  const kinds = KINDS.filter((kind) => kind !== "web_push" || canPush());
  const [kind, setKind] = useState<Kind>(kinds[0] ?? "ntfy");
  const [failure, setFailure] = useState("");
  const [busy, setBusy] = useState(false);
  const add = useAddChannel();
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    setBusy(true);
    setFailure("");
    try {
      const values = new FormData(form);
      const config = kind === "web_push" ? await subscribe() : configOf(kind, values);
      await add.mutateAsync({ name: String(values.get("name")), config });
      form.reset();
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={submit} className="grid max-w-sm gap-4" autoComplete="off">
      <Choice
        label={t.kind}
        value={kind}
        options={kinds.map((value) => ({ value, label: t.kinds[value] }))}
        onChange={setKind}
      />
      {!canPush() && <p className="text-muted text-xs">{t.pushMissing}</p>}
      <TextField label={t.name} hint={t.nameHint} name="name" maxLength={80} required />
      {kind === "web_push" && <p className="text-muted">{t.hints.push}</p>}
      {FIELDS[kind].map((field) => (
        <ConfigField key={`${kind}-${field.name}`} {...field} />
      ))}
      <p role="alert" className="text-bad empty:hidden">
        {failure}
      </p>
      <Button type="submit" look="primary" disabled={busy} className="justify-self-start">
        {t.save}
      </Button>
    </form>
  );
}

function ConfigField({ name, label, hint, type = "text", initial, optional = false }: FieldName) {
  if (name === "security") {
    return (
      <label className="grid gap-1.5">
        <span className="font-medium">{label}</span>
        <select
          name="security"
          defaultValue="starttls"
          className="min-h-12 w-full rounded-sm border border-edge bg-bg px-3 text-base"
        >
          {Object.entries(t.security).map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
      </label>
    );
  }
  const note = hint ?? (optional ? t.hints.optional : undefined);
  return (
    <TextField
      label={label}
      name={name}
      type={type}
      required={!optional}
      {...(note === undefined ? {} : { hint: note })}
      {...(initial === undefined ? {} : { defaultValue: initial })}
    />
  );
}

/** What the server wants of this kind: numbers as numbers, and nothing for what was left empty. */
function configOf(kind: Kind, values: FormData): ChannelConfig {
  const config: Record<string, string | number> = { kind };
  for (const { name, type } of FIELDS[kind]) {
    const value = String(values.get(name) ?? "").trim();
    if (value !== "") config[name] = type === "number" ? Number(value) : value;
  }
  // The server's schema is the judge of it; its words are shown beside the form.
  return config as unknown as ChannelConfig;
}
