// One chart over the thresholds: curves with their intervals drawn once, and a line that moves.
// It computes no rate; Python counted them. All thresholds are equally far apart on the axis, so
// that the end near 1, where they lie closer, has the room that the choice there needs.

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 250;
const EDGE = { left: 40, right: 12, top: 10, bottom: 30 };
// Those that matter most come first: where two labels would touch, the later one is left out.
const LABELLED = [0.01, 0.5, 0.9, 0.999, 0.99, 0.95, 0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 0.8, 0.98, 0.995];
const LABEL_WIDTH = 30;
const LEVELS = [0, 0.2, 0.4, 0.6, 0.8, 1];

function shape(name, attributes, parent) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  parent.append(node);
  return node;
}

/** Runs of neighbouring indices at which a value is defined. */
function stretches(values) {
  const found = [];
  values.forEach((value, i) => {
    if (value === null) return;
    if (i && values[i - 1] !== null) found.at(-1).push(i);
    else found.push([i]);
  });
  return found;
}

class ThresholdChart {
  /** axis: as Python describes it. onPick(index): the line was dragged or clicked to there. */
  constructor(axis, thresholds, onPick) {
    Object.assign(this, { axis, thresholds, onPick, at: 0, hidden: new Set() });
    this.svg = document.createElementNS(SVG, "svg");
    this.svg.setAttribute("class", "chart");
    this.svg.setAttribute("role", "img");
    this.svg.setAttribute("aria-label", `${axis.title} over the ${axis.threshold}`);
    const pick = (event) => { if (event.buttons & 1) this.onPick(this.indexAt(event.clientX)); };
    this.svg.onpointerdown = (event) => { this.svg.setPointerCapture(event.pointerId); pick(event); };
    this.svg.onpointermove = pick;
  }

  x(index) {
    const room = this.width - EDGE.left - EDGE.right;
    return EDGE.left + (index / (this.thresholds.length - 1)) * room;
  }

  y(share) { return EDGE.top + (1 - share) * (HEIGHT - EDGE.top - EDGE.bottom); }

  indexAt(clientX) {
    const room = this.width - EDGE.left - EDGE.right;
    const share = (clientX - this.svg.getBoundingClientRect().left - EDGE.left) / room;
    const last = this.thresholds.length - 1;
    return Math.min(Math.max(Math.round(share * last), 0), last);
  }

  /** All that stands still, for a new width or other curves shown. */
  draw(width) {
    this.width = Math.max(width, 200);
    this.svg.replaceChildren();
    this.svg.setAttribute("viewBox", `0 0 ${this.width} ${HEIGHT}`);
    this.drawGrid();
    const shown = this.axis.curves.filter((curve) => !this.hidden.has(curve.name));
    for (const curve of shown) this.drawBand(curve);
    for (const curve of shown) this.drawCurve(curve);
    this.moving = shape("g", { class: "moving" }, this.svg);
    this.move(this.at);
  }

  drawGrid() {
    const grid = shape("g", { class: "grid" }, this.svg);
    for (const level of LEVELS) {
      shape("path", { d: `M${EDGE.left} ${this.y(level)}H${this.width - EDGE.right}` }, grid);
      const text = shape("text", { x: EDGE.left - 6, y: this.y(level) + 4, class: "level" }, grid);
      text.textContent = this.axis.percent ? `${Math.round(100 * level)}` : level.toFixed(1);
    }
    const taken = [];
    for (const threshold of LABELLED) {
      const x = this.x(this.thresholds.indexOf(threshold));
      shape("path", { d: `M${x} ${this.y(0)}v4` }, grid);
      if (taken.some((other) => Math.abs(other - x) < LABEL_WIDTH)) continue;
      shape("text", { x, y: HEIGHT - 12, class: "threshold" }, grid).textContent = String(threshold);
      taken.push(x);
    }
    if (this.axis.own === null) return;                // a run's recipe has no such threshold
    const own = this.x(this.axis.own);
    shape("path", { d: `M${own} ${EDGE.top}V${this.y(0)}`, class: "own" }, grid);
    const right = this.axis.own < this.thresholds.length / 2;
    const label = shape("text", { x: own + (right ? 5 : -5), y: EDGE.top + 9,
      class: right ? "own-label" : "own-label before" }, grid);
    label.textContent = this.axis.own_label;
  }

  drawBand({ low, high, colour }) {
    for (const run of stretches(low)) {
      const there = run.map((i) => `${this.x(i).toFixed(1)} ${this.y(high[i]).toFixed(1)}`);
      const back = run.toReversed().map((i) => `${this.x(i).toFixed(1)} ${this.y(low[i]).toFixed(1)}`);
      shape("path", { d: `M${[...there, ...back].join("L")}Z`, fill: colour, class: "band" }, this.svg);
    }
  }

  drawCurve({ value, colour, dash }) {
    for (const run of stretches(value)) {
      const points = run.map((i) => `${this.x(i).toFixed(1)} ${this.y(value[i]).toFixed(1)}`);
      shape("path", { d: `M${points.join("L")}`, stroke: colour, class: "curve",
        "stroke-dasharray": dash }, this.svg);
    }
  }

  /** The line, and on each curve a dot with its interval, side by side so that none hides another. */
  move(index) {
    this.at = index;
    if (!this.moving) return;
    this.moving.replaceChildren();
    const x = this.x(index);
    shape("path", { d: `M${x} ${EDGE.top}V${this.y(0)}`, class: "line" }, this.moving);
    const shown = this.axis.curves.filter(
      ({ name, value }) => !this.hidden.has(name) && value[index] !== null);
    shown.forEach(({ value, low, high, colour }, i) => {
      const beside = x + (i - (shown.length - 1) / 2) * 5;
      if (low[index] !== null) {
        const whisker = `M${beside} ${this.y(low[index])}V${this.y(high[index])}`;
        shape("path", { d: whisker, stroke: colour, class: "whisker" }, this.moving);
      }
      shape("circle", { cx: beside, cy: this.y(value[index]), r: 4, fill: colour }, this.moving);
    });
  }
}
