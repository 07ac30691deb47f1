// Passkeys: adding one's own, and signing in with one. The browser makes and keeps them; the server knows their public half.
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { data, http } from "./client";
import { ProblemError } from "./problem";
import type { components } from "./schema";
import { useBegin } from "./sign-in";

export type Passkey = components["schemas"]["Passkey"];

const PASSKEYS = ["account", "passkeys"] as const;

/** Browsers have passkeys on https and on localhost only, and only newer ones read their JSON form. */
export function canUsePasskeys(): boolean {
  return (
    typeof PublicKeyCredential === "function" &&
    typeof PublicKeyCredential.parseRequestOptionsFromJSON === "function"
  );
}

export const passkeysQuery = queryOptions({
  queryKey: PASSKEYS,
  queryFn: async ({ signal }): Promise<Passkey[]> => (await data(http.GET("/passkeys", { signal }))).items,
});

export function useAddPasskey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (name: string): Promise<Passkey> => {
      const { publicKey } = await data(http.POST("/passkeys/options"));
      const options = publicKey as unknown as PublicKeyCredentialCreationOptionsJSON;
      const made = await asked(() =>
        navigator.credentials.create({
          publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options),
        }),
      );
      return data(http.POST("/passkeys", { body: { name, credential: made } }));
    },
    onSettled: () => client.invalidateQueries({ queryKey: PASSKEYS }),
  });
}

export function useRemovePasskey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (passkey_id: string) =>
      data(http.DELETE("/passkeys/{passkey_id}", { params: { path: { passkey_id } } })),
    onSettled: () => client.invalidateQueries({ queryKey: PASSKEYS }),
  });
}

export const usePasskeySignIn = () =>
  useBegin<void>(async () => {
    const { publicKey } = await data(http.POST("/session/passkey/options"));
    const options = publicKey as unknown as PublicKeyCredentialRequestOptionsJSON;
    const answer = await asked(() =>
      navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) }),
    );
    return data(http.POST("/session/passkey", { body: { credential: answer } }));
  });

/** What the browser made, as JSON; a person who closes its dialog is no error of ours. */
async function asked(ask: () => Promise<Credential | null>): Promise<Record<string, unknown>> {
  let made: Credential | null = null;
  try {
    made = await ask();
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
  if (!(made instanceof PublicKeyCredential)) {
    throw new ProblemError(0, "passkey_cancelled", "No passkey was given. Try again, or use the password.");
  }
  return made.toJSON() as Record<string, unknown>;
}
