// Draws lengths, areas, markers and outlines on a pane. It keeps none of them.

const MEASURED = "#ffe14d";      // yellow for measures; the reviewer's own read has OWN's purple
const WIDER = 1.6;               // times a finding's mean radius that its ring is away: tumours are no discs
const OUTLINE_DOTS = [1.5, 4];   // dotted: the model's line is solid, the truth's dashed

/** Draws marks given in slice pixels on a canvas, with their measures if `worded`; `at` is the slice's place there. */
function drawMarks(context, marks, study, at, worded) {
  const ratio = window.devicePixelRatio || 1;
  const place = ([x, y]) => [at.left + x * at.scaleX, at.top + y * at.scaleY];
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.font = `${13 * ratio}px system-ui, sans-serif`;
  context.lineCap = "round";
  for (const mark of marks) {
    const points = mark.points.map(place);
    if (mark.kind === "marker") drawMarker(context, points[0], ratio);
    else drawLine(context, mark, points, ratio);
    if (!worded || (mark.kind !== "length" && mark.kind !== "area")) continue;
    writeBeside(context, markText(mark, study), mark.kind === "length" ? points[1] : highest(points), ratio);
  }
  context.setLineDash([]);
}

function highest(points) { return points.reduce((top, point) => (point[1] < top[1] ? point : top)); }

function drawLine(context, { kind }, points, ratio) {
  const own = kind === "outline";
  const line = new Path2D();
  points.forEach(([x, y], i) => (i ? line.lineTo(x, y) : line.moveTo(x, y)));
  if (kind !== "length") line.closePath();
  strokeTwice(context, line, own ? css(OWN) : MEASURED, own ? 2.4 : 1.6, ratio, own ? OUTLINE_DOTS : []);
  if (kind !== "length") return;
  context.fillStyle = MEASURED;
  for (const [x, y] of points) context.fillRect(x - 2 * ratio, y - 2 * ratio, 4 * ratio, 4 * ratio);
}

/** A ring with four strokes outwards: what it points at stays free. */
function drawMarker(context, [x, y], ratio) {
  const ring = new Path2D();
  ring.arc(x, y, 7 * ratio, 0, 2 * Math.PI);
  for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
    ring.moveTo(x + 7 * ratio * dx, y + 7 * ratio * dy);
    ring.lineTo(x + 13 * ratio * dx, y + 13 * ratio * dy);
  }
  strokeTwice(context, ring, css(OWN), 2, ratio, []);
}

/** A wide dashed ring about the place that is spoken of, which reaches `reach` slice pixels from its middle. */
function drawPointed(context, { x, y, reach }, at) {
  const ratio = window.devicePixelRatio || 1;
  const ring = new Path2D();
  const radius = Math.max(24 * ratio, WIDER * reach * Math.max(at.scaleX, at.scaleY) + 10 * ratio);
  ring.arc(at.left + x * at.scaleX, at.top + y * at.scaleY, radius, 0, 2 * Math.PI);
  context.setTransform(1, 0, 0, 1, 0, 0);
  strokeTwice(context, ring, "#ffffff", 1.6, ratio, [5, 4]);
  context.setLineDash([]);
}

/** A dark line beneath the coloured one: it shows on bright and on dark tissue. */
function strokeTwice(context, line, colour, width, ratio, dots) {
  context.setLineDash([]);
  context.strokeStyle = "rgba(0, 0, 0, 0.7)";
  context.lineWidth = (width + 2.2) * ratio;
  context.stroke(line);
  context.setLineDash(dots.map((dot) => dot * ratio));
  context.strokeStyle = colour;
  context.lineWidth = width * ratio;
  context.stroke(line);
}

function writeBeside(context, words, [x, y], ratio) {
  context.setLineDash([]);
  context.strokeStyle = "rgba(0, 0, 0, 0.8)";
  context.lineWidth = 3 * ratio;
  const left = Math.min(x + 6 * ratio, context.canvas.width - context.measureText(words).width - 4 * ratio);
  context.strokeText(words, left, y - 6 * ratio);
  context.fillStyle = MEASURED;
  context.fillText(words, left, y - 6 * ratio);
}
