// Channels, rules, quiet times and the log of messages: each person's own. Loaded with the settings.
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { data, http } from "./client";
import type { components } from "./schema";

type Schemas = components["schemas"];
export type Channel = Schemas["ChannelView"];
export type NewChannel = Schemas["NewChannel"];
export type ChannelConfig = NewChannel["config"];
export type Rule = Schemas["NotificationRule"];
export type NewRule = Schemas["NotificationRuleBody"];
export type QuietTimes = Schemas["NotificationSettings"];
export type QuietTimesPatch = Schemas["NotificationSettingsPatch"];
export type Notification = Schemas["NotificationView"];

const CHANNELS = ["notifications", "channels"] as const;
const RULES = ["notifications", "rules"] as const;
const QUIET = ["notifications", "settings"] as const;
const LOG = ["notifications", "log"] as const;
const LOG_REFRESH_MS = 5000;
const TEST_POLL_MS = 400;
const TEST_POLLS = 40;

export const channelsQuery = queryOptions({
  queryKey: CHANNELS,
  queryFn: async ({ signal }): Promise<Channel[]> =>
    (await data(http.GET("/notifications/channels", { signal }))).items,
});
export const rulesQuery = queryOptions({
  queryKey: RULES,
  queryFn: async ({ signal }): Promise<Rule[]> =>
    (await data(http.GET("/notifications/rules", { signal }))).items,
});
export const quietQuery = queryOptions({
  queryKey: QUIET,
  queryFn: ({ signal }): Promise<QuietTimes> => data(http.GET("/notifications/settings", { signal })),
});
export const logQuery = infiniteQueryOptions({
  queryKey: LOG,
  initialPageParam: undefined as string | undefined,
  queryFn: ({ pageParam: cursor, signal }) =>
    data(http.GET("/notifications", { params: { query: { limit: 30, cursor } }, signal })),
  getNextPageParam: (page) => page.next_cursor ?? undefined,
  refetchInterval: LOG_REFRESH_MS,
});

/** A mutation after which a list is read again, whether it succeeded or not. */
function useChange<I, O>(queryKey: readonly string[], mutationFn: (input: I) => Promise<O>) {
  const client = useQueryClient();
  return useMutation({ mutationFn, onSettled: () => client.invalidateQueries({ queryKey }) });
}

export const useAddChannel = () =>
  useChange(CHANNELS, (body: NewChannel) => data(http.POST("/notifications/channels", { body })));
export const useSwitchChannel = () =>
  useChange(CHANNELS, ({ id, enabled }: { id: string; enabled: boolean }) =>
    data(
      http.PATCH("/notifications/channels/{channel_id}", {
        params: { path: { channel_id: id } },
        body: { enabled },
      }),
    ),
  );
export const useRemoveChannel = () =>
  useChange(CHANNELS, (channel_id: string) =>
    data(http.DELETE("/notifications/channels/{channel_id}", { params: { path: { channel_id } } })),
  );
/** Sends a test message and waits until the server knows what became of it. */
export const useTestChannel = () => useChange(["notifications"], testChannel);
export const useAddRule = () =>
  useChange(RULES, (body: NewRule) => data(http.POST("/notifications/rules", { body })));
export const useRemoveRule = () =>
  useChange(RULES, (rule_id: string) =>
    data(http.DELETE("/notifications/rules/{rule_id}", { params: { path: { rule_id } } })),
  );
export const useTryRules = () =>
  useMutation({
    mutationFn: ({ rules, since, until }: { rules: NewRule[]; since: string; until: string }) =>
      data(http.POST("/notifications/rules/trial", { body: { rules, since, until } })),
  });
export const useChangeQuiet = () =>
  useChange(QUIET, (body: QuietTimesPatch) => data(http.PATCH("/notifications/settings", { body })));
export const useRetry = () =>
  useChange(LOG, (notification_id: string) =>
    data(http.POST("/notifications/{notification_id}/retry", { params: { path: { notification_id } } })),
  );

export async function pushKey(): Promise<string> {
  return (await data(http.GET("/notifications/push-key"))).public_key;
}

async function testChannel(channel_id: string): Promise<Notification> {
  let sent = await data(
    http.POST("/notifications/channels/{channel_id}/test", { params: { path: { channel_id } } }),
  );
  for (let poll = 0; poll < TEST_POLLS && sent.state === "queued"; poll += 1) {
    await new Promise((resolve) => setTimeout(resolve, TEST_POLL_MS));
    const path = { notification_id: sent.id };
    sent = await data(http.GET("/notifications/{notification_id}", { params: { path } }));
  }
  return sent;
}
