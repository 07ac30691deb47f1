import { expect, it } from "vitest";
import { eachOf } from "./each-of";

it("calls once for each, four at a time, and returns those that failed", async () => {
  const seen: number[] = [];
  const progress: number[] = [];
  let running = 0;
  let most = 0;
  const failed = await eachOf(
    Array.from({ length: 23 }, (_, n) => n),
    async (n) => {
      seen.push(n);
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
      if (n % 10 === 5) throw new Error("no");
    },
    (done) => progress.push(done),
  );
  expect(failed).toEqual([5, 15]);
  expect(seen).toHaveLength(23);
  expect(most).toBe(4);
  expect(progress.at(-1)).toBe(23);
});
