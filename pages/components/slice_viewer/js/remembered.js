// What the browser keeps of its own: settings for ever, a study's slice and measures for this tab, a read until it is sealed. No pixel.

const REMEMBERED = "second-reader.";

/** The value kept under a name, or null: also where the browser keeps nothing. */
function recall(store, name) {
  try {
    return JSON.parse(window[store].getItem(REMEMBERED + name));
  } catch {
    return null;
  }
}

function remember(store, name, value) {
  try {
    if (value === null) window[store].removeItem(REMEMBERED + name);
    else window[store].setItem(REMEMBERED + name, JSON.stringify(value));
  } catch {
    // A full or forbidden store: the viewer works without a memory.
  }
}

/** Whether this page was loaded again, not opened by an address or a link. */
function wasReloaded() {
  return performance.getEntriesByType("navigation")[0]?.type === "reload";
}
