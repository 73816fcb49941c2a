// Which key does what: one table, which the help sheet prints. It changes no view by itself.

const KEYS = {
  ArrowRight: "next", ArrowDown: "next", ArrowLeft: "previous", ArrowUp: "previous",
  "Shift+ArrowRight": "next5", "Shift+ArrowDown": "next5",
  "Shift+ArrowLeft": "previous5", "Shift+ArrowUp": "previous5",
  Home: "first", End: "last", PageDown: "nextStudy", PageUp: "previousStudy",
  n: "nextFlagged", p: "previousFlagged",
  g: "overlay", a: "lessOpacity", d: "moreOpacity", "[": "lowerThreshold", "]": "higherThreshold",
  "{": "lowerThreshold5", "}": "higherThreshold5",
  c: "cine", i: "invert", z: "zoomIn", Z: "zoomOut", e: "compare", f: "fill", m: "ruler", Delete: "removeRuler", Backspace: "removeRuler",
  1: "window1", 2: "window2", 3: "window3", 4: "window4",
  "?": "help", Escape: "cancel",
};

const SHEET = [
  ["Wheel, arrows", "slice; with Shift five; Home and End"],
  ["n, p", "next and previous flagged slice"],
  ["Page Up, Page Down", "previous and next study"],
  ["Left drag", "window (across) and level (down)"],
  ["Middle drag, Space and drag", "move the picture"],
  ["Right drag, Ctrl and wheel", "zoom"],
  ["Double click", "one picture, and back; with Ctrl: reset"],
  ["[ ]", "pixel threshold a tick down, up; { } five"],
  ["a d", "overlay opacity down, up"],
  ["g", "overlay on and off; hold s to look without it"],
  ["f, e", "fill the contours; compare mask and truth"],
  ["m, Delete", "ruler on and off: drag a length; take the last one away"],
  ["1 2 3 4", "window: full range, brain, soft, bright"],
  ["c, i, z Z", "cine; invert; zoom in, out"],
  ["Escape", "stop, close, back"],
];

/** What a keydown means, or undefined; keys with Ctrl, Alt or Meta stay the browser's. */
function actionOf(event) {
  if (event.ctrlKey || event.altKey || event.metaKey) return undefined;
  const named = event.key.length > 1 && event.shiftKey ? `Shift+${event.key}` : event.key;
  return KEYS[named] ?? KEYS[event.key];
}

/** The help sheet's content. */
function helpSheet() {
  const list = document.createElement("dl");
  for (const [keys, does] of SHEET) {
    const term = document.createElement("dt");
    const meaning = document.createElement("dd");
    term.textContent = keys;
    meaning.textContent = does;
    list.append(term, meaning);
  }
  const title = document.createElement("h4");
  title.textContent = "Keys and mouse";
  return [title, list];
}
