// Signing in, making the first owner, accepting an invitation: each begins a session.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { data, http } from "./client";
import { keys } from "./keys";
import type { Session, Setup, SignIn } from "./wire";

export function useBegin<T>(call: (input: T) => Promise<Session>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: call,
    onSuccess: (session) => {
      client.clear();
      client.setQueryData(keys.session, session);
    },
  });
}

export const useSignIn = () => useBegin((body: SignIn) => data(http.POST("/session", { body })));
export const useSetup = () => useBegin((body: Setup) => data(http.POST("/setup", { body })));
