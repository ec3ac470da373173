// A zip file without compression (photos are compressed already): small enough to be read, and any computer opens it.

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit += 1) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  return c;
});

/** @param {Uint8Array} bytes */
export function crc32(bytes) {
  let c = 0xffffffff;
  for (const byte of bytes) c = (c >>> 8) ^ /** @type {number} */ (TABLE[(c ^ byte) & 0xff]);
  return (c ^ 0xffffffff) >>> 0;
}

export class Zip {
  /** @type {Uint8Array<ArrayBuffer>[]} */
  #directory = [];
  #offset = 0;

  /** @param {(bytes: Uint8Array<ArrayBuffer>) => Promise<void>} write where it goes, piece by piece */
  constructor(write) {
    this.write = write;
  }

  /**
   * @param {string} name
   * @param {Uint8Array<ArrayBuffer>} bytes
   */
  async add(name, bytes) {
    const title = new TextEncoder().encode(name);
    // version 2.0, names in UTF-8, stored, 1 Jan 1980: the moments that count stand inside the files
    const common = [20, 0x0800, 0, 0, 0x21];
    const sizes = [crc32(bytes), bytes.length, bytes.length];
    const local = record(0x04034b50, common, sizes, [title.length, 0]);
    this.#directory.push(
      record(0x02014b50, [20, ...common], sizes, [title.length, 0, 0, 0, 0], [0, this.#offset]),
      title,
    );
    for (const part of [local, title, bytes]) await this.write(part);
    this.#offset += local.length + title.length + bytes.length;
  }

  async done() {
    const size = this.#directory.reduce((sum, part) => sum + part.length, 0);
    const count = this.#directory.length / 2;
    const end = record(0x06054b50, [0, 0, count, count], [size, this.#offset], [0]);
    for (const part of [...this.#directory, end]) await this.write(part);
  }
}

/**
 * A header: the signature, then runs of 16-bit, 32-bit, 16-bit … numbers, little-endian.
 * @param {number} signature
 * @param {...number[]} runs
 */
function record(signature, ...runs) {
  const length = 4 + runs.reduce((sum, run, at) => sum + run.length * (at % 2 === 0 ? 2 : 4), 0);
  const view = new DataView(new ArrayBuffer(length));
  view.setUint32(0, signature, true);
  let offset = 4;
  runs.forEach((run, at) => {
    for (const value of run) {
      if (at % 2 === 0) view.setUint16(offset, value, true);
      else view.setUint32(offset, value, true);
      offset += at % 2 === 0 ? 2 : 4;
    }
  });
  return new Uint8Array(view.buffer);
}
