// Which fields each kind of channel has.
import type { Channel } from "@/api/notifications";
import { notificationTexts } from "@/lib/texts/notifications";

const { fields, hints } = notificationTexts.channels;

export type Kind = Channel["kind"];
export type FieldName = {
  name: string;
  label: string;
  hint?: string;
  type?: "text" | "password" | "number" | "url" | "email";
  initial?: string;
  optional?: boolean;
};

export const KINDS: readonly Kind[] = ["web_push", "ntfy", "email", "telegram", "webhook", "mqtt", "apprise"];

const LOGIN: readonly FieldName[] = [
  { name: "username", label: fields.username, optional: true },
  { name: "password", label: fields.password, type: "password", optional: true },
];

export const FIELDS: Record<Kind, readonly FieldName[]> = {
  web_push: [],
  ntfy: [
    { name: "server", label: fields.server, type: "url", initial: "https://ntfy.sh" },
    { name: "topic", label: fields.topic, hint: hints.topic },
    { name: "token", label: fields.token, type: "password", optional: true },
  ],
  email: [
    { name: "host", label: fields.host },
    { name: "port", label: fields.port, type: "number", initial: "587" },
    { name: "security", label: fields.security },
    ...LOGIN,
    { name: "sender", label: fields.sender, type: "email" },
    { name: "recipient", label: fields.recipient, type: "email" },
  ],
  telegram: [
    { name: "token", label: fields.bot, type: "password", hint: hints.bot },
    { name: "chat_id", label: fields.chat_id, hint: hints.chat_id },
  ],
  webhook: [
    { name: "url", label: fields.url, type: "url" },
    { name: "secret", label: fields.secret, type: "password", hint: hints.secret },
  ],
  mqtt: [
    { name: "host", label: fields.host },
    { name: "port", label: fields.port, type: "number", initial: "1883" },
    ...LOGIN,
    { name: "topic", label: fields.topic, initial: "picam/alerts" },
  ],
  apprise: [{ name: "url", label: fields.url, type: "password", hint: hints.apprise }],
};
