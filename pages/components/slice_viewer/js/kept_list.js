// The list of everything drawn, a line a mark: a click goes to its slice, the cross takes it away. Of an own
// mark it asks how sure the reviewer is.

const SURE = [1, 2, 3, 4, 5];    // as many steps as the verdict's suspicion
const HOW_SURE = "How sure are you that this is tumour? 1: hardly, 5: surely (optional)";
const KIND_NAMES = { length: "Length", area: "Area", marker: "Marker", outline: "Outline" };

class KeptList {
  constructor(list) {
    this.list = list;
    this.shown = this.marks = null;
  }

  /** Lists the marks anew when one has changed; `does` has what a click does: go(mark), remove(mark), rated(). */
  update(marks, study, does) {
    const shown = `${study.name},${marks.changes},${Boolean(marks.open)}`;
    if ((shown === this.shown && marks === this.marks) || marks.open) return;   // while one is drawn, its words stand beside it
    this.shown = shown;
    this.marks = marks;              // another study's may have been changed as often
    const inOrder = [...marks.list].sort((a, b) => a.slice - b.slice);
    this.list.replaceChildren(...inOrder.map((mark) => keptLine(mark, study, does)));
    this.list.hidden = inOrder.length === 0;
  }
}

function keptLine(mark, study, { go, remove, rated }) {
  const line = document.createElement("li");
  line.dataset.kind = mark.kind;
  const words = `${KIND_NAMES[mark.kind]}, slice ${mark.slice + 1}`;
  const found = mark.kind === "length" || mark.kind === "area" ? `: ${markText(mark, study)}` : "";
  const there = document.createElement("button");
  there.type = "button";
  there.textContent = words + found;
  there.onclick = () => go(mark);
  line.append(there);
  if (mark.sealed) {
    if (mark.sure) there.textContent += `, ${sureText(mark.sure)}`;
    return line;
  }
  if (OWN_KINDS.includes(mark.kind)) line.append(howSure(mark, words, rated));
  const away = document.createElement("button");
  away.type = "button";
  away.className = "away";
  away.textContent = "×";
  away.setAttribute("aria-label", `Remove ${words.toLowerCase()}`);
  away.onclick = () => remove(mark);
  line.append(away);
  return line;
}

/** Five buttons, which leave the arrow keys to the slices; the one that is pressed takes its answer back. */
function howSure(mark, words, rated) {
  const steps = document.createElement("span");
  steps.className = "sure";
  steps.title = HOW_SURE;
  steps.append("sure?", ...SURE.map((sure) => {
    const step = document.createElement("button");
    step.type = "button";
    step.textContent = sure;
    step.setAttribute("aria-label", `${words}: ${sureText(sure)}`);
    step.onclick = () => {
      mark.sure = mark.sure === sure ? null : sure;
      press();
      rated();
    };
    return step;
  }));
  const press = () => steps.querySelectorAll("button").forEach((step, i) =>
    step.setAttribute("aria-pressed", mark.sure === SURE[i]));
  press();
  return steps;
}

function sureText(sure) { return `sure ${sure} of ${SURE.at(-1)}`; }
