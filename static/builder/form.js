/** The form designer page: fields dragged onto the sheet, panels beside it; every act is saved as the draft. */
import "./controls.js";
import "./form/outline.js";
import "./form/keys.js";
import "./form/texts.js";
import "./form/source.js";
import "./form/checks.js";
import "./form/preview.js";
import "./form/clipboard.js";

document.documentElement.dataset.ready = "form";
