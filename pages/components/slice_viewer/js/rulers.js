// Lengths drawn on slices, kept while the study is open. It claims millimetres only where they are known.

class Rulers {
  constructor() { this.lines = []; }

  begin(slice, { x, y }) { this.lines.push({ slice, x1: x, y1: y, x2: x, y2: y }); }

  /** Moves the end of the line that is being drawn. */
  extend({ x, y }) { Object.assign(this.lines.at(-1), { x2: x, y2: y }); }

  /** A click without a way is no line. */
  finish() {
    const line = this.lines.at(-1);
    if (line && Math.hypot(line.x2 - line.x1, line.y2 - line.y1) < 1) this.lines.pop();
  }

  /** Takes away the last line of this slice. */
  removeLast(slice) {
    const at = this.lines.findLastIndex((line) => line.slice === slice);
    if (at >= 0) this.lines.splice(at, 1);
  }

  on(slice) { return this.lines.filter((line) => line.slice === slice); }
}

/** `34.2 px`, or millimetres where the files state the spacing of rows and columns. */
function lengthText(line, study) {
  const across = line.x2 - line.x1;
  const down = line.y2 - line.y1;
  if (!study.spacing_mm) return `${Math.hypot(across, down).toFixed(1)} px`;
  const [, row, column] = study.spacing_mm;
  return `${Math.hypot(across * column, down * row).toFixed(1)} mm`;
}

/** Draws lines given in slice pixels on a canvas; `at` is the pane's place of the slice. */
function drawRulers(context, lines, study, at) {
  const ratio = window.devicePixelRatio || 1;
  const onCanvas = (x, y) => [at.left + x * at.scaleX, at.top + y * at.scaleY];
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.font = `${13 * ratio}px system-ui, sans-serif`;
  for (const line of lines) {
    const [x1, y1] = onCanvas(line.x1, line.y1);
    const [x2, y2] = onCanvas(line.x2, line.y2);
    for (const [colour, width] of [["rgba(0, 0, 0, 0.7)", 4], ["#ffe14d", 1.6]]) {
      context.strokeStyle = colour;
      context.lineWidth = width * ratio;
      context.beginPath();
      context.moveTo(x1, y1);
      context.lineTo(x2, y2);
      context.stroke();
    }
    context.fillStyle = "#ffe14d";
    for (const [x, y] of [[x1, y1], [x2, y2]]) context.fillRect(x - 2 * ratio, y - 2 * ratio, 4 * ratio, 4 * ratio);
    context.strokeStyle = "rgba(0, 0, 0, 0.8)";
    context.lineWidth = 3 * ratio;
    context.strokeText(lengthText(line, study), x2 + 6 * ratio, y2 - 6 * ratio);
    context.fillText(lengthText(line, study), x2 + 6 * ratio, y2 - 6 * ratio);
  }
}
