from __future__ import annotations

import dataclasses
import tomllib
from importlib import resources
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from landmarq.catalog.regions import REGIONS
from landmarq.config import from_mapping
from landmarq.errors import ConfigError, InputError
from landmarq.training.config import SHIPPED, HeadConfig, MachineConfig, StageConfig, TrainConfig, read_config
from training_toys import as_toml

STAGE_LINES = ("# [[stages]]", "# name = ", "# regions = ")


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_the_defaults_are_the_paper_s_recipe() -> None:
    paper = read_config(Path("paper"))
    assert paper == TrainConfig()
    assert (paper.network.backbone, paper.network.dimension, paper.network.pooling_p) == ("wide_resnet50_2", 512, 1)
    assert (paper.head.kind, paper.head.center_weight, paper.head.center_reduction) == ("softmax", 5e-5, "sum")
    assert (paper.optimiser.kind, paper.optimiser.momentum, paper.optimiser.weight_decay) == ("sgd", 0.9, 5e-3)
    assert (paper.schedule.epochs, paper.schedule.drops, paper.schedule.factor) == (30, (0.4, 0.8), 0.1)
    assert paper.augment.size == paper.augment.recognised_size == 256


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_recipes_are_read_by_name(name: str) -> None:
    assert isinstance(read_config(Path(name)), TrainConfig)


def test_a_recipe_written_and_read_back_is_the_same(tiny: TrainConfig, tmp_path: Path) -> None:
    assert read_config(write(tmp_path / "recipe.toml", as_toml(tiny))) == tiny


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sed = 1", "sed"),
        ("[network]\nbackbon = 'x'", "backbon"),
        ("seed = 'one'", "seed"),
        ("[sampling]\nbatch = 1", "batch norm needs two photos"),
        ("[head]\nkind = 'softmx'", "kind"),
        ("[head]\nkind = 'triplet'", "set head.center_weight = 0"),
        ("[head]\nkind = 'triplet'\ncenter_weight = 0", "needs sampling.photos_per_landmark >= 2"),
        ("[augment]\ncrop_scale = [0.9, 0.2]", "crop_scale"),
        ("[augment]\ncrop_scale = [0.9]", "crop_scale"),
        ("[data]\ntrain_roles = ['val']", "can't both train and validate"),
        ("[optimiser]\nbackbone_rate = nan", "backbone_rate"),
        ("[schedule]\ndrops = [1.5]", "drops"),
        ("[[stages]]\nname = 'a'", "the first stage names no regions"),
        ("[[stages]]\nname = 'a/b'\nregions = ['x']", "letters, digits"),
        ("[[stages]]\nname = 'a'\nregions = ['x']\n[[stages]]\nname = 'b'\nregions = ['x']", "joins at two stages"),
        ("[[stages]]\nname = 'a'\nregions = ['x']\n[[stages]]\nname = 'a'\nregions = ['y']", "same name"),
    ],
)
def test_what_makes_no_sense_is_one_line(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        read_config(write(tmp_path / "recipe.toml", text))
    assert "\n" not in str(caught.value)
    assert "recipe.toml" in str(caught.value)


def test_a_missing_recipe_names_the_shipped_ones(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no such configuration.*shipped.*paper"):
        read_config(tmp_path / "recipe.toml")


def test_relative_paths_start_at_the_recipe(tmp_path: Path) -> None:
    text = "[network]\nweights = 'w.safetensors'\n[[stages]]\nname = 'a'\nregions = ['x']\ncatalog = 'c.csv'"
    config = read_config(write(tmp_path / "recipe.toml", text))
    assert config.network.weights == str(tmp_path / "w.safetensors")
    assert config.stages[0].catalog == str(tmp_path / "c.csv")


def test_the_machine_is_no_part_of_what_a_run_is(tiny: TrainConfig) -> None:
    other = dataclasses.replace(tiny, machine=MachineConfig(workers=7, cache=True), stages=())
    assert other.identity() == tiny.identity()
    assert dataclasses.replace(tiny, ema=0.5).identity() != tiny.identity()
    assert dataclasses.replace(tiny, ema=0).identity() == tiny.identity(), "0 and 0.0 are the same recipe"


def test_readers_beside_a_gpu_and_none_beside_computing_cores() -> None:
    assert MachineConfig().readers(on_gpu=False) == 0
    assert 1 <= MachineConfig().readers(on_gpu=True) <= 8
    assert MachineConfig(workers=3).readers(on_gpu=False) == 3


def test_a_stage_s_own_size_and_epochs(tiny: TrainConfig) -> None:
    own = tiny.of_stage(StageConfig("large", ("x",), epochs=9, size=99))
    assert (own.schedule.epochs, own.augment.size) == (9, 99)
    plain = tiny.of_stage(StageConfig("plain", ("x",)))
    assert (plain.schedule, plain.augment) == (tiny.schedule, tiny.augment)


def test_the_docs_name_every_recipe_and_every_loss() -> None:
    text = (Path(__file__).parents[2] / "docs" / "training.md").read_text(encoding="utf-8")
    kinds = get_args(get_type_hints(HeadConfig)["kind"])
    assert [name for name in (*SHIPPED, *kinds) if f"`{name}`" not in text] == []


def test_the_paper_s_curriculum_in_the_recipe_s_words_is_one_of_the_regions_that_the_tables_have() -> None:
    recipe = resources.files("landmarq.training") / "recipes" / "paper.toml"
    spoken = [line[2:] for line in recipe.read_text(encoding="utf-8").splitlines() if line.startswith(STAGE_LINES)]
    stages = tomllib.loads("\n".join(spoken))["stages"]
    assert [stage["regions"] for stage in stages] == [[region] for region in REGIONS[:4]]
    assert len(from_mapping(TrainConfig, {"stages": stages}).stages) == 4
