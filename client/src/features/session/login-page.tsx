// Signs a person in and takes them to where they wanted to go.
import { useRouter, useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { isUnauthenticated } from "@/api/problem";
import { useSignIn } from "@/api/sign-in";
import { Button } from "@/components/button";
import { TextField } from "@/components/text-field";
import { sessionTexts } from "@/lib/texts/session";
import { FrontDoor } from "./front-door";
import { PasskeyButton } from "./passkey-button";
import { PasswordField } from "./password-field";

export function LoginPage() {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const signIn = useSignIn();
  const router = useRouter();
  const { next } = useSearch({ from: "/login" });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate({ name, password }, { onSuccess: () => router.history.push(next ?? "/") });
  };
  const error = signIn.error;
  return (
    <FrontDoor title={sessionTexts.signInTitle} hint={sessionTexts.signInHint}>
      <form onSubmit={submit} className="grid gap-4">
        <TextField
          label={sessionTexts.name}
          name="name"
          autoComplete="username"
          autoCapitalize="none"
          required
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <PasswordField
          name="password"
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        <p role="alert" className="text-bad empty:hidden">
          {error && (isUnauthenticated(error) ? sessionTexts.wrong : error.message)}
        </p>
        <Button type="submit" look="primary" disabled={signIn.isPending}>
          {sessionTexts.signIn}
        </Button>
      </form>
      <PasskeyButton onSignedIn={() => router.history.push(next ?? "/")} />
    </FrontDoor>
  );
}
