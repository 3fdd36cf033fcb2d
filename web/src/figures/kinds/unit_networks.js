/** Networks of units: their connections, or what they compute forward and backward. */

import { connectedUnits } from "./connected_units.js";
import { workedNetwork } from "./worked_network.js";

/** Return the figure that the parameters ask for: one with weights is worked out in numbers. */
const kindOf = (state) => (state.weights ? workedNetwork : connectedUnits);

export const unitNetworks = {
  start: (given) => kindOf(given).start(given),
  settled: (state) => kindOf(state).settled?.(state) ?? state,
  steps: (state) => kindOf(state).steps?.(state) ?? [],
  controls: (state) => kindOf(state).controls(state),
  note: (state) => kindOf(state).note(state),
  draw: (state) => kindOf(state).draw(state),
};
