"""Sizes of a run: everything that is asked of Ray fits, with one CPU for writing."""

from __future__ import annotations

import importlib.util

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmarq.bulk import BulkConfig, require_ray
from landmarq.bulk.cluster import Node, check_fits, cpus_of, sized
from landmarq.errors import ConfigError, MissingExtraError

NODES = st.builds(Node, cpus=st.integers(3, 128).map(float), gpus=st.integers(0, 8).map(float))


@given(nodes=st.lists(NODES, min_size=1, max_size=8))
def test_what_is_left_to_the_machine_always_fits(nodes: list[Node]) -> None:
    config = sized(BulkConfig(), nodes)
    check_fits(config, nodes)
    assert min(config.decoders, config.decode_cores, config.workers, config.worker_cores) >= 1


@given(nodes=st.lists(NODES, min_size=2, max_size=8), share=st.sampled_from([0, 0.25, 0.4, 0.75, 1, 2]))
def test_a_cluster_of_several_machines_does_without_any_one_of_them(nodes: list[Node], share: float) -> None:
    nodes = [Node(node.cpus, 4) for node in nodes]
    config = sized(BulkConfig(worker_gpus=share), nodes)
    check_fits(config, nodes)
    for gone in range(len(nodes)):
        check_fits(config, [node for at, node in enumerate(nodes) if at != gone])


@given(
    cpus=st.lists(st.integers(2, 16), min_size=1, max_size=5),
    actors=st.lists(st.sampled_from(["decoder", "worker"]), max_size=12),
    decode_cores=st.integers(1, 6),
    data=st.data(),
)
def test_a_run_that_is_let_through_fits_wherever_its_actors_go(
    cpus: list[int], actors: list[str], decode_cores: int, data: st.DataObject
) -> None:
    cores = {"decoder": decode_cores, "worker": 1}
    config = BulkConfig(
        decoders=actors.count("decoder"), decode_cores=decode_cores, workers=actors.count("worker"), worker_cores=1
    )
    try:
        check_fits(config, [Node(each) for each in cpus])
    except ConfigError:
        return
    free = list(cpus)
    for actor in [*data.draw(st.permutations(actors)), "worker"]:  # the last one writes
        room = [at for at, each in enumerate(free) if each >= cores[actor]]
        assert room
        free[data.draw(st.sampled_from(room))] -= cores[actor]


def test_sizes_that_are_given_stay() -> None:
    given_sizes = BulkConfig(decoders=3, decode_cores=2, workers=5, worker_cores=1, worker_gpus=0.25)
    assert sized(given_sizes, [Node(32, 2)]) == given_sizes
    assert cpus_of(given_sizes) == 3 * 2 + 5 + 1


def test_a_fraction_of_a_gpu_lets_workers_share_it() -> None:
    assert sized(BulkConfig(worker_gpus=0.25), [Node(64, 2)]).workers == 8
    assert sized(BulkConfig(worker_gpus=1), [Node(64, 4), Node(64, 4)]).workers == 4


@pytest.mark.parametrize(
    ("config", "nodes", "words"),
    [
        (BulkConfig(decoders=2, decode_cores=1, workers=2, worker_cores=1), [Node(4)], "need 5; the cluster has 4"),
        (
            BulkConfig(worker_gpus=1, workers=2),
            [Node(16, 1)],
            "the workers take 2 x 1 GPU; the cluster has room for 1 of that size",
        ),
        (BulkConfig(decoders=1, decode_cores=6), [Node(4), Node(4)], "sure to lie together"),
        (BulkConfig(), [Node(2)], "need 3; the cluster has 2"),
        (BulkConfig(decoders=1, decode_cores=3, workers=1), [Node(2)] * 9, "sure to lie together"),
        (BulkConfig(worker_gpus=0.75, workers=4), [Node(16, 1)] * 3, "room for 3"),
        (BulkConfig(worker_gpus=0.4, workers=5), [Node(16, 2)], "room for 4"),
    ],
)
def test_a_run_that_would_wait_for_ever_is_refused(config: BulkConfig, nodes: list[Node], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        check_fits(sized(config, nodes), nodes)


@pytest.mark.parametrize("wrong", [{"partition_photos": 40}, {"partition_photos": 0}, {"workers": -1}])
def test_sizes_that_can_not_be_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"partition|workers"):
        BulkConfig(**wrong)


def test_without_ray_the_install_line_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    require_ray()
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "ray" else object())
    with pytest.raises(MissingExtraError, match=r"pip install 'landmarq\[scale\]'"):
        require_ray()
