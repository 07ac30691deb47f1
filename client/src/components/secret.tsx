// Something that is shown this once, to be copied: a link, or a token.
import { Copy } from "lucide-react";
import { useId, useRef } from "react";
import { Button } from "@/components/button";
import { settingsTexts as t } from "@/lib/texts/settings";
import { toast } from "@/lib/toasts";

export function Secret({ label, value }: { label: string; value: string }) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const copy = () => {
    field.current?.select();
    // Works without https too, where the newer way does not exist.
    if (document.execCommand("copy")) toast(t.copied);
  };
  return (
    <div className="mt-3 rounded-md border border-accent-text/40 bg-accent-soft p-3">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <div className="mt-1.5 flex gap-2">
        <input
          ref={field}
          id={id}
          readOnly
          value={value}
          onFocus={(event) => event.target.select()}
          className="min-h-11 min-w-0 flex-1 rounded-sm border border-edge bg-bg px-3 font-mono text-xs"
        />
        <Button icon={Copy} onClick={copy}>
          {t.copy}
        </Button>
      </div>
    </div>
  );
}
