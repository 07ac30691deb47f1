// Buttons, and links that look like buttons: at least 44 px high, three weights.
import type { LucideIcon } from "lucide-react";
import type { ComponentProps } from "react";

export type ButtonLook = "primary" | "outline" | "quiet";

const BASE =
  "inline-flex min-h-11 select-none items-center justify-center gap-2 rounded-md px-4 font-medium transition-colors duration-150 disabled:opacity-50";
const LOOKS: Record<ButtonLook, string> = {
  primary: "bg-accent text-on-accent not-disabled:hover:bg-accent/85",
  outline: "border border-edge/60 bg-surface text-text not-disabled:hover:bg-raised",
  quiet: "text-muted not-disabled:hover:bg-raised not-disabled:hover:text-text",
};

/** The classes alone, for router links. */
export function buttonClass(look: ButtonLook = "outline", extra = ""): string {
  return `${BASE} ${LOOKS[look]} ${extra}`;
}

type ButtonProps = ComponentProps<"button"> & { look?: ButtonLook; icon?: LucideIcon };

export function Button({ look = "outline", icon: Icon, className = "", children, ...rest }: ButtonProps) {
  return (
    <button type="button" className={buttonClass(look, className)} {...rest}>
      {Icon && <Icon aria-hidden className="size-[18px] shrink-0" />}
      {children}
    </button>
  );
}

type IconButtonProps = ComponentProps<"button"> & {
  icon: LucideIcon;
  label: string;
  filled?: boolean;
  tone?: string;
};

/** A square button with an icon; its label is its name and its tooltip. */
export function IconButton({
  icon: Icon,
  label,
  filled = false,
  tone = "text-muted",
  className = "",
  ...rest
}: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={`inline-grid size-11 shrink-0 place-items-center rounded-md transition-colors duration-150 hover:bg-raised hover:text-text disabled:opacity-30 ${tone} ${className}`}
      {...rest}
    >
      <Icon aria-hidden className={`size-5 ${filled ? "fill-current" : ""}`} />
    </button>
  );
}
