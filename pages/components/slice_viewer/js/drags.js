// What a drag does to the view, by what the button is used for: from where it began to where it is.

const TOUCH_SLICE = 14;          // pixels of a drag through slices that make one slice

/** Each takes the way in CSS pixels, the drag {pane, start (the view then), at} and the viewer; returns a patch. */
const DRAGS = {
  window(acrossBy, downBy, { pane, start }) {
    const channel = channelOf(pane.name, start) ?? start.channel;
    const { low, high } = windowOf(start, channel);
    const width = Math.max(high - low + acrossBy, 1);
    const level = (high + low) / 2 + downBy;
    return withWindow(start, channel, { low: level - width / 2, high: level + width / 2, preset: 0 });
  },

  pan(acrossBy, downBy, { pane, start }, { study }) {
    const { scaleX, scaleY } = pane.place(start, study);
    const ratio = window.devicePixelRatio || 1;
    return {
      centreX: start.centreX - (acrossBy * ratio) / (scaleX * study.width),
      centreY: start.centreY - (downBy * ratio) / (scaleY * study.height),
    };
  },

  zoom(acrossBy, downBy, { start, at }, { study }) {
    return zoomed(start, study, Math.exp(-downBy / 150), at.x, at.y);
  },

  slices(acrossBy, downBy, { start }, viewer) {
    return { slice: viewer.within(start.slice + Math.trunc(downBy / TOUCH_SLICE)) };
  },

  tool(acrossBy, downBy, drag, { marks, view, study }) {
    marks.extend(ontoSlice(view.cursor, study));
    return {};
  },
};

/** Whether a place in slice pixels lies on the slice; its edges belong to it. */
function isOnSlice({ x, y }, { width, height }) { return x >= 0 && y >= 0 && x <= width && y <= height; }

/** The nearest place on the slice, at least `margin` from its edges. */
function ontoSlice({ x, y }, { width, height }, margin = 0) {
  const within = (value, most) => Math.min(Math.max(value, margin), most - margin);
  return { x: within(x, width), y: within(y, height) };
}

/** Two fingers: their distance zooms, their middle moves the picture. */
class Pinch {
  constructor(fingers) { this.before = spread(fingers); }

  patch(fingers, pane, { view, study }) {
    const now = spread(fingers);
    const { before } = this;
    this.before = now;
    const at = pane.position({ clientX: now.x, clientY: now.y }, view, study);
    const scaled = zoomed(view, study, now.apart / Math.max(before.apart, 1), at.x, at.y);
    const moved = { ...view, ...scaled };
    return { ...scaled, ...DRAGS.pan(now.x - before.x, now.y - before.y, { pane, start: moved }, { study }) };
  }
}

function spread(fingers) {
  const [a, b] = [...fingers.values()];
  return { apart: Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY),
    x: (a.clientX + b.clientX) / 2, y: (a.clientY + b.clientY) / 2 };
}
