import { expect, it } from "vitest";
import { cacheName, isPage, surplus, thumbnailOf } from "./rules";

const ID = "019ab1c2-7d10-7a3b-8c55-0123456789ab";

it("answers the viewer's own pages, and leaves everything else to the server", () => {
  for (const path of ["/", "/events/x", "/gallery", `/gallery/${ID}`, "/live", "/settings/cameras", "/login"])
    expect(isPage(path)).toBe(true);
  for (const path of ["/docs", `/images/${ID}/file`, "/share/secret", "/install.sh", "/healthz", "/metrics"])
    expect(isPage(path)).toBe(false);
});

it("keeps thumbnails and no picture at full size", () => {
  expect(thumbnailOf(`/images/${ID}/thumbnail`)).toBe(ID);
  for (const path of [`/images/${ID}/file`, `/images/${ID}`, "/images", "/alerts", "/session"])
    expect(thumbnailOf(path)).toBeUndefined();
});

it("never keeps more than 2,000 thumbnails, fifty added between two looks", () => {
  let count = 0;
  for (let look = 0; look < 100; look += 1) {
    count += 50;
    expect(count).toBeLessThanOrEqual(2000);
    count -= surplus(count);
  }
  expect(count).toBeGreaterThan(1800);
});

it("begins a new cache when any file is another", () => {
  const files = [
    { url: "/", revision: "1" },
    { url: "/assets/a.js", revision: "" },
  ];
  expect(cacheName(files)).toBe(cacheName([...files]));
  expect(cacheName(files)).not.toBe(cacheName([{ url: "/", revision: "2" }, files[1] as (typeof files)[0]]));
});
