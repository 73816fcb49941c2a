// Draws the four panes from the layers: same zoom, same place, same cursor in all. It keeps no view.

const FEWEST_PIXELS = 12;        // zoom in no further than this many slice pixels across a pane
const PEN_SHARE = 330;           // a contour is this part of a tall pane's height, at least 1.75 pixels
const SIDE_LETTER = 14;          // CSS pixels of the letters R, L, A, P, S and I
const NARROW_PANE = 340;         // CSS pixels of a pane whose corners' words reach its middle
const SPECKLED = 4000;           // points of an outline from which dashes and a dark rim are left out

/** A pane: its canvas, kept at the screen's own resolution, and the words when it is empty. */
class Pane {
  constructor(figure) {
    this.name = figure.dataset.pane;
    this.figure = figure;
    this.canvas = figure.querySelector(".glass canvas");
    this.context = this.canvas.getContext("2d", { alpha: false });
  }

  /** Brings the canvas to the size it has on screen; asked only after the layout has changed. */
  fit() {
    fitCanvas(this.canvas);
    this.drawn = null;
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

  /** Draws the pane, unless it would be drawn as it is: an upload of its pixels is what costs. */
  draw(view, study, layers, marks) {
    const key = this.key(view, layers, marks);
    if (key === this.drawn) return;
    this.drawn = key;
    const context = this.context;
    const at = this.place(view, study);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = "#000";
    context.fillRect(0, 0, this.canvas.width, this.canvas.height);
    const layer = this.layer(view, layers);
    if (!layer.filled) return;
    context.setTransform(at.scaleX, 0, 0, at.scaleY, at.left, at.top);
    context.imageSmoothingEnabled = view.smooth && this.showsImage;
    context.drawImage(layer.canvas, 0, 0);
    if (this.overlaid) this.drawOverlay(view, layers, at);
    const worded = this.showsImage || shownPanes(view).length === 1;
    if (study.edges) this.drawSides(study.edges);      // below what is measured
    drawMarks(context, marks.on(view.slice), study, at, worded);
    if (this.points(view, marks)) drawPointed(context, marks.pointed, at);
    if (view.cursor) this.drawCursor(view.cursor, at);
  }

  get showsImage() { return this.name === "plain" || this.overlaid; }

  /** Whether the place that is spoken of is ringed here: as overlays are, and never where there are none. */
  points(view, marks) {
    return view.overlay && !view.peek && this.name !== "plain" && marks.pointed?.slice === view.slice;
  }

  get overlaid() { return this.name === "original" || this.name.startsWith("channel"); }

  key(view, layers, marks) {
    const { cursor } = view;
    const all = [this.name, this.layer(view, layers).key, view.zoom, view.centreX, view.centreY,
      cursor && cursor.pane !== this.name && [cursor.x, cursor.y], view.slice, marks.changes,
      this.points(view, marks)];
    if (this.showsImage) all.push(view.smooth, channelOf(this.name, view));
    if (this.overlaid) {
      all.push(view.overlay && !view.peek && [view.opacity, view.fill, view.showModel && layers.maskKey,
        view.showTruth && layers.truthKey, view.showHeat && layers.heat.key]);
    }
    return JSON.stringify(all);
  }

  layer(view, layers) {
    if (this.showsImage) return layers.image(channelOf(this.name, view));
    if (this.name === "mask") return view.errors && layers.errors.filled ? layers.errors : layers.mask;
    return layers[this.name];
  }

  drawOverlay(view, layers, at) {
    if (!view.overlay || view.peek) return;
    const { opacity } = view;
    const truth = view.showTruth && layers.outlines.truth;
    const model = view.showModel && layers.outlines.model;
    if (view.showHeat) this.fill(layers.heat, opacity.heat);
    if (view.fill) {
      this.fill(truth && layers.truth, opacity.truth * 0.4);
      this.fill(model && layers.mask, opacity.model * 0.4);
    }
    const width = Math.max(1.75 * (window.devicePixelRatio || 1), this.canvas.height / PEN_SHARE);
    this.stroke(truth, TRUTH, opacity.truth, width, at, [4 * width, 2.5 * width]);
    this.stroke(model, MODEL, opacity.model, width, at, []);
  }

  fill(layer, opacity) {
    if (!layer || !layer.filled) return;
    this.context.globalAlpha = opacity;
    this.context.drawImage(layer.canvas, 0, 0);
    this.context.globalAlpha = 1;
  }

  // The path is in slice pixels, the pen in screen pixels: the line stays thin at every zoom.
  stroke(outlined, colour, opacity, width, at, dash) {
    if (!outlined || opacity <= 0) return;
    const context = this.context;
    const scaled = new Path2D();
    scaled.addPath(outlined.path, new DOMMatrix([at.scaleX, 0, 0, at.scaleY, at.left, at.top]));
    context.save();
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.lineJoin = "round";
    if (outlined.points < SPECKLED) {
      context.setLineDash(dash);
      context.strokeStyle = `rgba(0, 0, 0, ${0.55 * opacity})`;
      context.lineWidth = width * 1.9;
      context.stroke(scaled);
    }
    context.strokeStyle = css(colour, opacity);
    context.lineWidth = width;
    context.stroke(scaled);
    context.restore();
  }

  /** The letters of the patient's sides, on the canvas so that a saved picture has them too. */
  drawSides([left, top, right, bottom]) {
    const { context, canvas: { width, height } } = this;
    const size = SIDE_LETTER * (window.devicePixelRatio || 1);
    const [inset, middleX, middleY] = [size * 0.8, width / 2, height / 2];
    const aside = width < NARROW_PANE * (window.devicePixelRatio || 1) ? 3 * size : inset;  // off the corners' words
    context.save();
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.font = `600 ${size}px system-ui, sans-serif`;
    [context.textAlign, context.textBaseline, context.lineJoin] = ["center", "middle", "round"];
    [context.lineWidth, context.strokeStyle, context.fillStyle] = [size / 4, "#000", "#e8edf2"];
    for (const [letter, x, y] of [[left, inset, middleY], [top, middleX, aside],
      [right, width - inset, middleY], [bottom, middleX, height - aside]]) {
      context.strokeText(letter, x, y);
      context.fillText(letter, x, y);
    }
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

/** Gives a canvas as many pixels as the screen has in its place. A new size empties it. */
function fitCanvas(canvas) {
  const ratio = window.devicePixelRatio || 1;
  const width = Math.round(canvas.clientWidth * ratio);
  const height = Math.round(canvas.clientHeight * ratio);
  if (!width || !height || (canvas.width === width && canvas.height === height)) return;
  canvas.width = width;
  canvas.height = height;
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
