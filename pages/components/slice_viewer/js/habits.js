// Sets of keys and mouse buttons that hands know from elsewhere: tables only.

const OWN_KEYS = {
  next: ["ArrowRight", "ArrowDown"], previous: ["ArrowLeft", "ArrowUp"],
  next5: ["Shift+ArrowRight", "Shift+ArrowDown"], previous5: ["Shift+ArrowLeft", "Shift+ArrowUp"],
  first: ["Home"], last: ["End"], nextStudy: ["PageDown"], previousStudy: ["PageUp"],
  nextFlagged: ["n"], previousFlagged: ["p"], nextUnseen: ["u"], cine: ["c"],
  overlay: ["g"], peek: ["s"], fill: ["f"], heat: ["h"], compare: ["e"], lessOpacity: ["a"], moreOpacity: ["d"],
  lowerThreshold: ["["], higherThreshold: ["]"], lowerThreshold5: ["{"], higherThreshold5: ["}"],
  window1: ["1"], window2: ["2"], window3: ["3"], window4: ["4"],
  narrower: ["<"], wider: [">"], darker: ["."], brighter: [","], nextChannel: ["v"], invert: ["i"],
  zoomIn: ["z", "+"], zoomOut: ["Z", "-"], panLeft: ["Ctrl+ArrowLeft"], panRight: ["Ctrl+ArrowRight"],
  panUp: ["Ctrl+ArrowUp"], panDown: ["Ctrl+ArrowDown"], grab: ["Space"], single: ["x"], reset: ["0"],
  ruler: ["m"], area: ["r"], marker: ["t"], outline: ["o"], point: ["Enter"], removeMark: ["Delete", "Backspace"],
  help: ["?"], cancel: ["Escape"],
};
const OWN_MOUSE = { left: "window", middle: "pan", right: "zoom", wheel: "slices", touch: "slices" };

/** OHIF pages through a series by up and down, and keeps left and right for the panes. */
const OHIF_KEYS = {
  next: ["ArrowDown"], previous: ["ArrowUp"], nextChannel: ["ArrowRight"],
  next5: ["Shift+ArrowDown"], previous5: ["Shift+ArrowUp"],
  zoomIn: ["+"], zoomOut: ["-"], reset: ["Space", "="], grab: [], invert: ["i"], cine: ["c"],
  removeMark: ["Backspace", "Delete"], cancel: ["Escape"],
};

/** Weasis: the letter of a tool takes it in hand, Space hides annotations, the right button has a menu. */
const WEASIS_KEYS = {
  next: ["ArrowDown", "ArrowRight"], previous: ["ArrowUp", "ArrowLeft"],
  zoomIn: ["+"], zoomOut: ["-"], grab: ["t"], marker: ["k"], ruler: ["d"], area: ["m"], moreOpacity: ["b"],
  peek: ["Space"], single: ["F2"], invert: ["i"], reset: ["Escape"], cancel: ["q"],
};

const HABITS = {
  own: { name: "Second Reader", keys: OWN_KEYS, mouse: OWN_MOUSE },
  ohif: { name: "as in OHIF", keys: { ...OWN_KEYS, ...OHIF_KEYS }, mouse: OWN_MOUSE },
  weasis: { name: "as in Weasis", keys: { ...OWN_KEYS, ...WEASIS_KEYS },
    mouse: { ...OWN_MOUSE, right: "slices" } },
};

/** What each mouse button, the wheel and one finger may do. */
const MOUSE_USES = {
  left: ["window", "pan", "zoom", "slices"], middle: ["pan", "window", "zoom", "slices"],
  right: ["zoom", "window", "pan", "slices"], wheel: ["slices", "zoom"], touch: ["slices", "window"],
};
const MOUSE_NAMES = { left: "Left drag", middle: "Middle drag", right: "Right drag", wheel: "Wheel", touch: "One finger" };
const USE_NAMES = { window: "window", pan: "move", zoom: "zoom", slices: "slices" };
