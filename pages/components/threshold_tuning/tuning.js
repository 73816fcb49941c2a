// Two thresholds, what each costs, and the button that hands them to Python. Everything between
// a movement and its repaint happens here: Python counted once and is asked for nothing.

const DASH = "\u2013";

/** parentElement -> what is shown in it; Streamlit calls again with the same element. */
const instances = new WeakMap();

function element(tag, className, text = "") {
  const node = document.createElement(tag);
  node.className = className;
  node.textContent = text;
  return node;
}

/** 0.857, or 14.3 of 100; a dash where it is not defined. */
function figure(value, percent) {
  if (value === null) return DASH;
  return percent ? `${(100 * value).toFixed(1)} of 100` : value.toFixed(3);
}

function span(low, high, percent) {
  if (low === null) return "";
  const words = percent ? [100 * low, 100 * high].map((v) => v.toFixed(1)) : [low.toFixed(3), high.toFixed(3)];
  return words.join(" to ");
}

/** One threshold with its chart, its slider and its figures. */
class Panel {
  constructor(axis, thresholds, changed) {
    Object.assign(this, { axis, thresholds, changed });
    this.at = axis.start;
    this.box = element("section", "panel");
    this.box.dataset.axis = axis.name;
    this.now = element("output", "now");
    const head = element("h4", "", axis.title);
    head.append(this.now);
    this.chart = new ThresholdChart(axis, thresholds, (index) => this.set(index));
    this.chart.at = this.at;
    this.box.append(head, element("p", "note", axis.note), this.chart.svg, this.slider(), this.jumps());
    this.said = element("p", "said");
    this.box.append(this.figures(), this.said);
  }

  slider() {
    const input = element("input", "");
    Object.assign(input, { type: "range", min: 0, max: this.thresholds.length - 1, step: 1, value: this.at });
    input.setAttribute("aria-label", this.axis.threshold);
    input.oninput = () => this.set(Number(input.value));
    this.input = input;
    const row = element("div", "slider");
    row.append(input);
    return row;
  }

  jumps() {
    const row = element("div", "jumps");
    for (const { label, index } of this.axis.jumps) {
      const button = element("button", "", label);
      button.type = "button";
      button.onclick = () => this.set(index);
      row.append(button);
    }
    return row;
  }

  /** A row a curve; a click on its name hides it and brings it back. */
  figures() {
    const table = element("table", "figures");
    this.cells = this.axis.curves.map((curve) => {
      const row = element("tr", "");
      const name = element("button", "name", curve.name);
      const swatch = document.createElementNS(SVG, "svg");
      swatch.setAttribute("class", "swatch");
      shape("path", { d: "M0 3H24", stroke: curve.colour, "stroke-dasharray": curve.dash }, swatch);
      name.type = "button";
      name.title = "show or hide this curve";
      name.setAttribute("aria-pressed", "true");
      name.prepend(swatch);
      name.onclick = () => this.toggle(curve.name, name);
      const cells = [element("th", ""), element("td", "value"), element("td", "interval")];
      cells[0].append(name);
      row.append(...cells);
      table.append(row);
      return cells;
    });
    return table;
  }

  toggle(name, button) {
    const { hidden, width } = this.chart;
    if (!hidden.delete(name)) hidden.add(name);
    button.setAttribute("aria-pressed", String(!hidden.has(name)));
    this.chart.draw(width);
  }

  set(index) {
    this.at = index;
    this.changed();
  }

  paint() {
    const { axis, at, thresholds } = this;
    this.input.value = at;
    this.input.setAttribute("aria-valuetext", String(thresholds[at]));
    this.now.textContent = String(thresholds[at]);
    this.chart.move(at);
    axis.curves.forEach(({ value, low, high }, i) => {
      this.cells[i][1].textContent = figure(value[at], axis.percent);
      this.cells[i][2].textContent = span(low[at], high[at], axis.percent);
    });
    this.said.textContent = axis.said.map(({ words, counts }) =>
      words.replace("{}", counts[at].toLocaleString("en"))).join(" ");
  }
}

class Tuning {
  constructor(root) {
    this.root = root;
    this.waiting = 0;
    this.observer = new ResizeObserver(() => this.fit());
    this.observer.observe(root);
  }

  show(data, ask) {
    this.ask = ask;
    if (this.revision === data.revision) return;       // a rerun of the page moves nothing
    this.revision = data.revision;
    this.thresholds = data.thresholds;
    this.panels = data.axes.map((axis) => new Panel(axis, data.thresholds, () => this.repaint()));
    const pair = element("div", "pair");
    pair.append(...this.panels.map((panel) => panel.box));
    this.root.replaceChildren(pair);
    if (data.button) this.root.append(this.button(data.button));
    this.fit();
    this.paint();
  }

  button(label) {
    const row = element("div", "choose");
    this.chosen = element("span", "chosen");
    const button = element("button", "primary", label);
    button.type = "button";
    button.onclick = () => {
      const points = this.panels.map(({ axis, at }) => [axis.name, this.thresholds[at]]);
      this.ask(Object.fromEntries(points));
    };
    row.append(this.chosen, button);
    return row;
  }

  fit() {
    for (const { chart, box } of this.panels ?? []) chart.draw(box.clientWidth - 26);
  }

  /** Each frame draws the newest state once, however many movements came before it. */
  repaint() {
    if (this.waiting) return;
    this.waiting = requestAnimationFrame(() => { this.waiting = 0; this.paint(); });
  }

  paint() {
    for (const panel of this.panels) panel.paint();
    if (this.chosen) {
      this.chosen.textContent = this.panels
        .map(({ axis, at }) => `${axis.threshold} ${this.thresholds[at]}`).join(" · ");
    }
  }

  close() {
    this.observer.disconnect();
    cancelAnimationFrame(this.waiting);
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".tuning");
  if (!instances.has(parentElement)) instances.set(parentElement, new Tuning(root));
  instances.get(parentElement).show(data, (points) => setTriggerValue("choose", points));
  return () => {
    instances.get(parentElement)?.close();
    instances.delete(parentElement);
  };
}
