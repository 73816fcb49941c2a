// The bytes of one study's parts: fetched once by digest, kept by slice. It draws nothing.

/** One part (images, truth or reading): a block of bytes a slice, filled while they arrive. */
class Part {
  constructor(kind, described, slices) {
    this.kind = kind;
    this.digest = described.digest;
    this.address = described.address;
    this.block = described.block;
    this.bytes = new Uint8Array(described.length);
    this.ready = new Uint8Array(slices);
    this.whole = false;
    this.stop = new AbortController();
    if (this.block * slices !== described.length) {
      throw new Error(`${kind}: expected ${slices} blocks of ${this.block} bytes, found ${described.length} bytes`);
    }
  }

  /** The bytes of one slice, or null while they are on their way. */
  at(slice) {
    if (!this.ready[slice]) return null;
    return this.bytes.subarray(slice * this.block, (slice + 1) * this.block);
  }

  /** Fetches one slice's block; what fails is left to the whole, which brings it too. */
  async fetchOne(headers, slice, arrived) {
    let block;
    try {
      const answer = await this.ask(`${this.address}/${slice}`, headers);
      block = new Uint8Array(await answer.arrayBuffer());
    } catch {
      return;
    }
    if (block.length !== this.block || this.ready[slice]) return;
    this.bytes.set(block, slice * this.block);
    this.ready[slice] = 1;
    arrived(slice);
  }

  // Content-Length counts compressed bytes: the length to expect is the one we were told.
  async fetchWhole(headers, arrived) {
    const answer = await this.ask(this.address, headers);
    const reader = answer.body.getReader();
    let filled = 0;
    let next = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      this.bytes.set(value, filled);
      filled += value.length;
      for (; (next + 1) * this.block <= filled; next++) {
        if (this.ready[next]) continue;
        this.ready[next] = 1;
        arrived(next);
      }
    }
    if (filled !== this.bytes.length) {
      throw new Error(`${this.kind}: expected ${this.bytes.length} bytes, found ${filled}`);
    }
    this.whole = true;
  }

  async ask(address, headers) {
    const answer = await fetch(address, { headers, cache: "no-store", signal: this.stop.signal });
    if (answer.ok) return answer;
    throw new Error(answer.status === 404
      ? "The server no longer holds this study for this session. Reload the page."
      : `The server answered ${answer.status}. Reload the page.`);
  }
}

/** Pixel `index` of a packed truth block: first pixel in the highest bit. */
function truthBit(block, index) {
  return (block[index >> 3] >> (7 - (index & 7))) & 1;
}

/** How many pixels of a packed truth block are set; what fills up the last byte is zero. */
function countTruth(block) {
  let count = 0;
  for (let byte of block) for (; byte; byte &= byte - 1) count++;
  return count;
}

/** A packed truth block as one byte a pixel, 0 or 1. */
function unpackTruth(block, into) {
  for (let i = 0; i < into.length; i++) into[i] = (block[i >> 3] >> (7 - (i & 7))) & 1;
  return into;
}

/** Index of the last tick at or below `value`; ticks rise. */
function tickAt(ticks, value) {
  let found = 0;
  ticks.forEach((tick, index) => { if (tick <= value + 1e-9) found = index; });
  return found;
}
