// Hands a file to the person: to another application where the phone can, else as a download.

import { h } from "../ui/element.js";

/** @param {import("../types.d.ts").ExportFile} file */
export async function offerFile({ name, blob }) {
  const file = new File([blob], name, { type: blob.type });
  if (matchMedia("(display-mode: standalone)").matches && navigator.canShare?.({ files: [file] })) {
    const shared = await navigator.share({ files: [file], title: name }).then(
      () => true,
      () => false,
    );
    if (shared) return;
  }
  const url = URL.createObjectURL(blob);
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
