from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from landmarq.training.config import SamplingConfig
from landmarq.training.sampler import epoch_batches, limit_per_landmark
from landmarq.types import Ints


def drawn(labels: Ints, config: SamplingConfig, *, seed: int = 0, non_landmark: int | None = None) -> list[list[int]]:
    batches = epoch_batches(labels, config=config, non_landmark=non_landmark, seed=(seed,))
    return [[draw.index for draw in batch] for batch in batches]


@given(photos=st.integers(2, 200), batch=st.integers(2, 40), world=st.integers(1, 4), seed=st.integers(0, 99))
def test_every_photo_once_an_epoch_over_all_processes(photos: int, batch: int, world: int, seed: int) -> None:
    batches = drawn(np.zeros(photos, np.int64), SamplingConfig(batch=batch), seed=seed)
    shares = [index for rank in range(world) for each in batches for index in each[rank::world]]
    assert sorted(shares) == list(range(photos))
    sizes = {len(each) for each in batches}
    assert max(sizes) - min(sizes) <= 1
    assert max(sizes) <= batch


def test_the_same_seed_gives_the_same_epoch_and_another_another() -> None:
    labels, config = np.arange(50) % 5, SamplingConfig(batch=8)
    first = epoch_batches(labels, config=config, non_landmark=None, seed=(1, 2, 3))
    assert first == epoch_batches(labels, config=config, non_landmark=None, seed=(1, 2, 3))
    assert first != epoch_batches(labels, config=config, non_landmark=None, seed=(1, 2, 4))


def test_augmentation_seeds_differ_between_the_draws_of_an_epoch() -> None:
    batches = epoch_batches(np.zeros(500, np.int64), config=SamplingConfig(), non_landmark=None, seed=(0,))
    assert len({draw.seed for batch in batches for draw in batch}) == 500


def test_balanced_draws_show_each_landmark_alike_and_its_photos_in_turn() -> None:
    labels = np.repeat([0, 1, 2], [80, 15, 1])
    counts = Counter(index for batch in drawn(labels, SamplingConfig(class_power=0)) for index in batch)
    by_class = [sum(counts[index] for index in range(*bounds)) for bounds in ((0, 80), (80, 95), (95, 96))]
    assert by_class == [32, 32, 32]
    assert counts[95] == 32, "the only photo of a landmark is repeated"
    of_fifteen = [counts[i] for i in range(80, 95)]
    assert max(of_fifteen) - min(of_fifteen) <= 1


def test_square_root_draws_and_the_share_of_everyday_photos() -> None:
    labels = np.repeat([0, 1, 2], [81, 9, 90])
    config = SamplingConfig(class_power=0.5, non_landmark_share=0.4)
    counts = Counter(int(labels[index]) for batch in drawn(labels, config, non_landmark=2) for index in batch)
    # 180 draws: 72 everyday photos, and of the other 108 three quarters (9 : 3) of landmark 0.
    assert counts == {0: 81, 1: 27, 2: 72}


def test_pairs_of_every_landmark_even_of_one_with_a_single_photo() -> None:
    labels = np.repeat([0, 1, 2, 3, 4], [20, 7, 1, 9, 30])
    config = SamplingConfig(batch=12, photos_per_landmark=3, non_landmark_share=0.25)
    batches = drawn(labels, config, non_landmark=4)
    seen: Counter[int] = Counter()
    for batch in batches:
        counts = Counter(int(labels[index]) for index in batch)
        assert counts.pop(4) == 3
        assert set(counts.values()) == {3}
        seen.update(counts)
    assert set(seen) == {0, 1, 2, 3}
    assert max(seen.values()) - min(seen.values()) <= 3, "photos: one turn of three apart at most"


def test_at_most_so_many_photos_a_landmark_and_all_everyday_ones() -> None:
    labels = np.repeat([0, 1, 2], [25, 4, 30])
    kept = limit_per_landmark(labels, most=10, non_landmark=2, seed=5)
    assert Counter(labels[kept].tolist()) == {0: 10, 1: 4, 2: 30}
    assert np.array_equal(kept, limit_per_landmark(labels, most=10, non_landmark=2, seed=5))
    assert len(limit_per_landmark(labels, most=0, non_landmark=2, seed=5)) == 59
