"""Cleaning a noisy crawl from a few reference photos a landmark; arrays in, decisions out."""

from landmarq.cleaning.claims import Claims
from landmarq.cleaning.config import CleanConfig
from landmarq.cleaning.decide import Decisions, Outcome, Reason, decide, decide_plain, thresholds
from landmarq.cleaning.duplicates import (
    HASH_SIDE,
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
    "HASH_SIDE",
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
    "perceptual_hash",
    "reference_similarity",
    "similar_pairs",
    "thresholds",
    "weigh",
    "without_duplicates",
]
