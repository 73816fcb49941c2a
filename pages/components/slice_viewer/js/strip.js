// The strip along the slices: confidence, where the mask ends, truth, seen. It moves nothing by itself.

const STRIP_EDGE = 15;           // half of the slider's thumb, and 8 by which the strip is wider: both agree on x
const WIDEST_BAR = 28;           // fits between the edges of the strip
const ROWS_BELOW = 9;            // pixels: in the truth, seen
const FLIP_SHARE = 0.3;          // of the strip's height for the lane that says where a slice would flip
const FAINT = "rgba(140, 155, 175, 0.16)";
const SHOWN = "rgba(140, 155, 175, 0.42)";

/** Draws one column a slice; `view.slice` is framed. */
function drawStrip(canvas, view, study, columns) {
  const ratio = window.devicePixelRatio || 1;
  const width = canvas.width / ratio;
  const height = canvas.height / ratio;
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const step = stripStep(width, study.slices);
  const bar = Math.min(Math.max(step - (step > 4 ? 1.5 : 0.3), 0.7), WIDEST_BAR);
  const lanes = stripLanes(height, columns.reading);
  for (let slice = 0; slice < study.slices; slice++) {
    drawColumn(context, stripX(slice, width, study.slices) - bar / 2, bar, lanes, slice, columns);
  }
  const { reading } = columns;                         // a raw score has no threshold to be held against
  if (reading?.calibrated) drawLevel(context, width, lanes.floor - reading.confidence_threshold * (lanes.floor - 2));
  if (reading && columns.flip) drawLevel(context, width, flipY(lanes, columns.tick, columns.ticks));
  frameCurrent(context, stripX(view.slice, width, study.slices), Math.max(bar + 1.5, 3), height);
}

/** Heights: bars of confidence down to `floor`, the lane of flips below it, then the thin rows. */
function stripLanes(height, reading) {
  const above = height - ROWS_BELOW;
  const lane = reading ? Math.round(above * FLIP_SHARE) : 0;
  return { floor: above - lane - (lane ? 3 : 0), laneTop: above - lane, laneFloor: above, rows: above + 2 };
}

function flipY({ laneTop, laneFloor }, tick, ticks) {
  return laneFloor - (tick / (ticks - 1)) * (laneFloor - laneTop);
}

function drawColumn(context, left, bar, lanes, slice, { reading, truth, seen, flip, tick, ticks }) {
  context.fillStyle = !reading && seen[slice] ? SHOWN : FAINT;
  context.fillRect(left, 0, bar, lanes.floor);
  if (reading) {
    const confidence = reading.confidence[slice];
    context.fillStyle = css(MODEL, isFlagged(reading, slice) ? 1 : reaches(reading, slice) ? 0.65 : 0.42);
    const tall = confidence > 0 ? Math.max(confidence * (lanes.floor - 2), 1) : 0;
    context.fillRect(left, lanes.floor - tall, bar, tall);
    context.fillStyle = FAINT;
    context.fillRect(left, lanes.laneTop, bar, lanes.laneFloor - lanes.laneTop);
    if (flip) drawFlip(context, left, bar, lanes, flip(slice), tick, ticks);
  }
  const rows = [[truth?.[slice] > 0, css(TRUTH), 3], [seen[slice], "rgba(165, 172, 182, 0.9)", 2]];
  let top = lanes.rows;
  for (const [on, colour, tall] of rows) {
    context.fillStyle = on ? colour : FAINT;
    context.fillRect(left, top, bar, tall);
    top += tall + 1.5;
  }
}

/** A stem as high as the last threshold at which the slice still has a mask: bright while it has one. */
function drawFlip(context, left, bar, lanes, reach, tick, ticks) {
  if (reach === 0) return;
  const top = flipY(lanes, reach - 1, ticks);
  const has = reach > tick;
  context.fillStyle = css(MODEL, has ? 0.35 : 0.14);
  context.fillRect(left, top, bar, lanes.laneFloor - top);
  context.fillStyle = css(MODEL, has ? 1 : 0.45);
  context.fillRect(left, top, bar, 2);
}

function drawLevel(context, width, height) {
  const y = Math.round(height) + 0.5;
  context.strokeStyle = "rgba(150, 160, 172, 0.9)";
  context.lineWidth = 1;
  context.setLineDash([3, 3]);
  context.beginPath();
  context.moveTo(STRIP_EDGE, y);
  context.lineTo(width - STRIP_EDGE, y);
  context.stroke();
  context.setLineDash([]);
}

function frameCurrent(context, centre, step, height) {
  const box = [centre - step / 2 - 0.75, 0.75, step + 1.5, height - 1.5];
  for (const [colour, width] of [["rgba(0, 0, 0, 0.85)", 3], ["#fff", 1.5]]) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.strokeRect(...box);
  }
}

function stripStep(width, slices) {
  return (width - 2 * STRIP_EDGE) / Math.max(slices - 1, 1);
}

function stripX(slice, width, slices) {
  return slices > 1 ? STRIP_EDGE + slice * stripStep(width, slices) : width / 2;
}

/** The slice (from 0) at `x` of a strip of this width. */
function stripSlice(x, width, slices) {
  const at = Math.round((x - STRIP_EDGE) / stripStep(width, slices));
  return Math.min(Math.max(at, 0), slices - 1);
}

/** The nearest slice after (`way` 1) or before (-1) that `wanted(slice)` accepts, else null. */
function neighbour(slice, slices, way, wanted) {
  for (let at = slice + way; at >= 0 && at < slices; at += way) if (wanted(at)) return at;
  return null;
}
