// One call for each of many things, a few at a time: every call is bounded and safe to repeat, so what failed can be told
// and tried again, and nothing has to be taken back.

const AT_ONCE = 4;

/** Returns those whose call failed, for whatever cause, in their order. `onDone` counts the calls that have ended. */
export async function eachOf<T>(
  things: readonly T[],
  call: (thing: T) => Promise<unknown>,
  onDone: (count: number) => void = () => {},
): Promise<T[]> {
  const failed = new Set<T>();
  let next = 0;
  let done = 0;
  const work = async () => {
    for (let thing = things[next++]; thing !== undefined; thing = things[next++]) {
      try {
        await call(thing);
      } catch {
        failed.add(thing);
      }
      done += 1;
      onDone(done);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, things.length) }, work));
  return things.filter((thing) => failed.has(thing));
}
