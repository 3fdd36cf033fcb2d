/** The sentences of figures, which are among those of the page. */

export { has, text as say } from "../page/texts.js";
