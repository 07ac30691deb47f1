// Who did what: the newest first, older ones on demand, all of it as a file.
import { useInfiniteQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { type AuditEntry, auditQuery } from "@/api/audit";
import { useTimeZone } from "@/api/session";
import { Button, buttonClass } from "@/components/button";
import { ErrorState, Loading, Skeleton } from "@/components/states";
import { dateAndTime } from "@/lib/site-time";
import { settingsTexts } from "@/lib/texts/settings";
import { Item, Rows } from "./block";

const t = settingsTexts.audit;

export function Section() {
  const timeZone = useTimeZone();
  const query = useInfiniteQuery(auditQuery);
  if (query.data === undefined) {
    return query.error ? (
      <ErrorState
        title={settingsTexts.failed}
        detail={query.error.message}
        onRetry={() => void query.refetch()}
      />
    ) : (
      <Loading>
        <Skeleton className="h-96" />
      </Loading>
    );
  }
  const entries = query.data.pages.flatMap((page) => page.items);
  return (
    <>
      <p className="flex flex-wrap gap-2">
        <a href="/audit/export?format=csv" download className={buttonClass()}>
          <Download aria-hidden className="size-[18px]" />
          {t.csv}
        </a>
        <a href="/audit/export?format=jsonl" download className={buttonClass()}>
          <Download aria-hidden className="size-[18px]" />
          {t.jsonl}
        </a>
      </p>
      <div className="mt-4">
        {entries.length === 0 ? (
          <p className="text-muted">{t.empty}</p>
        ) : (
          <Rows>
            {entries.map((entry) => (
              <Item key={entry.id} title={sentence(entry)} note={note(entry, timeZone)} />
            ))}
          </Rows>
        )}
      </div>
      {query.hasNextPage && (
        <Button
          className="mt-3"
          disabled={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t.more}
        </Button>
      )}
    </>
  );
}

function sentence(entry: AuditEntry): string {
  const did = t.actions[entry.action] ?? entry.action;
  const { name } = entry.details;
  const who = entry.actor_name || (typeof name === "string" ? name : "");
  return who ? `${who}: ${did}` : did;
}

function note(entry: AuditEntry, timeZone: string): string {
  const details = Object.entries(entry.details)
    .filter(([key]) => key !== "name")
    .map(([key, value]) => `${key}: ${typeof value === "string" ? value : JSON.stringify(value)}`);
  const from = entry.address ? [t.from(entry.address)] : [];
  return [dateAndTime(entry.at, timeZone), ...from, ...details].join(" · ");
}
