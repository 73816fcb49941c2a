// Words and figures around the panes: it writes what a view says and reads no mouse or key.

const MARKED = [0.01, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999];
const DASH = "–";
const ROWS = [
  ["dice", "Dice"], ["precision", "Precision"], ["recall", "Recall"],
  ["area", "Model area"], ["truth", "Truth area"], ["empty", "Tumour-free slices"],
  ["confidence", "Confidence"],
];
const OF_TRUTH = ["dice", "precision", "recall", "truth", "empty"];
const MEANING = {
  dice: "Of the binary mask: 2 x overlap / (mask + truth). Study: all slices pooled.",
  precision: "Share of the mask that lies in the truth", recall: "Share of the truth that the mask holds",
  area: "Pixels of the binary mask", truth: "Pixels of the ground truth",
  empty: "Slices whose truth is empty: the mask is empty too (right), or not (false alarm)",
  confidence: "How sure the model is that the slice holds tumour",
};

class Panel {
  constructor(root) {
    this.root = root;
    this.part = {};
    for (const element of root.querySelectorAll("[data-role]")) this.part[element.dataset.role] = element;
    this.toggles = [...root.querySelectorAll("[data-toggle]")];
    this.scale = this.part.scale.querySelector("canvas");
    this.cells = this.buildTable();
    this.tools = [...root.querySelectorAll("[data-tool]")];
    this.canvases = [...root.querySelectorAll(".pane")].map((figure) =>
      [figure.dataset.pane, figure.querySelector("canvas[role=img]:not(.scale canvas)")]);
    this.spokenAt = 0;
    this.noticeUntil = 0;
  }

  buildTable() {
    const body = this.part.measures.tBodies[0];
    body.replaceChildren();
    const cells = {};
    for (const [name, label] of ROWS) {
      const row = body.insertRow();
      const head = document.createElement("th");
      head.scope = "row";
      head.textContent = label;
      head.title = MEANING[name];
      row.append(head);
      cells[name] = { head, slice: row.insertCell(), study: row.insertCell() };
    }
    return cells;
  }

  /** What changes with the study, the reading or the read, not with the view. */
  describe({ study, reading, truth, read, offered, data }) {
    this.part.slice.max = study.slices;
    const names = study.channels.length === 3 ? [...study.channels, "colour"] : study.channels;
    this.part.channels.replaceChildren(...names.map((name, channel) => channelButton(study, name, channel)));
    this.part.channels.hidden = names.length < 2;
    this.pressed = null;                               // new buttons, not marked yet
    this.highest = reading && confidenceFigure(Math.max(...reading.confidence));
    const { threshold, marks } = this.part;
    threshold.disabled = !reading;
    threshold.max = reading ? reading.ticks.length - 1 : 1;
    marks.replaceChildren(...(reading ? thresholdMarks(reading) : []));
    const raw = reading && !reading.calibrated;
    const lane = "lane below: where the mask ends";
    say(this.part["strip-legend"], raw ? `not calibrated; ${lane}` : reading ? lane : "");
    say(this.part["strip-name"], raw ? "Raw score" : reading ? "Confidence" : "Slices");
    say(this.cells.confidence.head, raw ? "Raw score" : "Confidence");
    this.part.strip.title = stripLegend(reading, truth);
    say(this.part["corner-model"], reading ? `${reading.model} ${reading.version}` : "");
    this.toggleable("showModel", reading);
    this.toggleable("showHeat", reading);
    this.toggleable("showTruth", truth);
    this.toggleable("errors", reading && truth);
    const held = reading ? "until your answers are stored" : "until a model is revealed";
    say(this.part["truth-note"], data.truth_held ? `Ground truth: held back ${held}` : "No ground truth in this study");
    for (const name of OF_TRUTH) this.cells[name].head.parentElement.hidden = !truth;
    this.empty("truth", "");
    this.empty("probability", reading ? "" : "Not segmented yet");
    this.empty("mask", reading ? "" : "Not segmented yet");
    this.part.scale.hidden = !reading;
    for (const kind of ["mask", "maskTiff", "masksTiff", "masksNifti"]) {
      this.part.save.querySelector(`[value=${kind}]`).disabled = !reading;
    }
    this.part.save.querySelector("[value=masksNifti]").hidden = !study.volume;
    this.offer(study, read, offered);
    this.part["truth-note"].hidden = Boolean(truth) || read?.mode === "first";
  }

  /** A first read has no overlays, no figures of a model, and nothing that speaks of them. */
  offer(study, read, offered) {
    const first = read?.mode === "first";
    for (const role of ["overlays", "of-model", "opacities", "measures"]) this.part[role].hidden = first;
    for (const button of this.root.querySelectorAll("[data-layout][role]")) {
      button.hidden = !offered.includes(button.dataset.layout);
    }
    for (const tool of this.tools) tool.hidden = tool.classList.contains("own") && !read;
    study.channels.slice(0, 3).forEach((_, channel) => {
      const caption = this.root.querySelector(`[data-pane="channel${channel}"] figcaption`);
      say(caption.querySelector("b"), channelLabel(study, channel));
    });
  }

  toggleable(name, possible) {
    this.root.querySelector(`[data-toggle="${name}"]`).disabled = !possible;
  }

  empty(pane, words) {
    const element = this.root.querySelector(`[data-pane="${pane}"] .empty`);
    say(element, words);
    element.classList.toggle("on", words !== "");
  }

  /** What follows the view, each frame that something changed. */
  update(viewer) {
    const { view, study, reading, truth } = viewer;
    const number = view.slice + 1;
    set(this.part.slice, number);
    this.part.slice.setAttribute("aria-valuetext", `slice ${number} of ${study.slices}`);
    say(this.part["slice-value"], `${number} / ${study.slices}`);
    for (const [layer, value] of Object.entries(view.opacity)) {
      set(this.part[`opacity-${layer}`], Math.round(value * 100));
    }
    say(this.part["opacity-value"], view.overlay ? "" : "off");
    this.updateThreshold(view, reading);
    this.updateToolbar(view);
    this.updateCorners(view, study);
    this.updateMeasures(viewer);
    say(this.part.probe, view.cursor ? probeText(viewer) : study.files[view.slice] ?? "");
    if (reading) drawScale(this.scale, reading, view.tick);
    say(this.part["overlay-legend"], overlayLegend(view, reading, truth));
    this.speak(viewer);
  }

  updateThreshold(view, reading) {
    if (!reading) return say(this.part["threshold-value"], DASH);
    const text = thresholdText(reading.ticks[view.tick]);
    set(this.part.threshold, view.tick);
    this.part.threshold.setAttribute("aria-valuetext", text);
    say(this.part["threshold-value"], text);
  }

  updateToolbar(view) {
    const pressed = [...this.toggles.map((button) => view[button.dataset.toggle]),
      view.layout, view.channel, windowOf(view).preset, view.tool].join();
    if (pressed === this.pressed) return;
    this.pressed = pressed;
    for (const button of this.toggles) {
      button.setAttribute("aria-pressed", String(Boolean(view[button.dataset.toggle])));
    }
    for (const button of this.root.querySelectorAll("[data-layout][role]")) {
      button.setAttribute("aria-checked", String(button.dataset.layout === view.layout));
    }
    for (const button of this.part.channels.children) {
      button.setAttribute("aria-checked", String(Number(button.dataset.channel) === view.channel));
    }
    for (const button of this.tools) button.setAttribute("aria-pressed", String(button.dataset.tool === view.tool));
    this.root.dataset.tool = view.tool ?? "";
    this.root.dataset.compare = view.errors ? "on" : "";
    set(this.part.window, windowOf(view).preset);
    say(this.part["mask-title"], view.errors ? "Mask against truth" : "Binary mask");
  }

  updateCorners(view, study) {
    const { low, high } = windowOf(view);
    const where = `${study.name}\n${view.slice + 1} / ${study.slices}`;
    say(this.part["corner-slice"], where);
    say(this.part["channels-slice"], where);
    say(this.part["corner-zoom"], view.zoom === 1 ? "" : `× ${view.zoom.toFixed(1)}`);
    say(this.part["corner-window"], windowText(study, low, high));
    say(this.part["corner-channel"], channelLabel(study, view.channel));
    if (view.layout !== "channels") return;
    for (let channel = 0; channel < 3; channel++) {
      const caption = this.root.querySelector(`[data-pane="channel${channel}"] figcaption span`);
      say(caption, windowText(study, windowOf(view, channel).low, windowOf(view, channel).high));
    }
  }

  updateMeasures({ view, study, reading, truth, bytes: { measures, truthPixels } }) {
    say(this.part["head-slice"], `Slice ${view.slice + 1}`);
    const slice = measures?.ofSlice(view.slice, view.tick) ?? null;
    const whole = measures?.ofStudy(view.tick) ?? null;
    for (const name of ["dice", "precision", "recall"]) {
      say(this.cells[name].slice, share(slice?.[name]));
      say(this.cells[name].study, share(whole?.[name]));
    }
    const truthHere = truth?.known[view.slice] && truthPixels ? truthPixels[view.slice] : null;
    say(this.cells.area.slice, area(slice?.area, study));
    say(this.cells.area.study, volume(whole?.area, study));
    say(this.cells.truth.slice, area(truthHere, study));
    say(this.cells.truth.study, volume(whole?.truth, study));
    say(this.cells.empty.slice, emptySlice(slice));
    say(this.cells.empty.study, whole?.known
      ? `${whole.rightEmpties} right, ${whole.falseAlarms} false` : DASH);
    say(this.cells.confidence.slice, reading ? confidenceText(reading, view.slice) : DASH);
    this.cells.confidence.slice.classList.toggle("flagged", Boolean(reading) && isFlagged(reading, view.slice));
    say(this.cells.confidence.study, reading ? `highest ${this.highest}` : DASH);
    say(this.part["truth-area"], truthHere == null ? "" : area(truthHere, study));
    say(this.part["mask-area"], maskCaption(view, slice, study, reading));
  }

  /** The text equivalent, at most every second: a screen reader is not to be flooded. */
  speak(viewer) {
    clearTimeout(this.spokenAt);
    this.spokenAt = setTimeout(() => {
      const { view, study, reading, bytes } = viewer;
      const slice = bytes.measures?.ofSlice(view.slice, view.tick);
      const words = [`Slice ${view.slice + 1} of ${study.slices}`];
      if (reading) words.push(`${reading.calibrated ? "confidence" : "raw score"} ${confidenceText(reading, view.slice)}`,
        `pixel threshold ${thresholdText(reading.ticks[view.tick])}`);
      if (slice) words.push(`model area ${area(slice.area, study)}`);
      if (slice?.dice != null) words.push(`Dice of the slice ${share(slice.dice)}`);
      if (viewer.pointer.active && view.cursor) words.push(probeText(viewer));
      say(this.part.spoken, words.join(", "));
      for (const [name, canvas] of this.canvases) canvas.setAttribute("aria-label", paneWords(name, viewer));
      this.part.strip.setAttribute("aria-label", stripWords(study, reading));
    }, 1000);
  }

  /** What is loading; a failure and a notice stay. */
  progress(images, slices) {
    if (this.root.dataset.state === "failed" || performance.now() < this.noticeUntil) return;
    if (!images || images.whole) return this.status("");
    const there = images.ready.reduce((sum, one) => sum + one, 0);
    this.status(`Loading ${there} of ${slices} slices`);
  }

  /** Words for a few seconds. */
  notice(text, forMs = 4000) {
    this.noticeUntil = performance.now() + forMs;
    this.status(text);
  }

  status(text, bad = false) {
    say(this.part.load, text);
    this.part.load.classList.toggle("bad", bad);
  }
}
