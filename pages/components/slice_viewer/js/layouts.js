// Which panes each layout shows, and which layouts a study offers. It places nothing on the screen.

const FOUR = ["original", "truth", "probability", "mask"];
const LAYOUTS = {
  row: FOUR, grid: FOUR, main: FOUR,
  pair: ["plain", "original"],
  channels: ["channel0", "channel1", "channel2"],
  single: [],                    // whichever is large
};
const OF_IMAGES = ["pair", "channels", "single"];

/** The names of the panes that this view shows: none for a truth that is not there, or held back. */
function shownPanes(view) {
  const names = view.layout === "single" ? [largeOf(view)] : LAYOUTS[view.layout];
  return view.truthless ? names.filter((name) => name !== "truth") : names;
}

/** The pane that is large, alone or beside the others. */
function largeOf({ large, truthless }) { return truthless && large === "truth" ? "original" : large; }

/** A first read has pictures and nothing else; three channels side by side want three channels. */
function offeredLayouts(study, readMode) {
  const all = readMode === "first" ? ["channels", "single"] : Object.keys(LAYOUTS);
  return study.channels.length === 3 ? all : all.filter((layout) => layout !== "channels");
}

/** The channel whose pixels a pane shows, or null for a pane that shows none. */
function channelOf(pane, view) {
  if (pane === "original" || pane === "plain") return view.channel;
  return pane.startsWith("channel") ? Number(pane.slice("channel".length)) : null;
}

/** The window of a channel: `low` and `high` in 8-bit codes, and the number of its preset. */
function windowOf(view, channel = view.channel) { return view.windows[channel]; }

/** The windows with one of them replaced. */
function withWindow(view, channel, window) {
  return { windows: view.windows.map((one, i) => (i === channel ? window : one)) };
}

/** Presets from the study's own intensities: full range, whole brain, soft, bright. */
function presetWindow(study, channel, number) {
  const [low, quarter, middle, high, highest] = study.points[channel] ?? [0, 64, 128, 255, 255];
  const windows = { 2: [low, highest], 3: [quarter, high], 4: [middle, highest] };
  const [from, to] = windows[number] ?? [0, 255];
  return { low: from, high: Math.max(to, from + 1), preset: number };
}

/** A preset for every channel and, last, for the colour composite. */
function presetWindows(study, number) {
  return [...study.channels, "colour"].map((_, channel) => presetWindow(study, channel, number));
}
