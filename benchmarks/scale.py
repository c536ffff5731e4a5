"""What a photo costs in bulk: the figures that docs/scale.md counts with.

Photos are those of the sample world, enlarged; nothing is downloaded. Run on an idle machine, then fill the document:

    python benchmarks/scale.py --photos 1440 --json docs/figures/scale.json
    python benchmarks/scale_costs.py

Each stage is measured alone on one core or on all, then `landmarq bulk` from end to end, without the start of Ray and
the model's, which is paid once and printed beside it.
"""

from __future__ import annotations

import argparse
import math
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import onnx

from landmarq.artifacts import Manifest, write_json
from landmarq.bench import this_machine
from landmarq.bench.made_photos import make_photos
from landmarq.bulk import BulkConfig, Engine, Output
from landmarq.bulk.decoding import Read
from landmarq.bulk.output import PHOTOS_NAME, PLAN_NAME, partition_name
from landmarq.bulk.report import report_on
from landmarq.bulk.running import run_bulk
from landmarq.bulk.sources import find_sources
from landmarq.bulk.tables import from_stream, photo_table, to_parquet, to_stream, with_answers
from landmarq.bulk.vectors import import_vectors
from landmarq.embed import VectorStore
from landmarq.photos import Photo, PhotoView, decode_photo
from landmarq.workspace import starter_pack
from landmarq.workspace.bulk import open_engine

ROUNDS = 3
PHOTOS_OF_A_STAGE = 48


def per_photo_ms(work: Callable[[], object], photos: int) -> float:
    """Return milliseconds a photo, the median of some rounds after one that warms up."""
    work()
    seconds = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds) / photos * 1000


def multiply_adds(model: Path) -> int:
    """Return the multiplications with addition of one photo, those of convolutions and of the head."""
    network = onnx.load(model / "model.onnx")
    network.graph.input[0].type.tensor_type.shape.dim[0].dim_value = 1
    del network.graph.value_info[:]
    network = onnx.shape_inference.infer_shapes(network)
    shapes = {
        each.name: [side.dim_value for side in each.type.tensor_type.shape.dim] for each in network.graph.value_info
    }
    weights = {each.name: list(each.dims) for each in network.graph.initializer}
    count = 0
    for node in network.graph.node:
        if node.op_type in {"Cast", "DequantizeLinear"} and node.input[0] in weights:
            weights[node.output[0]] = weights[node.input[0]]
        elif node.op_type == "Conv":
            count += math.prod(weights[node.input[1]][1:]) * math.prod(shapes[node.output[0]][1:])
        elif node.op_type == "Gemm":
            count += math.prod(weights[node.input[1]])
    return count


def stages(engine: Engine, files: list[Path]) -> dict[str, float]:
    """Measure each stage by itself, milliseconds a photo."""
    preprocessing = engine.network.info.preprocessing
    view = PhotoView(preprocessing.size, preprocessing.filter)
    data = [file.read_bytes() for file in files]
    photos: list[Photo] = []

    def decode() -> None:
        photos[:] = [decode_photo(each, file, view) for each, file in zip(data, files, strict=True)]

    found = {"decode_ms": per_photo_ms(decode, len(files))}
    pixels = np.stack([photo.pixels for photo in photos])
    rows = np.arange(len(photos))
    places = [None] * len(photos)
    found["network_ms"] = per_photo_ms(partial(engine.network.embed, pixels), len(photos))
    vectors, answers = engine.answer(pixels, places, rows)
    reads = [Read(str(file), photo) for file, photo in zip(files, photos, strict=True)]

    def decide_and_write() -> bytes:
        if engine.recognizer:
            engine.recognizer.recognize(vectors, places)
        table = from_stream(photo_table(reads, size=view.size))
        told = with_answers(table, answers, vectors, rows.tolist(), precision=engine.network.precision)
        return to_parquet(from_stream(to_stream(told)))

    found["rest_ms"] = per_photo_ms(decide_and_write, len(photos))
    return found


def rate(folder: Path, out: Path, *, partition: int) -> dict[str, float]:
    """Run all of it; the rate is that from the moment that a quarter of the partitions is written."""
    began = time.time()
    run_bulk(str(folder), Output(str(out)), open_engine, config=BulkConfig(partition_photos=partition))
    moments = sorted(file.stat().st_mtime for file in (out / "photos").iterdir())
    start = len(moments) // 4
    photos = (len(moments) - 1 - start) * partition
    return {"photos_a_second": photos / (moments[-1] - moments[start]), "start_s": moments[0] - began}


def storage(folder: Path, root: Path, *, fingerprint: str) -> dict[str, float]:
    """Run over photos that all differ; return what their results and their file of vectors take, bytes a photo."""
    output = Output(str(root / "results"))
    photos = run_bulk(str(folder), output, open_engine).photos
    size = sum(file.stat().st_size for file in (root / "results" / "photos").iterdir())
    began = time.perf_counter()
    with VectorStore(root / "vectors.sqlite") as store:
        count = import_vectors(output, store, model=fingerprint)
    return {
        "result_bytes": size / photos,
        "vectors_a_second": count / (time.perf_counter() - began),
        "vector_bytes": (root / "vectors.sqlite").stat().st_size / count,
    }


def planning(root: Path, *, rows: int = 200_000) -> dict[str, float]:
    """Plan a catalog of made names, of the length of Google Landmarks v2's; return what a row of it takes."""
    catalog, output = root / "catalog.csv", Output(str(root / "plan"))
    names = (f"train/{row % 16:x}/{row // 16 % 16:x}/{row // 256 % 16:x}/{row:016x}.jpg" for row in range(rows))
    catalog.write_text("path,landmark\n" + "".join(f"{name},{row % 20_000}\n" for row, name in enumerate(names)))
    began = time.perf_counter()
    sources = find_sources(str(catalog), files_each=BulkConfig().partition_photos)
    output.keep_plan(Manifest("bulk", 1, {}, {}), sources)
    spent = time.perf_counter() - began
    return {"plan_us": spent / rows * 1e6, "plan_bytes": (root / "plan" / PLAN_NAME).stat().st_size / rows}


def reporting(root: Path, *, partitions: int = 2_000) -> dict[str, float]:
    """Report on many partitions, copies of one that ``storage`` made; return what a photo takes, all cores at work."""
    (one,) = (root / "results" / "photos").iterdir()
    many = Output(str(root / "many"))
    for number in range(partitions):
        many.write(f"{PHOTOS_NAME}/{partition_name(number, 0, 'end')}", one.read_bytes())
    began = time.perf_counter()
    photos = report_on(many, sources=partitions, problems=[]).photos
    return {"report_us": (time.perf_counter() - began) / photos * 1e6}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=int, default=600)
    parser.add_argument("--megapixels", type=int, default=12)
    parser.add_argument("--partition", type=int, default=32)
    parser.add_argument("--json", type=Path, help="file to write, such as docs/figures/scale.json")
    arguments = parser.parse_args()
    pack = starter_pack()
    if pack is None:
        raise SystemExit("this landmarq comes without a pack")
    engine = open_engine()
    world = Path(__file__).parents[1] / "demo" / "photos"
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        files = make_photos(
            root / "photos",
            megapixels=arguments.megapixels,
            count=arguments.photos,
            rng=np.random.default_rng(0),
            sources=sorted(world.rglob("*.jpg"))[:4],
        )
        found = {
            "machine": this_machine().as_json(),
            "precision": engine.network.precision,
            "photos": len(files),
            "megapixels": arguments.megapixels,
            "file_bytes": statistics.mean(file.stat().st_size for file in files),
            "multiply_adds": multiply_adds(pack / "model"),
            **stages(engine, files[:PHOTOS_OF_A_STAGE]),
            **rate(root / "photos", root / "out", partition=arguments.partition),
            **planning(root),
            **storage(world, root, fingerprint=engine.network.info.fingerprint),
            **reporting(root),
        }
    for name, value in found.items():
        print(f"{name}: {value}")
    if arguments.json:
        write_json(arguments.json, found)


if __name__ == "__main__":
    main()
