// The desk works without this file; with it, lists answer to the keyboard and long sets of choices can be searched.

import { sendOnChange } from "./chips.js";
import { searchChoices } from "./choices.js";
import { findAgain } from "./entry.js";
import { pinOnMap } from "./pin.js";
import { walkRows } from "./rows.js";

findAgain(document);
walkRows(document);
sendOnChange(document);
searchChoices(document);
pinOnMap(document);
