// Signs a person in and takes them to where they wanted to go.
import { useRouter, useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { isUnauthenticated } from "@/api/problem";
import { useSignIn } from "@/api/session";
import { Button } from "@/components/button";
import { TextField } from "@/components/text-field";
import { texts } from "@/lib/texts";
import { FrontDoor } from "./front-door";
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
    <FrontDoor title={texts.session.signInTitle} hint={texts.session.signInHint}>
      <form onSubmit={submit} className="grid gap-4">
        <TextField
          label={texts.session.name}
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
          {error && (isUnauthenticated(error) ? texts.session.wrong : error.message)}
        </p>
        <Button type="submit" look="primary" disabled={signIn.isPending}>
          {texts.session.signIn}
        </Button>
      </form>
    </FrontDoor>
  );
}
