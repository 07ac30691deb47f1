// When the camera is armed: windows of days and times, in the site's time zone.
import { Plus, Trash2 } from "lucide-react";
import type { ArmedWindow } from "@/api/camera-settings";
import { Button, IconButton } from "@/components/button";
import { cameraSettingsTexts as t } from "@/lib/texts/camera-settings";
import { Setting } from "./fields";
import type { Draft } from "./use-draft";

const DAYS: readonly ArmedWindow["days"][number][] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const MOST = 28;

export function ScheduleSetting({ draft, timeZone }: { draft: Draft; timeZone: string }) {
  const windows = draft.value("schedule") ?? [];
  const put = (next: ArmedWindow[]) => draft.set("schedule", next);
  const change = (index: number, part: Partial<ArmedWindow>) =>
    put(windows.map((window, place) => (place === index ? { ...window, ...part } : window)));
  return (
    <Setting field="schedule" draft={draft}>
      {(id, noteId) => (
        <div className="grid gap-3">
          {windows.length === 0 && <p>{t.always}</p>}
          {windows.map((window, index) => (
            <fieldset
              // biome-ignore lint/suspicious/noArrayIndexKey: a window has no other name than its place
              key={index}
              className="grid gap-2 rounded-sm bg-raised p-2"
            >
              <legend className="sr-only">{t.window(index + 1)}</legend>
              <div className="flex flex-wrap gap-1">
                {DAYS.map((day) => (
                  <label
                    key={day}
                    className="grid min-h-11 min-w-11 cursor-pointer place-items-center rounded-sm border border-line px-1 has-checked:border-accent-text has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-accent-text"
                  >
                    <input
                      type="checkbox"
                      className="sr-only"
                      checked={window.days.includes(day)}
                      onChange={(event) => {
                        const days = DAYS.filter((one) =>
                          one === day ? event.target.checked : window.days.includes(one),
                        );
                        if (days.length > 0) change(index, { days });
                      }}
                    />
                    {t.days[day]}
                  </label>
                ))}
              </div>
              <div className="flex flex-wrap items-center gap-2">
                {(["start", "end"] as const).map((end) => (
                  <label key={end} className="flex items-center gap-2">
                    <span className="text-muted">{t.windowEnds[end]}</span>
                    <input
                      type="time"
                      value={window[end]}
                      onChange={(event) => event.target.value && change(index, { [end]: event.target.value })}
                      className="min-h-11 rounded-sm border border-edge bg-bg px-2"
                    />
                  </label>
                ))}
                <IconButton
                  icon={Trash2}
                  label={t.removeWindow(index + 1)}
                  className="ml-auto"
                  onClick={() => put(windows.filter((_, place) => place !== index))}
                />
              </div>
            </fieldset>
          ))}
          <Button
            id={id}
            icon={Plus}
            aria-describedby={noteId}
            disabled={windows.length >= MOST}
            className="justify-self-start"
            onClick={() => put([...windows, { days: [...DAYS], start: "22:00", end: "06:00" }])}
          >
            {t.addWindow}
          </Button>
          <p className="text-muted text-xs">{t.inZone(timeZone)}</p>
        </div>
      )}
    </Setting>
  );
}
