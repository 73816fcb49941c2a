// Lengths and areas that are there again after a reload, or on coming back to their study. It draws nothing.

const MEASURED_KINDS = ["length", "area"];
const KEEP_MEASURES_MS = 200;

/** The measures of one study by one reviewer; kept in this tab, and shown to nobody else who sits down at it. */
class KeptMeasures {
  constructor({ study_id: id, reviewer }, marks) {
    this.name = `measures.${id}.${reviewer}`;
    this.marks = marks;
    const kept = recall("sessionStorage", this.name);
    if (kept) marks.replace(MEASURED_KINDS, kept);
    this.changes = marks.changes;
  }

  /** Soon, where a mark was finished or taken away. */
  update() {
    const { marks } = this;
    if (marks.open || marks.changes === this.changes) return;
    this.changes = marks.changes;
    clearTimeout(this.keeping);
    this.keeping = setTimeout(() => this.keep(marks.of(...MEASURED_KINDS)), KEEP_MEASURES_MS);
  }

  keep(measures) {
    const marks = measures.map(({ kind, slice, points }) => ({ kind, slice, points: points.map((point) => point.map(rounded)) }));
    remember("sessionStorage", this.name, marks.length ? marks : null);
  }
}
