"""What a bulk run may use, and how its work is cut."""

from __future__ import annotations

from dataclasses import dataclass, field

from landmarq.embed import BATCH
from landmarq.photos import ReadLimits


@dataclass(frozen=True)
class BulkConfig:
    """Sizes of a run; 0 leaves a number to the machine (see ``sized``).

    Attributes:
        partition_photos: photos of one partition, one Parquet file: what a stopped run does anew of a source at most;
            a multiple of 32, so that photos are decided in the same batches as on one machine.
        decoders: actors that read and decode photos.
        decode_cores: decoding processes of each, and CPUs that it asks of Ray.
        workers: actors that run the model, each with a copy of its own.
        worker_cores: CPUs that each asks of Ray.
        worker_gpus: GPUs that each asks of Ray; a fraction shares one GPU among several.
        timeout_s: seconds after which a photo's decoder is ended.
        memory_mb: address space of a decoding process in MiB.
    """

    partition_photos: int = 512
    decoders: int = 0
    decode_cores: int = 0
    workers: int = 0
    worker_cores: int = 0
    worker_gpus: float = 0.0
    timeout_s: float = field(default_factory=lambda: ReadLimits().timeout_s)
    memory_mb: int = field(default_factory=lambda: ReadLimits().memory_mb)

    def __post_init__(self) -> None:
        """Refuse sizes that can't be."""
        if self.partition_photos < BATCH or self.partition_photos % BATCH:
            raise ValueError(f"a partition has a multiple of {BATCH} photos, not {self.partition_photos}")
        for name in ("decoders", "decode_cores", "workers", "worker_cores", "worker_gpus"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} can't be less than 0")
        if self.timeout_s <= 0 or self.memory_mb <= 0:
            raise ValueError("the limits on one photo must be more than 0")
