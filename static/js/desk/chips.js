// A chip that is changed sends its form at once; without JavaScript the button "Lọc" does.

/** @param {Document} page */
export function sendOnChange(page) {
  for (const form of page.querySelectorAll("form.chips")) {
    if (!(form instanceof HTMLFormElement)) {
      continue;
    }
    form.addEventListener("change", (event) => {
      if (event.target instanceof Element && event.target.matches("[data-sends]")) {
        form.requestSubmit();
      }
    });
    // Empty filters do not belong into the address.
    form.addEventListener("formdata", (event) => {
      for (const [name, value] of [...event.formData.entries()]) {
        if (value === "") {
          event.formData.delete(name);
        }
      }
    });
  }
}
