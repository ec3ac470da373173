// The one Trusted Types policy, for the addresses of our own workers: under require-trusted-types-for 'script' the
// browser starts no worker from a plain string.

/**
 * @typedef {{ createScriptURL(url: string): string }} Policy
 * @typedef {{ createPolicy(name: string, rules: Policy): Policy }} Factory
 */

/** @type {Policy} */
const RULES = {
  createScriptURL(url) {
    const { origin, pathname } = new URL(url, location.href);
    if (origin !== location.origin || !/^\/(sw\.js|assets\/.*\.js)$/.test(pathname)) {
      throw new TypeError(`not a script of ours: ${url}`);
    }
    return url;
  },
};

/** @type {Policy | null} */
let policy = null;

/**
 * @param {string} url
 * @returns {string} for TypeScript a string; for the browser a TrustedScriptURL where it knows them
 */
export function scriptUrl(url) {
  const factory = /** @type {{ trustedTypes?: Factory }} */ (/** @type {unknown} */ (globalThis)).trustedTypes;
  policy ??= factory ? factory.createPolicy("inspect", RULES) : RULES;
  return policy.createScriptURL(url);
}
