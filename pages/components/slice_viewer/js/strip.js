// The strip along the slices: confidence, flagged, truth, seen. It moves nothing by itself.

const STRIP_ROWS = 15;           // pixels below the bars: in the mask now, in the truth, seen
const STRIP_EDGE = 15;           // half of the slider's thumb, and 8 by which the strip is wider: both agree on x
const WIDEST_BAR = 28;           // fits between the edges of the strip

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
  const floor = height - STRIP_ROWS;
  for (let slice = 0; slice < study.slices; slice++) {
    const left = stripX(slice, width, study.slices) - bar / 2;
    drawColumn(context, left, bar, floor, slice, columns);
  }
  const { reading } = columns;                         // a raw score has no threshold to be held against
  if (reading?.calibrated) drawConfidenceLine(context, width, floor, reading.confidence_threshold);
  frameCurrent(context, stripX(view.slice, width, study.slices), Math.max(bar + 1.5, 3), height);
}

function drawColumn(context, left, bar, floor, slice, { reading, truth, seen, inMask }) {
  context.fillStyle = "rgba(140, 155, 175, 0.16)";
  context.fillRect(left, 0, bar, floor);
  if (reading) {
    const confidence = reading.confidence[slice];
    context.fillStyle = css(MODEL, isFlagged(reading, slice) ? 1 : reaches(reading, slice) ? 0.65 : 0.42);
    const tall = confidence > 0 ? Math.max(confidence * (floor - 2), 1) : 0;
    context.fillRect(left, floor - tall, bar, tall);
  }
  const rows = [[inMask?.(slice), css(MODEL), 3], [truth?.[slice] > 0, css(TRUTH), 3],
    [seen[slice], "rgba(215, 221, 229, 0.75)", 2]];
  let top = floor + 2;
  for (const [on, colour, tall] of rows) {
    context.fillStyle = on ? colour : "rgba(140, 155, 175, 0.14)";
    context.fillRect(left, top, bar, tall);
    top += tall + 1.5;
  }
}

function drawConfidenceLine(context, width, floor, threshold) {
  const y = Math.round(floor - threshold * (floor - 2)) + 0.5;
  context.strokeStyle = "rgba(255, 255, 255, 0.35)";
  context.lineWidth = 1;
  context.setLineDash([3, 3]);
  context.beginPath();
  context.moveTo(STRIP_EDGE, y);
  context.lineTo(width - STRIP_EDGE, y);
  context.stroke();
  context.setLineDash([]);
}

function frameCurrent(context, centre, step, height) {
  context.strokeStyle = "#fff";
  context.lineWidth = 1.5;
  context.strokeRect(centre - step / 2 - 0.75, 0.75, step + 1.5, height - 1.5);
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
