// What a list of the settings shows until it is there, and when it cannot be had.
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ErrorState, Loading, Skeleton } from "@/components/states";
import { settingsTexts } from "@/lib/texts/settings";
import { useStandingError } from "@/lib/use-standing-error";

export function Loaded<T>({
  query,
  children,
}: {
  query: UseQueryResult<T>;
  children: (data: T) => ReactNode;
}) {
  const failure = useStandingError(query);
  if (query.data !== undefined) return children(query.data);
  if (failure !== null) {
    return (
      <ErrorState
        title={settingsTexts.failed}
        detail={failure.message}
        onRetry={() => void query.refetch()}
      />
    );
  }
  return (
    <Loading>
      <Skeleton className="h-40" />
    </Loading>
  );
}
