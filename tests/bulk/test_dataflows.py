"""The class in the dataflows of Spark and Daft, as docs/scale.md writes them; with Ray in ``test_ray``."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bulk_toys import Opener, noise_photo
from landmarq.bulk import BatchRecognizer
from toys import paint_photo

DOCUMENT = Path(__file__).parents[2] / "docs" / "scale.md"


def block(word: str) -> str:
    """Return the document's only block of Python that has a word."""
    (found,) = (each for each in re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(), re.DOTALL) if word in each)
    return str(found)


@pytest.fixture
def photos(tmp_path: Path) -> list[tuple[str, bytes]]:
    """Some photos by path and bytes, one of a red tower and one that is none."""
    red = paint_photo(tmp_path / "red.jpg", "red").read_bytes()
    return [("red.jpg", red), *((f"{n}.png", noise_photo(n)) for n in range(10)), ("broken.jpg", b"no photo")]


def check(found: list[tuple[float | None, str | None]]) -> None:
    """Check scores and errors of the photos above, in their order."""
    assert len(found) == 12
    assert found[0][0] is not None
    assert found[0][0] >= 0
    assert [error is None for _, error in found] == [True] * 11 + [False]


def test_the_function_for_spark_takes_and_gives_frames(photos: list[tuple[str, bytes]], opener: Opener) -> None:
    """Spark calls it with an iterator of frames, and takes the columns of the schema from those that come back."""
    pandas: Any = pytest.importorskip("pandas", reason="the extra scale is not installed")

    class Photos:
        def mapInPandas(self, function: Callable[[Iterator[Any]], Iterator[Any]], schema: str) -> Any:
            rows = pandas.DataFrame(photos, columns=["path", "bytes"])
            frames = list(function(iter([rows[:5], rows[5:].reset_index(drop=True)])))
            assert all(list(each) == re.findall(r"(\w+) \w+", schema) for each in frames)
            return pandas.concat(frames)

    names = {"BatchRecognizer": BatchRecognizer, "opener": opener, "pandas": pandas, "photos": Photos()}
    exec(block("mapInPandas"), names)
    answers: Any = names["found"]
    assert answers["path"].tolist() == [path for path, _ in photos]
    scores, errors = answers["score"], answers["error"]
    check([(s, None if pandas.isna(e) else e) for s, e in zip(scores, errors, strict=True)])


SETUP = """
from functools import partial
from pathlib import Path
from landmarq.bulk import BatchRecognizer
from landmarq.workspace.bulk import open_engine
opener = partial(open_engine, [{pack!r}], model=Path({model!r}), precision="float32")
names = {names!r}
data = [Path({folder!r}, name).read_bytes() for name in names]
"""
SPARK = """
import pandas
from pyspark.sql import SparkSession
spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
photos = spark.createDataFrame(list(zip(names, data)), "path string, bytes binary").coalesce(1)
{block}
answers = [(row.score, row.error) for row in found.collect()]
"""
DAFT = """
import daft
photos = daft.from_pydict({{"path": names, "bytes": data}})
{block}
answers = [(each["score"], each["error"]) for each in found.to_pydict()["answer"]]
"""


@pytest.mark.slow
@pytest.mark.parametrize(("engine", "script", "word"), [("pyspark", SPARK, "mapInPandas"), ("daft", DAFT, "daft.cls")])
def test_the_document_runs_on_the_real_engine(
    engine: str, script: str, word: str, photos: list[tuple[str, bytes]], tmp_path: Path, pack: Path, tiny_model: Path
) -> None:
    if engine == "pyspark" and not shutil.which("java"):
        pytest.skip("Spark runs on Java, and there is none")
    for name, data in photos:
        (tmp_path / name).write_bytes(data)
    setup = SETUP.format(
        pack=str(pack), model=str(tiny_model), folder=str(tmp_path), names=[name for name, _ in photos]
    )
    body = textwrap.indent(
        setup + script.format(block=block(word)) + "\nimport json\nprint(json.dumps(answers))\n", "    "
    )
    (tmp_path / "run.py").write_text(f"if __name__ == '__main__':\n{body}")
    environment = {**os.environ, "PYSPARK_PYTHON": sys.executable}
    done = subprocess.run(
        [sys.executable, tmp_path / "run.py"],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    check(json.loads(done.stdout.splitlines()[-1]))
