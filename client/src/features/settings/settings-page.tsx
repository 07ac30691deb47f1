// The settings: the list of sections, and beside it (on a phone: instead of it) the one that is open.
import { Link, useParams } from "@tanstack/react-router";
import { ChevronLeft, ChevronRight, SearchX } from "lucide-react";
import { Suspense } from "react";
import { useSession } from "@/api/session";
import { PageHeader } from "@/components/page-header";
import { EmptyState, Loading, Skeleton } from "@/components/states";
import { settingsTexts as t } from "@/lib/texts/settings";
import { SECTIONS, type SettingsSection } from "./sections";

export function SettingsPage() {
  const { user } = useSession();
  const { section: id } = useParams({ strict: false });
  const mine = SECTIONS.filter((section) => section.roles.includes(user.role));
  // A wide screen has room beside the list: it begins with the first section.
  const shown = mine.find((section) => section.id === (id ?? mine[0]?.id));
  return (
    <div className="mx-auto max-w-5xl lg:grid lg:grid-cols-[16rem_1fr] lg:gap-x-8">
      <div className={id === undefined ? "min-w-0" : "hidden min-w-0 lg:block"}>
        <PageHeader title={t.title} />
        <nav aria-label={t.sections}>
          <ul className="mt-4 grid grid-cols-1 gap-1">
            {mine.map((section) => (
              <SectionLink key={section.id} section={section} current={section === shown} />
            ))}
          </ul>
        </nav>
      </div>
      <div className={id === undefined ? "hidden min-w-0 lg:block" : "min-w-0"}>
        {id !== undefined && <h1 className="sr-only lg:hidden">{t.title}</h1>}
        {id !== undefined && (
          <Link
            to="/settings"
            className="inline-flex min-h-11 items-center gap-1 text-muted hover:text-text lg:hidden"
          >
            <ChevronLeft aria-hidden className="size-5" />
            {t.back}
          </Link>
        )}
        {shown === undefined ? (
          <EmptyState icon={SearchX} title={t.noSection} />
        ) : (
          <article aria-labelledby="section-title">
            <h2 id="section-title" className="flex min-h-11 items-center font-semibold text-lg">
              {shown.title}
            </h2>
            <Suspense
              fallback={
                <Loading>
                  <Skeleton className="mt-4 h-64" />
                </Loading>
              }
            >
              <shown.Content />
            </Suspense>
          </article>
        )}
      </div>
    </div>
  );
}

function SectionLink({ section, current }: { section: SettingsSection; current: boolean }) {
  const { id, title, hint, icon: Icon } = section;
  return (
    <li>
      <Link
        to="/settings/$section"
        params={{ section: id }}
        aria-current={current ? "page" : undefined}
        className="flex min-h-14 items-center gap-3 rounded-md px-3 py-2 hover:bg-raised lg:aria-[current=page]:bg-raised"
      >
        <Icon aria-hidden className="size-5 shrink-0 text-muted" />
        <span className="min-w-0">
          <span className="block font-medium">{title}</span>
          <span className="block text-muted text-xs">{hint}</span>
        </span>
        <ChevronRight aria-hidden className="ml-auto size-5 shrink-0 text-muted lg:hidden" />
      </Link>
    </li>
  );
}
