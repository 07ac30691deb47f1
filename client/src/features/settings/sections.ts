// The sections of the settings, in their order. To add one: an entry here, and a file that exports its component as
// `Section`. The component shows its own content; the frame around it (title, way back) is the settings page's.
import {
  Bell,
  HardDrive,
  Info,
  KeyRound,
  Link2,
  type LucideIcon,
  ScrollText,
  ShieldCheck,
  SquareTerminal,
  Users,
} from "lucide-react";
import { type ComponentType, type LazyExoticComponent, lazy } from "react";
import type { Session } from "@/api/wire";
import { settingsTexts as t } from "@/lib/texts/settings";
import { aboutTexts, storageTexts } from "@/lib/texts/storage";

type Role = Session["user"]["role"];

export type SettingsSection = {
  /** Its address: `/settings/<id>`. */
  id: string;
  title: string;
  hint: string;
  icon: LucideIcon;
  /** Who is shown it; the server decides what they may do there. */
  roles: readonly Role[];
  Content: LazyExoticComponent<ComponentType>;
};

const EVERYBODY: readonly Role[] = ["admin", "member", "viewer"];
const MEMBERS: readonly Role[] = ["admin", "member"];
const ADMINS: readonly Role[] = ["admin"];

function content(load: () => Promise<{ Section: ComponentType }>) {
  return lazy(async () => ({ default: (await load()).Section }));
}

export const SECTIONS: readonly SettingsSection[] = [
  {
    id: "account",
    title: t.account.title,
    hint: t.account.hint,
    icon: KeyRound,
    roles: EVERYBODY,
    Content: content(() => import("./account-section")),
  },
  {
    id: "storage",
    title: storageTexts.title,
    hint: storageTexts.hint,
    icon: HardDrive,
    roles: EVERYBODY,
    Content: content(() => import("./storage-section")),
  },
  {
    id: "people",
    title: t.people.title,
    hint: t.people.hint,
    icon: Users,
    roles: ADMINS,
    Content: content(() => import("./people-section")),
  },
  {
    id: "shares",
    title: t.shares.title,
    hint: t.shares.hint,
    icon: Link2,
    roles: MEMBERS,
    Content: content(() => import("./shares-section")),
  },
  {
    id: "tokens",
    title: t.tokens.title,
    hint: t.tokens.hint,
    icon: SquareTerminal,
    roles: EVERYBODY,
    Content: content(() => import("./tokens-section")),
  },
  {
    id: "notifications",
    title: t.notifications.title,
    hint: t.notifications.hint,
    icon: Bell,
    roles: EVERYBODY,
    Content: content(() => import("./notifications-section")),
  },
  {
    id: "privacy",
    title: t.privacy.title,
    hint: t.privacy.hint,
    icon: ShieldCheck,
    roles: MEMBERS,
    Content: content(() => import("./privacy-section")),
  },
  {
    id: "audit",
    title: t.audit.title,
    hint: t.audit.hint,
    icon: ScrollText,
    roles: ADMINS,
    Content: content(() => import("./audit-section")),
  },
  {
    id: "about",
    title: aboutTexts.title,
    hint: aboutTexts.hint,
    icon: Info,
    roles: EVERYBODY,
    Content: content(() => import("./about-section")),
  },
];
