/** The sentences of figures, among those of the page. */

export { has, text as say } from "../page/texts.js";
