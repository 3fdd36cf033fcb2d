/** Register `<learncnn-mistake>`, the element of a proved mistake. */
import { Mistake } from "./mistake.js";

customElements.define("learncnn-mistake", Mistake);
