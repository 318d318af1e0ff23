"""A detector leaves as a file that gives the same verdicts without this project."""

import csv
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from detecting import runs_of_every_kind
from keras.models import load_model
from PIL import Image

from aecore.__main__ import main
from aecore.data.arrays import to_bytes
from aecore.data.datasets import load
from aecore.data.own import measured, own_directory
from aecore.data.refusal import Refusal
from aecore.detection.judging import judge_new
from aecore.detection.scores import SCORES
from aecore.detection.script import READERS, script
from aecore.exchange.archive import FileRefused
from aecore.exchange.bring_in import bring_in
from aecore.exchange.bundle import pack
from aecore.exchange.detector_file import pack_detector
from aecore.runs import detectors
from aecore.runs.files import write_arrays, write_json
from aecore.runs.run import RunDamaged
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


def images(run, folder: Path) -> list[str]:
    paths = []
    for number, image in enumerate(load(run.dataset).test.images[:12]):
        paths.append(folder / f"{number}.png")
        Image.fromarray(to_bytes(image)[..., 0]).save(paths[-1])
    return [str(path) for path in paths]


def rows(run, folder: Path) -> list[str]:
    """Rows in the user's units, with a hole, a category that is unknown, and a date."""
    lines = ["Größe,weight,town,day"]
    rng = np.random.default_rng(3)
    for number in range(40):
        weight = "" if number == 3 else f"{rng.normal() * 2:.3f}"
        town = "Rom" if number == 5 else ("Köln", "Bonn")[number % 2]
        lines.append(f"{rng.normal():.3f},{weight},{town},2024-01-{number % 28 + 1:02d}")
    path = folder / "rows.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return [str(path)]


def steps(run, folder: Path) -> list[str]:
    values = np.array(measured(run.dataset))[300:371]  # whose last window is not on the stride
    values[50] += 9
    header = ";".join(run.source.series.channels)
    path = folder / "steps.csv"
    path.write_text("\n".join([header, *(";".join(map(repr, map(float, v))) for v in values)]))
    return [str(path)]


DATA = {"image": images, "convolutional": images, "table": rows, "series": steps}


@pytest.mark.parametrize(
    ("name", "score"),
    [
        ("image", "dissimilarity"),
        ("convolutional", "combined"),
        ("table", "combined"),
        ("series", "error"),
    ],
)
def test_the_script_gives_the_same_verdicts_to_the_last_digit(made, name, score, tmp_path, capsys):
    run = made(name)
    model = load_model(run.model_path, compile=False)
    detectors.make_judgement(run, model, score)
    with zipfile.ZipFile(io.BytesIO(pack_detector(run))) as archive:
        assert sorted(archive.namelist()) == [
            "detect.py", "detector.json", "detector.npz", "model.keras",
        ]  # fmt: skip
        archive.extractall(tmp_path / "alone")
    files = DATA[name](run, tmp_path)
    done = subprocess.run(
        [sys.executable, "-I", "-c", ALONE, "alone/detect.py", *files],
        cwd=tmp_path, capture_output=True, text=True,
    )  # fmt: skip
    capsys.readouterr()
    if DATA[name] is images:  # as the model sees them: digits are cropped and centred before
        pixels = to_bytes(load(run.dataset).test.images[:12]).astype(np.float32) / np.float32(255)
        found = judge_new(model, detectors.needed_detector(run), pixels)
        pairs = zip(found.scores.tolist(), found.flagged.tolist(), strict=True)
        told = [{"score": score, "flagged": flagged} for score, flagged in pairs]
    else:
        main(["detect", run.id, *files, "--runs", str(run.path.parent), "--json"])
        told = json.loads(capsys.readouterr().out)["verdicts"]
    assert done.returncode == int(any(each["flagged"] for each in told)), done.stderr
    alone = list(csv.DictReader(io.StringIO(done.stdout)))
    assert len(alone) == len(told) > 10
    for one, other in zip(alone, told, strict=True):
        assert one["score"] == ("nan" if other["score"] is None else repr(other["score"]))
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


@pytest.mark.parametrize("name", ["image", "table", "series"])
def test_a_detector_goes_with_its_run(made, name, tmp_path):
    run = made(name)
    detectors.make_judgement(run, load_model(run.model_path, compile=False), "combined")
    there = RunStore(tmp_path).get(bring_in(pack(run), "it.run.zip", RunStore(tmp_path)))
    mine, theirs = detectors.needed_detector(run), detectors.needed_detector(there)
    assert (mine.threshold, mine.score, mine.normal) == (
        theirs.threshold, theirs.score, theirs.normal,
    )  # fmt: skip
    np.testing.assert_array_equal(mine.calibration, theirs.calibration)
    for key, value in mine.state.items():
        np.testing.assert_array_equal(value, theirs.state[key])


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
