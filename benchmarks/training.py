"""Photos a second in training: what reading allows, what computing allows, both together, and where the floor is.

Photos are made up at the size given, so that the benchmark needs none. Run, on an idle machine:

    python benchmarks/training.py --backbone densenet169 --size 192

Rows of the table:

- decode-bound: reading, decoding and augmenting, by one process and by ``--workers``, nothing computed;
- compute-bound: forward, backward and optimiser step on pixels that are there already;
- together: a training as it runs, reading ahead while it computes;
- floor: the multiplications of a step (torch's count, forward and backward) at the rate that this machine reaches
  on one large matrix product of the same precision. What lies between it and compute-bound is memory traffic
  (batch norms, activations, concatenations) and small kernels.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch.utils.flop_counter import FlopCounterMode

from landmarq.training.augment import Augment, normalise
from landmarq.training.classes import Classes
from landmarq.training.config import AugmentConfig, NetworkConfig, SamplingConfig, TrainConfig
from landmarq.training.data import Batch, PhotoReader, PhotoSet, least_side, load_batches
from landmarq.training.learner import Learner, build_learner
from landmarq.training.network import image_statistics
from landmarq.training.optimise import build_optimiser
from landmarq.training.sampler import Draw

CLASSES = Classes(tuple(f"landmark-{number}" for number in range(57)), non_landmark=True)


def make_photos(folder: Path, *, count: int, side: int) -> PhotoSet:
    """Write JPEGs of smooth noise, as large as photos of that side are, and label them by chance."""
    random = np.random.default_rng(0)
    files = []
    for number in range(count):
        coarse = Image.fromarray(random.integers(0, 256, (side // 8, side // 6, 3), dtype=np.uint8))
        files.append(folder / f"{number}.jpg")
        coarse.resize((side * 4 // 3, side), Image.Resampling.BICUBIC).save(files[-1], quality=90)
    return PhotoSet(tuple(files), random.integers(0, len(CLASSES), count))


class Trainer:
    """The arithmetic of a step, without the engine's bookkeeping."""

    def __init__(self, config: TrainConfig, device: torch.device) -> None:
        """Make network and optimiser."""
        self.device = device
        self.learner: Learner = build_learner(config, CLASSES).to(device).train()
        self.learner.to(memory_format=torch.channels_last)
        self.optimiser = build_optimiser(self.learner, config.optimiser)
        self.mean, self.std = (value.to(device) for value in image_statistics(self.learner.embedder))

    def step(self, batch: Batch) -> None:
        """Do one step."""
        pixels, labels, _ = batch.filled(self.device)
        each, _, _ = self.learner(normalise(pixels, self.mean, self.std), labels)
        self.optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(each.mean())
        self.optimiser.step()


def photos_a_second(work: Callable[[], int], *, device: torch.device) -> float:
    """Return the rate of ``work``, which returns how many photos it did."""
    if device.type == "cuda":
        torch.cuda.synchronize()
    begun = time.perf_counter()
    photos = work()
    if device.type == "cuda":
        torch.cuda.synchronize()
    return photos / (time.perf_counter() - begun)


def multiplications_a_second(device: torch.device, dtype: torch.dtype) -> float:
    """Return the rate, floating-point operations a second, of a large matrix product; the best of five."""
    side = 8192 if device.type == "cuda" else 2048
    one, other = (torch.randn(side, side, device=device, dtype=dtype) for _ in range(2))
    return max(photos_a_second(lambda: one.matmul(other).shape[0], device=device) for _ in range(5)) * 2 * side**2


def rows(options: argparse.Namespace, config: TrainConfig, device: torch.device) -> Iterator[tuple[str, float]]:
    """Yield what is measured and its photos a second."""
    augment, batch = config.augment, config.sampling.batch
    with tempfile.TemporaryDirectory() as folder:
        photos = make_photos(Path(folder), count=batch * options.steps, side=options.side)
        reader = PhotoReader(photos, Augment(augment), size=augment.size, at_least=least_side(augment))
        draws = [Draw(index, index) for index in range(len(photos))]
        batches = [draws[at : at + batch] for at in range(0, len(draws), batch)]

        def read(workers: int) -> int:
            return sum(len(each.labels) for each in load_batches(reader, batches, workers=workers))

        yield "decode-bound, 1 process", photos_a_second(lambda: read(0), device=device)
        if options.workers > 1:
            yield (
                f"decode-bound, {options.workers} processes",
                photos_a_second(lambda: read(options.workers), device=device),
            )
        trainer, ready = Trainer(config, device), next(load_batches(reader, batches[:1], workers=0))
        trainer.step(ready)  # the first step chooses kernels

        def compute() -> int:
            for _ in batches:
                trainer.step(ready)
            return len(batches) * batch

        yield "compute-bound", photos_a_second(compute, device=device)

        def both() -> int:
            for each in load_batches(reader, batches, workers=options.workers):
                trainer.step(each)
            return len(draws)

        yield "together", photos_a_second(both, device=device)
        with FlopCounterMode(display=False) as counter:
            trainer.step(ready)
    rate = multiplications_a_second(device, torch.bfloat16 if config.precision == "bf16" else torch.float32)
    yield "floor: multiplications alone", rate / (counter.get_total_flops() / batch)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--backbone", default="densenet169")
    parser.add_argument("--size", type=int, default=192, help="side of the training square, pixels")
    parser.add_argument("--side", type=int, default=256, help="short side of the photos, pixels")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--workers", type=int, default=0, help="processes that read beside the one that computes")
    parser.add_argument("--precision", choices=["bf16", "float32"], default="bf16")
    parser.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto")
    options = parser.parse_args()
    on_gpu = options.device != "cpu" and torch.cuda.is_available()
    device = torch.device("cuda" if on_gpu else "cpu")
    config = TrainConfig(
        precision=options.precision,
        network=NetworkConfig(backbone=options.backbone, weights="none"),
        augment=AugmentConfig(size=options.size),
        sampling=SamplingConfig(batch=options.batch),
    )
    where = torch.cuda.get_device_name() if on_gpu else f"CPU, {torch.get_num_threads()} threads"
    print(f"{options.backbone}, {options.size} px, batch {options.batch}, {options.precision}, {where}")
    for name, rate in rows(options, config, device):
        print(f"{name:32} {rate:10.1f} photos/s")


if __name__ == "__main__":
    main()
