// What the reviewer saves: a picture of the view, the slice's mask, the measures. Of a file it sends the name alone.

const NOTICE = "Research use only. Not for diagnosis.";
const FOOT = 44;                 // pixels below a saved picture, for what it is

/** Saves one kind of file; its name holds the study, the slice and its content's SHA-256. */
async function save(kind, viewer) {
  const told = whatIsSaved(kind, viewer);              // before the view moves on
  const { blob, stem, ending } = await SAVED[kind](viewer);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `${fileName(stem)}_${await contentHash(blob)}.${ending}`;
  viewer.tellSaved({ ...told, id: crypto.randomUUID(), file: link.download });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** What the record keeps of a file: slices from 1, and the threshold of what it holds of a model. */
function whatIsSaved(kind, { data, view, study, reading }) {
  const whole = WHOLE_STUDY.includes(kind);
  return { study: data.study_id, kind,
    slices: whole ? [1, study.slices] : [view.slice + 1, view.slice + 1],
    pixel_threshold: reading ? reading.ticks[view.tick] : null };
}

const WHOLE_STUDY = ["masksTiff", "masksNifti", "measures"];

const SAVED = { picture: savedPicture, mask: savedMask, maskTiff: savedMaskTiff, masksTiff: savedMasksTiff,
  masksNifti: savedMasksNifti, measures: savedMeasures };

/** The panes as they stand on screen, each under its name, and below them what they are. */
async function savedPicture(viewer) {
  const { view, study, root } = viewer;
  const [shownWords, stem] = [whatIsShown(viewer), sliceStem(viewer)];  // before the view moves on
  viewer.change({ cursor: null });                     // the cross in the linked panes is no finding
  viewer.paint();
  const shown = viewer.panes.filter((pane) => shownPanes(view).includes(pane.name));
  const ratio = window.devicePixelRatio || 1;
  const stage = root.querySelector(".stage").getBoundingClientRect();
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(stage.width * ratio);
  canvas.height = Math.round((stage.height + FOOT) * ratio);
  const context = canvas.getContext("2d");
  context.fillStyle = "#0e1116";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = "#d7dde5";
  context.font = `${14 * ratio}px system-ui, sans-serif`;
  for (const pane of shown) {
    const box = pane.canvas.getBoundingClientRect();
    const [left, top] = [(box.left - stage.left) * ratio, (box.top - stage.top) * ratio];
    context.drawImage(pane.canvas, Math.round(left), Math.round(top));
    const why = pane.figure.querySelector(".empty.on")?.textContent;  // black is no empty mask
    if (why) {
      context.textAlign = "center";
      context.fillText(why, left + pane.canvas.width / 2, top + pane.canvas.height / 2, pane.canvas.width);
      context.textAlign = "start";
    }
    context.fillText(paneCaption(pane), left + 6 * ratio, top - 8 * ratio, pane.canvas.width - 12 * ratio);
  }
  const width = canvas.width - 16 * ratio;
  context.fillText(shownWords, 8 * ratio, canvas.height - 26 * ratio, width);
  context.fillText(NOTICE, 8 * ratio, canvas.height - 8 * ratio, width);
  const blob = await pngWithWords(await asPng(canvas), "Description", `${shownWords}. ${NOTICE}`);
  return { blob, stem, ending: "png" };
}

function paneCaption({ figure }) {
  const [name, more] = ["b", "figcaption > span:not(.scale)"].map((what) => figure.querySelector(what)?.textContent);
  return more ? `${name}: ${more}` : name;
}

/** The binary mask in the slice's own size: 0 and 255, grey. */
async function savedMask(viewer) {
  const { view, study } = viewer;
  const [shownWords, stem] = [whatIsShown(viewer), `${sliceStem(viewer)}_mask`];  // before the view moves on
  const canvas = document.createElement("canvas");
  canvas.width = study.width;
  canvas.height = study.height;
  const context = canvas.getContext("2d");
  const image = context.createImageData(study.width, study.height);
  const pixels = new Uint32Array(image.data.buffer);
  maskBytes(viewer, view.slice).forEach((value, i) => { pixels[i] = value ? 0xffffffff : 0xff000000; });
  context.putImageData(image, 0, 0);
  const blob = await pngWithWords(await asPng(canvas), "Description", `${shownWords}. ${NOTICE}`);
  return { blob, stem, ending: "png" };
}

async function savedMaskTiff(viewer) {
  const { view, study } = viewer;
  const words = `${whatIsShown(viewer)}. ${NOTICE}`;
  const blob = tiffFile([maskBytes(viewer, view.slice)], study.width, study.height, words);
  return { blob, stem: `${sliceStem(viewer)}_mask`, ending: "tif" };
}

/** Every slice's mask at the threshold on screen. */
function allMasks(viewer) {
  if (!viewer.bytes.whole) throw new Error("The study is still loading. Save its masks once it is whole.");
  return viewer.study.files.map((_, slice) => maskBytes(viewer, slice));
}

/** On the voxels of the file that was read, 0 and 1. */
async function savedMasksNifti(viewer) {
  const { study, reading, view } = viewer;
  const model = `${reading.model}/${reading.version} >= ${thresholdText(reading.ticks[view.tick])}`;
  const file = niftiFile(allMasks(viewer), study, `${NOTICE} ${model}`);
  const packed = file.stream().pipeThrough(new CompressionStream("gzip"));
  const blob = await new Response(packed, { headers: { "Content-Type": "application/gzip" } }).blob();
  return { blob, stem: `${study.name}_masks`, ending: "nii.gz" };
}

/** A page a slice, in the study's order. */
async function savedMasksTiff(viewer) {
  const { study } = viewer;
  const pages = allMasks(viewer);
  const blob = tiffFile(pages, study.width, study.height, `${modelWords(viewer)}, a page a slice. ${NOTICE}`);
  return { blob, stem: `${study.name}_masks`, ending: "tif" };
}

/** One slice's mask at the threshold on screen: a byte a pixel, 0 or 255. */
function maskBytes({ bytes, view }, slice) {
  const codes = bytes.parts.reading?.at(slice);
  if (!codes) throw new Error("The mask of this slice is not here yet.");
  return codes.map((code) => (code >= view.tick + 1 ? 255 : 0));
}

function sliceStem({ study, view }) { return `${study.name}_slice-${view.slice + 1}`; }

/** One line a slice at the threshold on screen, then a line a mark. */
async function savedMeasures(viewer) {
  const { view, study, reading, bytes, marks } = viewer;
  const head = ["slice", "file", "confidence", "area_px", "area_mm2", "truth_px", "dice", "precision", "recall"];
  const lines = [csvLine([`# ${NOTICE} ${whatIsShown(viewer)}`]), csvLine(head)];
  for (let slice = 0; slice < study.slices; slice++) {
    const found = bytes.measures?.ofSlice(slice, view.tick) ?? {};
    lines.push(csvLine([slice + 1, study.files[slice], reading?.confidence[slice].toFixed(6), found.area,
      areaInMm(found.area, study), found.truth, found.dice, found.precision, found.recall]));
  }
  for (const mark of marks.list) lines.push(csvLine([markLine(mark, viewer)]));
  const blob = new Blob([lines.join("")], { type: "text/csv" });
  return { blob, stem: `${study.name}_measures`, ending: "csv" };
}

function areaInMm(pixels, { spacing_mm: spacing }) {
  return spacing && pixels != null ? (pixels * spacing[1] * spacing[2]).toFixed(2) : null;
}

/** A mark in words: where it lies in slice pixels, and what was measured. */
function markLine(mark, { study, view, bytes }) {
  const [x, y] = mark.points[0].map((value) => value.toFixed(1));
  const what = `# ${KIND_NAMES[mark.kind].toLowerCase()} on slice ${mark.slice + 1}`;
  if (mark.kind !== "area") return `${what} from x ${x} y ${y}: ${markText(mark, study)}`;
  const plane = channelPlane(bytes.parts.images?.at(mark.slice), study, view.channel);
  const { mean, spread } = areaFigures(mark.points, study, plane);
  const grey = mean === null ? "" : `; ${channelLabel(study, view.channel)} mean ${mean.toFixed(1)}, SD ${spread.toFixed(1)}`;
  return `${what} from x ${x} y ${y}: ${markText(mark, study)}${grey}`;
}

function whatIsShown(viewer) {
  const { view, study, reading } = viewer;
  const words = [study.name, `slice ${view.slice + 1} of ${study.slices}`, channelLabel(study, view.channel)];
  return reading ? `${words.join(", ")}, ${readingWords(viewer)}` : words.join(", ");
}

function modelWords(viewer) { return `${viewer.study.name}, ${readingWords(viewer)}`; }

function readingWords({ view, reading }) {
  return `${reading.model} ${reading.version} (sha256 ${reading.sha256.slice(0, 12)}), `
    + `pixel threshold ${thresholdText(reading.ticks[view.tick])}`;
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
