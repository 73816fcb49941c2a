// The list of everything drawn, a line a mark: a click goes to its slice, the cross takes it away.

const KIND_NAMES = { length: "Length", area: "Area", marker: "Marker", outline: "Outline" };

class KeptList {
  constructor(list) {
    this.list = list;
    this.shown = null;
  }

  /** Lists the marks anew when one has changed; `go(mark)` and `remove(mark)` are the clicks. */
  update(marks, study, go, remove) {
    const shown = `${study.name},${marks.changes},${Boolean(marks.open)}`;
    if (shown === this.shown || marks.open) return;    // while one is drawn, its own words stand beside it
    this.shown = shown;
    const inOrder = [...marks.list].sort((a, b) => a.slice - b.slice);
    this.list.replaceChildren(...inOrder.map((mark) => keptLine(mark, study, go, remove)));
    this.list.hidden = inOrder.length === 0;
  }
}

function keptLine(mark, study, go, remove) {
  const line = document.createElement("li");
  line.dataset.kind = mark.kind;
  const words = `${KIND_NAMES[mark.kind]}, slice ${mark.slice + 1}`;
  const found = mark.kind === "length" || mark.kind === "area" ? `: ${markText(mark, study)}` : "";
  const there = document.createElement("button");
  there.type = "button";
  there.textContent = words + found;
  there.onclick = () => go(mark);
  line.append(there);
  if (mark.sealed) return line;
  const away = document.createElement("button");
  away.type = "button";
  away.className = "away";
  away.textContent = "×";
  away.setAttribute("aria-label", `Remove ${words.toLowerCase()}`);
  away.onclick = () => remove(mark);
  line.append(away);
  return line;
}
