// Words of the page behind an invitation's link.
export const joinTexts = {
  title: "You are invited",
  hint: (host: string, site: string, role: string) => `${host} invites you to ${site}. ${role}`,
  roles: {
    admin: "You will manage it too.",
    member: "You will see the cameras, star, delete and share.",
    viewer: "You will see the cameras.",
  },
  join: "Join",
  goneTitle: "This invitation is over",
} as const;
