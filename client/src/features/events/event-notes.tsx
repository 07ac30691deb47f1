// Tags and a note: what people say of an event, for everybody who sees it.
import { Plus, X } from "lucide-react";
import { type FormEvent, useId, useState } from "react";
import type { AlertMark } from "@/api/alerts";
import type { Alert } from "@/api/wire";
import { Button, IconButton } from "@/components/button";
import { eventTexts } from "@/lib/texts/event";

/** The server's limits. */
const TAG_LENGTH = 40;
const TAGS = 20;
const NOTE_LENGTH = 1000;

type EventNotesProps = { alert: Alert; mayChange: boolean; onMark: (mark: AlertMark) => void };

export function EventNotes({ alert, mayChange, onMark }: EventNotesProps) {
  const noteId = useId();
  const [tag, setTag] = useState("");
  const [draft, setDraft] = useState<string | null>(null);
  const note = draft ?? alert.note ?? "";
  const addTag = (event: FormEvent) => {
    event.preventDefault();
    const added = tag.trim();
    const known = alert.tags.some((one) => one.toLocaleLowerCase() === added.toLocaleLowerCase());
    if (added && !known) onMark({ id: alert.id, tags: [...alert.tags, added] });
    setTag("");
  };
  const saveNote = (event: FormEvent) => {
    event.preventDefault();
    onMark({ id: alert.id, note: note.trim() || null });
    setDraft(null);
  };
  if (!mayChange && alert.tags.length === 0 && !alert.note) return null;
  return (
    <section id="notes" aria-labelledby={`${noteId}-title`} className="scroll-mt-4">
      <h2 id={`${noteId}-title`} className="font-semibold text-base">
        {eventTexts.tagsAndNote}
      </h2>
      {alert.tags.length > 0 && (
        <ul aria-label={eventTexts.tags} className="mt-2 flex flex-wrap gap-1.5">
          {alert.tags.map((one) => (
            <li
              key={one}
              className="flex min-h-11 items-center rounded-full border border-line bg-surface pl-3.5"
            >
              {one}
              {mayChange ? (
                <IconButton
                  icon={X}
                  label={eventTexts.removeTag(one)}
                  onClick={() => onMark({ id: alert.id, tags: alert.tags.filter((other) => other !== one) })}
                />
              ) : (
                <span className="w-3.5" />
              )}
            </li>
          ))}
        </ul>
      )}
      {mayChange && alert.tags.length < TAGS && (
        <form onSubmit={addTag} className="mt-2 flex max-w-sm gap-2">
          <input
            value={tag}
            onChange={(event) => setTag(event.target.value)}
            maxLength={TAG_LENGTH}
            aria-label={eventTexts.newTag}
            placeholder={eventTexts.newTag}
            className="min-h-11 min-w-0 flex-1 rounded-sm border border-edge bg-bg px-3"
          />
          <Button type="submit" icon={Plus} disabled={!tag.trim()}>
            {eventTexts.addTag}
          </Button>
        </form>
      )}
      {mayChange ? (
        <form onSubmit={saveNote} className="mt-3 grid max-w-2xl gap-2">
          <label htmlFor={noteId} className="text-muted text-xs">
            {eventTexts.note}
          </label>
          <textarea
            id={noteId}
            value={note}
            onChange={(event) => setDraft(event.target.value)}
            maxLength={NOTE_LENGTH}
            rows={note ? 3 : 1}
            className="field-sizing-content min-h-11 rounded-sm border border-edge bg-bg px-3 py-2.5"
          />
          {draft !== null && draft !== (alert.note ?? "") && (
            <span className="flex gap-2">
              <Button type="submit" look="primary">
                {eventTexts.saveNote}
              </Button>
              <Button look="quiet" onClick={() => setDraft(null)}>
                {eventTexts.dropNote}
              </Button>
            </span>
          )}
        </form>
      ) : (
        alert.note && <p className="mt-3 max-w-2xl whitespace-pre-wrap">{alert.note}</p>
      )}
    </section>
  );
}
