// What became of each message: sent, seen by the device, tried again, or held back and by which rule.
import { useInfiniteQuery } from "@tanstack/react-query";
import { logQuery, type Notification, useRetry } from "@/api/notifications";
import { useTimeZone } from "@/api/session";
import { Button } from "@/components/button";
import { dateAndTime } from "@/lib/site-time";
import { notificationTexts } from "@/lib/texts/notifications";
import { toast } from "@/lib/toasts";
import { Block, Item, Rows } from "./block";

const t = notificationTexts.log;

export function MessageLog() {
  const timeZone = useTimeZone();
  const { data, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(logQuery);
  const retry = useRetry();
  const items = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Block title={t.title}>
      {data && items.length === 0 && <p className="text-muted">{t.none}</p>}
      <Rows>
        {items.map((message) => (
          <Item
            key={message.id}
            title={[t.phases[message.phase], message.channel_name].filter(Boolean).join(" · ")}
            note={[dateAndTime(message.created_at, timeZone), stateOf(message), message.last_error]
              .filter(Boolean)
              .join(" · ")}
          >
            {(message.state === "dead" || message.state === "expired") && (
              <Button
                aria-label={t.retryLabel}
                onClick={() => retry.mutate(message.id, { onError: (error) => toast(error.message, "bad") })}
              >
                {t.retry}
              </Button>
            )}
          </Item>
        ))}
      </Rows>
      {hasNextPage && (
        <Button className="mt-3" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t.more}
        </Button>
      )}
    </Block>
  );
}

function stateOf({ state, seen_at, tries, rule }: Notification): string {
  if (seen_at) return t.states.seen;
  if (state === "queued") return tries > 0 ? t.states.retrying(tries) : t.states.queued;
  const why = rule ? (t.rules[rule] ?? rule) : "";
  return state === "suppressed" && why ? `${t.states.suppressed}: ${why}` : t.states[state];
}
