// One unit of live video as it crosses the wire: a header of 16 bytes, big endian, then the data. See docs/design/live.md.

export const VIDEO = 1;
export const PICTURE = 2;
const HEADER_BYTES = 16;

export type Unit = {
  kind: number;
  /** Decoding may begin here. */
  key: boolean;
  /** Changes with the encoder: what follows does not continue what was. */
  epoch: number;
  sequence: number;
  /** Microseconds since 1970, by the camera's clock. */
  capturedUs: number;
  data: Uint8Array<ArrayBuffer>;
};

export function readUnit(message: ArrayBuffer): Unit | null {
  if (message.byteLength <= HEADER_BYTES) return null;
  const view = new DataView(message);
  return {
    kind: view.getUint8(0),
    key: (view.getUint8(1) & 1) === 1,
    epoch: view.getUint16(2),
    sequence: view.getUint32(4),
    capturedUs: view.getUint32(8) * 4_294_967_296 + view.getUint32(12),
    data: new Uint8Array(message, HEADER_BYTES),
  };
}
