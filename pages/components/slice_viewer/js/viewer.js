// The viewer of one study: its view, and one repaint a frame. Streamlit calls it below.

const FIRST_VIEW = {
  slice: 0, tick: 0, zoom: 1, centreX: 0.5, centreY: 0.5, channel: 0, windows: [],
  opacity: { model: 1, truth: 1, heat: 0.6 }, invert: false, smooth: true, layout: "row", large: "original",
  overlay: true, showModel: true, showTruth: true, showHeat: false, fill: false, errors: false, peek: false,
  cursor: null, cine: false, tool: null,
};

const MOST_SAVED = 20;           // saved files that one message names

class Viewer {
  constructor(parent) {
    this.root = parent.querySelector(".viewer");
    this.settings = new Settings();
    this.view = { ...FIRST_VIEW, ...keptLooks() };
    this.panes = [...this.root.querySelectorAll(".pane")].map((figure) => new Pane(figure));
    this.panel = new Panel(this.root);
    this.readPanel = new ReadPanel(this.panel.part);
    this.kept = new KeptList(this.panel.part.kept);
    this.found = new FindingsList(this.panel.part);
    this.sheet = new SettingsSheet(this.panel.part.sheet, this.settings);
    this.pointer = new KeyPointer(this);
    this.studyChange = new StudyChange(this);
    this.bytes = new StudyBytes(this);
    this.marks = new Marks();
    this.read = this.study = this.data = null;
    this.waiting = 0;
    this.offered = [];
    this.saved = [];             // what was told of saved files, the newest last
    this.watchSize(parent.host?.closest(".stMainBlockContainer"));
  }

  watchSize(page) {
    this.onResize = () => { this.arrange(); this.repaint(); };
    this.sizes = new ResizeObserver(this.onResize);
    this.sizes.observe(this.root);
    if (page) this.sizes.observe(page);                // what stands above may come and go
    window.addEventListener("resize", this.onResize);
    this.onStorage = (event) => { if (this.read?.heard(event)) this.repaint(); };
    window.addEventListener("storage", this.onStorage);
  }

  close() {
    this.bytes.stop();
    this.sizes.disconnect();
    window.removeEventListener("resize", this.onResize);
    window.removeEventListener("storage", this.onStorage);
    cancelAnimationFrame(this.waiting);
    clearInterval(this.cineTimer);
    clearTimeout(this.panel.spokenAt);
    this.studyChange.forget();
    this.closed = true;
  }

  /* what the page says */

  /** Takes what the page granted: fetches the parts that are new, keeps those that are not. */
  show(data, send, keep) {
    this.send = send;
    this.keep = keep;
    const before = this.data;
    this.data = data;
    const renewed = this.bytes.renewed(data);
    // Two studies may have the very same pixels, and differ in name, spacing and sides.
    const other = before?.study_id !== data.study_id || renewed.includes("images");
    if (other || data.token !== before?.token) this.startStudy(data);
    this.takeRead(data, before);
    if (other || renewed.length) this.startParts(data, renewed);
    this.panel.describe(this);
    this.found.describe(this.reading, this.study, (one) => this.goToFinding(one));
    if (JSON.stringify(data.pointed) !== JSON.stringify(before?.pointed ?? null)) this.marks.point(data.pointed);
    this.arranged = null;                              // the scale, and more, comes and goes
    if (!before || before.study_id !== data.study_id || before.request !== data.request) {
      this.goTo(sliceToBegin(data, before === null));
    }
    this.hands ??= new Hands(this);
    this.controls ??= new Controls(this);
    this.controls.roving.refresh();
    this.studyChange.arrived(data.study_id);
    this.repaint();
  }

  goToFinding({ slice, x, y, area_px }) {
    this.marks.point({ slice: slice - 1, x, y, reach: Math.sqrt(area_px / Math.PI) });
    this.goTo(slice - 1);
    this.repaint();
  }

  /** Another study, or somebody else sits here: nothing of what was looked at before stays. */
  startStudy(data) {
    this.study = data.study;
    this.seen = new Uint8Array(data.study.slices);
    this.opened = data.first;
    this.marks = new Marks();
    this.measured = new KeptMeasures(data, this.marks);
    this.pointer.active = false;
    clearInterval(this.cineTimer);
    const { invert } = this.view;
    this.view = { ...FIRST_VIEW, ...keptLooks(), invert, slice: data.first, channel: data.study.first_channel,
      windows: presetWindows(data.study, READABLE) };
    if (data.reading) this.view.tick = tickAt(data.reading.ticks, data.reading.pixel_threshold);
  }

  /** The read that is being made, or the marks of one that is sealed. */
  takeRead(data, before) {
    const { read } = this;
    if (read && !data.read && data.own_read && data.read_id === read.id) read.forget();  // sealed
    if (!data.read) this.read = null;
    else if (read?.id !== data.read.id || read.marks !== this.marks) {
      this.read = new ReadRecord(data.read, data.study.slices, this.marks);
    }
    if (this.read) this.read.mode = data.read.mode;
    else this.showSealed(data.own_read);
    if (!this.read && OWN_KINDS.includes(this.view.tool)) this.view.tool = null;
    this.offerLayouts(data, before);
    this.view.truthless = !data.truth;                 // an empty pane would take room from the others
  }

  showSealed(draft) {
    const sealed = JSON.stringify(draft);
    if (sealed === this.sealed && this.sealedOn === this.marks) return;
    this.sealed = sealed;
    this.sealedOn = this.marks;
    this.marks.replace(OWN_KINDS, draft ? ownMarks(draft, true) : []);
    for (const number of draft?.painted ?? []) this.seen[number - 1] = 1;
  }

  /** A first read has fewer layouts; after it the reviewer's own comes back. */
  offerLayouts(data, before) {
    const offered = offeredLayouts(data.study, data.read?.mode);
    const wished = keptLooks().layout ?? FIRST_VIEW.layout;
    const revealed = before?.read?.mode === "first" && data.read?.mode !== "first";
    if (!offered.includes(this.view.layout) || revealed) {
      this.view.layout = offered.includes(wished) && data.read?.mode !== "first" ? wished : offered[0];
    }
    if (data.read?.mode === "first" || this.view.layout !== "single") this.view.large = "original";
    this.offered = offered;
  }

  startParts(data, renewed) {
    // Who has not moved yet is led to what a model has just found, as where it had read before.
    if (!this.reading && data.reading && this.view.slice === this.opened) this.view.slice = data.first;
    this.reading = data.reading;
    this.truth = data.truth;
    if (renewed.includes("reading") && data.reading) {
      this.view.tick = tickAt(data.reading.ticks, data.reading.pixel_threshold);
    }
    this.layers = new Layers(data.study);
    for (const pane of this.panes) pane.drawn = null;
    this.root.dataset.state = "loading";
    this.root.dataset.study = data.study_id;
    delete this.root.dataset.firstSliceMs;
    this.began = performance.now();
    this.firstPainted = false;
    this.bytes.start(data, renewed);
  }

  /** One message a saved file. As a list, for of two messages in one moment only the later may come through. */
  tellSaved(file) {
    this.saved = [...this.saved, file].slice(-MOST_SAVED);
    this.keep("saved", this.saved);
  }

  fail(error) {
    this.root.dataset.state = "failed";
    this.panel.status(error.message, true);
  }

  /** Does a named action, or keeps it for the study that was asked for. */
  act(name) {
    if (!this.studyChange.holds(name)) ACTIONS[name][1](this);
  }

  /* what the screen shows */

  /** The bytes of the slice on screen, null where they are not there yet. */
  blocks() {
    const at = (kind) => this.bytes.parts[kind]?.at(this.view.slice) ?? null;
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
    const { view, study, bytes } = this;
    if (this.arranged !== shownPanes(view).join() + view.layout + view.large) this.arrange();
    const blocks = this.blocks();
    const known = Boolean(this.truth?.known[view.slice]);
    this.layers.update(view, blocks, this.reading, known);
    if (this.truth) this.panel.empty("truth", known ? "" : "No mask for this slice");
    const shown = shownPanes(view);
    const panes = this.panes.filter((pane) => shown.includes(pane.name));
    for (const pane of panes) pane.draw(view, study, this.layers, this.marks);
    if (blocks.images) this.painted(panes);
    drawStrip(this.panel.part.strip, view, study, bytes.columns(view, this.reading, this.read?.painted ?? this.seen));
    this.panel.update(this);
    this.readPanel.update(this.read, study.slices, (span) => this.removeSpan(span));
    this.measured.update();
    this.kept.update(this.marks, study, {
      go: (mark) => this.goTo(mark.slice),
      remove: (mark) => this.removeMark(mark),
      rated: () => this.read?.keep(),
    });
    this.found.update(view.slice);
    this.root.dataset.slice = view.slice + 1;
    this.panel.progress(bytes.parts.images, study.slices);
    this.markLoaded();
  }

  painted(panes) {
    this.seen[this.view.slice] = 1;
    if (panes.some((pane) => pane.showsImage)) this.read?.paint(this.view.slice);
    if (this.firstPainted) return;
    this.firstPainted = true;
    this.root.dataset.firstSliceMs = Math.round(performance.now() - this.began);
    this.takeFocus();
  }

  /** `loaded` says that all is there and painted. */
  markLoaded() {
    if (this.root.dataset.state !== "loading" || !this.bytes.whole) return;
    this.root.dataset.state = "loaded";
    this.root.dataset.loadedMs = Math.round(performance.now() - this.began);
  }

  /** Once a study, so that keys act without a click; from nothing else that has the focus. */
  takeFocus() {
    if (this.focusedFor === this.data.study_id) return;
    this.focusedFor = this.data.study_id;
    const { activeElement, body } = document;
    if (!activeElement || activeElement === body) this.root.focus({ preventScroll: true });
  }

  arrange() {
    this.arranged = shownPanes(this.view).join() + this.view.layout + this.view.large;
    arrange(this);
  }
}

Object.assign(Viewer.prototype, ASKED);

const viewers = new WeakMap();

/** Streamlit calls this at the mount, at each change of data and of theme. */
export default function ({ data, parentElement, setTriggerValue, setStateValue }) {
  let viewer = viewers.get(parentElement);
  if (!viewer) viewers.set(parentElement, viewer = new Viewer(parentElement));
  viewer.show(data, setTriggerValue, setStateValue);
  return () => {
    viewer.close();
    viewers.delete(parentElement);
  };
}
