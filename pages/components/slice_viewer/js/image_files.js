// Masks as TIFF and NIfTI, and words inside PNG files: bytes only. It asks for no pixel of the screen.

const TIFF_SHORT = 3;
const TIFF_LONG = 4;
const TIFF_TEXT = 2;

/**
 * A TIFF of 8-bit grey pages, one strip a page, not compressed, little-endian.
 * pages: Uint8Arrays of width * height; words: ImageDescription of the first page, ASCII.
 */
function tiffFile(pages, width, height, words) {
  const text = new TextEncoder().encode(`${words.replace(/[^\x20-\x7e]/g, "?")}\0`);
  const entries = 12;
  const head = 2 + 12 * entries + 4;
  const page = head + width * height + (width * height) % 2;
  const start = 8 + text.length + (text.length % 2);
  const bytes = new Uint8Array(start + pages.length * page);
  const view = new DataView(bytes.buffer);
  bytes.set([0x49, 0x49, 42, 0]);
  view.setUint32(4, start, true);
  bytes.set(text, 8);
  pages.forEach((pixels, number) => {
    const at = start + number * page;
    const fields = [
      [254, TIFF_LONG, 1, pages.length > 1 ? 2 : 0], [256, TIFF_LONG, 1, width], [257, TIFF_LONG, 1, height],
      [258, TIFF_SHORT, 1, 8], [259, TIFF_SHORT, 1, 1], [262, TIFF_SHORT, 1, 1],
      [270, TIFF_TEXT, text.length, 8], [273, TIFF_LONG, 1, at + head], [277, TIFF_SHORT, 1, 1],
      [278, TIFF_LONG, 1, height], [279, TIFF_LONG, 1, width * height], [297, TIFF_SHORT, 2, number],
    ];
    writeDirectory(view, at, fields, number + 1 < pages.length ? at + page : 0);
    if (pages.length > 1) view.setUint16(at + 2 + 11 * 12 + 10, pages.length, true);
    bytes.set(pixels, at + head);
  });
  return new Blob([bytes], { type: "image/tiff" });
}

const NIFTI_HEADER = 352;        // bytes before the voxels: 348 of the header, 4 that say there are no extensions
const NIFTI_WORDS = 79;          // of the field `descrip`, before its end

/**
 * NIfTI-1 of 8 bits, 0 and 1, little-endian: pages, Uint8Arrays of width * height with 0 where no mask is,
 * laid as `study.volume` says: which of column, row and slice each axis is and which way it runs.
 */
function niftiFile(pages, { width, height, volume: { order, affine } }, words) {
  const ours = [width, height, pages.length];
  const size = order.map(([axis]) => ours[axis]);
  const bytes = new Uint8Array(NIFTI_HEADER + width * height * pages.length);
  const view = new DataView(bytes.buffer);
  const number = (at, ...values) => values.forEach((value, i) => view.setFloat32(at + 4 * i, value, true));
  const whole = (at, ...values) => values.forEach((value, i) => view.setInt16(at + 2 * i, value, true));
  view.setInt32(0, 348, true);
  whole(40, 3, ...size, 1, 1, 1, 1);
  whole(70, 2, 8);                                     // unsigned, 8 bits
  number(76, 1, ...[0, 1, 2].map((axis) => Math.hypot(affine[0][axis], affine[1][axis], affine[2][axis])));
  number(108, NIFTI_HEADER, 1, 0);
  view.setUint8(123, 2);                               // millimetres
  bytes.set(new TextEncoder().encode(words.replace(/[^\x20-\x7e]/g, "?")).subarray(0, NIFTI_WORDS), 148);
  whole(254, 1);                                       // the affine is the scanner's
  affine.slice(0, 3).forEach((row, i) => number(280 + 16 * i, ...row));
  bytes.set(new TextEncoder().encode("n+1"), 344);
  const place = [0, 0, 0];
  let at = NIFTI_HEADER;
  const along = (axis, index) => {
    const [own, step] = order[axis];
    place[own] = step > 0 ? index : ours[own] - 1 - index;
  };
  for (let k = 0; k < size[2]; k++) {
    along(2, k);
    for (let j = 0; j < size[1]; j++) {
      along(1, j);
      for (let i = 0; i < size[0]; i++) {
        along(0, i);
        bytes[at++] = pages[place[2]][place[1] * width + place[0]] ? 1 : 0;
      }
    }
  }
  return new Blob([bytes], { type: "application/octet-stream" });
}

function writeDirectory(view, at, fields, next) {
  view.setUint16(at, fields.length, true);
  fields.forEach(([tag, type, count, value], i) => {
    const field = at + 2 + 12 * i;
    view.setUint16(field, tag, true);
    view.setUint16(field + 2, type, true);
    view.setUint32(field + 4, count, true);
    if (type === TIFF_SHORT) view.setUint16(field + 8, value, true);
    else view.setUint32(field + 8, value, true);
  });
  view.setUint32(at + 2 + 12 * fields.length, next, true);
}

/** A PNG with words in a tEXt chunk after its header, so that the notice travels with the file. */
async function pngWithWords(blob, keyword, words) {
  const png = new Uint8Array(await blob.arrayBuffer());
  const afterHeader = 8 + 25;                          // signature; length, name, 13 bytes and check of IHDR
  const text = Uint8Array.from(`tEXt${keyword}\0${words}`, (letter) => letter.charCodeAt(0) & 0xff);
  const chunk = new Uint8Array(text.length + 8);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, text.length - 4);
  chunk.set(text, 4);
  view.setUint32(text.length + 4, crc32(text));
  return new Blob([png.subarray(0, afterHeader), chunk, png.subarray(afterHeader)], { type: "image/png" });
}

/** CRC-32 as PNG wants it (ISO 3309), a bit at a time: the words are short. */
function crc32(bytes) {
  let check = 0xffffffff;
  for (const byte of bytes) {
    check ^= byte;
    for (let bit = 0; bit < 8; bit++) check = (check >>> 1) ^ (check & 1 ? 0xedb88320 : 0);
  }
  return (check ^ 0xffffffff) >>> 0;
}
