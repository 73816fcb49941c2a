// A cursor led by keys: probe and tools without a mouse. It listens to nothing by itself.

const POINTER_STEPS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
const SAME_PLACE = 0.5;          // slice pixels: a point set twice there ends the line

class KeyPointer {
  constructor(viewer) {
    this.viewer = viewer;
    this.active = false;
  }

  /** First the cursor appears; then each press sets a point of the tool in hand. */
  press() {
    const { viewer } = this;
    const { view, study } = viewer;
    if (!this.active) {
      this.active = true;
      const at = view.cursor ?? { x: study.width / 2, y: study.height / 2 };
      const middle = { x: Math.floor(at.x) + 0.5, y: Math.floor(at.y) + 0.5 };
      return viewer.change({ cursor: { ...ontoSlice(middle, study, 0.5), pane: null } });
    }
    if (view.tool) this.setPoint();
  }

  setPoint() {
    const { marks, view } = this.viewer;
    const { cursor } = view;
    if (!marks.open) {
      marks.begin(view.tool, view.slice, cursor);
      if (view.tool === "marker") this.end();
    } else if (view.tool === "length") {
      this.end();
    } else {
      const [x, y] = marks.open.points.at(-1);
      if (Math.hypot(x - cursor.x, y - cursor.y) < SAME_PLACE) this.end();
      else marks.extend(cursor);
    }
    this.viewer.repaint();
  }

  end() {
    this.viewer.marks.finish();
    this.viewer.marked();
  }

  /** Whether it took the key: an arrow moves the cursor by a pixel, with Shift by ten. */
  takes(event) {
    const step = POINTER_STEPS[event.key];
    if (!this.active || !step || event.ctrlKey || event.altKey || event.metaKey) return false;
    const { study, view, marks } = this.viewer;
    const by = event.shiftKey ? 10 : 1;
    const led = { x: view.cursor.x + by * step[0], y: view.cursor.y + by * step[1] };
    const cursor = { ...ontoSlice(led, study, 0.5), pane: null };
    this.viewer.change({ cursor });
    if (marks.open?.kind === "length") marks.extend(cursor);
    return true;
  }

  /** The cursor goes; a line that is not finished goes with it. */
  drop() {
    if (!this.active) return false;
    this.active = false;
    this.viewer.marks.abandon();
    this.viewer.change({ cursor: null });
    return true;
  }
}
