// Puts a search box above a long set of tick boxes or radio buttons; letters match with and without diacritics.

/** @param {Document} page */
export function searchChoices(page) {
  for (const set of page.querySelectorAll("fieldset[data-find]")) {
    const list = set.querySelector("ul");
    if (list === null || list.children.length < 8) {
      continue;
    }
    const legend = set.querySelector("legend")?.textContent?.trim() ?? "";
    const box = page.createElement("input");
    box.type = "search";
    box.className = "find-in";
    box.placeholder = "Gõ để lọc – không cần dấu";
    box.setAttribute("aria-label", `Lọc: ${legend}`);
    box.addEventListener("input", () => show(list, plain(box.value)));
    // Enter in this box must not send the form around it.
    box.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        event.preventDefault();
      }
    });
    list.before(box);
  }
}

/**
 * What is chosen stays in sight whatever is typed.
 *
 * @param {HTMLUListElement} list
 * @param {string} wanted
 */
function show(list, wanted) {
  const words = wanted.split(" ").filter(Boolean);
  for (const line of list.children) {
    if (line instanceof HTMLElement) {
      const text = plain(line.textContent ?? "");
      line.hidden = !words.every((word) => text.includes(word)) && line.querySelector("input:checked") === null;
    }
  }
}

/** @param {string} text */
function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replaceAll("đ", "d").replaceAll("Đ", "d").toLowerCase();
}
