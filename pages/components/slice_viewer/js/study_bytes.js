// The parts of the study on screen while they arrive, and what is counted of them. It draws nothing.

/** Once the browser has painted, or soon: a page in the background paints nothing. */
function nextPaint() {
  const painted = new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  return Promise.race([painted, new Promise((done) => setTimeout(done, 100))]);
}

class StudyBytes {
  constructor(viewer) {
    this.viewer = viewer;
    this.parts = {};
    this.measures = null;
    this.truthPixels = null;     // a slice, null without truth
  }

  /** The kinds of parts that differ from those at hand. */
  renewed(data) {
    return ["images", "truth", "reading"].filter((kind) => this.parts[kind]?.digest !== data.parts[kind]?.digest);
  }

  stop() { for (const part of Object.values(this.parts)) part?.stop.abort(); }

  /** Fetches what is new, drops what was withdrawn, and counts afresh. */
  start(data, renewed) {
    const { slices } = data.study;
    this.measures = data.reading ? new Measures(slices, data.reading.ticks.length, data.truth?.known ?? null) : null;
    if (renewed.includes("truth")) this.truthPixels = data.parts.truth ? new Uint32Array(slices) : null;
    for (const kind of renewed) this.parts[kind]?.stop.abort();
    try {
      for (const kind of renewed) this.parts[kind] = this.made(kind, data);
      this.fetch(data, renewed.map((kind) => this.parts[kind]).filter(Boolean));
    } catch (error) {
      this.viewer.fail(error);
    }
    for (let slice = 0; slice < slices; slice++) this.measure(slice);
  }

  made(kind, data) {
    const described = data.parts[kind];
    return described ? new Part(kind, described, data.study.slices) : null;
  }

  // The shown slice of every part comes first: beside whole parts it would wait for its turn.
  async fetch(data, parts) {
    const headers = { [data.token_header]: data.token };
    const { slice } = this.viewer.view;
    const on = (part) => (at) => this.arrived(part, at);
    await Promise.all(parts.map((part) => part.fetchOne(headers, slice, on(part))));
    await nextPaint();
    for (const part of parts) {
      part.fetchWhole(headers, on(part))
        .then(() => this.viewer.repaint())
        .catch((error) => { if (error.name !== "AbortError") this.viewer.fail(error); });
    }
  }

  arrived(part, slice) {
    if (this.parts[part.kind] !== part) return;        // of a study that was left meanwhile
    if (part.kind === "truth") this.truthPixels[slice] = countTruth(part.at(slice));
    if (part.kind !== "images") this.measure(slice);
    this.viewer.repaint();
  }

  measure(slice) {
    const codes = this.parts.reading?.at(slice);
    const truth = this.parts.truth ? this.parts.truth.at(slice) : undefined;
    if (codes && truth !== null) this.measures.add(slice, codes, truth);
  }

  /** Whether every byte that was granted is here. */
  get whole() { return Object.values(this.parts).every((part) => !part || part.whole); }

  /** What the strip shows of each slice; null or empty where it is not known. */
  columns({ tick }, reading, seen) {
    const { measures, truthPixels } = this;
    return { reading, truth: truthPixels, seen, tick, ticks: reading?.ticks.length ?? 0,
      flip: measures && ((slice) => measures.reach[slice]) };
  }
}
