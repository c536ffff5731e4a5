"""``evaluate`` and ``calibrate`` as a person runs them: what they print, and what they say of mistakes."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from landmarq.catalog import read_catalog
from landmarq.pack import open_pack
from measured_toys import Measured, write_measured


@pytest.fixture(scope="module")
def measured(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Measured:
    """A catalog of colour photos, a pack that knows three colours, and its model."""
    return write_measured(tmp_path_factory.mktemp("measured"), tiny_model)


def run(*words: object, expect: int = 0) -> str:
    """Run a command; return what it printed, on either stream."""
    command = [sys.executable, "-m", "landmarq", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == expect, done.stderr
    assert "Traceback" not in done.stderr
    if expect:
        assert len(done.stderr.strip().splitlines()) == 1, "a mistake is one line"
    return done.stdout + done.stderr


def perfect(measured: Measured, folder: Path) -> Path:
    """Write the answers of a system that is always right."""
    lines = []
    for row in read_catalog(measured.catalog).rows:
        best = {"id": row.landmark or "red_tower", "similarity": 0.9}
        landmarks = [best] if row.landmark else []
        lines.append({"path": row.path, "landmarks": landmarks, "score": 0.1 if landmarks else -0.1, "best": best})
    path = folder / "perfect.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)))
    return path


def test_offline_of_any_systems_answers(measured: Measured, tmp_path: Path) -> None:
    said = run("evaluate", "offline", measured.catalog, "--recognitions", perfect(measured, tmp_path), "-o", tmp_path)
    assert "perfect: sensitivity 100.0% (75.8% to 100.0%), specificity 100.0%" in said
    assert (tmp_path / "report.html").is_file()


def test_offline_of_a_pack(measured: Measured, tmp_path: Path) -> None:
    words = ("evaluate", "offline", measured.catalog, "--pack", measured.pack, "--model", measured.model)
    said = run(*words, "--vectors", measured.vectors, "--split", "val", "-o", tmp_path)
    assert re.findall(r"colours, (with|no) GPS and (with|no) references:", said) == [
        ("with", "with"),
        ("with", "no"),
        ("no", "with"),
        ("no", "no"),
    ]
    said = run(*words, "--vectors", measured.vectors, "--no-geo", "-o", tmp_path)
    assert said.count("sensitivity") == 1


def test_compare_and_retrieval(measured: Measured, tmp_path: Path) -> None:
    options = ("--model", measured.model, "--vectors", measured.vectors, "-o", tmp_path)
    said = run("evaluate", "compare", measured.pack, perfect(measured, tmp_path), measured.catalog, *options)
    assert "pack and perfect agree on" in said
    assert "specificity: " in said
    assert "can't be said" not in said
    folder = run("evaluate", "compare", measured.pack, measured.pack, measured.catalog.parent, *options)
    assert "Which is better can't be said" in folder
    assert "top-20: " in run("evaluate", "retrieval", measured.catalog, *options)


def test_gldv2(tmp_path: Path) -> None:
    (tmp_path / "recognition_solution_v2.1.csv").write_text("id,landmarks,Usage\np,7,Public\nq,,Public\n")
    (tmp_path / "mine.csv").write_text("id,landmarks\np,7 0.5\nq,7 0.9\n")
    files = tmp_path / "recognition_solution_v2.1.csv", tmp_path / "mine.csv"
    said = run("evaluate", "gldv2", "recognition", *files, "-o", tmp_path / "out")
    assert said.startswith("GAP 0.5000 (Public, 2 photos, 1 with an answer; ground truth v2.1)\n")
    values = json.loads((tmp_path / "out" / "report.json").read_text())
    assert (values["kind"], values["figures"][0]["value"]) == ("landmarq-benchmark-report", 0.5)
    page = (tmp_path / "out" / "report.html").read_text()
    assert "mine.csv against recognition_solution_v2.1.csv, ground truth v2.1." in page
    assert page.count("data:image/svg+xml") == 1


def test_calibrate(measured: Measured, tmp_path: Path) -> None:
    shutil.copytree(measured.pack, tmp_path / "pack")
    options = ("--pack", tmp_path / "pack", "--model", measured.model, "--vectors", measured.vectors)
    said = run("calibrate", measured.catalog, *options)
    assert re.search(r"strict: eta \d\.\d{4}, .*\n  no place: sensitivity .* supported", said)
    before = open_pack(tmp_path / "pack").info
    said = run("calibrate", measured.catalog, *options, "--precision", "0.98", "--rate", "0.01", expect=2)
    assert re.search(r"can't be promised .* it takes at least [\d,]{5,}", said)
    assert open_pack(tmp_path / "pack").info == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["evaluate", "offline", "gone.csv", "--recognitions", "x"], "no such file: gone.csv"),
        (["evaluate", "offline", "CATALOG", "--recognitions", "gone.jsonl"], "no such file: gone.jsonl"),
        (["evaluate", "offline", "CATALOG", "--recognitions", "PERFECT", "--split", "vla"], "no role 'vla'"),
        (["evaluate", "offline", "CATALOG", "--known", "x", "--pack", "PACK"], "--known goes with --recognitions"),
        (["evaluate", "revisited", "gone.pkl", ".", "--model", "MODEL"], "no such file: gone.pkl"),
        (["evaluate", "gldv2", "recognition", "truth.csv", "mine.csv"], "give it with --version"),
        (["calibrate", "CATALOG", "--pack", "PACK", "--rate", "auto"], "--library FOLDER"),
        (["calibrate", "CATALOG", "--pack", "PACK", "--rate", "often"], "or auto; not 'often'"),
        (["calibrate", "CATALOG", "--pack", "PACK", "--model", "MODEL", "--precision", "98"], "not 98"),
        (
            ["calibrate", "CATALOG", "--pack", "PACK", "--model", "MODEL", "--split", "train"],
            "every photo shows a known",
        ),
    ],
)
def test_a_mistake_is_one_line(words: list[str], said: str, measured: Measured, tmp_path: Path) -> None:
    named = {
        "CATALOG": measured.catalog,
        "PACK": measured.pack,
        "MODEL": measured.model,
        "PERFECT": perfect(measured, tmp_path),
    }
    vectors = ["--vectors", measured.vectors] if "MODEL" in words else []
    assert said in run(*(named.get(word, word) for word in words), *vectors, expect=2)


@pytest.mark.parametrize("words", [["evaluate"], ["evaluate", "offline"], ["calibrate"]])
def test_help_imports_nothing_heavy(words: list[str]) -> None:
    script = (
        "import sys\nfrom landmarq.cli.main import group\n"
        f"try: group.main({[*words, '--help']!r}, standalone_mode=False)\nexcept SystemExit: pass\n"
        "print('LOADED', *sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60).stdout
    assert not set(out.rpartition("LOADED")[2].split()) & {"numpy", "scipy", "matplotlib", "openvino", "jinja2", "PIL"}
