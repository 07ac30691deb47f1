// What is behind an invitation's link. Loaded with its page.
import { queryOptions } from "@tanstack/react-query";
import { data, http } from "./client";
import type { components } from "./schema";
import { useBegin } from "./sign-in";

type InvitationAnswer = components["schemas"]["InvitationAnswer"];

export const offerQuery = (invitation: string) =>
  queryOptions({
    queryKey: ["invitation", invitation] as const,
    queryFn: ({ signal }) =>
      data(http.GET("/invitations/{invitation}", { params: { path: { invitation } }, signal })),
    gcTime: 0,
  });

export const useAccept = (invitation: string) =>
  useBegin((body: InvitationAnswer) =>
    data(http.POST("/invitations/{invitation}", { params: { path: { invitation } }, body })),
  );
