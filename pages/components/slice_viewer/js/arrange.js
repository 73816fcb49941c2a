// Fits panes and controls into the window, so that all of it stands on the screen. It draws nothing.

const STRIP_LOW = 58;            // pixels; a tall screen gets a higher strip
const STRIP_HIGH = 170;
const IN_COLUMNS = ["row", "channels", "pair"];
const NARROW = 860;              // pixels of the viewer: a tablet held upright has the controls below, always
const LEAST_STAGE = 280;         // a lower window scrolls
const LINE_GAP = 8;              // as in the style sheet
const BELOW = 18;                // left free under the viewer

/**
 * In a row the panes are nearly square and the controls stand below them; with one large
 * picture, or two by two, the controls stand beside them. Where it is narrow, four stand two
 * by two and the controls below.
 */
function arrange({ root, view, panes, panel }) {
  const stage = root.querySelector(".stage");
  const { strip } = panel.part;
  const narrow = root.clientWidth < NARROW;
  root.classList.toggle("narrow", narrow);
  const shown = shownPanes(view);
  const four = narrow && ["row", "grid"].includes(view.layout);
  const columns = four ? 2 : IN_COLUMNS.includes(view.layout) ? shown.length : narrow ? 1 : undefined;
  const rows = four ? 2 : 1;
  stage.dataset.layout = view.layout;
  stage.style.setProperty("--panes", shown.length);
  root.classList.toggle("beside", !columns);
  for (const { figure, name } of panes) {
    figure.hidden = !shown.includes(name);
    figure.classList.toggle("large", name === largeOf(view));
  }
  strip.style.height = `${STRIP_LOW}px`;
  const room = Math.max(window.innerHeight - topOf(root) - othersHeight(root, panel.part, columns, narrow), LEAST_STAGE);
  const square = rows * (1.08 * (root.clientWidth - 18) / (columns ?? 1) + 28);  // a pane's width, and the caption
  const used = columns ? Math.min(room, square) : room;
  stage.style.height = `${Math.round(used)}px`;
  if (columns) fillBelow(root, panel.part);
  for (const pane of panes) pane.fit();
  fitCanvas(strip);
  fitCanvas(panel.scale);
}

/** What the sliders below it leave of the window goes to the strip, up to a height that still reads as bars. */
function fillBelow(root, { strip, kept }) {
  const controls = root.querySelector(".controls");
  const under = kept.hidden ? BELOW : kept.offsetHeight + LINE_GAP + BELOW;
  const left = window.innerHeight - topOf(controls) - controls.offsetHeight - under;
  if (left > 0) strip.style.height = `${Math.round(Math.min(strip.clientHeight + left, STRIP_HIGH))}px`;
}

/**
 * Height of all that must stand on the screen beside the panes: the lines above and below, and where
 * the controls lie below, the strip, the sliders and the read. Pictures go before tables, which may
 * reach below the window's edge.
 */
function othersHeight(root, { read }, below, narrow) {
  const height = (name) => root.querySelector(`.${name}`).offsetHeight;
  const lines = height("toolbar") + height("status") + 3 * LINE_GAP + BELOW;
  if (!below) return lines;
  const own = read.offsetHeight + LINE_GAP;            // beside the sliders, or under them
  return lines + LINE_GAP + (narrow ? height("controls") + own : Math.max(height("controls"), own));
}

/** Where something in the viewer begins in the page, however far the page is scrolled. */
function topOf(element) {
  const scroller = element.getRootNode().host?.closest("[data-testid='stMain'], .stMain");
  return element.getBoundingClientRect().top + (scroller?.scrollTop ?? 0);
}
