// Mouse and touch on the panes and the strip: what they ask of the viewer. It draws nothing.

const NOTCH = 40;                // wheel pixels that make one slice; a mouse's notch sends 100 or more
const BUTTONS = ["left", "middle", "right"];

class Hands {
  constructor(viewer) {
    this.viewer = viewer;
    this.drag = null;
    this.fingers = new Map();
    this.pinch = null;
    this.grabbing = false;       // as long as the key for it is held
    this.rolled = 0;
    this.pane = viewer.panes[0]; // under the mouse, last
    const { root } = viewer;
    for (const pane of viewer.panes) this.listenToPane(pane);
    root.addEventListener("pointerdown", (event) => {
      if (!event.target.closest("input, select, button, .sheet")) root.focus({ preventScroll: true });
    });
    root.querySelector(".stage").addEventListener("wheel", (e) => this.wheel(e), { passive: false });
    for (const kind of ["pointerdown", "pointermove", "wheel", "keydown"]) {
      root.addEventListener(kind, (event) => viewer.read?.act(event.timeStamp), { capture: true, passive: true });
    }
    this.listenToStrip(viewer.panel.part.strip);
  }

  listenToPane(pane) {
    const glass = pane.canvas.parentElement;
    glass.onpointerdown = (event) => this.grab(event, pane);
    glass.onpointermove = (event) => this.move(event, pane);
    glass.onpointerup = glass.onpointercancel = (event) => this.release(event);
    glass.onpointerleave = () => { if (!this.viewer.pointer.active) this.viewer.change({ cursor: null }); };
    glass.oncontextmenu = (event) => event.preventDefault();
    glass.ondblclick = (event) => {
      if (this.viewer.view.tool) return;               // two clicks with a tool are two marks
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

  grab(event, pane) {
    if (event.pointerType === "touch") this.fingers.set(event.pointerId, event);
    else event.preventDefault();                       // no autoscroll, no text selection
    this.viewer.root.focus({ preventScroll: true });
    pane.canvas.parentElement.setPointerCapture(event.pointerId);
    if (this.fingers.size === 2) return this.beginPinch();
    const { view, marks, study } = this.viewer;
    const at = pane.position(event, view, study);
    this.pane = pane;
    this.drag = { use: this.useOf(event), pane, x: event.clientX, y: event.clientY, start: { ...view }, at };
    if (this.drag.use === "tool") {
      if (isOnSlice(at, study)) marks.begin(view.tool, view.slice, at);
      else this.drag.use = null;                       // beside the slice there is nothing to mark
    }
    this.viewer.change({ cursor: { ...at, pane: pane.name } });
  }

  beginPinch() {
    this.drag = null;
    this.viewer.marks.abandon();                       // the first finger began a line; it was none
    this.pinch = new Pinch(this.fingers);
  }

  useOf(event) {
    const { settings, view } = this.viewer;
    const button = event.pointerType === "touch" ? "left" : BUTTONS[event.button];
    if (button === "left" && this.grabbing) return "pan";
    if (button === "left" && view.tool) return "tool";
    return settings.mouse[event.pointerType === "touch" ? "touch" : button];
  }

  move(event, pane) {
    const { viewer } = this;
    if (this.fingers.has(event.pointerId)) this.fingers.set(event.pointerId, event);
    if (this.pinch) {
      if (this.fingers.size === 2) viewer.change(this.pinch.patch(this.fingers, pane, viewer));
      return;
    }
    viewer.pointer.drop();
    this.pane = pane;
    viewer.change({ cursor: { ...pane.position(event, viewer.view, viewer.study), pane: pane.name } });
    if (!this.drag?.use) return;
    const { x, y, use } = this.drag;
    viewer.change(DRAGS[use](event.clientX - x, event.clientY - y, this.drag, viewer));
  }

  release(event) {
    this.fingers.delete(event.pointerId);
    if (this.pinch) {
      if (!this.fingers.size) this.pinch = null;       // the finger that stays drags nothing
      return;
    }
    if (this.drag?.use === "tool") {
      this.viewer.marks.finish();
      this.viewer.marked();
    }
    this.drag = null;
  }

  wheel(event) {
    event.preventDefault();
    const { viewer } = this;
    const zooms = (viewer.settings.mouse.wheel === "zoom") !== (event.ctrlKey || event.metaKey);
    if (zooms) {
      const pane = viewer.panes.find((p) => p.figure.contains(event.target)) ?? this.pane;
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
}
