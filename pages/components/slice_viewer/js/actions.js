// What each named action does to a viewer; keys and buttons name them. It listens to nothing.

const ACTIONS = {
  next: (viewer) => viewer.goTo(viewer.view.slice + 1),
  previous: (viewer) => viewer.goTo(viewer.view.slice - 1),
  next5: (viewer) => viewer.goTo(viewer.view.slice + 5),
  previous5: (viewer) => viewer.goTo(viewer.view.slice - 5),
  first: (viewer) => viewer.goTo(0),
  last: (viewer) => viewer.goTo(viewer.study.slices - 1),
  nextFlagged: (viewer) => viewer.goToFlagged(1),
  previousFlagged: (viewer) => viewer.goToFlagged(-1),
  nextStudy: (viewer) => viewer.ask("step", 1),
  previousStudy: (viewer) => viewer.ask("step", -1),

  lowerThreshold: (viewer) => viewer.moveTick(-1),
  higherThreshold: (viewer) => viewer.moveTick(1),
  lowerThreshold5: (viewer) => viewer.moveTick(-5),
  higherThreshold5: (viewer) => viewer.moveTick(5),

  overlay: (viewer) => viewer.toggle("overlay"),
  fill: (viewer) => viewer.toggle("fill"),
  compare: (viewer) => viewer.toggle("errors"),
  lessOpacity: (viewer) => viewer.fade(-0.1),
  moreOpacity: (viewer) => viewer.fade(0.1),

  window1: (viewer) => viewer.preset(1),
  window2: (viewer) => viewer.preset(2),
  window3: (viewer) => viewer.preset(3),
  window4: (viewer) => viewer.preset(4),
  invert: (viewer) => viewer.toggle("invert"),
  zoomIn: (viewer) => viewer.zoomBy(1.25),
  zoomOut: (viewer) => viewer.zoomBy(0.8),
  reset: (viewer) => viewer.reset(),

  cine: (viewer) => viewer.toggle("cine"),
  ruler: (viewer) => viewer.toggle("ruler"),
  removeRuler: (viewer) => viewer.removeRuler(),
  help: (viewer) => viewer.showHelp(),
  cancel: (viewer) => viewer.cancel(),
};
