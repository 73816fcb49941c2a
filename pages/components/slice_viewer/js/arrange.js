// Fits panes and controls into the window, so that all of it stands on the screen. It draws nothing.

const STRIP_LOW = 46;            // pixels; a tall screen gets a higher strip
const STRIP_GAIN = 110;          // by how much at most
const LEAST_STAGE = 280;         // a lower window scrolls
const LINE_GAP = 8;              // as in the style sheet
const BELOW = 18;                // left free under the viewer

/**
 * In a row the panes are nearly square and the controls stand below them; with one large
 * picture, or two by two, the controls stand beside them.
 */
function arrange({ root, view, panes, panel }) {
  const stage = root.querySelector(".stage");
  const { strip } = panel.part;
  const row = view.layout === "row";
  stage.dataset.layout = view.layout;
  root.classList.toggle("beside", !row);
  for (const pane of panes) pane.figure.classList.toggle("large", pane.name === view.large);
  strip.style.height = `${STRIP_LOW}px`;
  const room = Math.max(window.innerHeight - topOf(root) - othersHeight(root, stage, row), LEAST_STAGE);
  const square = 1.08 * (root.clientWidth - 18) / 4 + 28;  // a quarter of the width, and the caption
  const used = row ? Math.min(room, square) : room;
  stage.style.height = `${Math.round(used)}px`;
  strip.style.height = `${Math.round(STRIP_LOW + Math.min((room - used) * 0.7, STRIP_GAIN))}px`;
  for (const pane of panes) pane.fit();
  fitCanvas(strip);
  fitCanvas(panel.scale);
}

/** Height of all that is not the panes: with the controls beside them only the lines above and below. */
function othersHeight(root, stage, row) {
  if (row) return root.scrollHeight - stage.clientHeight + BELOW;
  const lines = ["toolbar", "status"].map((name) => root.querySelector(`.${name}`).offsetHeight);
  return lines[0] + lines[1] + 3 * LINE_GAP + BELOW;
}

/** Where the viewer begins in the page, however far the page is scrolled. */
function topOf(root) {
  const scroller = root.getRootNode().host?.closest("[data-testid='stMain'], .stMain");
  return root.getBoundingClientRect().top + (scroller?.scrollTop ?? 0);
}
