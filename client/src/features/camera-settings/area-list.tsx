// The areas of one kind as a list: chosen, removed, and every corner as numbers, for those who do not draw.
import { Plus, Trash2 } from "lucide-react";
import type { Area } from "@/api/camera-settings";
import { Button, IconButton } from "@/components/button";
import { cameraSettingsTexts as t } from "@/lib/texts/camera-settings";
import { type AreaKind, percent } from "./area-editor";
import { isArea, MOST_AREAS, movePoint, newArea } from "./areas";

type AreaListProps = {
  kind: AreaKind;
  areas: readonly Area[];
  chosen: number | null;
  onChoose: (index: number | null) => void;
  onChange: (areas: Area[]) => void;
};

export function AreaList({ kind, areas, chosen, onChoose, onChange }: AreaListProps) {
  const area = chosen === null ? undefined : areas[chosen];
  const put = (next: Area) => onChange(areas.map((other, index) => (index === chosen ? next : other)));
  return (
    <div className="grid gap-3">
      <p className="text-muted">{t.areaHints[kind]}</p>
      <ul className="flex flex-wrap gap-2">
        {areas.map((one, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an area has no other name than its place
          <li key={index} className="flex items-center">
            <Button
              aria-pressed={index === chosen}
              onClick={() => onChoose(index === chosen ? null : index)}
              className={index === chosen ? "!border-accent-text bg-accent-soft" : ""}
            >
              {t.areaName(index + 1)}
            </Button>
            <IconButton
              icon={Trash2}
              label={t.removeArea(index + 1)}
              onClick={() => {
                onChange(areas.filter((_, place) => place !== index));
                onChoose(null);
              }}
            />
            {!isArea(one) && <span className="text-bad">{t.noArea}</span>}
          </li>
        ))}
        <li>
          <Button
            icon={Plus}
            disabled={areas.length >= MOST_AREAS}
            onClick={() => {
              onChange([...areas, newArea(areas)]);
              onChoose(areas.length);
            }}
          >
            {t.addArea}
          </Button>
        </li>
      </ul>
      {area && (
        <details>
          <summary className="flex min-h-11 items-center text-muted">{t.numbers}</summary>
          <ul className="grid gap-2 sm:grid-cols-2">
            {area.map((point, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a corner has no other name than its place
              <li key={index} className="flex items-center gap-2">
                <span className="w-16 text-muted">{t.cornerName(index + 1)}</span>
                {([0, 1] as const).map((axis) => (
                  <input
                    key={axis}
                    type="number"
                    min={0}
                    max={100}
                    step={0.1}
                    aria-label={axis === 0 ? t.fromLeft(index + 1) : t.fromTop(index + 1)}
                    value={percent(point[axis])}
                    onChange={(event) => {
                      const value = event.target.valueAsNumber / 100;
                      if (Number.isNaN(value)) return;
                      put(movePoint(area, index, axis === 0 ? [value, point[1]] : [point[0], value]));
                    }}
                    className="min-h-11 w-24 rounded-sm border border-edge bg-bg px-2 tabular-nums"
                  />
                ))}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
