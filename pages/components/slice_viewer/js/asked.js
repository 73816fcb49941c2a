// What hands and keys ask of a viewer: methods that change its view. They draw nothing.

const CINE_MS = 100;             // ten slices a second
const READABLE = 2;              // window preset of a study that was just opened

const ASKED = {
  change(patch) {
    Object.assign(this.view, patch);
    this.repaint();
  },

  within(slice) { return Math.min(Math.max(slice, 0), this.study.slices - 1); },

  goTo(slice) {
    this.change({ slice: this.within(slice) });
    keepSlice(this.data, this.view.slice);
  },

  toggle(name) {
    if (this.root.querySelector(`[data-toggle="${name}"]`)?.disabled) return;
    this.look({ [name]: !this.view[name] });
    if (name === "cine") this.play();
  },

  /** A change that the next study, and the next visit, keep. */
  look(patch) {
    this.change(patch);
    if (this.data.read?.mode !== "first") keepLooks(this.view);
  },

  setLayout(layout) {
    if (this.offered.includes(layout)) this.look({ layout });
  },

  toggleSingle(pane) {
    const back = this.view.layout === "single";
    if (!back) this.before = this.view.layout;
    const layout = back ? this.before ?? this.offered[0] : "single";
    const channel = channelOf(pane, this.view);
    if (!back && channel !== null) this.showChannel(channel);
    this.change({ layout, large: channel === null ? pane : "original" });
  },

  /** The pane that keys mean: the one under the mouse, last. */
  paneInHand() {
    const shown = shownPanes(this.view);
    return shown.includes(this.hands.pane.name) ? this.hands.pane.name : shown[0];
  },

  /* grey values */

  preset(number) {
    if (this.view.layout === "channels") this.change({ windows: presetWindows(this.study, number) });
    else this.setWindow(presetWindow(this.study, this.view.channel, number));
  },

  setWindow(window) { this.change(withWindow(this.view, this.view.channel, window)); },

  moveWindow(widerBy, higherBy) {
    const { low, high } = windowOf(this.view);
    const half = Math.max((high - low + widerBy) / 2, 0.5);
    const level = (high + low) / 2 + higherBy;
    this.setWindow({ low: level - half, high: level + half, preset: 0 });
  },

  showChannel(channel) { this.change({ channel }); },

  stepChannel(by) {
    const count = this.view.windows.length - (this.study.channels.length === 3 ? 0 : 1);
    this.showChannel((this.view.channel + by + count) % count);
  },

  /* slices */

  play() {
    clearInterval(this.cineTimer);
    if (!this.view.cine) return;
    this.cineTimer = setInterval(() => this.goTo((this.view.slice + 1) % this.study.slices), CINE_MS);
  },

  goToFlagged(way) {
    const { reading, study, view } = this;
    const found = reading && neighbour(view.slice, study.slices, way, (slice) => reaches(reading, slice));
    if (found !== null) this.goTo(found);
  },

  goToUnseen() {
    const seen = this.read?.painted ?? this.seen;
    const { slices } = this.study;
    const unseen = (slice) => !seen[slice];
    const found = neighbour(this.view.slice, slices, 1, unseen) ?? neighbour(-1, slices, 1, unseen);
    if (found !== null) this.goTo(found);
    else this.panel.notice("Every slice was shown.");
  },

  leave(by) { this.studyChange.ask(by); },

  /* overlays, zoom and place */

  moveTick(by) {
    if (!this.reading) return;
    this.change({ tick: Math.min(Math.max(this.view.tick + by, 0), this.reading.ticks.length - 1) });
  },

  setOpacity(some) { this.look({ opacity: { ...this.view.opacity, ...some }, overlay: true }); },

  fade(by) {
    const faded = Object.entries(this.view.opacity)
      .map(([layer, now]) => [layer, Math.round(100 * Math.min(Math.max(now + by, 0), 1)) / 100]);
    this.setOpacity(Object.fromEntries(faded));
  },

  zoomBy(factor) { this.change(zoomed(this.view, this.study, factor)); },

  panBy(across, down) {
    const { centreX, centreY, zoom } = this.view;
    this.change({ centreX: centreX + across / zoom, centreY: centreY + down / zoom });
  },

  /** Window, zoom and place as when the study was opened. */
  reset() {
    this.change({ zoom: 1, centreX: 0.5, centreY: 0.5, invert: false, windows: presetWindows(this.study, READABLE) });
  },

  /* tools */

  /** Takes a tool in hand, or lays it down. */
  take(tool) {
    if (this.root.querySelector(`[data-tool="${tool}"]`)?.hidden) return;
    this.pointer.drop();
    this.change({ tool: this.view.tool === tool ? null : tool });
  },

  /** Gives the left button another use, kept as if chosen on the sheet; a tool in hand is laid down. */
  giveLeft(use) {
    this.settings.use("left", use);
    this.change({ tool: null });
    this.panel.notice(`${MOUSE_NAMES.left}: ${USE_NAMES[use]}`);
  },

  /** Something was drawn or named: it belongs to the read, where one is made. */
  marked() {
    this.read?.keep();
    this.repaint();
  },

  removeMark(mark) {
    if (mark) this.marks.remove(mark);
    else this.marks.removeLast(this.view.slice);
    this.marked();
  },

  /** Names the slice on screen as the first or the last (`from`, `to`) of a finding of the read. */
  name(end) {
    if (!this.read) return;
    this.read.named[end](this.view.slice);
    this.marked();
  },

  removeSpan(span) {
    this.read.named.remove(span);
    this.marked();
  },

  /** Sends the read, as far as it has come; the page asks for the verdict. */
  commit() {
    if (this.read) this.send("commit", this.read.draft());
  },

  cancel() {
    if (this.sheet.shown) this.sheet.toggle(false);
    else if (this.pointer.drop()) return;
    else if (this.view.cine) this.toggle("cine");
    else if (this.view.tool) this.change({ tool: null });
    else if (this.view.layout === "single") this.toggleSingle(this.view.large);
  },
};
