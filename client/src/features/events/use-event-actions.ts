// What a person does to events of the list, one or many, with a way back for everything that takes something off the screen.
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { deleteAlerts, undoDeletedAlerts } from "@/api/alert-deletions";
import { markAlert, patchAlertEverywhere, useMarkAlert } from "@/api/alerts";
import { eachOf } from "@/api/each-of";
import { ProblemError } from "@/api/problem";
import type { Alert } from "@/api/wire";
import { eventsTexts } from "@/lib/texts/events";
import { toast } from "@/lib/toasts";

export type Progress = { done: number; of: number };

const failed = (error: unknown) =>
  toast(error instanceof ProblemError && error.status !== 0 ? error.message : eventsTexts.markFailed, "bad");

/** `onRestored`: deleted events have come back, and may be shown. */
export function useEventActions(onRestored: () => void) {
  const client = useQueryClient();
  const { mutate: mark } = useMarkAlert(() => toast(eventsTexts.markFailed, "bad"));
  const [progress, setProgress] = useState<Progress | null>(null);

  /** Reviewed by a gesture, which is easily made by mistake: with undo. */
  const swipe = useCallback(
    (alert: Alert) => {
      mark({ id: alert.id, reviewed: !alert.reviewed });
      toast(alert.reviewed ? eventsTexts.nowUnreviewed : eventsTexts.nowReviewed, "info", {
        label: eventsTexts.undo,
        run: () => mark({ id: alert.id, reviewed: alert.reviewed }),
      });
    },
    [mark],
  );

  const markAll = useCallback(
    async (alerts: readonly Alert[], marks: { reviewed?: boolean; starred?: boolean }) => {
      const of = alerts.length;
      setProgress({ done: 0, of });
      const wrong = await eachOf(
        alerts,
        async (alert) => {
          await markAlert({ id: alert.id, ...marks });
          patchAlertEverywhere(client, alert.id, (known) => ({ ...known, ...marks }));
        },
        (done) => setProgress({ done, of }),
      );
      setProgress(null);
      if (wrong.length > 0) toast(eventsTexts.someFailed(wrong.length, of), "bad");
      else toast(eventsTexts.allDone(of));
      return wrong;
    },
    [client],
  );

  const remove = useCallback(
    async (ids: readonly string[]) => {
      try {
        const deleted = await deleteAlerts(client, ids);
        toast(eventsTexts.deleted(deleted.count, deleted.keptStarred), "info", {
          label: eventsTexts.undo,
          run: () => void undoDeletedAlerts(client, deleted).then(onRestored, failed),
        });
        return true;
      } catch (error) {
        failed(error);
        return false;
      }
    },
    [client, onRestored],
  );

  return { mark, swipe, markAll, remove, progress };
}
