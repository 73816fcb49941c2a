// The reviewer's own read beside the pictures: what was not yet shown, and the verdict's button.

/** Words and button of a read that is being made; hidden where none is. */
class ReadPanel {
  constructor(part) {
    this.part = part;
    this.shown = null;
  }

  /** Says how far the read has come, at most when that has changed; `remove(span)` is a cross's click. */
  update(read, slices, remove) {
    this.part.read.hidden = !read;
    if (!read) { this.shown = null; return; }
    const unseen = read.unseen();
    const own = read.marks.of(...OWN_KINDS);
    const shown = [read.id, read.mode, unseen.length, own.length, read.marks.changes, read.named.changes].join();
    if (shown === this.shown) return;
    this.shown = shown;
    say(this.part["read-mode"], read.mode === "first" ? "First read" : "Concurrent read");
    say(this.part["read-seen"], `${slices - unseen.length} of ${slices} slices shown`);
    say(this.part["read-unseen"], unseen.length ? `Not yet shown: ${rangesText(unseen)}` : "Every slice was shown.");
    this.part["read-next"].hidden = !unseen.length;
    this.part["read-slices"].replaceChildren(...spanLines(read.named.spans, own, remove));
    say(this.part["read-marks"], markCounts(own));
  }
}

function spanLines(spans, own, remove) {
  const marked = [...new Set(own.map(({ slice }) => slice + 1))].sort((a, b) => a - b);
  if (!spans.length) return [marked.length ? `Tumour marked in ${rangesText(marked)}` : "Tumour in no slice yet"];
  return ["Tumour in ", ...spans.map((span) => {
    const away = made("button", { type: "button", className: "span", textContent: `${spanText(span)} ×` });
    away.setAttribute("aria-label", `Remove slices ${spanText(span)}`);
    away.onclick = () => remove(span);
    return away;
  })];
}

function markCounts(own) {
  const markers = own.filter(({ kind }) => kind === "marker").length;
  const outlines = own.length - markers;
  const words = [];
  if (markers) words.push(`${markers} ${markers === 1 ? "marker" : "markers"}`);
  if (outlines) words.push(`${outlines} ${outlines === 1 ? "outline" : "outlines"}`);
  return words.length ? words.join(", ") : "No marker and no outline: both are optional.";
}
