"""Cleaning a noisy crawl from a few reference photos a landmark; arrays in, decisions out."""

from landmarq.cleaning.claims import Claims
from landmarq.cleaning.config import CleanConfig
from landmarq.cleaning.decide import Decisions, Outcome, Reason, decide, decide_plain, thresholds
from landmarq.cleaning.drawings import LOOK_SIDE, is_drawing, set_drawings_aside, staying
from landmarq.cleaning.duplicates import (
    Confirm,
    differing_bits,
    drop_duplicates,
    perceptual_hash,
    similar_pairs,
    without_duplicates,
)
from landmarq.cleaning.evidence import Evidence
from landmarq.cleaning.grouping import weigh
from landmarq.cleaning.plain import ReferenceSimilarity, reference_similarity

__all__ = [
    "LOOK_SIDE",
    "Claims",
    "CleanConfig",
    "Confirm",
    "Decisions",
    "Evidence",
    "Outcome",
    "Reason",
    "ReferenceSimilarity",
    "decide",
    "decide_plain",
    "differing_bits",
    "drop_duplicates",
    "is_drawing",
    "perceptual_hash",
    "reference_similarity",
    "set_drawings_aside",
    "similar_pairs",
    "staying",
    "thresholds",
    "weigh",
    "without_duplicates",
]
