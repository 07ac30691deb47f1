// The whole viewer at an address, as a person would open it.
import { createMemoryHistory } from "@tanstack/react-router";
import { render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { App } from "@/app/app";
import "@/app/live-session";

export function renderApp(path: string) {
  const history = createMemoryHistory({ initialEntries: [path] });
  const user = userEvent.setup();
  return { user, history, ...render(<App history={history} />) };
}
