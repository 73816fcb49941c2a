// Words and figures around the panes: it writes what a view says and reads no mouse or key.

const MARKED = [0.01, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999];
const DASH = "–";
const ROWS = [
  ["dice", "Dice"], ["precision", "Precision"], ["recall", "Recall"],
  ["area", "Model area"], ["truth", "Truth area"], ["empty", "Truth is empty"],
  ["confidence", "Confidence"],
];
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
    this.part.sheet.replaceChildren(...helpSheet());
    this.toggles = [...root.querySelectorAll("[data-toggle]")];
    this.scale = this.part.scale.querySelector("canvas");
    this.cells = this.buildTable();
    this.spokenAt = 0;
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

  /** What changes with the study or the reading, not with the view. */
  describe({ study, reading, truth }) {
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
    say(this.part["strip-legend"], raw ? "not calibrated" : "");
    say(this.part["strip-name"], raw ? "Raw score" : "Confidence");
    say(this.cells.confidence.head, raw ? "Raw score" : "Confidence");
    this.part.strip.title = stripLegend(reading, truth);
    say(this.part["corner-model"], reading ? `${reading.model} ${reading.version}` : "");
    this.toggleable("showModel", reading);
    this.toggleable("showTruth", truth);
    this.toggleable("errors", reading && truth);
    this.empty("truth", truth ? "" : "No ground truth in this study");
    this.empty("probability", reading ? "" : "Not segmented yet");
    this.empty("mask", reading ? "" : "Not segmented yet");
    this.part.scale.hidden = !reading;
    this.part.save.querySelector("[value=mask]").disabled = !reading;
  }

  toggleable(name, possible) {
    this.root.querySelector(`[data-toggle="${name}"]`).disabled = !possible;
  }

  empty(pane, words) {
    const element = this.root.querySelector(`[data-pane="${pane}"] .empty`);
    element.textContent = words;
    element.classList.toggle("on", words !== "");
  }

  /** What follows the view, each frame that something changed. */
  update(viewer) {
    const { view, study, reading, truth } = viewer;
    const number = view.slice + 1;
    set(this.part.slice, number);
    this.part.slice.setAttribute("aria-valuetext", `slice ${number} of ${study.slices}`);
    say(this.part["slice-value"], `${number} / ${study.slices}`);
    set(this.part.opacity, Math.round(view.opacity * 100));
    say(this.part["opacity-value"], view.overlay ? `${Math.round(view.opacity * 100)} %` : "off");
    this.updateThreshold(view, reading);
    this.updateToolbar(view);
    this.updateCorners(view, study, viewer);
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
      view.layout, view.channel, view.preset].join();
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
    set(this.part.window, view.preset);
    say(this.part["mask-title"], view.errors ? "Mask against truth" : "Binary mask");
  }

  updateCorners(view, study, { seen }) {
    say(this.part["corner-slice"], `${study.name}\n${view.slice + 1} / ${study.slices}`);
    say(this.part["corner-zoom"], view.zoom === 1 ? "" : `× ${view.zoom.toFixed(1)}`);
    const span = intensity(study, view.high) - intensity(study, view.low);
    const level = (intensity(study, view.high) + intensity(study, view.low)) / 2;
    say(this.part["corner-window"], `W ${Math.round(span)}  L ${Math.round(level)}`);
    say(this.part["corner-channel"], channelLabel(study, view.channel));
  }

  updateMeasures({ view, measures, study, reading, truth, truthPixels }) {
    say(this.part["head-slice"], `Slice ${view.slice + 1}`);
    const slice = measures?.ofSlice(view.slice, view.tick) ?? null;
    const whole = measures?.ofStudy(view.tick) ?? null;
    for (const name of ["dice", "precision", "recall"]) {
      say(this.cells[name].slice, share(slice?.[name]));
      say(this.cells[name].study, share(whole?.[name]));
    }
    const truthHere = truth?.known[view.slice] && truthPixels ? truthPixels[view.slice] : null;
    say(this.cells.area.slice, area(slice?.area, study));
    say(this.cells.area.study, area(whole?.area, study));
    say(this.cells.truth.slice, area(truthHere, study));
    say(this.cells.truth.study, area(whole?.truth, study));
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
  speak({ view, study, reading, measures }) {
    clearTimeout(this.spokenAt);
    this.spokenAt = setTimeout(() => {
      const slice = measures?.ofSlice(view.slice, view.tick);
      const words = [`Slice ${view.slice + 1} of ${study.slices}`];
      if (reading) words.push(`confidence ${confidenceText(reading, view.slice)}`,
        `pixel threshold ${thresholdText(reading.ticks[view.tick])}`);
      if (slice) words.push(`model area ${area(slice.area, study)}`);
      if (slice?.dice != null) words.push(`Dice of the slice ${share(slice.dice)}`);
      say(this.part.spoken, words.join(", "));
    }, 1000);
  }

  status(text, bad = false) {
    say(this.part.load, text);
    this.part.load.classList.toggle("bad", bad);
  }
}
