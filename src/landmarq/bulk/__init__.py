"""Bulk: millions of photos on a cluster, with Ray Data; the one door to Ray.

Ray is an extra: what needs it is in ``running``, and asks for it first.
"""

from landmarq.bulk.batches import BatchRecognizer
from landmarq.bulk.cluster import require_ray
from landmarq.bulk.config import BulkConfig
from landmarq.bulk.engine import Engine, EngineOpener
from landmarq.bulk.output import Output
from landmarq.bulk.report import BulkReport

__all__ = ["BatchRecognizer", "BulkConfig", "BulkReport", "Engine", "EngineOpener", "Output", "require_ray"]
