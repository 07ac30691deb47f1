// The words that every page may need, and so come with the first one. Each area has a file of its own beside this, which
// its pages import themselves: words that nobody reads yet cost nobody anything. English is complete.

export const texts = {
  product: "Pi Security Camera",
  nav: {
    label: "Pages",
    skip: "Skip to the content",
    events: "Events",
    images: "Images",
    live: "Live",
    cameras: "Cameras",
  },
  time: {
    justNow: "just now",
    secondsAgo: (count: number) => `${count} s ago`,
    minutesAgo: (count: number) => `${count} min ago`,
    hoursAgo: (count: number) => `${count} h ago`,
    daysAgo: (count: number) => `${count} d ago`,
    today: "Today",
    yesterday: "Yesterday",
    uncertain: "The camera's clock was not set: this time may be wrong.",
    approximately: "about",
  },
  picture: {
    alt: (camera: string, time: string) => `${camera}, ${time}`,
    missing: "Picture not available",
    damaged: "Damaged",
    star: "Star: keep for ever",
    unstar: "Remove the star",
  },
  account: {
    open: "Account and settings",
    settings: "Settings",
    theme: "Theme",
    themes: { system: "System", dark: "Dark", light: "Light" },
    shortcuts: "Single-key shortcuts",
    showShortcuts: "Show the shortcuts",
  },
  connection: {
    away: (time: string) =>
      `No connection to the server. This is how things stood at ${time}; it catches up by itself.`,
    retry: "Try now",
    back: "Connected again.",
  },
  errors: {
    unreachable: "The server does not answer. It is tried again by itself.",
    retry: "Try again",
    title: "Something went wrong",
    unexpected: "This page ran into an error. Loading it again usually helps.",
    reload: "Load again",
    notFoundTitle: "Nothing here",
    notFound: "There is no page at this address.",
    home: "Go to Events",
  },
  close: "Close",
  dismiss: "Dismiss",
  loading: "Loading",
} as const;
