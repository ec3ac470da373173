// Finding Vietnamese text by what a thumb types: without diacritics, without case, with đ as d.

/**
 * @param {string} text
 * @returns {string}
 */
export function fold(text) {
  return text
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[đĐ]/g, "d")
    .toLowerCase()
    .replace(/\s+/g, " ")
    .trim();
}

/**
 * Every word of the query begins somewhere in the text: "lan can", "lan cân" and "can lan" all find "Lan can".
 * @param {string} text
 * @param {string} query
 */
export function matches(text, query) {
  const where = fold(text);
  return fold(query)
    .split(" ")
    .every((word) => where.includes(word));
}
