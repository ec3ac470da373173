// How large a JPEG is, from its header: decoding it only to measure it would cost as much memory as the photo itself.

/**
 * @param {Uint8Array} bytes
 * @returns {{ w: number, h: number } | null} as stored, not turned; null: no JPEG, or no size to be found
 */
export function jpegSize(bytes) {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 2;
  while (at + 9 < bytes.length) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1; // filling before a marker
      continue;
    }
    // Start of frame C0…CF, but not the tables C4, C8, CC that share its range.
    if (marker === 0xc0 || (marker > 0xc0 && marker <= 0xcf && marker % 4 !== 0)) return sizeAt(view, at);
    at += 2 + view.getUint16(at + 2);
  }
  return null;
}

/**
 * @param {DataView} view
 * @param {number} at
 */
function sizeAt(view, at) {
  return { w: view.getUint16(at + 7), h: view.getUint16(at + 5) };
}
