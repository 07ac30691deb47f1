// Signing in with a passkey, where the browser can.
import { KeyRound } from "lucide-react";
import { canUsePasskeys, usePasskeySignIn } from "@/api/passkeys";
import { Button } from "@/components/button";
import { sessionTexts } from "@/lib/texts/session";

export function PasskeyButton({ onSignedIn }: { onSignedIn: () => void }) {
  const signIn = usePasskeySignIn();
  if (!canUsePasskeys()) return null;
  return (
    <div className="mt-4 grid gap-2 border-line border-t pt-4">
      <Button
        icon={KeyRound}
        disabled={signIn.isPending}
        onClick={() => signIn.mutate(undefined, { onSuccess: onSignedIn })}
      >
        {sessionTexts.passkey}
      </Button>
      <p role="alert" className="text-bad empty:hidden">
        {signIn.error?.message}
      </p>
    </div>
  );
}
