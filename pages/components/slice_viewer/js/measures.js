// Areas, Dice, precision and recall at every tick, from one look at each slice. It draws nothing.

/**
 * Counts pixels by tick code once a slice has arrived; after that the figures at any
 * threshold are sums already made. Truth counts only on slices where a mask is known.
 */
class Measures {
  constructor(slices, ticks, known) {
    this.slices = slices;
    this.ticks = ticks;
    this.known = known;                                   // 0/1 a slice, or null without truth
    this.counted = new Uint8Array(slices);
    this.area = new Uint32Array(slices * ticks);          // mask pixels of slice s at tick k
    this.hit = new Uint32Array(slices * ticks);           // of these, in the truth
    this.truth = new Uint32Array(slices);                 // truth pixels
    this.reach = new Uint8Array(slices);                  // highest code: empty from this tick on
    this.study = { area: new Float64Array(ticks), areaKnown: new Float64Array(ticks),
      hit: new Float64Array(ticks), truth: 0 };
    this.falseAlarms = new Uint32Array(ticks);            // slices without truth, mask not empty
    this.emptyTruths = 0;
    this.number = 0;
  }

  get complete() { return this.number === this.slices; }

  add(slice, codes, truthBlock) {
    if (this.counted[slice]) return;
    const all = new Uint32Array(256);
    const inside = new Uint32Array(256);
    const known = this.known !== null && this.known[slice] === 1;
    for (let i = 0; i < codes.length; i++) all[codes[i]]++;
    if (known) {
      for (let i = 0; i < codes.length; i++) {
        if ((truthBlock[i >> 3] >> (7 - (i & 7))) & 1) inside[codes[i]]++;
      }
    }
    this.sum(slice, all, inside, known);
    this.counted[slice] = 1;
    this.number++;
  }

  sum(slice, all, inside, known) {
    const at = slice * this.ticks;
    let area = 0;
    let hit = 0;
    for (let code = this.ticks; code >= 1; code--) {      // the mask at tick k holds codes above k
      area += all[code];
      hit += inside[code];
      if (area > 0 && this.reach[slice] === 0) this.reach[slice] = code;
      this.area[at + code - 1] = area;
      this.hit[at + code - 1] = hit;
      this.study.area[code - 1] += area;
      if (!known) continue;
      this.study.areaKnown[code - 1] += area;
      this.study.hit[code - 1] += hit;
    }
    if (!known) return;
    this.truth[slice] = hit + inside[0];
    this.study.truth += this.truth[slice];
    if (this.truth[slice] > 0) return;
    this.emptyTruths++;
    for (let tick = 0; tick < this.reach[slice]; tick++) this.falseAlarms[tick]++;
  }

  /** Figures of one slice at a tick; null before it was counted. */
  ofSlice(slice, tick) {
    if (!this.counted[slice]) return null;
    const at = slice * this.ticks + tick;
    const known = this.known !== null && this.known[slice] === 1;
    return { area: this.area[at], known, truth: known ? this.truth[slice] : null,
      ...overlap(known, this.hit[at], this.area[at], this.truth[slice]) };
  }

  /** Figures of the study, its slices pooled; null before all were counted. */
  ofStudy(tick) {
    if (!this.complete) return null;
    const s = this.study;
    const known = this.known !== null && this.known.some((k) => k === 1);
    return { area: s.area[tick], known, truth: known ? s.truth : null,
      falseAlarms: this.falseAlarms[tick], rightEmpties: this.emptyTruths - this.falseAlarms[tick],
      ...overlap(known, s.hit[tick], s.areaKnown[tick], s.truth) };
  }
}

/** Dice, precision and recall; null where not defined: empty mask, empty truth, or both. */
function overlap(known, hit, area, truth) {
  if (!known) return { dice: null, precision: null, recall: null };
  return {
    dice: area + truth > 0 ? (2 * hit) / (area + truth) : null,
    precision: area > 0 ? hit / area : null,
    recall: truth > 0 ? hit / truth : null,
  };
}
