/** Register `<learncnn-figure>`: importing this module upgrades every figure of the page. */

import { MovingFigure } from "./element.js";

customElements.define("learncnn-figure", MovingFigure);
