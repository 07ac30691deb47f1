// Words on the buttons of a push message. The title and the text of a message are the server's.
export const pushTexts = {
  snooze: "Snooze for an hour",
  notAnAlarm: "Not an alarm",
  snoozed: "Snoozed for an hour",
  snoozedHint: "Events are still recorded. Settings, Notifications ends it sooner.",
  unreadable: "Something happened",
};
