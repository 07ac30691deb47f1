// The Events page before its first answer, in the shape it will have.
import { Loading, Skeleton } from "@/components/states";

const TILES = ["a", "b", "c", "d", "e", "f", "g", "h"] as const;

export function EventsSkeleton() {
  return (
    <Loading className="mt-4 grid gap-4 pt-12 sm:grid-cols-[repeat(auto-fill,minmax(16.5rem,1fr))] lg:ml-21">
      {TILES.map((tile) => (
        <div key={tile}>
          <Skeleton className="aspect-video" />
          <Skeleton className="mt-3 h-4 w-24" />
          <Skeleton className="mt-2 h-4 w-32" />
        </div>
      ))}
    </Loading>
  );
}
