// Bytes with a type, and bytes of whatever is given.

/** Bytes with a type; at once where a browser takes its time. */
export class Blob {
  /**
   * @param {(string | BufferSource)[]} parts
   * @param {{ type?: string }} [more]
   */
  constructor(parts = [], { type = "" } = {}) {
    this.bytes = Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : bytesOf(part))));
    this.size = this.bytes.length;
    this.type = type;
  }
  async arrayBuffer() {
    return Uint8Array.from(this.bytes).buffer;
  }
  async text() {
    return this.bytes.toString();
  }
  stream() {
    const { bytes } = this;
    return {
      bytes,
      pipeThrough: (/** @type {{ pack: (bytes: Buffer) => Buffer }} */ by) => ({ bytes: by.pack(bytes) }),
    };
  }
}

/** @param {any} given text, a buffer or a view of one, of whichever realm */
export function bytesOf(given) {
  if (typeof given === "string") return Buffer.from(given);
  if (given instanceof Blob) return given.bytes;
  return ArrayBuffer.isView(given)
    ? Buffer.from(given.buffer, given.byteOffset, given.byteLength)
    : Buffer.from(/** @type {ArrayBuffer} */ (given));
}
