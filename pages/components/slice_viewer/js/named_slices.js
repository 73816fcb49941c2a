// The slices that the reviewer calls tumour while reading: spans from a first to a last slice. It draws nothing.

/** Spans in the order in which they were begun, slices from 0; `to` is null until the last slice is named. */
class NamedSlices {
  constructor() {
    this.spans = [];
    this.changes = 0;
  }

  /** A finding begins on this slice; one whose end was not yet named begins here instead. */
  from(slice) {
    const last = this.spans.at(-1);
    if (last?.to === null) last.from = slice;
    else this.spans.push({ from: slice, to: null });
    this.changes++;
  }

  /** The finding in hand ends on this slice, or on another one when said again. */
  to(slice) {
    if (!this.spans.length) this.from(slice);
    this.spans.at(-1).to = slice;
    this.changes++;
  }

  remove(span) {
    this.spans = this.spans.filter((one) => one !== span);
    this.changes++;
  }

  /** Numbers from 1, each once, rising. */
  numbers() {
    const found = new Set();
    for (const { from, to } of this.spans) {
      const [first, last] = ends(from, to);
      for (let slice = first; slice <= last; slice++) found.add(slice + 1);
    }
    return [...found].sort((a, b) => a - b);
  }

  /** Puts neighbouring slices of a kept draft back as spans. */
  take(numbers) {
    this.spans = rangesOf(numbers).map(([from, to]) => ({ from: from - 1, to: to - 1 }));
    this.changes++;
  }
}

/** First and last slice of a span, whichever was named first. */
function ends(from, to) { return [Math.min(from, to ?? from), Math.max(from, to ?? from)]; }

/** `12-18`, `40`, or `12 to ...` while the last slice is not named. */
function spanText({ from, to }) {
  if (to === null) return `${from + 1} to ...`;
  const [first, last] = ends(from, to);
  return first === last ? `${first + 1}` : `${first + 1}-${last + 1}`;
}
