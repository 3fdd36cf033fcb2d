/**
 * The kinds of figures, by the name used in a lesson. Each kind has
 *   `start(given)`    the initial state, from the server's description;
 *   `draw(state)`     rows of panels, and sentences; initially the same as the server's drawing;
 * and, if it needs them,
 *   `controls(state)` the controls in the bar besides play and step;
 *   `steps(state)`    the changes of state that play applies one after the other;
 *   `settled(state)`  the state adjusted so that it can be drawn, after any change;
 *   `note(state)`     a sentence on what is chosen.
 */

import { channelSums } from "./channel_sums.js";
import { curves } from "./curves.js";
import { featureMaps } from "./feature_maps.js";
import { gradientPaths } from "./gradient_paths.js";
import { layerShapes } from "./layer_shapes.js";
import { oneByOne } from "./one_by_one.js";
import { paddingStride } from "./padding_stride.js";
import { parameterCounts } from "./parameter_counts.js";
import { patterns } from "./patterns.js";
import { pooling } from "./pooled.js";
import { poolingBackward } from "./pooled_backward.js";
import { receptiveField } from "./receptive_field.js";
import { unfolded } from "./unfolded.js";
import { unitNetworks } from "./unit_networks.js";
import { windowProducts } from "./window_products.js";

export const KINDS = {
  window: windowProducts,
  "padding-stride": paddingStride,
  channels: channelSums,
  conv1x1: oneByOne,
  "receptive-field": receptiveField,
  pooling,
  "pooling-backward": poolingBackward,
  parameters: parameterCounts,
  im2col: unfolded,
  shapes: layerShapes,
  "gradient-paths": gradientPaths,
  network: unitNetworks,
  curves,
  "feature-maps": featureMaps,
  patterns,
};
