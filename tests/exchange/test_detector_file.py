"""A detector leaves as a file that gives the same verdicts without this project."""

import csv
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
import tifffile
from detecting import runs_of_every_kind
from keras.models import load_model
from PIL import Image, ImageOps

from aecore.__main__ import main
from aecore.data.arrays import to_bytes
from aecore.data.datasets import load
from aecore.data.own import measured, own_directory
from aecore.data.refusal import Refusal
from aecore.detection.scores import SCORES
from aecore.detection.script import script
from aecore.detection.script_readers import READERS
from aecore.exchange import detector_file
from aecore.exchange.archive import FileRefused
from aecore.exchange.bring_in import bring_in, inspect
from aecore.exchange.bundle import SCRIPT, pack
from aecore.exchange.detector_file import pack_detector
from aecore.runs import detectors
from aecore.runs.files import write_arrays, write_json
from aecore.runs.run import RunDamaged
from aecore.runs.same_model import ModelReplaced
from aecore.runs.store import RunStore

# as where this project is not installed
ALONE = """import runpy, sys
sys.modules["aecore"] = None
script, *sys.argv[1:] = sys.argv[1:]
runpy.run_path(script, run_name="__main__")
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    with runs_of_every_kind(tmp_path_factory.mktemp("files")) as of:
        yield of


def test_a_model_that_is_replaced_meanwhile_is_not_packed(made, monkeypatch):
    run = made("table")
    detectors.make_judgement(run, load_model(run.model_path, compile=False), "error")

    def trained_further(run):
        os.utime(run.model_path)
        return detectors.needed_detector(run)

    monkeypatch.setattr(detector_file, "needed_detector", trained_further)
    with pytest.raises(ModelReplaced):
        pack_detector(run)


def images(run, folder: Path) -> list[str]:
    """Of the run, and of other sizes, colours and kinds than it has learnt."""
    folder /= "images"
    folder.mkdir()
    small = [Image.fromarray(to_bytes(one).squeeze()) for one in load(run.dataset).test.images[:5]]
    large = [one.resize((90, 130), Image.Resampling.NEAREST) for one in small[:3]]
    dark = ImageOps.invert(large[0].convert("L"))  # ink on a light sheet, if it is ink
    sheet = ImageOps.expand(dark.convert("RGB"), (40, 10, 5, 60), (250, 240, 230))
    clear = large[1].convert("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize(clear.size))
    shaded = Image.fromarray((np.asarray(sheet) / np.linspace(1, 2, sheet.height)[:, None, None])
                             .astype(np.uint8))  # fmt: skip
    files = [
        *small,
        *large,
        dark,
        sheet,
        shaded,
        clear,
        large[2].convert("P"),
        large[2].convert("1"),
    ]
    for number, image in enumerate(files):
        image.save(folder / f"{number:02d}.png")
    turned = Image.Exif()
    turned[274] = 6
    large[1].convert("RGB").save(folder / "turned.jpg", exif=turned)
    return sorted(map(str, folder.iterdir()))


def rows(run, folder: Path) -> list[str]:
    """Rows as a spreadsheet writes them, with a hole, a category that is unknown, and a date."""
    lines = ["Größe;weight;town;day"]
    rng = np.random.default_rng(3)
    for number in range(40):
        size, weight = (f"{x:.3f}".replace(".", ",") for x in rng.normal(size=2) * 2)
        weight = {3: "", 4: "n/a", 6: "1.234,5"}.get(number, weight)
        town = "Rom" if number == 5 else ("Köln", "Bonn")[number % 2]
        lines.append(f"{size};{weight};{town};2024-01-{number % 28 + 1:02d}")
    lines.append(";;;")
    path = folder / "rows.csv"
    path.write_text("\n".join(lines), encoding="utf-8-sig")
    return [str(path)]


def steps(run, folder: Path) -> list[str]:
    values = np.array(measured(run.dataset))[300:371]  # whose last window is not on the stride
    values[50] += 9
    values[20:24] = np.nan  # nothing was measured
    header = ";".join(run.source.series.channels)
    path = folder / "steps.csv"
    lines = [";".join(repr(float(v)).replace(".", ",") for v in row) for row in values]
    path.write_text("\n".join([header, *lines]))
    return [str(path)]


DATA = {"image": images, "convolutional": images, "photo": images, "table": rows, "series": steps}


@pytest.mark.parametrize(
    ("name", "score"),
    [
        ("image", "dissimilarity"),
        ("convolutional", "combined"),
        ("photo", "residual"),
        ("table", "combined"),
        ("series", "error"),
    ],
)
def test_the_script_gives_the_same_verdicts_to_the_last_digit(made, name, score, tmp_path, capsys):
    run = made(name)
    model = load_model(run.model_path, compile=False)
    detectors.make_judgement(run, model, score)
    with zipfile.ZipFile(io.BytesIO(pack_detector(run))) as archive:
        assert {*SCRIPT, "detector.npz", "model.keras"} <= set(archive.namelist())
        archive.extractall(tmp_path / "alone")
    files = DATA[name](run, tmp_path)
    done = subprocess.run(
        [sys.executable, "-I", "-c", ALONE, "alone/detect.py", *files],
        cwd=tmp_path, capture_output=True, text=True,
    )  # fmt: skip
    capsys.readouterr()
    main(["detect", run.id, *files, "--runs", str(run.path.parent), "--json"])
    told = json.loads(capsys.readouterr().out)["verdicts"]
    assert done.returncode == int(any(each["flagged"] for each in told)), done.stderr
    alone = list(csv.DictReader(io.StringIO(done.stdout)))
    assert len(alone) == len(told) > 10
    for one, other in zip(alone, told, strict=True):
        if other["score"] is None:
            assert one["score"] == one["flagged"] == "" and other["flagged"] is None
            continue
        assert one["score"] == repr(other["score"])
        assert one["flagged"] == str(int(other["flagged"]))


@pytest.mark.parametrize("reads", READERS)
@pytest.mark.parametrize("score", SCORES)
def test_a_script_has_all_it_needs_and_nothing_of_this_project(reads, score):
    parts = ("residual", "code", "places") if score == "combined" else ()
    text = script(reads, score, parts)
    assert "aecore" not in text
    compile(text, "detect.py", "exec")
    names = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "F821,F811,E9", "-"],
        input=text, capture_output=True, text=True,
    )  # fmt: skip
    assert names.returncode == 0, names.stdout
    assert "found.maps = " in text if score in ("patches", "places") else True


@pytest.mark.parametrize("kind", [np.int8, np.uint16, np.float32])
def test_the_script_refuses_values_that_it_would_read_otherwise(kind, tmp_path):
    said, reader = [], READERS["photo"]
    names = {"refuse": said.append, "np": np}
    exec(reader.imports + reader.source, names)
    tifffile.imwrite(tmp_path / "a.tif", np.zeros((9, 9), kind), photometric="minisblack")
    names["opened"](tmp_path / "a.tif")
    assert "other values than 0 to 255" in said[0]


def test_a_run_without_a_detector_says_so(made, tmp_path, capsys):
    run = made("apart")
    with pytest.raises(RunDamaged, match="no detector yet"):
        pack_detector(run)
    assert own_directory().is_dir()
    out = str(tmp_path / "it.detector.zip")
    assert main(["export", run.id, "--out", out, "--runs", str(run.path.parent)]) == 1
    assert "no detector yet" in capsys.readouterr().err
    run = made("image")
    detectors.make_judgement(run, load_model(run.model_path, compile=False), "error")
    assert main(["export", run.id, "--out", out, "--runs", str(run.path.parent)]) == 0
    assert Path(out).read_bytes() == pack_detector(run)


@pytest.mark.parametrize(
    "name, packed", [("image", pack_detector), ("table", pack), ("series", pack_detector)]
)
def test_a_detector_comes_back_with_its_run(made, name, packed, tmp_path):
    run = made(name)
    detectors.make_judgement(run, load_model(run.model_path, compile=False), "combined")
    content = packed(run)
    told = inspect(content, "it.zip").detector
    there = RunStore(tmp_path).get(bring_in(content, "it.zip", RunStore(tmp_path)))
    assert there.recipe == run.recipe and there.source.title == run.source.title
    assert not any((there.path / name).exists() for name in SCRIPT)
    assert told is not None and told.threshold == detectors.needed_detector(run).threshold
    mine, theirs = detectors.needed_detector(run), detectors.needed_detector(there)
    assert (mine.threshold, mine.score, mine.normal) == (
        theirs.threshold, theirs.score, theirs.normal,
    )  # fmt: skip
    np.testing.assert_array_equal(mine.calibration, theirs.calibration)
    for key, value in mine.state.items():
        np.testing.assert_array_equal(value, theirs.state[key])


@pytest.mark.parametrize("name", ["detect.py", "detector.npz"])
def test_a_detector_file_that_was_changed_or_cut_is_refused(made, name, tmp_path):
    run = made("image")
    detectors.make_judgement(run, load_model(run.model_path, compile=False), "error")
    content, store, changed = pack_detector(run), RunStore(tmp_path), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as one, zipfile.ZipFile(changed, "w") as other:
        for each in one.namelist():
            other.writestr(each, one.read(each) + (b"#" if each == name else b""))
    for damaged in (changed.getvalue(), content[:-30], content[: len(content) // 2]):
        with pytest.raises(FileRefused):
            bring_in(damaged, "it.detector.zip", store)
    assert store.runs() == []


def forged(arrays, words) -> list[tuple[dict, dict]]:
    """Detectors that no run has: words and arrays that were changed."""
    threshold = words["threshold"]
    return [
        ({**words, "score": "error"}, arrays),
        ({**words, "score": "patches"}, arrays),
        ({**words, "dataset": "mnist"}, arrays),
        ({**words, "normal": ["11"]}, arrays),
        ({**words, "threshold": {**threshold, "value": 1e999}}, arrays),
        (words, {name: each for name, each in arrays.items() if name != "state__mean"}),
        (words, arrays | {"state__axes": np.zeros((10**5, arrays["state__axes"].shape[1]))}),
        (words, arrays | {"state__variance": arrays["state__variance"][:2]}),
        (words, arrays | {"state__mean": arrays["state__mean"] * np.nan}),
        (words, arrays | {"state__rest": np.array("text")}),
    ]


def test_a_forged_detector_is_refused(made, tmp_path):
    run = made("image")
    detectors.make_judgement(run, load_model(run.model_path, compile=False), "residual")
    found = detectors.needed_detector(run)
    store = RunStore(tmp_path)
    try:
        for words, arrays in forged(found.to_arrays(), found.to_dict()):
            write_arrays(run.path / "detector.npz", arrays)
            write_json(run.path / "detector.json", words)
            with pytest.raises(Refusal, match=r"detector\.(json|npz)"):
                bring_in(pack(run), "it.run.zip", store)
        (run.path / "detector.npz").unlink()
        with pytest.raises(FileRefused, match="go together"):
            bring_in(pack(run), "it.run.zip", store)
        assert store.runs() == []
    finally:
        detectors.keep_detector(run, found)
