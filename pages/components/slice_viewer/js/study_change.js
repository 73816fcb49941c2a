// Going to another study: keys pressed before it is there wait for it. It loads nothing.

const MOST_WAITING = 40;         // actions
const LONGEST_WAIT_MS = 20_000;

class StudyChange {
  constructor(viewer) {
    this.viewer = viewer;
    this.target = null;          // id of the study that was asked for
    this.waiting = [];
  }

  /** Asks the server for the study `by` places further than the one on screen or asked for. */
  ask(by) {
    const { viewer } = this;
    const ids = viewer.data.neighbours;                // [before, after], the nearest first
    if (!ids) return;
    const from = this.target === null ? 0 : this.by;
    const to = Math.min(Math.max(from + by, -ids[0].length), ids[1].length);
    if (to === from) return viewer.panel.notice(by > 0 ? "This is the last study." : "This is the first study.");
    this.by = to;
    this.target = to === 0 ? viewer.data.study_id : to > 0 ? ids[1][to - 1] : ids[0][-to - 1];
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.giveUp(), LONGEST_WAIT_MS);
    viewer.panel.notice("Opening the study", LONGEST_WAIT_MS);
    viewer.send("step", this.target);
  }

  /** Whether the action has to wait for the study that was asked for. */
  holds(action) {
    if (this.target === null || action === "nextStudy" || action === "previousStudy") return false;
    if (this.waiting.length < MOST_WAITING) this.waiting.push(action);
    return true;
  }

  /** A study is on screen: if it is the one asked for, what waited is done to it. */
  arrived(studyId) {
    if (this.target !== studyId) return;
    const { waiting } = this;
    this.forget();
    this.viewer.panel.notice("", 0);
    for (const action of waiting) this.viewer.act(action);
  }

  giveUp() {
    this.forget();
    this.viewer.panel.status("The server did not open that study. Try again, or reload the page.", true);
  }

  forget() {
    clearTimeout(this.timer);
    this.target = null;
    this.waiting = [];
  }
}
