// The settings that people change, at most twelve of them; the rest behind "More".
import type { Camera } from "@/api/wire";
import { cameraSettingsTexts as t } from "@/lib/texts/camera-settings";
import { ArmedSetting, NumberSetting, SliderSetting, TriggerSetting } from "./fields";
import { Keeping } from "./keeping";
import { NameSetting } from "./name-setting";
import { ScheduleSetting } from "./schedule-setting";
import type { Draft } from "./use-draft";

type SettingsListProps = { camera: Camera; draft: Draft; timeZone: string; mayChange: boolean };

export function SettingsList({ camera, draft, timeZone, mayChange }: SettingsListProps) {
  return (
    <>
      <NameSetting camera={camera} />
      <ArmedSetting draft={draft} />
      <ScheduleSetting draft={draft} timeZone={timeZone} />
      <TriggerSetting draft={draft} />
      <SliderSetting field="sensitivity" draft={draft} />
      <SliderSetting field="smallest_person" draft={draft} />
      <NumberSetting field="pre_roll_seconds" draft={draft} min={0} max={30} step={0.5} unit={t.seconds} />
      <Keeping camera={camera} mayChange={mayChange} />
      <details>
        <summary className="flex min-h-11 items-center border-line border-t text-muted">{t.more}</summary>
        <NumberSetting
          field="picture_every_seconds"
          draft={draft}
          min={0.1}
          max={3600}
          step={0.1}
          unit={t.seconds}
        />
        <NumberSetting field="pre_roll_pictures" draft={draft} min={0} max={20} unit={t.pictures} />
        <NumberSetting field="quiet_seconds" draft={draft} min={0.5} max={600} step={0.5} unit={t.seconds} />
        <NumberSetting field="alert_seconds" draft={draft} min={5} max={3600} unit={t.seconds} />
        <NumberSetting field="still_every_seconds" draft={draft} min={10} max={86_400} unit={t.seconds} />
        <SliderSetting field="night_sensitivity" draft={draft} />
        <SliderSetting field="night_smallest_person" draft={draft} />
        <NumberSetting field="night_below_lux" draft={draft} min={0} max={10_000} unit={t.lux} />
        <NumberSetting field="frames_per_second" draft={draft} min={1} max={30} unit={t.perSecond} />
        <NumberSetting
          field="video_kilobits"
          draft={draft}
          min={150}
          max={20_000}
          step={50}
          unit={t.kilobits}
        />
      </details>
    </>
  );
}
