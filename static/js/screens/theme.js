// Light, dark, or "ngoài nắng": kept per phone, applied before the first screen.

const KEY = "theme";
const KNOWN = ["light", "dark", "sun"];

/** The chosen theme; empty when the phone decides. */
export function theme() {
  const kept = localStorage.getItem(KEY) ?? "";
  return KNOWN.includes(kept) ? kept : "";
}

/** @param {string} chosen empty: the phone decides */
export function chooseTheme(chosen) {
  if (chosen === "") localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, chosen);
  applyTheme();
}

export function applyTheme() {
  const chosen = theme();
  if (chosen) document.documentElement.dataset.theme = chosen;
  else delete document.documentElement.dataset.theme;
}
