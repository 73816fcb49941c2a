// Sets of keys and mouse buttons that hands know from elsewhere: tables only.

const OWN_KEYS = {
  next: ["ArrowRight", "ArrowDown"], previous: ["ArrowLeft", "ArrowUp"],
  next5: ["Shift+ArrowRight", "Shift+ArrowDown"], previous5: ["Shift+ArrowLeft", "Shift+ArrowUp"],
  next10: [], previous10: [], first: ["Home"], last: ["End"], nextStudy: ["PageDown"], previousStudy: ["PageUp"],
  nextFlagged: ["n"], previousFlagged: ["p"], nextUnseen: ["u"], cine: ["c"],
  overlay: ["g"], peek: ["s"], fill: ["f"], heat: ["h"], compare: ["e"], lessOpacity: ["a"], moreOpacity: ["d"],
  lowerThreshold: ["["], higherThreshold: ["]"], lowerThreshold5: ["{"], higherThreshold5: ["}"],
  window1: ["1"], window2: ["2"], window3: ["3"], window4: ["4"],
  narrower: ["<"], wider: [">"], darker: ["."], brighter: [","], nextChannel: ["v"],
  previousChannel: ["V"], invert: ["i"], leftWindow: [], leftPan: [], leftZoom: [], leftSlices: [],
  zoomIn: ["z", "+"], zoomOut: ["Z", "-"], panLeft: ["Ctrl+ArrowLeft"], panRight: ["Ctrl+ArrowRight"],
  panUp: ["Ctrl+ArrowUp"], panDown: ["Ctrl+ArrowDown"], grab: ["Space"], single: ["x"], reset: ["0"],
  ruler: ["m"], area: ["r"], marker: ["t"], outline: ["o"], fromHere: ["("], toHere: [")"], point: ["Enter"], removeMark: ["Delete", "Backspace"],
  help: ["?"], cancel: ["Escape"],
};
const OWN_MOUSE = { left: "window", middle: "pan", right: "zoom", wheel: "slices", touch: "slices" };

/**
 * OHIF's own: platform/core/src/defaults/hotkeyBindings.ts of OHIF/Viewers (commit 00f012e), its mouse
 * modes/longitudinal/src/initToolGroups.js (0096b55): left window, middle pan, right zoom, wheel slices, as here.
 * Up and down page, left and right go to the neighbour picture, Space resets, z gives the left button to zoom. What
 * is not here (turning, flipping, stages, brushes) leaves its letters to what this viewer has.
 */
const OHIF_KEYS = {
  next: ["ArrowDown"], previous: ["ArrowUp"], nextChannel: ["ArrowRight"], previousChannel: ["ArrowLeft"],
  next5: ["Shift+ArrowDown"], previous5: ["Shift+ArrowUp"],
  leftZoom: ["z"], zoomIn: ["+"], zoomOut: ["-"], reset: ["Space", "="], grab: [], removeMark: ["Backspace"],
};

/**
 * Weasis' own: content/basics/shortcuts.en.md of nroduit/nroduit.github.io (1b539d4, of version 4.2.1 on), its mouse
 * MouseActions.java of nroduit/Weasis (082c338): left window, middle pan, wheel slices; right a menu, of which there
 * is none here. t w s z give the left button another use; Space and i hide what is drawn; series are studies here.
 * Alt with an arrow, Ctrl with plus and minus stay the browser's.
 */
const WEASIS_KEYS = {
  next: ["ArrowDown"], previous: ["ArrowUp"], next5: [], previous5: [],
  next10: ["Shift+ArrowDown"], previous10: ["Shift+ArrowUp"],
  nextStudy: ["ArrowRight", "Ctrl+ArrowRight", "Ctrl+ArrowDown", "PageDown"],
  previousStudy: ["ArrowLeft", "Ctrl+ArrowLeft", "Ctrl+ArrowUp", "PageUp"],
  leftPan: ["t"], leftWindow: ["w"], leftSlices: ["s"], leftZoom: ["z"], zoomIn: ["+"], zoomOut: ["-"], grab: [],
  panLeft: ["Shift+ArrowLeft"], panRight: ["Shift+ArrowRight"], panUp: ["Shift+PageUp"], panDown: ["Shift+PageDown"],
  overlay: ["Space", "i"], peek: ["j"], invert: ["I"], ruler: ["d", "m"], outline: ["g"], marker: ["k"],
  moreOpacity: ["b"], reset: ["Escape"], cancel: ["q"],
};

const HABITS = {
  own: { name: "Second Reader", keys: OWN_KEYS, mouse: OWN_MOUSE },
  ohif: { name: "as in OHIF", keys: { ...OWN_KEYS, ...OHIF_KEYS }, mouse: OWN_MOUSE },
  weasis: { name: "as in Weasis", keys: { ...OWN_KEYS, ...WEASIS_KEYS }, mouse: OWN_MOUSE },
};

/** What each mouse button, the wheel and one finger may do. */
const MOUSE_USES = {
  left: ["window", "pan", "zoom", "slices"], middle: ["pan", "window", "zoom", "slices"],
  right: ["zoom", "window", "pan", "slices"], wheel: ["slices", "zoom"], touch: ["slices", "window"],
};
const MOUSE_NAMES = { left: "Left drag", middle: "Middle drag", right: "Right drag", wheel: "Wheel", touch: "One finger" };
const USE_NAMES = { window: "window", pan: "move", zoom: "zoom", slices: "slices" };
