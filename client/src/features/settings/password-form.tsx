// A new password for oneself.
import { type FormEvent, useState } from "react";
import { useChangePassword } from "@/api/account";
import { ProblemError } from "@/api/problem";
import { Button } from "@/components/button";
import { TextField } from "@/components/text-field";
import { settingsTexts } from "@/lib/texts/settings";
import { toast } from "@/lib/toasts";

const t = settingsTexts.account;

export function PasswordForm() {
  const [current, setCurrent] = useState("");
  const [fresh, setFresh] = useState("");
  const change = useChangePassword();
  const problem = change.error instanceof ProblemError ? change.error : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate(
      { current, new: fresh },
      {
        onSuccess: () => {
          setCurrent("");
          setFresh("");
          toast(t.changed);
        },
      },
    );
  };
  const wrong = problem?.code === "wrong_password";
  return (
    <form onSubmit={submit} className="grid max-w-sm gap-4">
      <TextField
        label={t.current}
        type="password"
        name="current"
        autoComplete="current-password"
        required
        error={wrong ? problem.message : problem?.fields.current}
        value={current}
        onChange={(event) => setCurrent(event.target.value)}
      />
      <TextField
        label={t.fresh}
        type="password"
        name="new"
        autoComplete="new-password"
        required
        error={problem?.fields.new}
        value={fresh}
        onChange={(event) => setFresh(event.target.value)}
      />
      <p role="alert" className="text-bad empty:hidden">
        {problem && !wrong && Object.keys(problem.fields).length === 0 && problem.message}
      </p>
      <Button type="submit" disabled={change.isPending} className="justify-self-start">
        {t.change}
      </Button>
    </form>
  );
}
