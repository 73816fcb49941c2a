// One tab stop for the whole toolbar, arrows inside it (WAI-ARIA's toolbar pattern). It presses nothing.

const ALONG = { ArrowLeft: -1, ArrowRight: 1 };

class Roving {
  constructor(toolbar, viewer) {
    this.toolbar = toolbar;
    this.viewer = viewer;
    this.current = null;         // the control that Tab comes back to
    this.byPointer = false;      // whether a hand, not a key, is at a control
    toolbar.addEventListener("focusin", (event) => this.settle(event.target));
    toolbar.addEventListener("pointerdown", () => { this.byPointer = true; });
    toolbar.addEventListener("keydown", () => { this.byPointer = false; });
    for (const kind of ["click", "change"]) toolbar.addEventListener(kind, (event) => this.handBack(event));
  }

  get controls() {
    return [...this.toolbar.querySelectorAll("button, select")].filter((one) => !one.disabled && one.offsetParent);
  }

  /** After controls came, went or were disabled. */
  refresh() {
    const { controls } = this;
    this.settle(controls.includes(this.current) ? this.current : controls[0]);
  }

  settle(current) {
    this.current = current;
    for (const one of this.toolbar.querySelectorAll("button, select")) one.tabIndex = one === current ? 0 : -1;
  }

  /** Whether it took the key: left and right lead to the neighbour, round the ends. */
  takes(event) {
    const way = ALONG[event.key];
    if (!way || event.shiftKey || event.ctrlKey || !this.toolbar.contains(event.target)) return false;
    const { controls } = this;
    controls.at((controls.indexOf(event.target) + way) % controls.length).focus();
    event.preventDefault();
    return true;
  }

  /** A hand that clicked or chose goes on with the slices: the arrows are theirs again. */
  handBack({ type, target }) {
    const done = type === "change" || target.closest("button");
    if (done && this.byPointer && !this.viewer.sheet.shown) this.viewer.root.focus({ preventScroll: true });
  }
}
