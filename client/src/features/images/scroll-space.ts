// A gallery may be taller than any browser lets a page be (about 16.7 million pixels at two device pixels per pixel).
// Then the page is only as tall as it may be, and each place on it stands for a place in the gallery: small movements
// move both alike, large ones (the scroll bar, the scrubber) go by proportion. Pure.

/** How tall a page may be, in CSS pixels. */
export function tallest(devicePixelRatio: number): number {
  return Math.floor(15_000_000 / Math.max(1, devicePixelRatio));
}

export class ScrollSpace {
  /** What is to be added to a place on the page for the place in the gallery. */
  offset = 0;
  private last = 0;

  constructor(
    /** Height of the gallery, of its part of the page, and of what is seen of it. */
    readonly height: number,
    readonly page: number,
    readonly seen: number,
  ) {}

  get compressed(): boolean {
    return this.height > this.page;
  }

  /** The page was scrolled here: the place in the gallery. Above the gallery's begin, both are negative alike. */
  scrolled(place: number): number {
    const moved = Math.abs(place - this.last);
    this.last = place;
    if (!this.compressed) return place;
    if (place <= 0) this.offset = 0;
    else if (moved > 4 * this.seen || place >= this.page - this.seen)
      this.offset = this.proportional(place) - place;
    else this.offset = Math.max(0, Math.min(this.offset, this.height - this.page));
    return place + this.offset;
  }

  /** The place on the page from which a place in the gallery is seen; what is drawn then stands by `offset`. */
  placeFor(target: number): number {
    const wanted = Math.max(0, Math.min(target, this.height - this.seen));
    if (!this.compressed) return wanted;
    const place = Math.round((wanted * (this.page - this.seen)) / (this.height - this.seen));
    this.offset = wanted - place;
    this.last = place;
    return place;
  }

  private proportional(place: number): number {
    return (Math.min(place, this.page - this.seen) * (this.height - this.seen)) / (this.page - this.seen);
  }
}
