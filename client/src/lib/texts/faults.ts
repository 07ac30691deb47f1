// What a fault of a camera is called, what happened, and the one thing to do about it. The server sends words for programs
// and figures; every sentence is made here.
import { bytes } from "../measures";
import { plural } from "../plural";

export type FaultGap = {
  began_at: string;
  ended_at: string | null;
  cause?: string | null;
  pictures_recovered: number;
};
/** As the server describes a fault; a word that is not known is shown by the event's type. */
export type FaultDetail = {
  code: string;
  times?: number;
  celsius?: number;
  free_bytes?: number;
  pictures?: number;
  gaps?: readonly FaultGap[];
};
export type FaultWords = { title: string; happened: string; todo: string };

const CAUSES: Record<string, string> = {
  wifi: "its Wi-Fi was down",
  network: "the network was down",
  restarted: "it was restarted",
  agent_restarted: "its program was restarted",
};

const TYPE_CODES: Record<string, string> = {
  offline: "silent",
  tamper: "covered",
  hot: "hot",
  low_voltage: "under_voltage",
  disk: "disk_full",
  clock: "clock_not_set",
  sensor: "sensor_stuck",
  camera_failed: "camera_failed",
  pictures_lost: "pictures_lost",
};

function gapWords(gap: FaultGap, clock: (instant: string) => string): string {
  const span =
    gap.ended_at === null ? `since ${clock(gap.began_at)}` : `${clock(gap.began_at)}-${clock(gap.ended_at)}`;
  const cause = gap.cause ? `, ${CAUSES[gap.cause] ?? gap.cause}` : "";
  const back =
    gap.pictures_recovered > 0 ? `, ${plural(gap.pictures_recovered, "picture", "pictures")} recovered` : "";
  return `No data ${span}${cause}${back}.`;
}

/** The words for a fault; `clock` writes an instant on the site's clock. */
export function faultWords(
  type: string,
  detail: FaultDetail | null | undefined,
  lasts: boolean,
  clock: (instant: string) => string,
): FaultWords {
  const code = detail?.code ?? TYPE_CODES[type] ?? type;
  switch (code) {
    case "silent": {
      const gaps = detail?.gaps ?? [];
      const last = gaps.at(-1);
      return {
        title: lasts ? "Camera offline" : "Camera was offline",
        happened: last ? gapWords(last, clock) : "The server heard nothing of it.",
        todo: lasts
          ? "Check its power and its Wi-Fi; what it sees meanwhile is kept and comes later."
          : last?.cause === "wifi"
            ? "If this comes often, move it nearer to the router, or add a repeater."
            : "Nothing to do, unless it comes often.",
      };
    }
    case "covered":
      return {
        title: "Camera covered",
        happened: "Its picture has gone dark or empty at once.",
        todo: "Look what stands or hangs before its lens.",
      };
    case "defocused":
      return {
        title: "Picture not sharp",
        happened: "Its picture has lost its edges.",
        todo: "Clean the lens, or turn it until the picture is sharp.",
      };
    case "moved":
      return {
        title: "Camera moved",
        happened: "It looks somewhere else than before.",
        todo: "Turn it back, or draw its zones anew.",
      };
    case "hot":
      return {
        title: "Camera too hot",
        happened: detail?.celsius
          ? `Its processor reached ${Math.round(detail.celsius)} °C.`
          : "Its processor is hot.",
        todo: "Give it shade and air.",
      };
    case "throttled":
      return {
        title: "Camera slowed down",
        happened: "Heat or weak power slows it down, so that it may miss pictures.",
        todo: "Give it shade, air and the official power supply.",
      };
    case "under_voltage":
      return {
        title: "Power too low",
        happened: "Its power supply gives too little.",
        todo: "Use the official power supply and a short cable.",
      };
    case "disk_full":
      return {
        title: "Camera storage full",
        happened:
          detail?.free_bytes === undefined
            ? "Its card is nearly full."
            : `${bytes(detail.free_bytes)} left on its card.`,
        todo: "Bring its connection back, so that it can send what waits, or give it a larger card.",
      };
    case "clock_not_set":
      return {
        title: "Clock not set",
        happened: "It does not know the time, so that times may be wrong.",
        todo: "Let it reach a time server, or give it a clock module.",
      };
    case "sensor_stuck":
      return {
        title: "Motion sensor stuck",
        happened: "Its sensor reports movement without end.",
        todo: "Check the sensor's wires and keep it out of sun and draught.",
      };
    case "sensor_chattering":
      return {
        title: "Motion sensor chatters",
        happened: "Its sensor switches on and off far too often.",
        todo: "Check its wires and its power.",
      };
    case "no_frames":
      return {
        title: "No picture from the sensor",
        happened: "Its camera module gives no pictures; it is being started again.",
        todo: "Check the ribbon cable, then restart it.",
      };
    case "camera_failed":
      return {
        title: "Camera module failed",
        happened: "Its camera module does not answer; it is being started again.",
        todo: "Check the ribbon cable, then restart it.",
      };
    case "pictures_lost":
      return {
        title: "Pictures lost",
        happened: `${detail?.pictures === undefined ? "Pictures" : plural(detail.pictures, "picture", "pictures")} had to be dropped, because its storage was full.`,
        todo: "Bring its connection back, or give it a larger card.",
      };
    default:
      return {
        title: "Something is wrong with this camera",
        happened: `It reports “${code.replaceAll("_", " ")}”.`,
        todo: "Look at its card on the Cameras page.",
      };
  }
}
