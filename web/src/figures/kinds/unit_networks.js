/** Networks of units: how they are connected, or what they compute forward and backward. */

import { connectedUnits } from "./connected_units.js";
import { workedNetwork } from "./worked_network.js";

/** The two figures of this kind, as their parameters say. */
const kindOf = (state) => (state.weights ? workedNetwork : connectedUnits);

export const unitNetworks = {
  start: (given) => kindOf(given).start(given),
  settled: (state) => kindOf(state).settled?.(state) ?? state,
  steps: (state) => kindOf(state).steps?.(state) ?? [],
  controls: (state) => kindOf(state).controls(state),
  note: (state) => kindOf(state).note(state),
  draw: (state) => kindOf(state).draw(state),
};
