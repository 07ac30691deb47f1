// The channels of a person: how each is, a test that shows what happened, and a form for a new one.
import { useQuery } from "@tanstack/react-query";
import { Send, Trash2 } from "lucide-react";
import {
  type Channel,
  channelsQuery,
  useRemoveChannel,
  useSwitchChannel,
  useTestChannel,
} from "@/api/notifications";
import { useTimeZone } from "@/api/session";
import { Button, IconButton } from "@/components/button";
import { dateAndTime } from "@/lib/site-time";
import { notificationTexts } from "@/lib/texts/notifications";
import { toast } from "@/lib/toasts";
import { Block, Item, Rows } from "./block";
import { Loaded } from "./loaded";
import { NewChannelForm } from "./notification-new-channel";

const t = notificationTexts.channels;

export function Channels() {
  const query = useQuery(channelsQuery);
  return (
    <>
      <Block title={t.title}>
        <Loaded query={query}>
          {(channels) =>
            channels.length === 0 ? (
              <p className="text-muted">{t.none}</p>
            ) : (
              <Rows>
                {channels.map((channel) => (
                  <ChannelRow key={channel.id} channel={channel} />
                ))}
              </Rows>
            )
          }
        </Loaded>
      </Block>
      <Block title={t.add}>
        <NewChannelForm />
      </Block>
    </>
  );
}

function ChannelRow({ channel }: { channel: Channel }) {
  const timeZone = useTimeZone();
  const test = useTestChannel();
  const turn = useSwitchChannel();
  const remove = useRemoveChannel();
  const failed = (error: Error) => toast(error.message, "bad");
  const tryIt = () =>
    test.mutate(channel.id, {
      onSuccess: ({ state, last_error }) =>
        state === "sent"
          ? toast(t.tested(channel.name))
          : toast(t.testFailed(channel.name, last_error ?? ""), "bad"),
      onError: failed,
    });
  const sent = channel.last_sent_at ? t.lastSent(dateAndTime(channel.last_sent_at, timeZone)) : t.neverSent;
  const trouble = channel.dead
    ? t.dead(channel.last_error ?? "")
    : channel.failing_since && t.failing(channel.last_error ?? "");
  return (
    <Item
      title={channel.name}
      note={
        <>
          {[t.kinds[channel.kind], channel.summary, sent].join(" · ")}
          {trouble && <span className="mt-0.5 block text-bad">{trouble}</span>}
        </>
      }
    >
      <label className="flex min-h-11 cursor-pointer items-center gap-2">
        <input
          type="checkbox"
          className="size-5 accent-accent-text"
          aria-label={t.onLabel(channel.name)}
          checked={channel.enabled}
          disabled={turn.isPending}
          onChange={(event) =>
            turn.mutate({ id: channel.id, enabled: event.target.checked }, { onError: failed })
          }
        />
        {t.on}
      </label>
      <Button icon={Send} aria-label={t.testLabel(channel.name)} disabled={test.isPending} onClick={tryIt}>
        {test.isPending ? t.testing : t.test}
      </Button>
      <IconButton
        icon={Trash2}
        label={t.removeLabel(channel.name)}
        onClick={() => remove.mutate(channel.id, { onError: failed })}
      />
    </Item>
  );
}
