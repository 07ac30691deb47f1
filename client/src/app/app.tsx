// The viewer as one component: query client and router, made once for each page load (or test).
import { QueryClientProvider } from "@tanstack/react-query";
import { type RouterHistory, RouterProvider } from "@tanstack/react-router";
import { useState } from "react";
import { pages } from "./pages";
import { createQueryClient } from "./query-client";
import { createAppRouter } from "./router";

export function createApp(history?: RouterHistory) {
  const client = createQueryClient(() => void router.invalidate());
  const router = createAppRouter(client, history);
  // Home's code, and that of live updates, is asked for beside the question who is signed in; the router reports it when that fails.
  if (router.history.location.pathname === "/") pages.events().catch(() => {});
  pages.liveSession().catch(() => {});
  return { client, router };
}

export function App({ history }: { history?: RouterHistory }) {
  const [{ client, router }] = useState(() => createApp(history));
  return (
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  );
}
