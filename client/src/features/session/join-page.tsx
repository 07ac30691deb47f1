// The page of an invitation's link: who invites, and the new person's name and password.
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { offerQuery, useAccept } from "@/api/invited";
import { ProblemError } from "@/api/problem";
import { Button } from "@/components/button";
import { Loading, Skeleton } from "@/components/states";
import { TextField } from "@/components/text-field";
import { joinTexts as t } from "@/lib/texts/join";
import { sessionTexts } from "@/lib/texts/session";
import { FrontDoor } from "./front-door";
import { PasswordField } from "./password-field";

export function JoinPage() {
  const { invitation } = useParams({ from: "/join/$invitation" });
  const { data: offer, error } = useQuery(offerQuery(invitation));
  if (error) return <FrontDoor title={t.goneTitle} hint={error.message} />;
  if (offer === undefined) {
    return (
      <FrontDoor title={t.title} hint="">
        <Loading>
          <Skeleton className="h-40" />
        </Loading>
      </FrontDoor>
    );
  }
  return (
    <FrontDoor title={t.title} hint={t.hint(offer.invited_by, offer.site, t.roles[offer.role])}>
      <Answer invitation={invitation} />
    </FrontDoor>
  );
}

function Answer({ invitation }: { invitation: string }) {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const accept = useAccept(invitation);
  const navigate = useNavigate();
  const problem = accept.error instanceof ProblemError ? accept.error : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    accept.mutate({ name, password }, { onSuccess: () => void navigate({ to: "/" }) });
  };
  return (
    <form onSubmit={submit} className="grid gap-4">
      <TextField
        label={sessionTexts.name}
        error={problem?.code === "name_taken" ? problem.message : problem?.fields.name}
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
        error={problem?.fields.password}
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      <p role="alert" className="text-bad empty:hidden">
        {problem &&
          problem.code !== "name_taken" &&
          Object.keys(problem.fields).length === 0 &&
          problem.message}
      </p>
      <Button type="submit" look="primary" disabled={accept.isPending}>
        {t.join}
      </Button>
    </form>
  );
}
