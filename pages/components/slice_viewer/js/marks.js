// What the reviewer draws on slices: lengths, areas, markers and outlines. It keeps none beyond the page.

const LEAST_STEP = 0.6;          // slice pixels between two points of a line drawn by hand
const MOST_LINE_POINTS = 600;    // a longer line is thinned to every second point
const LEAST_SPAN = 1;            // slice pixels: a click without a way is no line

/** Lengths and areas are measured; markers and outlines belong to the reviewer's read. */
class Marks {
  constructor() {
    this.list = [];
    this.changes = 0;            // grows with each change: what was drawn is out of date
    this.open = null;            // the mark that is being drawn
    this.pointed = null;         // the place that is spoken of: { slice, x, y, reach }, no mark of anybody's
  }

  /** Rings a place until another one is spoken of. */
  point(place) {
    this.pointed = place;
    this.changes++;
  }

  begin(kind, slice, { x, y }) {
    this.open = { kind, slice, points: kind === "length" ? [[x, y], [x, y]] : [[x, y]] };
    this.list.push(this.open);
    this.changes++;
  }

  /** Moves a length's end, or leads a line drawn by hand further. */
  extend({ x, y }) {
    const mark = this.open;
    if (!mark) return;
    const last = mark.points.at(-1);
    if (mark.kind === "length") mark.points[1] = [x, y];
    else if (mark.kind === "marker") mark.points[0] = [x, y];
    else if (Math.hypot(x - last[0], y - last[1]) >= LEAST_STEP) mark.points.push([x, y]);
    if (mark.points.length > MOST_LINE_POINTS) mark.points = mark.points.filter((_, i) => i % 2 === 0);
    this.changes++;
  }

  /** Ends the mark that is being drawn; one that encloses or spans nothing is dropped. */
  finish() {
    const mark = this.open;
    this.open = null;
    if (mark && !isWhole(mark)) this.remove(mark);
  }

  /** Gives up the mark that is being drawn. */
  abandon() {
    if (this.open) this.remove(this.open);
    this.open = null;
  }

  remove(mark) {
    this.list = this.list.filter((one) => one !== mark);
    this.changes++;
  }

  /** Takes away the last mark of this slice that may still be changed. */
  removeLast(slice) {
    const mark = this.list.findLast((one) => one.slice === slice && !one.sealed);
    if (mark) this.remove(mark);
  }

  on(slice) { return this.list.filter((mark) => mark.slice === slice); }

  of(...kinds) { return this.list.filter((mark) => kinds.includes(mark.kind)); }

  /** Puts marks in the place of those of the same kinds. */
  replace(kinds, marks) {
    this.list = [...this.list.filter((mark) => !kinds.includes(mark.kind)), ...marks];
    this.changes++;
  }
}

function isWhole({ kind, points }) {
  if (kind === "marker") return true;
  const across = points.map(([x]) => x);
  const down = points.map(([, y]) => y);
  const span = Math.hypot(Math.max(...across) - Math.min(...across), Math.max(...down) - Math.min(...down));
  return span >= LEAST_SPAN && (kind === "length" || (points.length > 2 && enclosed(points).length > 0));
}

/** `34.2 px`, or millimetres where the files state the spacing of rows and columns. */
function lengthText([[x1, y1], [x2, y2]], study) {
  if (!study.spacing_mm) return `${Math.hypot(x2 - x1, y2 - y1).toFixed(1)} px`;
  const [, row, column] = study.spacing_mm;
  return `${Math.hypot((x2 - x1) * column, (y2 - y1) * row).toFixed(1)} mm`;
}

/** The pixels, as [x, y], whose middles lie inside a closed line (even-odd, row by row). */
function enclosed(points) {
  const found = [];
  const down = points.map(([, y]) => y);
  for (let y = Math.floor(Math.min(...down)); y <= Math.max(...down); y++) {
    const crossed = crossings(points, y + 0.5);
    for (let i = 0; i + 1 < crossed.length; i += 2) {
      for (let x = Math.ceil(crossed[i] - 0.5); x + 0.5 < crossed[i + 1]; x++) found.push([x, y]);
    }
  }
  return found;
}

/** Where a closed line crosses the height `y`, rising. */
function crossings(points, y) {
  const found = [];
  points.forEach(([x1, y1], i) => {
    const [x2, y2] = points[(i + 1) % points.length];
    if ((y1 > y) !== (y2 > y)) found.push(x1 + ((y - y1) * (x2 - x1)) / (y2 - y1));
  });
  return found.sort((a, b) => a - b);
}

/** Pixels inside a closed line, and mean and spread of one channel's intensities there. */
function areaFigures(points, study, plane) {
  const inside = enclosed(points).filter(([x, y]) => x >= 0 && y >= 0 && x < study.width && y < study.height);
  if (!plane || !inside.length) return { pixels: inside.length, mean: null, spread: null };
  const values = inside.map(([x, y]) => intensity(study, plane[y * study.width + x]));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return { pixels: inside.length, mean, spread };
}

/** One channel's codes out of a slice's block; null for the colour composite, or before they are there. */
function channelPlane(block, study, channel) {
  if (!block || channel >= study.channels.length) return null;
  const plane = study.width * study.height;
  return block.subarray(channel * plane, (channel + 1) * plane);
}

/** What a mark says beside itself and in the list of marks. */
function markText(mark, study) {
  if (mark.kind === "length") return lengthText(mark.points, study);
  if (mark.kind === "marker") return "tumour here";
  if (mark.kind === "outline") return "outlined";
  return area(areaFigures(mark.points, study).pixels, study);
}
