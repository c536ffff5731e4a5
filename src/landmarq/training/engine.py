"""Trains one stage: steps, checkpoints, validation; killed at any moment, it goes on where it stopped.

Every random choice of a step follows from (seed, stage, epoch, step) and is drawn anew there, so that a
checkpoint needs no random state and a resumed run repeats an undisturbed one to the last bit (on a CPU).
"""

from __future__ import annotations

import dataclasses
import math
import time

import numpy as np
import torch
from timm.layers.norm_act import convert_sync_batchnorm
from timm.utils.model_ema import ModelEmaV3
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from landmarq.artifacts import write_json
from landmarq.errors import ConfigError, InputError
from landmarq.training.augment import Augment, normalise
from landmarq.training.board import Board
from landmarq.training.checkpoint import (
    CHECKPOINT_NAME,
    EpochRecord,
    Position,
    load_checkpoint,
    save_checkpoint,
)
from landmarq.training.data import Batch, PhotoReader, least_side, load_batches
from landmarq.training.distributed import Group
from landmarq.training.interrupt import StopRequest
from landmarq.training.job import StageJob
from landmarq.training.learner import Learner
from landmarq.training.loss import batch_loss
from landmarq.training.network import image_statistics
from landmarq.training.optimise import build_optimiser, set_rates
from landmarq.training.progress import Reporter, clock
from landmarq.training.sampler import Draw, epoch_batches
from landmarq.training.schedule import rate_factor
from landmarq.training.teacher import distillation
from landmarq.training.validate import validate


class Engine:
    """One stage under way."""

    def __init__(
        self, job: StageJob, learner: Learner, *, group: Group, reporter: Reporter, teacher: Tensor | None = None
    ) -> None:
        """Make ready, from the stage's checkpoint if there is one.

        Args:
            job: what to do.
            learner: with its first weights.
            group: the processes that train together.
            reporter: who hears of the progress.
            teacher: the vector that distillation wants of each photo, (n, d), or None.

        Raises:
            ArtifactError: the checkpoint is damaged.
        """
        config = job.config
        self.job, self.group, self.reporter = job, group, reporter
        self.teacher = teacher
        self.learner = learner.to(group.device)
        self.learner.to(memory_format=torch.channels_last)
        self.optimiser = build_optimiser(learner, config.optimiser)
        # The mean begins short and grows longer with the run; timm's rule, power 3/4.
        self.ema = ModelEmaV3(learner, decay=config.ema, use_warmup=True, warmup_power=0.75) if config.ema else None
        self.position = Position()
        self.steps_per_epoch = len(self._batches(0))
        if (job.folder / CHECKPOINT_NAME).exists():
            self.position = load_checkpoint(job.folder, modules=self._modules(), optimiser=self.optimiser)
        self.model = self._distributed()
        self.mean, self.std = (value.to(group.device) for value in image_statistics(learner.embedder))
        self.reader = self._reader()
        self.board = Board(job.board, step=self._steps_done()) if group.leads else None
        self._named: set[str] = set()
        self._saved_at = time.monotonic()

    def run(self) -> Learner:
        """Train to the end of the stage; return what it delivers: the mean of the weights where there is one.

        Raises:
            ConfigError: the loss or its gradient is not a number.
            InputError: no training photo can be read.
            StorageError: no space for a checkpoint; the one before is whole.
            KeyboardInterrupt: somebody stopped the run; its checkpoint is written.
        """
        self._announce()
        try:
            with StopRequest() as stop:
                while self.position.epoch < self.job.config.schedule.epochs:
                    self._epoch(stop)
        finally:
            if self.board is not None:
                self.board.close()
        return self._delivered()

    def _delivered(self) -> Learner:
        delivered: Learner = self.ema.module if self.ema is not None else self.learner
        return delivered

    def _epoch(self, stop: StopRequest) -> None:
        at, job = self.position, self.job
        batches = self._batches(at.epoch)
        mine = [batch[self.group.rank :: self.group.world] for batch in batches[at.step :]]
        self.model.train()
        begun = before = time.monotonic()
        for batch in load_batches(self.reader, mine, workers=self._readers()):
            loss, photos = self._step(batch)
            at = self.position = dataclasses.replace(
                self.position,
                step=self.position.step + 1,
                loss_sum=self.position.loss_sum + loss * photos,
                photos=self.position.photos + photos,
            )
            now = time.monotonic()
            self._report(loss=loss, photos_per_s=photos / max(now - before, 1e-9))
            before = now
            if self.group.any(stop.asked):
                self._save()
                self._say(f"stopped in epoch {at.epoch + 1}; the same command goes on from here")
                raise KeyboardInterrupt
            if at.step < len(batches) and now - self._saved_at >= 60 * job.config.machine.checkpoint_minutes:
                self._save()
        self._finish_epoch(begun)

    def _step(self, batch: Batch) -> tuple[float, int]:
        """Do one step; return the loss over all processes and the number of photos."""
        config, at = self.job.config, self.position
        for line in batch.unread:
            self._name_unread(line)
        rates = set_rates(self.optimiser, rate_factor(config.schedule, epoch=at.epoch + at.step / self.steps_per_epoch))
        pixels, labels, weights = batch.filled(self.group.device)
        photos = int(self.group.sum(weights.sum()).item())
        if photos == 0:
            return 0.0, 0
        # What is random inside the network (dropout) follows from the step alone.
        torch.manual_seed(self._seed(at.epoch, at.step, self.group.rank))
        each, center, x = self.model(normalise(pixels, self.mean, self.std), labels)
        loss = batch_loss(each * weights, center * weights, photos=photos, config=config.head)
        if self.teacher is not None:
            loss = loss + config.head.distillation * self._distillation(x, batch) / photos
        self.optimiser.zero_grad(set_to_none=True)
        # DistributedDataParallel takes the mean over the processes; the formula's sums want the sum.
        torch.autograd.backward(loss * self.group.world)
        norm = self._gradient_norm()
        value = float(self.group.sum(loss.detach()).item())
        if not (math.isfinite(value) and math.isfinite(norm)):
            self._refuse(batch, rates, what="loss" if not math.isfinite(value) else "gradient")
        self.optimiser.step()
        self._move_centers(x.detach(), labels, weights)
        done = self._steps_done()
        if self.ema is not None:
            self.ema.update(self.learner, step=done + 1)
        if self.board is not None:
            scalars = {"train/gradient_norm": norm, **{f"rate/{name}": rate for name, rate in rates.items()}}
            self.board.write(scalars, step=done)
        return value, photos

    def _distillation(self, x: Tensor, batch: Batch) -> Tensor:
        """Return the sum of the distances to the teacher's vectors; fillers, which come last, do not count."""
        if self.teacher is None or not len(batch.indices):
            return x.sum() * 0
        return distillation(x[: len(batch.indices)], self.teacher[batch.indices].to(x.device)).sum()

    def _gradient_norm(self) -> float:
        gradients = [parameter.grad for parameter in self.learner.parameters() if parameter.grad is not None]
        norm = nn.utils.get_total_norm(gradients)
        if self.job.config.optimiser.clip_norm:
            nn.utils.clip_grads_with_norm_(self.learner.parameters(), self.job.config.optimiser.clip_norm, norm)
        return float(norm.item())

    def _move_centers(self, x: Tensor, labels: Tensor, weights: Tensor) -> None:
        centers = self.learner.centers
        if centers is not None:
            seen = weights > 0
            total, count = centers.sums(x[seen], labels[seen])
            centers.move(self.group.sum(total), self.group.sum(count))

    def _finish_epoch(self, begun: float) -> None:
        at = self.position
        if not at.photos:
            raise InputError(f"none of the {len(self.job.train)} training photos can be read")
        epochs, every = self.job.config.schedule.epochs, self.job.config.data.validate_every
        due = at.epoch + 1 == epochs or (at.epoch + 1) % every == 0
        measures = due and self.group.leads and len(self.job.validation)
        network, device = self._delivered(), self.group.device
        figures = validate(network, self.job, device=device, unread=self._name_unread) if measures else {}
        record = EpochRecord(at.epoch, at.loss_sum / max(at.photos, 1), at.photos, figures)
        self.position = Position(epoch=at.epoch + 1, history=(*at.history, record))
        self._save()
        if self.board is not None:
            self.board.write({f"validation/{name}": value for name, value in figures.items()}, step=at.epoch + 1)
            self.board.flush()
        said = "".join(f"  {name} {value:.4f}" for name, value in figures.items())
        self._say(
            f"{self.job.name}: epoch {at.epoch + 1}/{epochs}  loss {record.loss:.4f}  {record.photos} photos{said}"
            f"  in {clock(time.monotonic() - begun)}"
        )

    def _save(self) -> None:
        if self.group.leads:
            save_checkpoint(
                self.job.folder,
                fingerprint=self.job.fingerprint,
                position=self.position,
                modules=self._modules(),
                optimiser=self.optimiser,
            )
        self._saved_at = time.monotonic()

    def _modules(self) -> dict[str, nn.Module]:
        return {"learner": self.learner, **({"ema": self.ema.module} if self.ema is not None else {})}

    def _distributed(self) -> nn.Module:
        """Return what a step calls: the learner, wrapped where several processes train."""
        if self.group.world == 1:
            return self.learner
        if self.group.device.type == "cuda":
            # timm's, not torch's: that one would lose the activations that some of its batch norms carry.
            convert_sync_batchnorm(self.learner)  # type: ignore[no-untyped-call]  # timm is untyped
        wrapped: nn.Module = DistributedDataParallel(self.learner)
        return wrapped

    def _reader(self) -> PhotoReader:
        augment = self.job.config.augment
        reader = PhotoReader(self.job.train, Augment(augment), size=augment.size, at_least=least_side(augment))
        if self.job.config.machine.cache:
            reader.keep_in_memory()
        return reader

    def _readers(self) -> int:
        return self.job.config.machine.readers(on_gpu=self.group.device.type == "cuda")

    def _steps_done(self) -> int:
        return self.position.epoch * self.steps_per_epoch + self.position.step

    def _batches(self, epoch: int) -> list[list[Draw]]:
        return epoch_batches(
            self.job.train.labels,
            config=self.job.config.sampling,
            non_landmark=self.job.classes.non_landmark_index,
            seed=(self.job.config.seed, self.job.number, epoch),
        )

    def _seed(self, *place: int) -> int:
        entropy = (self.job.config.seed, self.job.number, *place)
        return int(np.random.SeedSequence(entropy).generate_state(1, np.uint64)[0] >> np.uint64(1))

    def _announce(self) -> None:
        at, done = self.position, self._steps_done()
        if done:
            self._say(f"{self.job.name}: goes on after step {at.step} of epoch {at.epoch + 1}")
        if self.group.leads:
            steps = self.job.config.schedule.epochs * self.steps_per_epoch
            self.reporter.stage(self.job.name, steps=steps, done=done)

    def _report(self, *, loss: float, photos_per_s: float) -> None:
        at = self.position
        if self.group.leads:
            self.reporter.step(epoch=at.epoch, loss=at.loss_sum / max(at.photos, 1), photos_per_s=photos_per_s)
        if self.board is not None:
            scalars = {"train/loss": loss, "train/photos_per_s": photos_per_s}
            self.board.write(scalars, step=self._steps_done() - 1)

    def _say(self, line: str) -> None:
        if self.group.leads:
            self.reporter.say(line)

    def _name_unread(self, line: str) -> None:
        """Name each photo once; every process speaks of its own."""
        if line not in self._named:
            self._named.add(line)
            self.reporter.say(f"skipped: {line}")

    def _refuse(self, batch: Batch, rates: dict[str, float], *, what: str) -> None:
        """Stop before a step that would spoil the weights; the last checkpoint stays."""
        at = self.position
        names = [str(self.job.train.files[index]) for index in batch.indices.tolist()]
        own = f"-{self.group.rank}" if self.group.world > 1 else ""  # each process knows its share of the batch
        listing = self.job.folder / f"not-a-number{own}.json"
        write_json(listing, {"epoch": at.epoch + 1, "step": at.step + 1, "rates": rates, "photos": names})
        said = ", ".join(f"{name} {rate:.3g}" for name, rate in rates.items())
        raise ConfigError(
            f"the {what} is not a number at step {at.step + 1} of epoch {at.epoch + 1} (rates: {said}; "
            f"batch: {names[0] if names else 'no photo'} and {max(0, len(names) - 1)} more, listed in {listing}): "
            "lower the rates or clip the gradient, then run again"
        )
