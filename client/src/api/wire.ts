// The wire shapes under the names the screens use. Everything comes from the generated contract: nothing is declared here.
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Alert = Schemas["Alert"];
export type AlertType = Schemas["AlertType"];
/** An alert as the WebSocket tells it: the same for every person, so without `reviewed`. */
export type AlertCore = Omit<Alert, "reviewed">;
export type Image = Schemas["Image"];
export type Box = Schemas["Box"];
export type Health = Partial<Schemas["Health"]>;
export type Camera = Omit<Schemas["Camera"], "health"> & { health: Health | null };
export type Session = Schemas["Session"];
export type SetupState = Schemas["SetupState"];
export type Setup = Schemas["Setup"];
export type SignIn = Schemas["SignIn"];
export type Problem = Schemas["Problem"];

/** One page of a keyset list, newest first. */
export type Page<T> = { items: T[]; next_cursor: string | null };
