// Draws the four panes from the layers: same zoom, same place, same cursor in all. It keeps no view.

const FEWEST_PIXELS = 12;        // zoom in no further than this many slice pixels across a pane

/** A pane: its canvas, kept at the screen's own resolution, and the words when it is empty. */
class Pane {
  constructor(figure) {
    this.name = figure.dataset.pane;
    this.figure = figure;
    this.canvas = figure.querySelector(".glass canvas");
    this.context = this.canvas.getContext("2d", { alpha: false });
    this.empty = figure.querySelector(".empty");
  }

  /** True when the canvas had to change its size, which also empties it. */
  fit() {
    const ratio = window.devicePixelRatio || 1;
    const width = Math.round(this.canvas.clientWidth * ratio);
    const height = Math.round(this.canvas.clientHeight * ratio);
    if (!width || (this.canvas.width === width && this.canvas.height === height)) return;
    this.canvas.width = width;
    this.canvas.height = height;
  }

  /** Canvas pixels a slice pixel, and where the slice's corner lies, for this view. */
  place(view, study) {
    const aspect = pixelAspect(study);
    const fit = Math.min(this.canvas.width / study.width, this.canvas.height / (study.height * aspect));
    const scaleX = fit * view.zoom;
    const scaleY = scaleX * aspect;
    return {
      scaleX, scaleY,
      left: this.canvas.width / 2 - view.centreX * study.width * scaleX,
      top: this.canvas.height / 2 - view.centreY * study.height * scaleY,
    };
  }

  /** The slice position under a mouse event, in pixels with fractions. */
  position(event, view, study) {
    const box = this.canvas.getBoundingClientRect();
    const { scaleX, scaleY, left, top } = this.place(view, study);
    const ratio = this.canvas.width / box.width;
    return {
      x: ((event.clientX - box.left) * ratio - left) / scaleX,
      y: ((event.clientY - box.top) * ratio - top) / scaleY,
    };
  }

  draw(view, study, layers) {
    const context = this.context;
    const at = this.place(view, study);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = "#000";
    context.fillRect(0, 0, this.canvas.width, this.canvas.height);
    const layer = this.layer(view, layers);
    if (!layer.filled) return;
    context.setTransform(at.scaleX, 0, 0, at.scaleY, at.left, at.top);
    context.imageSmoothingEnabled = view.smooth && this.name === "original";
    context.drawImage(layer.canvas, 0, 0);
    if (this.name === "original") this.drawOverlay(view, layers, at);
    if (view.cursor) this.drawCursor(view.cursor, at);
  }

  layer(view, layers) {
    if (this.name === "mask") return view.errors && layers.errors.filled ? layers.errors : layers.mask;
    return layers[this.name];
  }

  drawOverlay(view, layers, at) {
    if (!view.overlay || view.peek) return;
    const truth = view.showTruth && layers.outlines.truth;
    const model = view.showModel && layers.outlines.model;
    if (view.fill) {
      this.fill(truth && layers.truth, view.opacity * 0.4);
      this.fill(model && layers.mask, view.opacity * 0.4);
    }
    const width = 1.75 * (window.devicePixelRatio || 1);
    this.stroke(truth, TRUTH, view.opacity, width, at, [4 * width, 2.5 * width]);
    this.stroke(model, MODEL, view.opacity, width, at, []);
  }

  fill(layer, opacity) {
    if (!layer || !layer.filled) return;
    this.context.globalAlpha = opacity;
    this.context.drawImage(layer.canvas, 0, 0);
    this.context.globalAlpha = 1;
  }

  // The path is in slice pixels, the pen in screen pixels: the line stays thin at every zoom.
  stroke(path, colour, opacity, width, at, dash) {
    if (!path) return;
    const context = this.context;
    const scaled = new Path2D();
    scaled.addPath(path, new DOMMatrix([at.scaleX, 0, 0, at.scaleY, at.left, at.top]));
    context.save();
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.lineJoin = "round";
    context.setLineDash(dash);
    context.strokeStyle = `rgba(0, 0, 0, ${0.55 * opacity})`;
    context.lineWidth = width * 1.9;
    context.stroke(scaled);
    context.strokeStyle = css(colour, opacity);
    context.lineWidth = width;
    context.stroke(scaled);
    context.restore();
  }

  drawCursor({ x, y, pane }, at) {
    if (pane === this.name) return;                    // the mouse pointer itself is there
    const context = this.context;
    const ratio = window.devicePixelRatio || 1;
    const centreX = at.left + x * at.scaleX;
    const centreY = at.top + y * at.scaleY;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.lineWidth = ratio;
    context.strokeStyle = "rgba(255, 255, 255, 0.8)";
    context.beginPath();
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      context.moveTo(centreX + 4 * ratio * dx, centreY + 4 * ratio * dy);
      context.lineTo(centreX + 11 * ratio * dx, centreY + 11 * ratio * dy);
    }
    context.stroke();
  }
}

/** Height of a pixel over its width; 1 where the spacing is unknown. */
function pixelAspect(study) {
  return study.spacing_mm ? study.spacing_mm[1] / study.spacing_mm[2] : 1;
}

/** The view zoomed by `factor` with the slice position (x, y) staying where it is. */
function zoomed(view, study, factor, x = view.centreX * study.width, y = view.centreY * study.height) {
  const most = Math.max(study.width, study.height) / FEWEST_PIXELS;
  const zoom = Math.min(Math.max(view.zoom * factor, 0.5), most);
  const shrink = view.zoom / zoom;
  return {
    zoom,
    centreX: x / study.width + (view.centreX - x / study.width) * shrink,
    centreY: y / study.height + (view.centreY - y / study.height) * shrink,
  };
}
