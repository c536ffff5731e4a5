"""Several processes that train as one, started by torchrun; or a single one, which needs no group."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import torch
import torch.distributed as dist
from torch import Tensor

from landmarq.errors import ConfigError


@dataclass(frozen=True)
class Group:
    """This process among those that train together.

    Attributes:
        rank: number of this process; 0 writes the files.
        world: number of processes.
        device: where this process computes.
    """

    rank: int
    world: int
    device: torch.device

    @property
    def leads(self) -> bool:
        """Whether this process writes the files and speaks."""
        return self.rank == 0

    def sum(self, tensor: Tensor) -> Tensor:
        """Return the sum over the processes; every process must call it."""
        if self.world > 1:
            tensor = tensor.clone()
            dist.all_reduce(tensor)
        return tensor

    def any(self, said: bool) -> bool:
        """Tell whether some process says so; every process must call it."""
        return said if self.world == 1 else bool(self.sum(torch.tensor(float(said), device=self.device)) > 0)

    def wait(self) -> None:
        """Wait until all processes are here."""
        if self.world > 1:
            dist.barrier()


@contextlib.contextmanager
def process_group(wanted: Literal["auto", "cpu", "cuda"]) -> Iterator[Group]:
    """Join the processes that torchrun started (gloo on CPU, NCCL on CUDA), or stand alone.

    Raises:
        ConfigError: CUDA is wanted and there is none.
    """
    if wanted == "cuda" and not torch.cuda.is_available():
        raise ConfigError("machine.device is cuda, but torch finds no CUDA device: set it to auto or cpu")
    on_gpu = wanted != "cpu" and torch.cuda.is_available()
    device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0"))) if on_gpu else torch.device("cpu")
    if on_gpu:
        torch.cuda.set_device(device)
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        yield Group(0, 1, device)
        return
    dist.init_process_group("nccl" if on_gpu else "gloo")
    try:
        yield Group(dist.get_rank(), dist.get_world_size(), device)
    finally:
        dist.destroy_process_group()
