// A password that can be pasted, filled by a manager, and looked at (WCAG 3.3.8).
import { type ComponentProps, useState } from "react";
import { TextField } from "@/components/text-field";
import { sessionTexts } from "@/lib/texts/session";

export function PasswordField(props: Omit<ComponentProps<typeof TextField>, "label" | "type">) {
  const [shown, setShown] = useState(false);
  return (
    <div>
      <TextField {...props} label={sessionTexts.password} type={shown ? "text" : "password"} required />
      <label className="mt-1 flex min-h-11 cursor-pointer items-center gap-2 text-muted">
        <input
          type="checkbox"
          className="size-5 accent-accent-text"
          checked={shown}
          onChange={(event) => setShown(event.target.checked)}
        />
        {sessionTexts.showPassword}
      </label>
    </div>
  );
}
