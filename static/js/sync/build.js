// Which build of the app this is: the server writes it into the address of every file of the app.

/** @returns {string} */
export function build() {
  return /\/assets\/([^/]+)\//.exec(import.meta.url)?.[1] ?? "dev";
}
