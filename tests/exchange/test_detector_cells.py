"""The script of an exported detector reads CSV files as the product does."""

import contextlib
import csv
import io
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from keras.models import load_model

from aecore.__main__ import main
from aecore.compute.training import train
from aecore.data.tables.making import Plan, make_table
from aecore.data.tables.uploads import look_at
from aecore.detection.script_readers import READERS
from aecore.exchange.detector_file import pack_detector
from aecore.runs import detectors
from aecore.runs.store import RunStore
from aecore.training.experiment import Experiment

# as where this project is not installed; one process for all, since loading TensorFlow takes longer
ALONE = """import contextlib, io, json, runpy, sys
sys.modules["aecore"] = None
told = []
for path in json.load(sys.stdin):
    script, out, err = path.rsplit("/", 1)[0] + "/detect.py", io.StringIO(), io.StringIO()
    sys.argv = [script, path]
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            runpy.run_path(script, run_name="__main__")
        except SystemExit as ended:
            told.append([ended.code, out, err])
        except Exception as problem:
            told.append([repr(problem), out, err])
print(json.dumps([[code, out.getvalue(), err.getvalue()] for code, out, err in told]))
"""
RANDOM = np.random.default_rng(5)
ROWS = [
    (f"{x:.2f}", f"{1000 + 99 * y:.1f}", ("Rom", "Bonn")[day % 2], day % 28 + 1)
    for day, (x, y) in enumerate(RANDOM.normal(size=(90, 2)))
]
DOTTED = [f"{x};{y};{town};{day:02}.01.2024 {day % 24:02}:30" for x, y, town, day in ROWS]
SLASHED = [f"{x},{y},2024/{day % 12 + 1}/{day:02}" for x, y, _, day in ROWS]
NAMED = "size;größe;town;day"
LEARNT = {  # a table → what is learnt from it
    "named": [NAMED, *DOTTED],
    "headerless": SLASHED,
    "times since 1970": [
        "x,y,t",
        *(f"{x},{y},{1706659200_000 + 60_000 * place}" for place, (x, y, *_) in enumerate(ROWS)),
    ],
    "units": ["x;y;price", *(f"{x} %;{y} kWh/m²;${y}".replace(".", ",") for x, y, *_ in ROWS)],
    "unnamed and alike": [",x,x", *(f"{place},{x},{y}" for place, (x, y, *_) in enumerate(ROWS))],
}
NO_NUMBERS = ("1_000", "１２", "0x1F", "inf", "soon", "n/a")


def text(*lines: str, encoding: str = "utf-8") -> bytes:
    return "\n".join(lines).encode(encoding)


JUDGED = {  # what is judged → the table learnt, and the file
    **{name: (name, text(*lines)) for name, lines in LEARNT.items()},
    "units left out, or others": ("units", text("x;price;y", *(
        f"{x}%;-{y};{y} {('kWh/m²', 'MJ')[day % 2]}" for x, y, _, day in ROWS))),
    "UTF-16": ("named", text(NAMED, *DOTTED, encoding="utf-16")),
    "UTF-32": ("named", text(NAMED, *DOTTED, encoding="utf-32")),
    "without a header": ("named", text(*DOTTED)),
    "another order": ("named", text("town;day;more;größe;size", *(
        f"{town};{day:02}.01.2024 05:30;7;{y};{x}" for x, y, town, day in ROWS))),
    "lines above the table": ("named", text("sep=;", "Logger: TR-7", "", NAMED, *DOTTED)),
    "units below the names": ("named", text(NAMED, "mm;cm;;UTC", "", *DOTTED)),
    "lines of as many cells above": ("named", text("TR-7;;;", "Rate;5;;", "", NAMED, *DOTTED)),
    "comments above the table": ("named", text("# by a", "# logger", NAMED, *DOTTED)),
    "typographic signs": ("named", text(NAMED, *(
        line.replace("-", "\u2212") for line in DOTTED))),
    "zones": ("named", text(NAMED, *(f"{x};{y};{town};2024-01-{day:02} 05:30:00 UTC"
                                     for x, y, town, day in ROWS))),
    "short, long and blank rows": ("named", text(
        NAMED, *DOTTED, "1.5", "2.5;1000;Rom", "1;2;3;4;5", "  ", DOTTED[0])),
    "what is no number": ("named", text(
        NAMED, *DOTTED, *(f"{cell};1000.5;Rom;01.01.2024 05:30" for cell in NO_NUMBERS))),
    "dates as elsewhere": ("named", text(NAMED, *(
        f"{x};{y};{town};2024-01-{day:02}T{day % 24:02}:30+02:00" for x, y, town, day in ROWS))),
    "times of a log": ("headerless", text(*(
        f"{x},{y},{day:02}/Jan/2024:05:30:00 {'+-'[day % 2]}0500" for x, y, _, day in ROWS))),
    "negative numbers of accountants": ("named", text(NAMED, *(
        line.replace("-", "") + "" if line[0] != "-" else "(" + line[1:].replace(";", ");", 1)
        for line in DOTTED))),
    "bounds": ("units", text("x;y;price", *(
        f"{'<>≤≥~'[day % 5]} {x} %;<{y};>${y}" for x, y, _, day in ROWS))),
    "dates of digits alone": ("headerless", text(*(
        f"{x},{y},202401{day:02}" for x, y, _, day in ROWS))),
    "times of one digit": ("headerless", text(*(
        f"{x},{y},2024-1-{day} {day % 10}:05" for x, y, _, day in ROWS))),
}  # fmt: skip
REFUSED = {  # … → and what the script says
    "a column that is missing": (
        "named", text("size;town;day", "1;Rom;01.01.2024 05:30"), "lacks columns .* größe",
    ),
    "dates that are none": (
        "named", text(NAMED, "1;2;Rom;soon", "1;2;Rom;later"), "no date .* column day",
    ),
    "nothing": ("named", b"\n", "empty"),
}  # fmt: skip


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory):
    """What this product and what the scripts say of each file: exit status, output and errors."""
    folder = tmp_path_factory.mktemp("cells")
    store, runs, paths, told = RunStore(folder / "runs"), {}, {}, {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUTOENCODER_STUDIO_DATA", str(folder / "data"))
        for name, lines in LEARNT.items():
            content = text(*lines)
            seen = look_at("t.csv", content)
            columns = tuple(enumerate(seen.columns))
            parts = ("time", "hour", "weekday")
            plan = Plan(name, seen.dialect, columns, date_parts=parts)
            key = make_table("t.csv", content, plan).key
            runs[name] = store.create(Experiment.of("linear", dataset=key, epochs=1))
            assert train(runs[name]).state == "finished"
            model = load_model(runs[name].model_path, compile=False)
            detectors.make_judgement(runs[name], model, "error")
            with zipfile.ZipFile(io.BytesIO(pack_detector(runs[name]))) as archive:
                archive.extractall(folder / name)
        for title, (name, content, *_) in (JUDGED | REFUSED).items():
            paths[title] = folder / name / f"{len(paths)}.csv"
            paths[title].write_bytes(content)
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                path = str(paths[title])
                code = main(
                    ["detect", runs[name].id, path, "--runs", str(store.directory), "--json"]
                )
            told[title] = code, out.getvalue()
    done = subprocess.run(
        [sys.executable, "-I", "-c", ALONE],
        input=json.dumps([path.as_posix() for path in paths.values()]),
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    alone = json.loads(done.stdout)
    return {title: (told[title], one) for title, one in zip(paths, alone, strict=True)}


@pytest.mark.parametrize("title", JUDGED)
def test_the_script_judges_every_kind_of_csv_file_as_the_product_does(verdicts, title):
    (status, answer), (code, out, err) = verdicts[title]
    assert code == status, err
    told = json.loads(answer)["verdicts"]
    alone = list(csv.DictReader(io.StringIO(out)))
    assert [each["name"] for each in alone] == [each["name"] for each in told]
    assert len(told) >= len(ROWS)
    for one, other in zip(alone, told, strict=True):
        assert float(one["score"]) == pytest.approx(other["score"], rel=1e-6)
        assert one["flagged"] == str(int(other["flagged"]))


@pytest.mark.parametrize("title", REFUSED)
def test_the_script_says_in_a_sentence_why_it_judges_nothing(verdicts, title):
    _, (code, out, err) = verdicts[title]
    assert code == 2 and out == "" and re.search(REFUSED[title][2], err)


def reader(reads, **series):
    """What the script of such a detector reads files with."""

    def refuse(sentence):
        raise SystemExit(sentence)

    names = {"TOLD": {"series": series}, "refuse": refuse, "csv": csv, "np": np, "Path": Path}
    exec(READERS[reads].standard + READERS[reads].source, names)
    return names["read"]


@pytest.mark.parametrize("label, first", [("", ()), ("", "abc"), ("kind", ["kind", *"abc"]),
                                          ("column 1", ())])  # fmt: skip
def test_short_series_are_read_with_and_without_a_header(label, first, tmp_path):
    rows = [["up", "1.5", "2.5 V", "3.5"], ["down", "4.5", "5.5 V", ""]]
    lines = [first] * bool(first) + [row if label else row[1:] for row in rows]
    (tmp_path / "a.csv").write_text("\n".join(map(",".join, lines)))
    read = reader("apart", label=label, length=3, mean=[0], scale=[1])
    values, names = read(tmp_path / "a.csv")
    np.testing.assert_array_equal(values[..., 0], [[1.5, 2.5, 3.5], [4.5, 5.5, np.nan]])
    assert names == ["row 1", "row 2"]


def test_a_stretch_needs_its_channels_and_a_windows_steps(tmp_path):
    path = tmp_path / "a.csv"
    read = reader("series", channels=["x", "column 2"], length=3, mean=[0, 1], scale=[1, 2])
    path.write_text("x,\n" + "1.5,2\n" * 3 + "2.5\n")
    values, _ = read(path)
    np.testing.assert_array_equal(values, [[1.5, 0.5]] * 3 + [[2.5, np.nan]])
    path.write_text("x,\n" + "1.5 °C,5%\n" * 3 + "2.5°C,n/a\n")
    np.testing.assert_array_equal(read(path)[0], [[1.5, 2]] * 3 + [[2.5, np.nan]])
    path.write_text("x,\n" + "1.5,2\n" * 2)
    with pytest.raises(SystemExit, match="has 2 steps; a window of the model has 3"):
        read(path)
    path.write_text("x,y,z\n" + "1.5,2,3\n" * 3)
    with pytest.raises(SystemExit, match="lacks columns that the model needs: column 2"):
        read(path)
