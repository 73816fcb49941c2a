// Mouse, touch and keys: what they ask of the viewer. It draws nothing and holds no figures.

const NOTCH = 40;                // wheel pixels that make one slice; a mouse's notch sends 100 or more
const TOUCH_SLICE = 14;          // pixels of a finger's way that make one slice

class Hands {
  constructor(viewer) {
    this.viewer = viewer;
    this.drag = null;
    this.fingers = new Map();
    this.space = false;
    this.rolled = 0;
    const { root } = viewer;
    for (const pane of viewer.panes) this.listenToPane(pane);
    root.onkeydown = (event) => this.keyDown(event);
    root.onkeyup = (event) => this.keyUp(event);
    root.onblur = () => { this.space = false; viewer.change({ peek: false }); };
    root.addEventListener("pointerdown", (event) => {
      if (!event.target.closest("input, select, button")) root.focus({ preventScroll: true });
    });
    root.querySelector(".stage").addEventListener("wheel", (e) => this.wheel(e), { passive: false });
    this.listenToStrip(viewer.panel.part.strip);
    this.listenToControls(root, viewer.panel.part);
  }

  listenToPane(pane) {
    const glass = pane.canvas.parentElement;
    glass.onpointerdown = (event) => this.grab(event, pane);
    glass.onpointermove = (event) => this.move(event, pane);
    glass.onpointerup = glass.onpointercancel = (event) => this.release(event);
    glass.onpointerleave = () => this.viewer.change({ cursor: null });
    glass.oncontextmenu = (event) => event.preventDefault();
    glass.ondblclick = (event) => {
      if (event.ctrlKey || event.metaKey) this.viewer.act("reset");
      else this.viewer.toggleSingle(pane.name);
    };
  }

  listenToStrip(strip) {
    const go = (event) => {
      const box = strip.getBoundingClientRect();
      this.viewer.goTo(stripSlice(event.clientX - box.left, box.width, this.viewer.study.slices));
    };
    strip.onpointerdown = (event) => { strip.setPointerCapture(event.pointerId); go(event); };
    strip.onpointermove = (event) => { if (event.buttons & 1) go(event); };
  }

  listenToControls(root, part) {
    const { viewer } = this;
    part.slice.oninput = () => viewer.goTo(Number(part.slice.value) - 1);
    part.threshold.oninput = () => viewer.change({ tick: Number(part.threshold.value) });
    part.opacity.oninput = () => viewer.change({ opacity: Number(part.opacity.value) / 100, overlay: true });
    part.window.onchange = () => viewer.preset(Number(part.window.value));
    part.save.onchange = () => {
      save(part.save.value, viewer).catch((error) => viewer.panel.status(error.message, true));
      part.save.value = "";
    };
    root.querySelector(".toolbar").onclick = (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      const { toggle, layout, channel, act } = button.dataset;
      if (toggle) viewer.toggle(toggle);
      if (layout) viewer.change({ layout });
      if (channel) viewer.showChannel(Number(channel));
      if (act) viewer.act(act);
    };
  }

  /* mouse and touch */

  grab(event, pane) {
    if (event.pointerType === "touch") this.fingers.set(event.pointerId, event);
    else event.preventDefault();                       // no autoscroll, no text selection
    this.viewer.root.focus({ preventScroll: true });
    pane.canvas.parentElement.setPointerCapture(event.pointerId);
    const { view } = this.viewer;
    this.drag = {
      kind: this.kindOf(event), pane, x: event.clientX, y: event.clientY, start: { ...view },
      at: pane.position(event, view, this.viewer.study),
    };
    if (this.drag.kind === "ruler") this.viewer.rulers.begin(view.slice, this.drag.at);
  }

  kindOf(event) {
    if (event.pointerType === "touch") return "slices";
    if (event.button === 1 || (event.button === 0 && this.space)) return "pan";
    if (event.button === 2) return "zoom";
    return this.viewer.view.ruler ? "ruler" : "window";
  }

  move(event, pane) {
    const { viewer } = this;
    if (this.fingers.has(event.pointerId)) {
      if (this.fingers.size === 2) return this.pinch(event);
      this.fingers.set(event.pointerId, event);
    }
    const cursor = { ...pane.position(event, viewer.view, viewer.study), pane: pane.name };
    if (!this.drag) return viewer.change({ cursor });
    const acrossBy = event.clientX - this.drag.x;
    const downBy = event.clientY - this.drag.y;
    viewer.change({ cursor });
    viewer.change(this[this.drag.kind](acrossBy, downBy, this.drag));
  }

  window(acrossBy, downBy, { start }) {
    const width = Math.max(start.high - start.low + acrossBy, 1);
    const level = (start.high + start.low) / 2 + downBy;
    return { low: level - width / 2, high: level + width / 2, preset: 0 };
  }

  ruler() {
    this.viewer.rulers.extend(this.viewer.view.cursor);
    return {};
  }

  pan(acrossBy, downBy, { pane, start }) {
    const { study } = this.viewer;
    const { scaleX, scaleY } = pane.place(start, study);
    const ratio = window.devicePixelRatio || 1;
    return {
      centreX: start.centreX - (acrossBy * ratio) / (scaleX * study.width),
      centreY: start.centreY - (downBy * ratio) / (scaleY * study.height),
    };
  }

  zoom(acrossBy, downBy, { start, at }) {
    return zoomed(start, this.viewer.study, Math.exp(-downBy / 150), at.x, at.y);
  }

  slices(acrossBy, downBy, { start }) {
    return { slice: this.viewer.within(start.slice + Math.trunc(downBy / TOUCH_SLICE)) };
  }

  pinch(event) {
    const before = [...this.fingers.values()];
    this.fingers.set(event.pointerId, event);
    const after = [...this.fingers.values()];
    const spread = ([a, b]) => Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
    const { viewer } = this;
    viewer.change(zoomed(viewer.view, viewer.study, spread(after) / Math.max(spread(before), 1)));
    this.drag = null;
  }

  release(event) {
    this.fingers.delete(event.pointerId);
    if (this.drag?.kind === "ruler") this.viewer.rulers.finish();
    this.drag = null;
  }

  wheel(event) {
    event.preventDefault();
    const { viewer } = this;
    if (event.ctrlKey || event.metaKey) {
      const pane = viewer.panes.find((p) => p.figure.contains(event.target)) ?? viewer.panes[0];
      const at = pane.position(event, viewer.view, viewer.study);
      return viewer.change(zoomed(viewer.view, viewer.study, Math.exp(-event.deltaY / 400), at.x, at.y));
    }
    const turned = event.deltaY || event.deltaX;       // with Shift some browsers turn it sideways
    this.rolled = Math.sign(turned) === Math.sign(this.rolled) ? this.rolled + turned : turned;
    const steps = Math.abs(turned) >= NOTCH ? Math.sign(turned) : Math.trunc(this.rolled / NOTCH);
    if (!steps) return;
    this.rolled = 0;
    viewer.goTo(viewer.view.slice + steps * (event.shiftKey ? 5 : 1));
  }

  /* keys */

  keyDown(event) {
    event.stopPropagation();                           // Streamlit's own r and c stay out of it
    if (this.belongsToControl(event)) return;
    if (event.key === " ") this.space = true;
    else if (event.key === "s" && !event.ctrlKey && !event.metaKey) this.viewer.change({ peek: true });
    else {
      const action = actionOf(event);
      if (!action) return;
      this.viewer.act(action);
    }
    event.preventDefault();
  }

  keyUp(event) {
    event.stopPropagation();
    if (event.key === " ") this.space = false;
    if (event.key === "s") this.viewer.change({ peek: false });
  }

  belongsToControl(event) {
    const control = event.target.closest?.("input, select, button");
    if (!control) return false;
    if (control.matches("button")) return event.key === " " || event.key === "Enter";
    return event.key === " " || /^(Arrow|Home|End|Page)/.test(event.key);
  }
}
