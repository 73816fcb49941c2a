// What each named action does to a viewer, and how it is called; keys and buttons name them. It listens to nothing.

const PAN_STEP = 0.05;           // of the slice's width, a key
const WINDOW_STEP = 8;           // 8-bit codes, a key

/** Name -> [what the sheet calls it, what it does]. Their order is the sheet's. */
const ACTIONS = {
  next: ["Next slice", (viewer) => viewer.goTo(viewer.view.slice + 1)],
  previous: ["Previous slice", (viewer) => viewer.goTo(viewer.view.slice - 1)],
  next5: ["Five slices on", (viewer) => viewer.goTo(viewer.view.slice + 5)],
  previous5: ["Five slices back", (viewer) => viewer.goTo(viewer.view.slice - 5)],
  next10: ["Ten slices on", (viewer) => viewer.goTo(viewer.view.slice + 10)],
  previous10: ["Ten slices back", (viewer) => viewer.goTo(viewer.view.slice - 10)],
  first: ["First slice", (viewer) => viewer.goTo(0)],
  last: ["Last slice", (viewer) => viewer.goTo(viewer.study.slices - 1)],
  nextFlagged: ["Next flagged slice", (viewer) => viewer.goToFlagged(1)],
  previousFlagged: ["Previous flagged slice", (viewer) => viewer.goToFlagged(-1)],
  nextUnseen: ["Next slice not yet shown", (viewer) => viewer.goToUnseen()],
  cine: ["Play the slices", (viewer) => viewer.toggle("cine")],
  nextStudy: ["Next study", (viewer) => viewer.leave(1)],
  previousStudy: ["Previous study", (viewer) => viewer.leave(-1)],

  overlay: ["Overlays on and off", (viewer) => viewer.toggle("overlay")],
  peek: ["Hold: look without overlays", (viewer) => viewer.change({ peek: true })],
  fill: ["Fill the contours", (viewer) => viewer.toggle("fill")],
  heat: ["Probability over the picture", (viewer) => viewer.toggle("showHeat")],
  compare: ["Mask against truth", (viewer) => viewer.toggle("errors")],
  lessOpacity: ["Overlays fainter", (viewer) => viewer.fade(-0.1)],
  moreOpacity: ["Overlays stronger", (viewer) => viewer.fade(0.1)],
  lowerThreshold: ["Threshold a tick down", (viewer) => viewer.moveTick(-1)],
  higherThreshold: ["Threshold a tick up", (viewer) => viewer.moveTick(1)],
  lowerThreshold5: ["Threshold five down", (viewer) => viewer.moveTick(-5)],
  higherThreshold5: ["Threshold five up", (viewer) => viewer.moveTick(5)],

  window1: ["Window: full range", (viewer) => viewer.preset(1)],
  window2: ["Window: whole brain", (viewer) => viewer.preset(2)],
  window3: ["Window: soft", (viewer) => viewer.preset(3)],
  window4: ["Window: bright", (viewer) => viewer.preset(4)],
  narrower: ["Window narrower", (viewer) => viewer.moveWindow(-WINDOW_STEP, 0)],
  wider: ["Window wider", (viewer) => viewer.moveWindow(WINDOW_STEP, 0)],
  darker: ["Level up (darker)", (viewer) => viewer.moveWindow(0, WINDOW_STEP)],
  brighter: ["Level down (brighter)", (viewer) => viewer.moveWindow(0, -WINDOW_STEP)],
  nextChannel: ["Next channel", (viewer) => viewer.stepChannel(1)],
  previousChannel: ["Previous channel", (viewer) => viewer.stepChannel(-1)],
  invert: ["Invert grey values", (viewer) => viewer.toggle("invert")],

  zoomIn: ["Zoom in", (viewer) => viewer.zoomBy(1.25)],
  zoomOut: ["Zoom out", (viewer) => viewer.zoomBy(0.8)],
  panLeft: ["Move the picture left", (viewer) => viewer.panBy(PAN_STEP, 0)],
  panRight: ["Move the picture right", (viewer) => viewer.panBy(-PAN_STEP, 0)],
  panUp: ["Move the picture up", (viewer) => viewer.panBy(0, PAN_STEP)],
  panDown: ["Move the picture down", (viewer) => viewer.panBy(0, -PAN_STEP)],
  grab: ["Hold: drag moves the picture", (viewer) => { viewer.hands.grabbing = true; }],
  leftWindow: ["Left drag: window", (viewer) => viewer.giveLeft("window")],
  leftPan: ["Left drag: move", (viewer) => viewer.giveLeft("pan")],
  leftZoom: ["Left drag: zoom", (viewer) => viewer.giveLeft("zoom")],
  leftSlices: ["Left drag: slices", (viewer) => viewer.giveLeft("slices")],
  single: ["One picture, and back", (viewer) => viewer.toggleSingle(viewer.paneInHand())],
  reset: ["Reset window, zoom and place", (viewer) => viewer.reset()],

  ruler: ["Ruler", (viewer) => viewer.take("length")],
  area: ["Area", (viewer) => viewer.take("area")],
  marker: ["Marker: tumour here", (viewer) => viewer.take("marker")],
  outline: ["Outline of the tumour", (viewer) => viewer.take("outline")],
  fromHere: ["Tumour from this slice on", (viewer) => viewer.name("from")],
  toHere: ["Tumour up to this slice", (viewer) => viewer.name("to")],
  point: ["Cursor by keys, then set a point", (viewer) => viewer.pointer.press()],
  removeMark: ["Take the last mark away", (viewer) => viewer.removeMark()],

  help: ["Keys and mouse", (viewer) => viewer.sheet.toggle()],
  cancel: ["Stop, close, back", (viewer) => viewer.cancel()],
};
const HELD = ["peek", "grab"];   // they last as long as their key is down

/** What the release of a held key ends. */
const RELEASES = {
  peek: (viewer) => viewer.change({ peek: false }),
  grab: (viewer) => { viewer.hands.grabbing = false; },
};
