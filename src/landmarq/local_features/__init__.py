"""Local features: points of a photo with descriptors, and whether two photos agree in their geometry.

The one door to OpenCV, which the extra ``local`` brings.
"""

from landmarq.local_features.describing import Describer, describe_files
from landmarq.local_features.features import LocalFeatures, encoded
from landmarq.local_features.geometry import GeometryConfig, count_inliers
from landmarq.local_features.matching import match_one_to_one
from landmarq.local_features.resizing import resized, with_short_side
from landmarq.local_features.rootsift import RootSift, RootSiftConfig, root_sift
from landmarq.local_features.store import FeatureStore

__all__ = [
    "Describer",
    "FeatureStore",
    "GeometryConfig",
    "LocalFeatures",
    "RootSift",
    "RootSiftConfig",
    "count_inliers",
    "describe_files",
    "encoded",
    "match_one_to_one",
    "resized",
    "root_sift",
    "with_short_side",
]
