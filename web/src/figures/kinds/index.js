/**
 * The kinds of figures by their names in a block. Each has
 *   `start(given)`    the state that a figure begins with, from the server's description;
 *   `draw(state)`     rows of panels, and sentences; first the same as the server drew;
 *   `controls(state)` what the bar offers besides play and step;
 *   `steps(state)`    the changes of state that play goes through, one at a time;
 *   `settled(state)`  a state that can be drawn, after any change;
 *   `note(state)`     a sentence on what is chosen;
 * all but the first two where a kind needs them.
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
