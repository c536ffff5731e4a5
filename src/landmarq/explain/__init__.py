"""Why a photo is near to a landmark: heat maps, without torch."""

from landmarq.explain.explainer import Explainer, Explanation
from landmarq.explain.painting import heat_layer, paint_over
from landmarq.explain.region import Box, glowing_box
from landmarq.explain.split import split_similarity

__all__ = ["Box", "Explainer", "Explanation", "glowing_box", "heat_layer", "paint_over", "split_similarity"]
