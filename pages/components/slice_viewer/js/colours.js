// Colour tables: grey windows, the probability's scale, the overlay colours. It draws nothing.

const MODEL = [255, 157, 46];    // the same as --model and --truth of the style sheet
const TRUTH = [92, 192, 245];
const AGREED = [236, 239, 242];
const OWN = [240, 140, 208];     // the reviewer's own markers and outlines; the same as --own

// Inferno (matplotlib, CC0): rises evenly in lightness, black at 0, told apart by colour-blind eyes.
const INFERNO = ["000004", "1b0c41", "4a0c6b", "781c6d", "a52c60", "cf4446", "ed6925", "fb9b06",
  "f7d13d", "fcffa4"].map((hex) => [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16)));

/** One pixel as it lies in ImageData on a little-endian machine. */
function rgba(red, green, blue, alpha = 255) {
  return ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

function css([red, green, blue], alpha = 1) {
  return `rgba(${red}, ${green}, ${blue}, ${alpha})`;
}

/** The colour of a value from 0 to 1. */
function inferno(value) {
  const at = Math.min(Math.max(value, 0), 1) * (INFERNO.length - 1);
  const low = Math.min(Math.floor(at), INFERNO.length - 2);
  return INFERNO[low].map((from, i) => Math.round(from + (INFERNO[low + 1][i] - from) * (at - low)));
}

/** 8-bit code -> 8-bit grey for the window from `low` to `high`. */
function greyTable(low, high, invert) {
  const table = new Uint8Array(256);
  const span = Math.max(high - low, 1);
  for (let code = 0; code < 256; code++) {
    const grey = Math.round(255 * Math.min(Math.max((code - low) / span, 0), 1));
    table[code] = invert ? 255 - grey : grey;
  }
  return table;
}

/** Tick code -> colour: a code stands for all probabilities between two ticks; their middle counts. */
function heatTable(ticks) {
  const table = new Uint32Array(256);
  for (let code = 0; code <= ticks.length; code++) {
    const [low, high] = codeRange(ticks, code);
    table[code] = rgba(...inferno(code === 0 ? 0 : (low + high) / 2));
  }
  return table;
}

/** The same colours to lie over the picture: the less probable, the more of it shows through. */
function heatOverTable(ticks) {
  const table = new Uint32Array(256);
  for (let code = 1; code <= ticks.length; code++) {
    const [low, high] = codeRange(ticks, code);
    const value = (low + high) / 2;
    table[code] = rgba(...inferno(value), Math.round(255 * Math.min(1.6 * value, 1)));
  }
  return table;
}

/** The probabilities that a code stands for: from `low` up to, not with, `high`. */
function codeRange(ticks, code) {
  return [code > 0 ? ticks[code - 1] : 0, code < ticks.length ? ticks[code] : 1];
}

/**
 * Agreement and error of one pixel, different in pattern as well as in colour: both
 * solid, model only in stripes, truth only in dots.
 */
function errorColour(model, truth, x, y) {
  if (model && truth) return rgba(...AGREED);
  if (model) return (x + y) % 4 < 2 ? rgba(...MODEL) : rgba(...MODEL.map((c) => c * 0.45));
  if (truth) return (x % 3 === 1 && y % 3 === 1) ? rgba(0, 0, 0) : rgba(...TRUTH);
  return rgba(0, 0, 0);
}
