// A labelled field of a form, with its hint and the server's complaint about it.
import { type ComponentProps, useId } from "react";

type TextFieldProps = ComponentProps<"input"> & { label: string; hint?: string; error?: string | undefined };

export function TextField({ label, hint, error, ...input }: TextFieldProps) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <input
        id={id}
        aria-describedby={note ? `${id}-note` : undefined}
        aria-invalid={error ? true : undefined}
        className="min-h-12 w-full rounded-sm border border-edge bg-bg px-3 text-base aria-invalid:border-bad"
        {...input}
      />
      {note && (
        <p id={`${id}-note`} className={error ? "text-bad" : "text-muted text-xs"}>
          {note}
        </p>
      )}
    </div>
  );
}
