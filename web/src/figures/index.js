/** Figures that move: importing this module upgrades every `<learncnn-figure>` of the page. */

import { MovingFigure } from "./element.js";

customElements.define("learncnn-figure", MovingFigure);
