// Puts a pin where somebody clicks on the map of a form; the fields for the position stay what counts.

/** @param {Document} page */
export function pinOnMap(page) {
  for (const map of page.querySelectorAll("figure[data-pin]")) {
    if (map instanceof HTMLElement) {
      watch(page, map);
    }
  }
}

/**
 * @param {Document} page
 * @param {HTMLElement} map
 */
function watch(page, map) {
  const lat = page.getElementById(map.dataset.lat ?? "");
  const lon = page.getElementById(map.dataset.lon ?? "");
  const commune = page.getElementById(map.dataset.commune ?? "");
  const isField = lat instanceof HTMLInputElement && lon instanceof HTMLInputElement;
  if (!isField || !(commune instanceof HTMLSelectElement)) {
    return;
  }
  const redraw = () => draw(page, map, commune.value, lat.value, lon.value);
  for (const field of [lat, lon, commune]) {
    field.addEventListener("change", redraw);
  }
  map.addEventListener("click", async (event) => {
    const picture = event.target;
    if (picture instanceof HTMLImageElement) {
      const place = await placeOf(picture, event);
      if (place !== null) {
        [lat.value, lon.value] = place;
        redraw();
      }
    }
  });
}

/**
 * @param {Document} page
 * @param {HTMLElement} map
 * @param {string} commune
 * @param {string} lat
 * @param {string} lon
 */
function draw(page, map, commune, lat, lon) {
  let picture = map.querySelector("img");
  if (picture === null) {
    picture = page.createElement("img");
    picture.width = 480;
    picture.height = 360;
    picture.alt = "Bản đồ xã, phường và vị trí ghim";
    map.prepend(picture);
  }
  picture.src = `${map.dataset.source}?${new URLSearchParams({ commune, lat, lon })}`;
}

/**
 * Latitude and longitude under the pointer, as texts with five digits; null when the map does not say what it shows.
 *
 * @param {HTMLImageElement} picture
 * @param {MouseEvent} event
 * @returns {Promise<[string, string] | null>}
 */
async function placeOf(picture, event) {
  const answer = await fetch(picture.src);
  const edges = (answer.headers.get("X-Map-Box") ?? "").split(",").map(Number);
  const [south, west, north, east] = edges;
  if (south === undefined || west === undefined || north === undefined || east === undefined) {
    return null;
  }
  const seen = picture.getBoundingClientRect();
  const across = (event.clientX - seen.left) / seen.width;
  const down = (event.clientY - seen.top) / seen.height;
  return [(north - down * (north - south)).toFixed(5), (west + across * (east - west)).toFixed(5)];
}
