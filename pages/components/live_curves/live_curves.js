// Draws the charts that Python sends and puts new points into them with Plotly.react, so that
// zoom, hidden curves and hover stay. It computes nothing but a running mean for the eye.

const CONFIG = {
  displaylogo: false,
  showSendToCloud: false, // nothing of a run leaves this machine
  modeBarButtonsToRemove: ["lasso2d", "select2d", "autoScale2d", "zoomIn2d", "zoomOut2d"],
};

const HINT = "drag to zoom all charts, double click to go back";

/** Name of the curve of single steps, as Python calls it: the only one that can be smoothed. */
const STEPS = "each step";

/** parentElement -> what is shown in it; Streamlit calls again with the same element. */
const instances = new WeakMap();

/** Load plotly.js once for the whole document. */
function loadPlotly(address) {
  const slot = "secondReaderPlotly";
  if (!window[slot]) {
    window[slot] = new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = address;
      script.onload = () => resolve(window.Plotly);
      script.onerror = () => {
        window[slot] = undefined;
        reject(new Error(`The chart library did not load from ${address}. Start the app with app.py.`));
      };
      document.head.append(script);
    });
  }
  return window[slot];
}

function element(tag, className, text = "") {
  const node = document.createElement(tag);
  node.className = className;
  node.textContent = text;
  return node;
}

/** The theme's colours as Plotly wants them; custom properties follow light and dark. */
function themeLayout(node) {
  const style = getComputedStyle(node);
  const text = style.getPropertyValue("--st-text-color").trim() || style.color;
  const back = style.getPropertyValue("--st-background-color").trim() || "#fff";
  const grid = "rgba(128, 138, 150, 0.22)";
  const axis = { gridcolor: grid, zerolinecolor: grid, linecolor: grid, spikecolor: grid, spikethickness: -2 };
  return {
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { color: text, size: 11, family: style.fontFamily },
    hoverlabel: { bgcolor: back, font: { color: text, size: 11 } },
    modebar: { bgcolor: "rgba(0,0,0,0)", color: "rgba(128,138,150,.7)", activecolor: text },
    axis,
  };
}

/** Exponential running mean with TensorBoard's start correction; weight 0 leaves the curve. */
function smoothed(values, weight) {
  let mean = 0;
  let count = 0;
  return values.map((value) => {
    if (value === null) return null;
    count += 1;
    mean = mean * weight + (1 - weight) * value;
    return mean / (1 - weight ** count);
  });
}

class Curves {
  constructor(root) {
    this.root = root;
    this.cards = new Map();
    this.hidden = new Set();
    this.logarithmic = false;
    this.weight = 0;
    this.range = null; // the x range all charts are zoomed to, or null
    this.spreading = false;
    this.bar = element("div", "sr-curves-bar");
    this.grid = element("div", "sr-curves-grid");
    root.replaceChildren(this.bar, this.grid);
    this.observer = new ResizeObserver(() => this.fit());
    this.observer.observe(this.grid);
  }

  /** One switch a curve name that Python sent, then what concerns all charts. */
  buildBar(data) {
    const wanted = JSON.stringify(data.switches);
    if (this.switches === wanted) return;
    this.switches = wanted;
    this.bar.replaceChildren();
    for (const [name, colour] of Object.entries(data.switches)) {
      const swatch = element("span", "sr-swatch");
      swatch.style.background = colour;
      this.toggle(name, !this.hidden.has(name), (on) => {
        if (on) this.hidden.delete(name);
        else this.hidden.add(name);
      }).append(swatch);
    }
    if (data.charts.some((chart) => chart.logarithmic)) {
      this.toggle("logarithmic loss", this.logarithmic, (on) => { this.logarithmic = on; });
    }
    if (STEPS in data.switches) this.bar.append(this.smoother());
    const reset = element("button", "", "Reset zoom");
    reset.onclick = () => this.zoomTo(null);
    this.bar.append(reset, element("span", "sr-curves-hint", HINT));
  }

  /** The slider that smooths the loss of each step, for the eye only. */
  smoother() {
    const label = element("label", "", "smooth steps ");
    const slider = element("input", "");
    Object.assign(slider, { type: "range", min: 0, max: 0.98, step: 0.02, value: this.weight });
    slider.setAttribute("aria-label", "smooth steps");
    slider.oninput = () => { this.weight = Number(slider.value); this.draw(); };
    label.append(slider);
    return label;
  }

  toggle(name, on, change) {
    const label = element("label", "");
    const box = element("input", "");
    box.type = "checkbox";
    box.checked = on;
    box.onchange = () => { change(box.checked); this.draw(); };
    label.append(box, document.createTextNode(name));
    this.bar.append(label);
    return label;
  }

  /** Take new charts in; those that are gone go. */
  update(Plotly, data) {
    this.Plotly = Plotly;
    if (this.revision !== data.revision) this.range = null;
    this.revision = data.revision;
    const names = new Set(data.charts.map((chart) => chart.name));
    for (const [name, card] of this.cards) {
      if (!names.has(name)) {
        Plotly.purge(card.plot);
        card.box.remove();
        this.cards.delete(name);
      }
    }
    for (const chart of data.charts) this.card(chart.name).chart = chart;
    this.buildBar(data);
    this.draw();
  }

  card(name) {
    if (!this.cards.has(name)) {
      const card = {
        box: element("section", "sr-curve"),
        title: element("h4", ""),
        note: element("p", ""),
        plot: element("div", "sr-curve-plot"),
      };
      card.box.dataset.chart = name;
      card.box.append(card.title, card.note, card.plot);
      this.grid.append(card.box);
      this.cards.set(name, card);
    }
    return this.cards.get(name);
  }

  draw() {
    if (!this.Plotly) return;
    const theme = themeLayout(this.root);
    for (const card of this.cards.values()) this.drawCard(card, theme);
  }

  drawCard(card, theme) {
    const { chart } = card;
    const state = JSON.stringify([chart, theme, [...this.hidden], this.logarithmic, this.weight, this.revision]);
    if (card.state === state) return; // nothing new: leave hover and drag alone
    const first = card.state === undefined;
    card.state = state;
    card.title.textContent = chart.title;
    card.note.textContent = chart.note;
    const { axis, ...common } = theme;
    const layout = { ...common, ...chart.figure.layout, uirevision: this.revision };
    layout.xaxis = { ...axis, ...layout.xaxis };
    layout.yaxis = { ...axis, ...layout.yaxis, type: chart.logarithmic && this.logarithmic ? "log" : "linear" };
    if (this.range) layout.xaxis.range = [...this.range];
    const traces = chart.figure.data.map((trace) => ({
      ...trace,
      visible: !this.hidden.has(trace.name),
      y: trace.name === STEPS && this.weight ? smoothed(trace.y, this.weight) : trace.y,
    }));
    const config = { ...CONFIG, toImageButtonOptions: { filename: `${this.revision}-${chart.name}`, scale: 2 } };
    this.Plotly.react(card.plot, traces, layout, config);
    if (first) this.listen(card);
  }

  /** A zoom in one chart is a zoom in all. */
  listen(card) {
    card.plot.on("plotly_relayout", (change) => {
      if (this.spreading) return;
      if (change["xaxis.autorange"]) this.zoomTo(null);
      else if ("xaxis.range[0]" in change) this.zoomTo([change["xaxis.range[0]"], change["xaxis.range[1]"]], card);
    });
  }

  async zoomTo(range, origin = null) {
    this.range = range;
    this.spreading = true;
    const change = range ? { "xaxis.range": range } : { "xaxis.autorange": true, "yaxis.autorange": true };
    const others = [...this.cards.values()].filter((card) => card !== origin);
    await Promise.all(others.map((card) => this.Plotly.relayout(card.plot, { ...change })));
    this.spreading = false;
  }

  fit() {
    if (!this.Plotly) return;
    for (const { plot, state } of this.cards.values()) {
      if (state !== undefined && plot.offsetParent !== null) this.Plotly.Plots.resize(plot);
    }
  }

  close() {
    this.observer.disconnect();
    for (const { plot } of this.cards.values()) this.Plotly?.purge(plot);
  }
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".sr-curves");
  if (!instances.has(parentElement)) instances.set(parentElement, new Curves(root));
  const curves = instances.get(parentElement);
  loadPlotly(data.script)
    .then((Plotly) => curves.update(Plotly, data))
    .catch((error) => root.replaceChildren(element("div", "sr-curves-error", error.message)));
  return () => {
    curves.close();
    instances.delete(parentElement);
  };
}
