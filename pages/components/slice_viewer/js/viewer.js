// The viewer of one study: its view, its bytes, and one repaint a frame. Streamlit calls it below.

const FIRST_VIEW = {
  slice: 0, tick: 0, opacity: 1, zoom: 1, centreX: 0.5, centreY: 0.5, channel: 0,
  low: 0, high: 255, preset: 1, invert: false, smooth: true, layout: "row", large: "original",
  overlay: true, showModel: true, showTruth: true, fill: false, errors: false, peek: false,
  cursor: null, cine: false, ruler: false,
};
const CINE_MS = 100;             // ten slices a second
const READABLE = 2;              // window preset of a study that was just opened

class Viewer {
  constructor(parent) {
    this.root = parent.querySelector(".viewer");
    this.view = { ...FIRST_VIEW };
    this.panes = [...this.root.querySelectorAll(".pane")].map((figure) => new Pane(figure));
    this.panel = new Panel(this.root);
    this.parts = {};
    this.study = null;
    this.data = null;
    this.waiting = 0;
    this.sizes = new ResizeObserver(() => { this.arrange(); this.repaint(); });
    this.sizes.observe(this.root);
    const page = parent.host?.closest(".stMainBlockContainer");  // what stands above may come and go
    if (page) this.sizes.observe(page);
    this.onResize = () => { this.arrange(); this.repaint(); };
    window.addEventListener("resize", this.onResize);
  }

  close() {
    for (const part of Object.values(this.parts)) part?.stop.abort();
    this.sizes.disconnect();
    window.removeEventListener("resize", this.onResize);
    cancelAnimationFrame(this.waiting);
    clearInterval(this.cineTimer);
    clearTimeout(this.panel.spokenAt);
    this.closed = true;
  }

  /* what the page says */

  /** Takes what the page granted: fetches the parts that are new, keeps those that are not. */
  show(data, ask) {
    this.ask = ask;
    const before = this.data;
    this.data = data;
    const renewed = ["images", "truth", "reading"].filter(
      (kind) => this.parts[kind]?.digest !== data.parts[kind]?.digest);
    if (renewed.includes("images")) this.startStudy(data);
    if (renewed.length) this.startParts(data, renewed);
    if (!before || before.study_id !== data.study_id || before.request !== data.request) {
      this.goTo(data.first);
    }
    this.hands ??= new Hands(this);
    this.repaint();
  }

  startStudy(data) {
    const { layout, large, showModel, showTruth, fill, smooth, invert, opacity } = this.view;
    this.study = data.study;
    this.seen = new Uint8Array(data.study.slices);
    this.truthPixels = null;
    this.rulers = new Rulers();
    this.view = { ...FIRST_VIEW, layout, large, showModel, showTruth, fill, smooth, invert, opacity,
      slice: data.first, channel: data.study.first_channel };
    this.preset(READABLE);
  }

  startParts(data, renewed) {
    this.reading = data.reading;
    this.truth = data.truth;
    if (renewed.includes("reading") && data.reading) {
      this.view.tick = tickAt(data.reading.ticks, data.reading.pixel_threshold);
    }
    this.layers = new Layers(data.study);
    for (const pane of this.panes) pane.drawn = null;
    this.measures = data.reading
      ? new Measures(data.study.slices, data.reading.ticks.length, data.truth?.known ?? null) : null;
    this.panel.describe(this);
    this.arranged = null;                              // the scale appears and goes with the reading
    this.root.dataset.state = "loading";
    this.root.dataset.study = data.study_id;
    delete this.root.dataset.firstSliceMs;
    this.began = performance.now();
    this.firstPainted = false;
    try {
      for (const kind of renewed) this.replace(kind, data);
    } catch (error) {
      this.fail(error);
    }
    for (let slice = 0; slice < data.study.slices; slice++) this.measure(slice);
  }

  replace(kind, data) {
    this.parts[kind]?.stop.abort();
    const described = data.parts[kind];
    if (kind === "truth") this.truthPixels = described ? new Uint32Array(data.study.slices) : null;
    if (!described) { this.parts[kind] = null; return; }
    const part = new Part(kind, described, data.study.slices);
    this.parts[kind] = part;
    part.fetch({ [data.token_header]: data.token }, this.view.slice, (slice) => this.arrived(part, slice))
      .then(() => this.repaint())
      .catch((error) => { if (error.name !== "AbortError") this.fail(error); });
  }

  arrived(part, slice) {
    if (this.parts[part.kind] !== part) return;        // of a study that was left meanwhile
    if (part.kind === "truth") this.truthPixels[slice] = countTruth(part.at(slice));
    if (part.kind !== "images") this.measure(slice);
    this.repaint();
  }

  measure(slice) {
    const codes = this.parts.reading?.at(slice);
    const truth = this.parts.truth ? this.parts.truth.at(slice) : undefined;
    if (codes && truth !== null) this.measures.add(slice, codes, truth);
  }

  /** Whether every byte that was granted is here. */
  get whole() { return Object.values(this.parts).every((part) => !part || part.whole); }

  /** `loaded` says that all is there and painted. */
  markLoaded() {
    if (this.root.dataset.state !== "loading" || !this.whole) return;
    this.root.dataset.state = "loaded";
    this.root.dataset.loadedMs = Math.round(performance.now() - this.began);
  }

  fail(error) {
    this.root.dataset.state = "failed";
    this.panel.status(error.message, true);
  }

  /* what hands ask */

  change(patch) {
    Object.assign(this.view, patch);
    this.repaint();
  }

  within(slice) { return Math.min(Math.max(slice, 0), this.study.slices - 1); }

  goTo(slice) { this.change({ slice: this.within(slice) }); }

  toggle(name) {
    if (this.root.querySelector(`[data-toggle="${name}"]`)?.disabled) return;
    this.change({ [name]: !this.view[name] });
    if (name === "cine") this.play();
  }

  toggleSingle(pane) {
    const back = this.view.layout === "single";
    if (!back) this.before = this.view.layout;
    this.change({ layout: back ? this.before ?? "row" : "single", large: pane });
  }

  preset(number) {
    const [low, quarter, middle, high, highest] = this.study.points[this.view.channel] ?? [0, 64, 128, 255, 255];
    const windows = { 2: [low, highest], 3: [quarter, high], 4: [middle, highest] };
    const [from, to] = windows[number] ?? [0, 255];
    this.change({ low: from, high: Math.max(to, from + 1), preset: number });
  }

  /** Shows a channel; a preset means other intensities there, a window set by hand stays. */
  showChannel(channel) {
    this.change({ channel });
    if (this.view.preset) this.preset(this.view.preset);
  }

  play() {
    clearInterval(this.cineTimer);
    if (!this.view.cine) return;
    this.cineTimer = setInterval(() => this.goTo((this.view.slice + 1) % this.study.slices), CINE_MS);
  }

  act(name) { ACTIONS[name](this); }

  moveTick(by) {
    if (!this.reading) return;
    this.change({ tick: Math.min(Math.max(this.view.tick + by, 0), this.reading.ticks.length - 1) });
  }

  goToFlagged(way) {
    const { reading, study, view } = this;
    const found = reading && neighbour(view.slice, study.slices, way, (slice) => reaches(reading, slice));
    if (found !== null) this.goTo(found);
  }

  removeRuler() {
    this.rulers.removeLast(this.view.slice);
    this.repaint();
  }

  fade(by) { this.change({ opacity: Math.min(Math.max(this.view.opacity + by, 0), 1) }); }

  zoomBy(factor) { this.change(zoomed(this.view, this.study, factor)); }

  /** Window, zoom and place as when the study was opened. */
  reset() {
    this.change({ zoom: 1, centreX: 0.5, centreY: 0.5, invert: false });
    this.preset(READABLE);
  }

  showHelp(shown = this.panel.part.sheet.hidden) { this.panel.part.sheet.hidden = !shown; }

  cancel() {
    this.showHelp(false);
    if (this.view.cine) this.toggle("cine");
    else if (this.view.ruler) this.toggle("ruler");
    else if (this.view.layout === "single") this.toggleSingle(this.view.large);
  }

  /* what the screen shows */

  /** The bytes of the slice on screen, null where they are not there yet. */
  blocks() {
    const at = (kind) => this.parts[kind]?.at(this.view.slice) ?? null;
    return { images: at("images"), truth: at("truth"), reading: at("reading") };
  }

  /** Draws the newest state once at the next frame, however often it is asked. */
  repaint() {
    if (this.waiting || this.closed || !this.study) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = 0;
      this.paint();
    });
  }

  paint() {
    const { view, study } = this;
    if (this.arranged !== view.layout + view.large) this.arrange();
    const blocks = this.blocks();
    const known = Boolean(this.truth?.known[view.slice]);
    this.layers.update(view, blocks, this.reading, known);
    if (this.truth) this.panel.empty("truth", known ? "" : "No mask for this slice");
    for (const pane of this.panes) pane.draw(view, study, this.layers, this.rulers.on(view.slice));
    if (blocks.images) this.painted();
    drawStrip(this.panel.part.strip, view, study, this.columns());
    this.panel.update(this);
    this.root.dataset.slice = view.slice + 1;
    this.sayProgress();
    this.markLoaded();
  }

  /** What the strip shows of each slice; null or empty where it is not known. */
  columns() {
    const { measures, view } = this;
    return { reading: this.reading, truth: this.truthPixels, seen: this.seen,
      inMask: measures && ((slice) => measures.reach[slice] > view.tick) };
  }

  painted() {
    this.seen[this.view.slice] = 1;
    if (this.firstPainted) return;
    this.firstPainted = true;
    this.root.dataset.firstSliceMs = Math.round(performance.now() - this.began);
    this.takeFocus();
  }

  /** Once a study, so that keys act without a click; from nothing else that has the focus. */
  takeFocus() {
    if (this.focusedFor === this.data.study_id) return;
    this.focusedFor = this.data.study_id;
    const { activeElement, body } = document;
    if (!activeElement || activeElement === body) this.root.focus({ preventScroll: true });
  }

  sayProgress() {
    if (this.root.dataset.state === "failed") return;
    const { images } = this.parts;
    if (!images || images.whole) return this.panel.status("");
    const there = images.ready.reduce((sum, one) => sum + one, 0);
    this.panel.status(`Loading ${there} of ${this.study.slices} slices`);
  }

  arrange() {
    this.arranged = this.view.layout + this.view.large;
    arrange(this);
  }
}

const viewers = new WeakMap();

/** Streamlit calls this at the mount, at each change of data and of theme. */
export default function ({ data, parentElement, setTriggerValue }) {
  let viewer = viewers.get(parentElement);
  if (!viewer) viewers.set(parentElement, viewer = new Viewer(parentElement));
  viewer.show(data, setTriggerValue);
  return () => {
    viewer.close();
    viewers.delete(parentElement);
  };
}
