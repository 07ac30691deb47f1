// A fault in the place where an event has its picture: what happened, in one sentence, and what to do, in one.
import { Clock4, HardDrive, type LucideIcon, Thermometer, TriangleAlert, WifiOff, Zap } from "lucide-react";
import type { Alert } from "@/api/wire";
import { wordsOfFault } from "./fault-words";

const ICONS: Record<string, LucideIcon> = {
  offline: WifiOff,
  hot: Thermometer,
  low_voltage: Zap,
  disk: HardDrive,
  clock: Clock4,
};

export function FaultBody({ alert, timeZone }: { alert: Alert; timeZone: string }) {
  const { title, happened, todo } = wordsOfFault(alert, timeZone);
  const Icon = ICONS[alert.type] ?? TriangleAlert;
  return (
    <div
      className={`grid size-full content-start gap-2 overflow-hidden border-l-4 p-4 ${
        alert.ended_at === null ? "border-bad bg-bad-soft" : "border-edge bg-raised"
      }`}
    >
      <p className="flex items-center gap-2 font-semibold text-base">
        <Icon
          aria-hidden
          className={`size-5 shrink-0 ${alert.ended_at === null ? "text-bad" : "text-muted"}`}
        />
        {title}
      </p>
      <p>{happened}</p>
      <p className="text-muted">{todo}</p>
    </div>
  );
}
