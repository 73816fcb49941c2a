// What the model found, a line a finding, the largest first: a click goes to the slice where it is largest.

class FindingsList {
  constructor(part) {
    this.list = part.found;
    this.head = part["found-head"];
    this.lines = [];
  }

  /** Lists the findings of a reading at its own pixel threshold; `go(finding)` is the click. */
  describe(reading, study, go) {
    const found = reading?.findings ?? [];
    say(this.head, reading ? findingsHead(reading, found) : "");
    this.head.title = "What hangs together in the mask at the model's own threshold, through neighbouring slices too";
    this.lines = found.map((one) => [one, findingLine(one, study, go)]);
    this.list.replaceChildren(...this.lines.map(([, line]) => line));
    this.list.hidden = found.length === 0;
  }

  /** Marks the findings that the slice on screen, from 0, has a part of. */
  update(slice) {
    for (const [one, line] of this.lines) {
      const here = one.first <= slice + 1 && slice + 1 <= one.last;
      line.firstChild.setAttribute("aria-current", String(here));
    }
  }
}

function findingsHead({ pixel_threshold, more_findings, specks }, found) {
  const words = [`Findings at ${thresholdText(pixel_threshold)}${found.length ? "" : ": none"}`];
  if (more_findings) words.push(`${WHOLE.format(more_findings)} more`);
  if (specks) words.push(`${WHOLE.format(specks)} ${specks === 1 ? "speck" : "specks"} left out`);
  return words.join(", ");
}

/** With a spacing what a report would say of it: how much there is, and its largest section. */
function findingText(one, study) {
  if (one.first === one.last) return `Slice ${one.first}: ${area(one.area_px, study)}`;
  const slices = `Slices ${one.first}–${one.last}`;
  if (study.voxel_ml == null) return `${slices}, largest ${one.slice}: ${area(one.area_px, study)}`;
  return `${slices}: ${millilitres(one.total_px, study)}, largest ${one.slice}: ${squareMm(one.area_px, study)}`;
}

function findingLine(one, study, go) {
  const line = document.createElement("li");
  const there = document.createElement("button");
  there.type = "button";
  there.textContent = findingText(one, study);
  there.title = `${volume(one.total_px, study)} over all its slices`;
  there.onclick = () => go(one);
  line.append(there);
  return line;
}
