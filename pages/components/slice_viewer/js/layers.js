// The shown slice's pictures at its own size, each redrawn only when what it shows has changed.

/** One picture of the slice's size; `pixels` is its memory, a Uint32 a pixel. */
class Layer {
  constructor(width, height) {
    this.canvas = document.createElement("canvas");
    this.canvas.width = width;
    this.canvas.height = height;
    this.context = this.canvas.getContext("2d");
    this.image = this.context.createImageData(width, height);
    this.pixels = new Uint32Array(this.image.data.buffer);
    this.key = null;
    this.filled = false;
  }

  /** Calls `draw(pixels)` unless `key` is what is drawn already; a null key empties the layer. */
  show(key, draw) {
    if (key === this.key) return;
    this.key = key;
    this.filled = key !== null;
    if (!this.filled) return;
    draw(this.pixels);
    this.context.putImageData(this.image, 0, 0);
  }
}

/** Each channel's picture, truth, probability, mask and comparison of one slice, and both outlines. */
class Layers {
  constructor(study) {
    const { width, height } = study;
    this.width = width;
    this.height = height;
    this.colour = study.channels.length;               // channel number that means all three at once
    for (const name of ["truth", "probability", "mask", "errors", "heat"]) {
      this[name] = new Layer(width, height);
    }
    this.images = [];                                  // by channel, made when first shown
    this.inMask = new Uint8Array(width * height);
    this.inTruth = new Uint8Array(width * height);
    this.maskKey = this.truthKey = null;
    this.outlines = { model: null, truth: null };
    this.tables = null;                                // the probability's colours, opaque and over the picture
  }

  /** The picture of a channel; the number after the last channel is the colour composite. */
  image(channel) { return this.images[channel] ??= new Layer(this.width, this.height); }

  /** Brings all layers to `view`; `blocks` holds the slice's bytes, null where not there. */
  update(view, blocks, reading, truthKnown) {
    const channels = new Set(shownPanes(view).map((pane) => channelOf(pane, view)));
    for (const channel of channels) if (channel !== null) this.drawImage(view, channel, blocks.images);
    this.findTruth(view, truthKnown ? blocks.truth : null);
    this.findMask(view, blocks.reading);
    this.drawFlat(this.truth, this.truthKey, this.inTruth, TRUTH);
    this.drawFlat(this.mask, this.maskKey, this.inMask, MODEL);
    this.drawProbability(view, blocks.reading, reading);
    if (view.errors) this.drawErrors();
  }

  drawImage(view, channel, block) {
    const { low, high } = windowOf(view, channel);
    const key = block && [view.slice, low, high, view.invert].join();
    this.image(channel).show(key, (pixels) => {
      const grey = greyTable(low, high, view.invert);
      if (channel === this.colour) this.composite(pixels, block, grey);
      else this.plain(pixels, block.subarray(channel * pixels.length), grey);
    });
  }

  plain(pixels, plane, grey) {
    for (let i = 0; i < pixels.length; i++) {
      const g = grey[plane[i]];
      pixels[i] = 0xff000000 | (g << 16) | (g << 8) | g;
    }
  }

  composite(pixels, block, grey) {
    const n = pixels.length;
    for (let i = 0; i < n; i++) {
      pixels[i] = 0xff000000 | (grey[block[2 * n + i]] << 16) | (grey[block[n + i]] << 8) | grey[block[i]];
    }
  }

  findTruth(view, block) {
    const key = block ? `${view.slice}` : null;
    if (key === this.truthKey) return;
    this.truthKey = key;
    this.outlines.truth = null;
    if (!block) return;
    unpackTruth(block, this.inTruth);
    this.outlines.truth = outline(this.inTruth, this.width, this.height);
  }

  findMask(view, codes) {
    const key = codes ? `${view.slice},${view.tick}` : null;
    if (key === this.maskKey) return;
    this.maskKey = key;
    this.outlines.model = null;
    if (!codes) return;
    const least = view.tick + 1;                       // exact: a code counts the ticks reached
    for (let i = 0; i < codes.length; i++) this.inMask[i] = codes[i] >= least ? 1 : 0;
    this.outlines.model = outline(this.inMask, this.width, this.height);
  }

  drawFlat(layer, key, mask, colour) {
    layer.show(key, (pixels) => {
      const on = rgba(...colour);
      for (let i = 0; i < pixels.length; i++) pixels[i] = mask[i] ? on : 0;
    });
  }

  drawProbability(view, codes, reading) {
    if (codes) this.tables ??= { opaque: heatTable(reading.ticks), over: heatOverTable(reading.ticks) };
    this.drawCodes(this.probability, view, codes, this.tables?.opaque);
    this.drawCodes(this.heat, view, view.showHeat ? codes : null, this.tables?.over);
  }

  drawCodes(layer, view, codes, colours) {
    layer.show(codes ? `${view.slice}` : null, (pixels) => {
      for (let i = 0; i < pixels.length; i++) pixels[i] = colours[codes[i]];
    });
  }

  drawErrors() {
    const key = this.maskKey && this.truthKey && `${this.maskKey};${this.truthKey}`;
    this.errors.show(key || null, (pixels) => {
      for (let y = 0, i = 0; y < this.height; y++) {
        for (let x = 0; x < this.width; x++, i++) {
          pixels[i] = errorColour(this.inMask[i], this.inTruth[i], x, y);
        }
      }
    });
  }
}
