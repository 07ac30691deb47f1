// A line to copy: selected with one click, and copied by a button.
import { Check, Copy } from "lucide-react";
import { useRef, useState } from "react";
import { Button } from "@/components/button";
import { pairingTexts as t } from "@/lib/texts/pairing";

export function CopyLine({ children, name }: { children: string; name: string }) {
  const line = useRef<HTMLElement>(null);
  const [copied, setCopied] = useState(false);
  const copy = () => {
    // The newer way needs https, which a server on a home network may not have.
    if (line.current) window.getSelection()?.selectAllChildren(line.current);
    setCopied(document.execCommand("copy"));
  };
  return (
    <div className="flex flex-wrap items-start gap-2">
      <code
        ref={line}
        data-line={name}
        className="block min-w-0 flex-1 basis-64 select-all whitespace-pre-wrap break-all rounded-sm bg-raised px-3 py-2.5 font-mono text-xs"
      >
        {children}
      </code>
      <Button icon={copied ? Check : Copy} onClick={copy}>
        {copied ? t.copied : t.copy}
      </Button>
    </div>
  );
}
