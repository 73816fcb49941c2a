// Numbers and names as the viewer writes them. It touches no picture.

/** Writes only what is new: the browser lays out again after each change. */
function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function set(input, value) {
  if (input.value !== String(value)) input.value = value;
}

function share(value) {
  return value == null ? DASH : value.toFixed(3);
}

const WHOLE = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/** Pixels, and square millimetres only where the files state the spacing. */
function area(pixels, study) {
  if (pixels == null) return DASH;
  const count = `${WHOLE.format(pixels)} px`;
  return study.spacing_mm ? `${count}, ${squareMm(pixels, study)}` : count;
}

/** Pixels over several slices, and millilitres only where the files state the spacing. */
function volume(pixels, study) {
  if (pixels == null) return DASH;
  const count = `${WHOLE.format(pixels)} px`;
  return study.voxel_ml == null ? count : `${count}, ${millilitres(pixels, study)}`;
}

const TENTHS = new Intl.NumberFormat("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 });

function squareMm(pixels, { spacing_mm: [, row, column] }) { return `${WHOLE.format(pixels * row * column)} mm²`; }

function millilitres(pixels, { voxel_ml }) { return `${TENTHS.format(pixels * voxel_ml)} ml`; }

function emptySlice(slice) {
  if (!slice?.known || slice.truth > 0) return DASH;
  return slice.area > 0 ? "false alarm" : "right empty";
}

function thresholdText(value) {
  const short = String(Number(value.toFixed(4)));
  return short.length < 4 ? value.toFixed(2) : short;
}

/** Three decimals, cut as on every page: 0.9796 must not stand as 0.980 beside "not flagged". */
function confidenceFigure(confidence) {
  return (Math.floor((confidence + 1e-7) * 1000) / 1000).toFixed(3);
}

function confidenceText(reading, slice) {
  return `${confidenceFigure(reading.confidence[slice])}${isFlagged(reading, slice) ? ", flagged" : ""}`;
}

/** Compared in 32 bits, as the server does it. */
function reaches(reading, slice) {
  return reading.confidence[slice] >= Math.fround(reading.confidence_threshold);
}

/** Without a calibration a slice can reach the threshold, and nothing is flagged as certain. */
function isFlagged(reading, slice) {
  return reading.calibrated && reaches(reading, slice);
}

function channelLabel(study, channel) {
  const name = study.channels[channel] ?? "colour";
  return study.substituted.includes(name) ? `${name} (substitute: FLAIR again)` : name;
}

function channelButton(study, name, channel) {
  const button = document.createElement("button");
  const substitute = study.substituted.includes(name);
  button.type = "button";
  button.setAttribute("role", "radio");
  button.dataset.channel = channel;
  const short = name.replace("-contrast", "");
  button.textContent = substitute ? `${short} *` : short;
  button.title = name === "colour" ? "All three channels as red, green and blue"
    : substitute ? "Not acquired: this channel is FLAIR again" : `Show ${name}`;
  return button;
}

/** Labels under the threshold slider; the model's own threshold replaces what it would hide. */
function thresholdMarks(reading) {
  const last = reading.ticks.length - 1;
  const own = tickAt(reading.ticks, reading.pixel_threshold);
  const kept = MARKED.map((value) => tickAt(reading.ticks, value))
    .filter((tick) => Math.abs(tick - own) / last > 0.085);
  return [...kept, own].map((tick) => {
    const mark = document.createElement("span");
    mark.textContent = thresholdText(reading.ticks[tick]);
    mark.classList.toggle("own", tick === own);
    mark.style.left = `${(100 * tick) / last}%`;
    return mark;
  });
}

function stripLegend(reading, truth) {
  const words = [];
  const from = reading?.confidence_threshold;
  if (reading) words.push(reading.calibrated ? `Bars: confidence, bright from ${from} on (flagged)`
    : `Bars: raw score, brighter from ${from} on; not calibrated, so nothing is flagged`,
    "orange lane: as high as the pixel threshold at which the slice's mask ends, bright while it has one; "
    + "the dashed line is the threshold now");
  if (truth) words.push("blue row: tumour in the ground truth");
  words.push("grey row: shown");
  return words.join("; ");
}

function overlayLegend(view, reading, truth) {
  const shown = [];
  if (reading && view.showModel) shown.push(`${reading.model} ${reading.version} solid`);
  if (truth && view.showTruth) shown.push("truth dashed");
  if (reading && view.showHeat) shown.push("heat");
  if (!shown.length) return "";
  return view.overlay && !view.peek ? shown.join(", ") : "overlay off";
}

function maskCaption(view, slice, study, reading) {
  if (!reading) return "";
  if (view.errors) return "white both, striped model only, dotted truth only";
  return slice ? `≥ ${thresholdText(reading.ticks[view.tick])}: ${area(slice.area, study)}` : "";
}

/** The intensity in the file that an 8-bit code stands for. */
function intensity(study, code) {
  const { low, high } = study.intensity;
  return low + (code * (high - low)) / 255;
}

/** Position, intensities, probability and truth under the cursor. Rows and columns from 1. */
function probeText(viewer) {
  const { view, study, reading } = viewer;
  const column = Math.floor(view.cursor.x);
  const row = Math.floor(view.cursor.y);
  if (column < 0 || row < 0 || column >= study.width || row >= study.height) return "";
  const at = row * study.width + column;
  const now = viewer.blocks();
  const words = [`row ${row + 1}, column ${column + 1}`];
  if (now.images) {
    const plane = study.width * study.height;
    words.push(study.channels.map((name, channel) =>
      `${name} ${Math.round(intensity(study, now.images[channel * plane + at]))}`).join(", "));
  }
  if (now.reading) {
    const [low, high] = codeRange(reading.ticks, now.reading[at]);
    words.push(`probability ${thresholdText(low)} to ${thresholdText(high)}`);
  }
  if (now.truth) words.push(truthBit(now.truth, at) ? "truth: tumour" : "truth: no tumour");
  return words.join("   ·   ");
}

/** The colour scale of the probability, with the threshold as a white line. */
function drawScale(canvas, reading, tick) {
  const ratio = window.devicePixelRatio || 1;
  const { width, height } = canvas;
  const context = canvas.getContext("2d");
  const colours = context.createLinearGradient(0, 0, width, 0);
  INFERNO.forEach((colour, i) => colours.addColorStop(i / (INFERNO.length - 1), css(colour)));
  context.fillStyle = colours;
  context.fillRect(0, 0, width, height);
  const at = Math.round(reading.ticks[tick] * (width - 1));
  context.fillStyle = "#000";
  context.fillRect(at - 1.5 * ratio, 0, 3.5 * ratio, height);
  context.fillStyle = "#fff";
  context.fillRect(at - 0.5 * ratio, 0, 1.5 * ratio, height);
}

/** What a pane shows, for those who do not see it. */
function paneWords(name, { view, study, reading, bytes }) {
  const where = `slice ${view.slice + 1} of ${study.slices}`;
  const found = bytes.measures?.ofSlice(view.slice, view.tick);
  const channel = channelOf(name, view);
  if (channel !== null) {
    const over = found && name !== "plain" ? `; the model's mask has ${area(found.area, study)}` : "";
    return `${channelLabel(study, channel)}, ${where}${over}`;
  }
  if (name === "truth") return `Ground truth, ${where}: ${found?.known ? area(found.truth, study) : "not known"}`;
  if (!reading) return `${name}, ${where}: not segmented`;
  const threshold = thresholdText(reading.ticks[view.tick]);
  if (name === "probability") return `Probability by ${reading.model} ${reading.version}, ${where}`;
  return `Mask of ${reading.model} ${reading.version} at ${threshold}, ${where}: ${area(found?.area, study)}`;
}

/** The strip in words: which slices are flagged. */
function stripWords(study, reading) {
  if (!reading) return `Strip of ${study.slices} slices; click to go to one`;
  const flagged = study.files.map((_, slice) => slice + 1).filter((number) => isFlagged(reading, number - 1));
  const which = !reading.calibrated ? "not calibrated, so none is flagged"
    : flagged.length ? `flagged: ${rangesText(flagged)}` : "none is flagged";
  return `Confidence of ${study.slices} slices; ${which}`;
}

/** Width and level of a window in the file's own intensities. */
function windowText(study, low, high) {
  const span = intensity(study, high) - intensity(study, low);
  return `W ${Math.round(span)}  L ${Math.round((intensity(study, high) + intensity(study, low)) / 2)}`;
}
