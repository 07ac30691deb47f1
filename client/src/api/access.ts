// People, invitations, scripts' tokens and share links, for the settings. Loaded with them.
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { data, http } from "./client";
import type { components } from "./schema";

type Schemas = components["schemas"];
export type User = Schemas["User"];
export type Role = User["role"];
export type UserPatch = Schemas["UserPatch"];
export type Invitation = Schemas["Invitation"];
export type CreatedInvitation = Schemas["CreatedInvitation"];
export type NewInvitation = Schemas["NewInvitation"];
export type Token = Schemas["Token"];
export type NewToken = Schemas["NewToken"];
export type Share = Schemas["Share"];

const USERS = ["access", "users"] as const;
const INVITATIONS = ["access", "invitations"] as const;
const TOKENS = ["access", "tokens"] as const;
const SHARES = ["access", "shares"] as const;

export const usersQuery = queryOptions({
  queryKey: USERS,
  queryFn: async ({ signal }): Promise<User[]> => (await data(http.GET("/users", { signal }))).items,
});
export const invitationsQuery = queryOptions({
  queryKey: INVITATIONS,
  queryFn: async ({ signal }): Promise<Invitation[]> =>
    (await data(http.GET("/invitations", { signal }))).items,
});
export const tokensQuery = queryOptions({
  queryKey: TOKENS,
  queryFn: async ({ signal }): Promise<Token[]> => (await data(http.GET("/tokens", { signal }))).items,
});
export const sharesQuery = queryOptions({
  queryKey: SHARES,
  queryFn: async ({ signal }): Promise<Share[]> => (await data(http.GET("/shares", { signal }))).items,
});

/** A mutation after which a list is read again, whether it succeeded or not. */
function useChange<I, O>(queryKey: readonly string[], mutationFn: (input: I) => Promise<O>) {
  const client = useQueryClient();
  return useMutation({ mutationFn, onSettled: () => client.invalidateQueries({ queryKey }) });
}

export const useChangeUser = () =>
  useChange(USERS, ({ id, ...body }: UserPatch & { id: string }) =>
    data(http.PATCH("/users/{user_id}", { params: { path: { user_id: id } }, body })),
  );
export const useRemoveUser = () =>
  useChange(USERS, (user_id: string) =>
    data(http.DELETE("/users/{user_id}", { params: { path: { user_id } } })),
  );
export const useInvite = () =>
  useChange(INVITATIONS, (body: NewInvitation) => data(http.POST("/invitations", { body })));
export const useRevokeInvitation = () =>
  useChange(INVITATIONS, (invitation: string) =>
    data(http.DELETE("/invitations/{invitation}", { params: { path: { invitation } } })),
  );
export const useCreateToken = () =>
  useChange(TOKENS, (body: NewToken) => data(http.POST("/tokens", { body })));
export const useRevokeToken = () =>
  useChange(TOKENS, (token_id: string) =>
    data(http.DELETE("/tokens/{token_id}", { params: { path: { token_id } } })),
  );
export const useRevokeShare = () =>
  useChange(SHARES, (share: string) => data(http.DELETE("/shares/{share}", { params: { path: { share } } })));
