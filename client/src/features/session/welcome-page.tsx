// The first start: the owner's name and password, and the server's one-time code where it asks for one.
import { useSuspenseQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { ProblemError } from "@/api/problem";
import { setupQuery } from "@/api/session";
import { useSetup } from "@/api/sign-in";
import { Button } from "@/components/button";
import { TextField } from "@/components/text-field";
import { sessionTexts } from "@/lib/texts/session";
import { FrontDoor } from "./front-door";
import { PasswordField } from "./password-field";

export function WelcomePage() {
  const { data: state } = useSuspenseQuery(setupQuery);
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const setup = useSetup();
  const navigate = useNavigate();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    setup.mutate(
      { name, password, time_zone: timeZone, ...(state.code_required ? { code: code.trim() } : {}) },
      { onSuccess: () => void navigate({ to: "/" }) },
    );
  };
  const problem = setup.error instanceof ProblemError ? setup.error : null;
  const fields = problem?.fields ?? {};
  return (
    <FrontDoor title={sessionTexts.welcomeTitle} hint={sessionTexts.welcomeHint}>
      <form onSubmit={submit} className="grid gap-4">
        {state.code_required && (
          <TextField
            label={sessionTexts.code}
            hint={sessionTexts.codeHint}
            error={fields.code}
            name="code"
            autoComplete="one-time-code"
            autoCapitalize="none"
            spellCheck={false}
            required
            value={code}
            onChange={(event) => setCode(event.target.value)}
          />
        )}
        <TextField
          label={sessionTexts.name}
          error={fields.name}
          name="name"
          autoComplete="username"
          required
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <PasswordField
          name="password"
          autoComplete="new-password"
          hint={sessionTexts.passwordHint}
          error={fields.password}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        <p role="alert" className="text-bad empty:hidden">
          {problem && Object.keys(fields).length === 0 && problem.message}
        </p>
        <Button type="submit" look="primary" disabled={setup.isPending}>
          {sessionTexts.begin}
        </Button>
      </form>
    </FrontDoor>
  );
}
