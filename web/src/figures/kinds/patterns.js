/** Waves as kernels: each responds to stripes of one direction and width. */

import { short } from "../arithmetic/numbers.js";
import { brightness, wave } from "../arithmetic/pictures.js";
import { stepper, toggle } from "../controls/steppers.js";
import { say } from "../texts.js";
import { imageOf, mapOf, remembered } from "./picture_maps.js";

export const patterns = {
  takesPicture: true,
  imageOf,
  start: (given) => ({ ...given, image: "scene", maps: false, chosen: null }),
  controls: (state) => [
    toggle(say("serve_figures.as_maps"), "maps", state.maps),
    stepper(say("serve_figures.directions"), state.directions, {
      change: (directions) => ({ directions, chosen: null }),
      fits: ({ directions }) => directions >= 1 && directions <= 12,
    }),
    { type: "picture" },
  ],
  note: ({ directions, chosen }) => chosen && patternText(...chosen, directions),
  draw({ image, directions, widths, maps, chosen }) {
    const rows = widths.map((width) =>
      Array.from({ length: directions }, (_, d) => {
        const kernel = waveOf(d, directions, width);
        return {
          type: "picture",
          title: "",
          role: "kernel",
          pixels: maps ? mapOf(image, kernel, true, 1) : kernelGrey(kernel),
          small: true,
          mark: `${chosen}` === `${[width, d]}` ? "strong" : "",
          pick: { chosen: [width, d] },
          told: patternText(width, d, directions),
        };
      }),
    );
    return { rows };
  },
};

function patternText(width, direction, directions) {
  const angle = short((180 * direction) / directions);
  return say("serve_figures.pattern", { width: short(width), angle });
}

const waveOf = remembered((d, directions, width) => wave((Math.PI * d) / directions, width));
const kernelGrey = remembered((kernel) => brightness(kernel, true));
