// What runs here: versions of server and cameras, how to update, and whose work it stands on. Nobody is asked for it.
import { useQuery } from "@tanstack/react-query";
import { camerasQuery } from "@/api/cameras";
import { aboutQuery, type Licence, licencesQuery } from "@/api/storage";
import { ErrorState, Skeleton } from "@/components/states";
import { aboutTexts as t } from "@/lib/texts/storage";
import { useStandingError } from "@/lib/use-standing-error";
import { Block, Item, Rows } from "./block";

export function Section() {
  const query = useQuery(aboutQuery);
  const failure = useStandingError(query);
  const cameras = useQuery(camerasQuery).data ?? [];
  const licences = useQuery(licencesQuery).data ?? [];
  if (failure)
    return <ErrorState title={t.failed} detail={failure.message} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Skeleton className="mt-4 h-64" />;
  const { version, python_version, database, packages } = query.data;
  return (
    <>
      <Block title={t.versions}>
        <Rows>
          <Item title={t.server} note={t.serverOn(python_version, database)}>
            <span className="tabular-nums">{version}</span>
          </Item>
          {cameras.map(({ id, name, agent_version }) => (
            <Item
              key={id}
              title={name}
              note={agent_version !== null && agent_version !== version ? t.other : undefined}
            >
              <span className="tabular-nums">{agent_version ?? t.unknown}</span>
            </Item>
          ))}
        </Rows>
      </Block>
      <Block title={t.update} hint={t.updateHint}>
        <dl className="grid gap-3">
          {t.ways.map(({ where, how }) => (
            <div key={where}>
              <dt className="text-muted text-xs">{where}</dt>
              <dd>
                <code className="block overflow-x-auto rounded-sm bg-raised px-3 py-2">{how}</code>
              </dd>
            </div>
          ))}
        </dl>
      </Block>
      <Block title={t.licences} hint={t.licencesHint}>
        <Licences title={t.ofPages} items={licences} />
        <Licences title={t.ofServer} items={packages} />
      </Block>
    </>
  );
}

function Licences({ title, items }: { title: string; items: readonly Licence[] }) {
  return (
    <details>
      <summary className="flex min-h-11 items-center">{`${title} (${items.length})`}</summary>
      <ul className="grid gap-1 pb-3 sm:grid-cols-2">
        {items.map(({ name, version, licence }) => (
          <li key={`${name} ${version}`} className="break-words">
            {name} {version} <span className="text-muted">{licence}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
