/** A picture and its feature maps: each filter responds where its pattern occurs. */

import { bracketed, short } from "../arithmetic/numbers.js";
import { responseOf } from "../arithmetic/pictures.js";
import { indicesOf, sizeOf } from "../arithmetic/slide.js";
import { stepper, toggle } from "../controls/steppers.js";
import { matrix, outline, sign, squaresOf } from "../drawing/panels.js";
import { say } from "../texts.js";
import { clamped } from "./common.js";
import { grey, imageOf, mapOf, ownMap } from "./picture_maps.js";

/** Return the buttons for the reader's own picture and, after a pass, their own function. */
const pictureControls = ({ exercise }) => [
  { type: "picture" },
  ...(exercise ? [{ type: "button", text: say("serve_figures.own_function"), does: "own" }] : []),
];

/** Stages of a map, in order: convolution, ReLU, pooling. */
const LAYERS = [
  { relu: false, pool: 1 },
  { relu: true, pool: 1 },
  { relu: true, pool: 2 },
];

export const featureMaps = {
  takesPicture: true,
  imageOf,
  start: (given) => ({ ...given, at: null, filter: 0, own: null }),
  settled(state) {
    const size = sizeOf(mapIn(state, state.filters[state.filter].kernel));
    return { ...state, at: state.at && clamped(state.at, size), own: state.own };
  },
  steps: () => LAYERS,
  controls: (state) => [
    toggle("ReLU", "relu", state.relu),
    stepper(say("serve_figures.pool"), state.pool, {
      change: (pool) => ({ pool }),
      fits: ({ pool }) => pool >= 1 && pool <= 4,
    }),
    ...pictureControls(state),
  ],
  note(state) {
    if (state.own) return say("serve_figures.own_maps", { count: state.own.length });
    return state.at && windowNote(state);
  },
  draw(state) {
    const { image, filters, at, filter, pool } = state;
    const kernels = filters.map(({ kernel }) => kernel);
    const frames = at
      ? [
          outline(
            at.map((n) => n * pool),
            kernels[filter].length ? windowSize(state) : [1, 1],
            "input",
          ),
        ]
      : [];
    const picture = {
      type: "picture",
      title: say("figure.image"),
      role: "input",
      pixels: grey(image),
      outlines: frames,
    };
    const panels = filters.flatMap(({ name, kernel }, n) => [
      matrix(name, "kernel", squaresOf(kernel, { name: ["filters", n, "kernel"] })),
      sign("→"),
      mapPanel(state, n),
    ]);
    const own = (state.own ?? []).map((plane) => ({
      type: "picture", title: say("serve_figures.own_map"), role: "output", pixels: ownMap(plane),
    })); // prettier-ignore
    return { rows: own.length ? [[picture], panels, own] : [[picture], panels] };
  },
};

const mapIn = ({ image, relu, pool }, kernel) => mapOf(image, kernel, relu, pool);

/** Return the size of the window that one element of a map depends on. */
function windowSize({ filters, filter, pool }) {
  return sizeOf(filters[filter].kernel).map((k) => k + pool - 1);
}

function mapPanel(state, n) {
  const pixels = mapIn(state, state.filters[n].kernel);
  const here = state.at && state.filter === n ? [outline(state.at, [1, 1], "output")] : [];
  return {
    type: "picture",
    title: say("figure.feature_map"),
    role: "output",
    pixels,
    outlines: here,
    picked: (i, j) => ({ at: [i, j], filter: n }),
    walked: ([down, across]) => {
      const [i, j] = state.filter === n && state.at ? state.at : [0, 0];
      return {
        at: clamped([Math.max(0, i + down), Math.max(0, j + across)], sizeOf(pixels)),
        filter: n,
      };
    },
  };
}

/** Return a sentence on how the chosen element of a map was computed. */
function windowNote(state) {
  const { image, filters, filter, at, relu, pool } = state;
  const { kernel } = filters[filter];
  const [plane, weights] = [imageOf({ image }), kernel.flat()];
  const found = responseOf(grey(image), kernel);
  const inside = indicesOf([pool, pool]).map(([a, b]) => [at[0] * pool + a, at[1] * pool + b]);
  const values = inside.map(([i, j]) => found[i][j] * 255);
  const best = inside[values.indexOf(Math.max(...values))];
  const terms = indicesOf(sizeOf(kernel))
    .map(([a, b], n) => [plane[best[0] + a][best[1] + b], weights[n]])
    .filter(([, weight]) => weight)
    .map(([value, weight]) => `${short(value)}·${bracketed(weight)}`);
  const total = Math.round(Math.max(...values) * 1000) / 1000;
  const shown = terms.length > 12 ? `${terms.slice(0, 12).join(" + ")} + …` : terms.join(" + ");
  return `${shown} = ${short(total)}` + (relu && total < 0 ? ` → ReLU → 0` : "");
}
