// How a person is told: channels, peace and quiet, rules, and what became of each message.
import { notificationTexts as t } from "@/lib/texts/notifications";
import { Channels } from "./notification-channels";
import { MessageLog } from "./notification-log";
import { Quiet } from "./notification-quiet";
import { Rules } from "./notification-rules";

export function Section() {
  return (
    <>
      <p className="text-muted">{t.explain}</p>
      <Channels />
      <Quiet />
      <Rules />
      <MessageLog />
    </>
  );
}
