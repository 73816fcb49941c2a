// What is recorded of a read: slices painted, time with hands on it, own marks. It sends nothing by itself.

const OWN_KINDS = ["marker", "outline"];
const LONGEST_PAUSE_MS = 20_000; // between two acts; of a longer one this much counts, the rest is absence
const KEEP_MS = 500;             // a draft is kept at most this often

/** One read of one study by one reviewer, as far as it has come; kept in this browser until it is sealed. */
class ReadRecord {
  constructor({ mode, id }, slices, marks) {
    this.mode = mode;
    this.id = id;
    this.painted = new Uint8Array(slices);
    this.activeMs = 0;
    this.lastAct = null;
    this.marks = marks;
    this.named = new NamedSlices();
    this.take(id ? recall("localStorage", `read.${id}`) : null);
  }

  /** A draft of this read that was kept before a reload, or that another tab has just kept. */
  take(draft) {
    this.marks.replace(OWN_KINDS, draft ? ownMarks(draft, false) : []);
    this.named.take(draft?.slices ?? []);
    this.takeLooks(draft);
  }

  /** Whether the browser said that another tab went on with this very read, which is then taken over. */
  heard({ key, newValue }) {
    if (key !== `${REMEMBERED}read.${this.id}`) return false;
    if (!newValue) this.end();
    else if (this.keeping || this.marks.open) this.takeLooks(JSON.parse(newValue));
    else this.take(JSON.parse(newValue));
    return true;
  }

  /** The slices shown and the time of a draft, not what it names: this tab has newer ones. */
  takeLooks(draft) {
    for (const number of draft?.painted ?? []) this.painted[number - 1] = 1;
    this.activeMs = Math.max(this.activeMs, 1000 * (draft?.active_seconds ?? 0));
  }

  /** It was sealed: nothing of it is kept any more. */
  end() {
    clearTimeout(this.keeping);
    this.ended = true;
  }

  paint(slice) {
    if (this.painted[slice]) return;
    this.painted[slice] = 1;
    this.keep();
  }

  /** A hand moved, at `now` in milliseconds: the time since the last act counts, of a long pause its beginning. */
  act(now) {
    const since = this.lastAct === null ? 0 : now - this.lastAct;
    this.activeMs += Math.min(Math.max(since, 0), LONGEST_PAUSE_MS);
    this.lastAct = now;
  }

  /** Soon, and once however often it is asked. */
  keep() {
    if (!this.id || this.keeping || this.ended) return;
    this.keeping = setTimeout(() => {
      this.keeping = 0;
      remember("localStorage", `read.${this.id}`, this.draft());
    }, KEEP_MS);
  }

  /** The read is over: nothing of it stays in the browser. */
  forget() {
    this.end();
    if (this.id) remember("localStorage", `read.${this.id}`, null);
  }

  /** Numbers, from 1, of the slices that were not painted. */
  unseen() {
    const found = [];
    this.painted.forEach((seen, slice) => { if (!seen) found.push(slice + 1); });
    return found;
  }

  /** What is sent when the reviewer gives the verdict. */
  draft() {
    const painted = [];
    this.painted.forEach((seen, slice) => { if (seen) painted.push(slice + 1); });
    const own = this.marks.of(...OWN_KINDS).filter((mark) => !mark.sealed);
    return {
      painted,
      slices: this.named.numbers(),
      markers: own.filter(({ kind }) => kind === "marker").map(({ slice, points: [[x, y]], sure }) =>
        ({ slice: slice + 1, x: rounded(x), y: rounded(y), sure })),
      outlines: own.filter(({ kind }) => kind === "outline").map(({ slice, points, sure }) =>
        ({ slice: slice + 1, points: points.map((point) => point.map(rounded)), sure })),
      active_seconds: Math.round(this.activeMs / 100) / 10,
    };
  }
}

/** A draft's markers and outlines as marks; sealed ones can no longer be changed. */
function ownMarks({ markers, outlines }, sealed) {
  return [
    ...markers.map(({ slice, x, y, sure }) => ({ kind: "marker", slice: slice - 1, points: [[x, y]], sure, sealed })),
    ...outlines.map(({ slice, points, sure }) => ({ kind: "outline", slice: slice - 1, points, sure, sealed })),
  ];
}

function rounded(value) { return Math.round(value * 100) / 100; }

/** `[[1, 3], [7, 7]]` for rising numbers. */
function rangesOf(numbers) {
  const ranges = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last && last[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges;
}

/** `1-3, 7, 19-20` for rising numbers. */
function rangesText(numbers) {
  return rangesOf(numbers).map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(", ");
}
