// What the reviewer saves: a picture of the view, the slice's mask, the measures. It sends nothing.

const NOTICE = "Research use only. Not for diagnosis.";
const FOOT = 44;                 // pixels below a saved picture, for what it is

/** Saves one kind of file; its name holds the study, the slice and its content's SHA-256. */
async function save(kind, viewer) {
  const made = { picture: savedPicture, mask: savedMask, measures: savedMeasures }[kind];
  const { blob, stem, ending } = await made(viewer);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `${fileName(stem)}_${await contentHash(blob)}.${ending}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

async function savedPicture({ view, study, reading, panes }) {
  const shown = panes.filter((pane) => pane.canvas.clientWidth > 0);
  const gap = 6;
  const canvas = document.createElement("canvas");
  canvas.width = shown.reduce((sum, pane) => sum + pane.canvas.width + gap, -gap);
  canvas.height = Math.max(...shown.map((pane) => pane.canvas.height)) + FOOT;
  const context = canvas.getContext("2d");
  context.fillStyle = "#0e1116";
  context.fillRect(0, 0, canvas.width, canvas.height);
  let left = 0;
  for (const pane of shown) {
    context.drawImage(pane.canvas, left, 0);
    left += pane.canvas.width + gap;
  }
  context.fillStyle = "#d7dde5";
  context.font = "14px system-ui, sans-serif";
  context.fillText(whatIsShown(view, study, reading), 8, canvas.height - 26, canvas.width - 16);
  context.fillText(NOTICE, 8, canvas.height - 8, canvas.width - 16);
  return { blob: await asPng(canvas), stem: `${study.name}_slice-${view.slice + 1}`, ending: "png" };
}

/** The binary mask in the slice's own size: 0 and 255, grey. */
async function savedMask({ view, study, layers }) {
  const canvas = document.createElement("canvas");
  canvas.width = study.width;
  canvas.height = study.height;
  const context = canvas.getContext("2d");
  const image = context.createImageData(study.width, study.height);
  const pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < pixels.length; i++) pixels[i] = layers.inMask[i] ? 0xffffffff : 0xff000000;
  context.putImageData(image, 0, 0);
  return { blob: await asPng(canvas), stem: `${study.name}_slice-${view.slice + 1}_mask`, ending: "png" };
}

/** One line a slice at the threshold on screen. */
async function savedMeasures({ view, study, reading, measures, rulers }) {
  const head = ["slice", "file", "confidence", "area_px", "area_mm2", "truth_px", "dice", "precision", "recall"];
  const lines = [csvLine([`# ${NOTICE} ${whatIsShown(view, study, reading)}`]), csvLine(head)];
  for (let slice = 0; slice < study.slices; slice++) {
    const found = measures?.ofSlice(slice, view.tick) ?? {};
    const mm2 = study.spacing_mm && found.area != null
      ? found.area * study.spacing_mm[1] * study.spacing_mm[2] : null;
    lines.push(csvLine([slice + 1, study.files[slice], reading?.confidence[slice].toFixed(6), found.area, mm2,
      found.truth, found.dice, found.precision, found.recall]));
  }
  for (const line of rulers.lines) {
    lines.push(csvLine([`# ruler on slice ${line.slice + 1}: ${lengthText(line, study)}`]));
  }
  const blob = new Blob([lines.join("")], { type: "text/csv" });
  return { blob, stem: `${study.name}_measures`, ending: "csv" };
}

function whatIsShown(view, study, reading) {
  const words = [study.name, `slice ${view.slice + 1} of ${study.slices}`, channelLabel(study, view.channel)];
  if (reading) words.push(`${reading.model} ${reading.version} (sha256 ${reading.sha256.slice(0, 12)})`,
    `pixel threshold ${thresholdText(reading.ticks[view.tick])}`);
  return words.join(", ");
}

/** Cells that a spreadsheet could take for a formula begin with an apostrophe. */
function csvLine(cells) {
  const quoted = cells.map((cell) => {
    if (cell == null) return "";
    if (typeof cell === "number") return String(cell);
    const harmless = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
    return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
  });
  return `${quoted.join(",")}\r\n`;
}

/** A name out of a file, made safe as a file's name. */
function fileName(stem) {
  return stem.replace(/[^A-Za-z0-9._-]+/g, "_").replace(/^\.+/, "").slice(0, 120) || "study";
}

/** The first sixteen hexadecimal digits of the content's SHA-256. */
async function contentHash(blob) {
  if (!crypto.subtle) throw new Error("Saving needs https or this machine's own address.");
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
  return [...digest.slice(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function asPng(canvas) {
  return new Promise((done) => { canvas.toBlob(done, "image/png"); });
}
