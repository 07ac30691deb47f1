// The viewer as one component: query client and router, made once for each page load (or test).
import { QueryClientProvider } from "@tanstack/react-query";
import { type RouterHistory, RouterProvider } from "@tanstack/react-router";
import { useState } from "react";
import { createQueryClient } from "./query-client";
import { createAppRouter, loadEventsPage } from "./router";

export function createApp(history?: RouterHistory) {
  const client = createQueryClient(() => void router.invalidate());
  const router = createAppRouter(client, history);
  if (router.history.location.pathname === "/") void loadEventsPage();
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
