from __future__ import annotations

from landmarq.bench.backbones import backbones_table
from landmarq.bench.networks import Speed


def test_a_way_that_one_backbone_lacks_leaves_its_cell_empty() -> None:
    exact, torch = Speed("OpenVINO float32", 50, (1, 1)), Speed("torch eager float32", 10, None)
    table = backbones_table(
        "", [("deep", 60.0, [exact, torch]), ("plain", 25.0, [exact, Speed("OpenVINO bf16", 80, (1, 1)), torch])]
    )
    assert table.columns[2:] == ("OpenVINO float32", "OpenVINO bf16", "torch eager float32", "best x torch")
    assert table.rows == (("deep", 60.0, 20, None, 100, 5), ("plain", 25.0, 20, 12.5, 100, 8))
