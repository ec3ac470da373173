// The one kind of error a screen shows: a code that never changes, a sentence for people, and the facts.

export class Trouble extends Error {
  /**
   * @param {string} code
   * @param {string} message a Vietnamese sentence: what happened, what is safe, what to do
   * @param {Record<string, unknown>} [facts]
   */
  constructor(code, message, facts = {}) {
    super(message);
    this.name = "Trouble";
    this.code = code;
    this.facts = facts;
  }
}
