// What the model found, a line a finding, the largest first: a click goes to the slice where it is largest.

class FindingsList {
  constructor(part) {
    this.list = part.found;
    this.head = part["found-head"];
    this.lines = [];
  }

  /** Lists the findings of a reading at its own pixel threshold; `go(slice)` is the click. */
  describe(reading, study, go) {
    const found = reading?.findings ?? [];
    const more = reading?.more_findings ? `, ${WHOLE.format(reading.more_findings)} more` : "";
    say(this.head, reading ? `Findings at ${thresholdText(reading.pixel_threshold)}${found.length ? more : ": none"}` : "");
    this.head.title = "What hangs together in the mask, through neighbouring slices too. Specks are not listed.";
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

function findingLine(one, study, go) {
  const line = document.createElement("li");
  const there = document.createElement("button");
  there.type = "button";
  const slices = one.first === one.last ? `Slice ${one.first}` : `Slices ${one.first}–${one.last}`;
  there.textContent = one.first === one.last ? `${slices}: ${area(one.area_px, study)}`
    : `${slices}, largest ${one.slice}: ${area(one.area_px, study)}`;
  there.title = `${area(one.total_px, study)} over all its slices`;
  there.onclick = () => go(one.slice - 1);
  line.append(there);
  return line;
}
