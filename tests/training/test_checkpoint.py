from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from landmarq.artifacts import read_json, write_json
from landmarq.errors import ArtifactError
from landmarq.training.checkpoint import (
    EpochRecord,
    Position,
    checkpoint_fingerprint,
    load_checkpoint,
    read_tensors,
    remove_checkpoint,
    save_checkpoint,
    write_tensors,
)

POSITION = Position(epoch=2, step=7, loss_sum=1 / 3, photos=50, history=(EpochRecord(0, 0.1, 99, {"top1": 0.5}),))


def trained(kind: str) -> tuple[nn.Module, torch.optim.Optimizer]:
    """A small channels-last network after two steps."""
    torch.manual_seed(0)
    module = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(16, 2))
    module.to(memory_format=torch.channels_last)
    optimiser: torch.optim.Optimizer = torch.optim.AdamW(module.parameters(), lr=0.01)
    if kind == "sgd":
        optimiser = torch.optim.SGD(module.parameters(), lr=0.01, momentum=0.9)
    for _ in range(2):
        step(module, optimiser)
    return module, optimiser


def step(module: nn.Module, optimiser: torch.optim.Optimizer) -> None:
    optimiser.zero_grad()
    torch.autograd.backward(module(torch.ones(2, 3, 4, 4)).square().sum())
    optimiser.step()


@pytest.mark.parametrize("kind", ["sgd", "adamw"])
def test_what_goes_on_from_a_checkpoint_goes_on_the_same(kind: str, tmp_path: Path) -> None:
    module, optimiser = trained(kind)
    save_checkpoint(tmp_path, fingerprint="f", position=POSITION, modules={"learner": module}, optimiser=optimiser)
    other, other_optimiser = trained(kind)
    for parameter in other.parameters():
        parameter.data.zero_()
    other_optimiser.state.clear()
    assert load_checkpoint(tmp_path, modules={"learner": other}, optimiser=other_optimiser) == POSITION
    for each, its in ((module, optimiser), (other, other_optimiser)):
        step(each, its)
    for name, value in module.state_dict().items():
        assert torch.equal(value, other.state_dict()[name]), name
    assert checkpoint_fingerprint(tmp_path) == "f"


def test_only_the_newest_is_kept_and_nothing_after_the_end(tmp_path: Path) -> None:
    module, optimiser = trained("sgd")
    for epoch in range(3):
        at = Position(epoch=epoch)
        save_checkpoint(tmp_path, fingerprint="f", position=at, modules={"learner": module}, optimiser=optimiser)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "checkpoint-0002-0000000.safetensors",
        "checkpoint.json",
    ]
    remove_checkpoint(tmp_path)
    assert not list(tmp_path.iterdir())
    assert checkpoint_fingerprint(tmp_path) is None


def test_damage_is_one_line(tmp_path: Path) -> None:
    module, optimiser = trained("sgd")
    save_checkpoint(tmp_path, fingerprint="f", position=POSITION, modules={"learner": module}, optimiser=optimiser)
    tensors = tmp_path / str(read_json(tmp_path / "checkpoint.json")["file"])
    whole = tensors.read_bytes()
    tensors.write_bytes(whole[:-10])
    with pytest.raises(ArtifactError, match="damaged"):
        load_checkpoint(tmp_path, modules={"learner": module}, optimiser=optimiser)
    tensors.write_bytes(whole)
    with pytest.raises(ArtifactError, match="damaged") as caught:
        load_checkpoint(tmp_path, modules={"learner": nn.Linear(2, 2)}, optimiser=optimiser)
    assert "\n" not in str(caught.value)
    write_json(tmp_path / "checkpoint.json", {"schema": 99})
    with pytest.raises(ArtifactError, match="not written by this version"):
        checkpoint_fingerprint(tmp_path)


def test_a_checkpoint_names_no_file_outside_its_folder(tmp_path: Path) -> None:
    module, optimiser = trained("sgd")
    stage = tmp_path / "stage"
    save_checkpoint(stage, fingerprint="f", position=POSITION, modules={"learner": module}, optimiser=optimiser)
    write_tensors(tmp_path / "other.safetensors", {})
    write_json(stage / "checkpoint.json", {**read_json(stage / "checkpoint.json"), "file": "../other.safetensors"})
    with pytest.raises(ArtifactError, match="missing"):
        load_checkpoint(stage, modules={"learner": module}, optimiser=optimiser)


def test_tensors_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "x.safetensors").write_bytes(b"\x80\x04 a pickle")
    with pytest.raises(ArtifactError, match="no safetensors file"):
        read_tensors(tmp_path / "x.safetensors")
    with pytest.raises(ArtifactError, match="missing"):
        read_tensors(tmp_path / "none.safetensors")
