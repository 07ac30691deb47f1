// The three roles with their words, the least first.
import type { Role } from "@/api/access";
import { settingsTexts } from "@/lib/texts/settings";

const ROLES: readonly Role[] = ["viewer", "member", "admin"];

export const ROLE_OPTIONS = ROLES.map((value) => {
  const { name, does } = settingsTexts.roles[value];
  return { value, label: `${name}: ${does}` };
});
