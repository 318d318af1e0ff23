"""`data add`, `data list` and `fill`, as a shell has them."""

import csv
import json

import numpy as np
import pytest
from made_sets import heartbeats
from scipy.io import wavfile

from aecore.__main__ import main


@pytest.fixture(autouse=True)
def folders(tmp_path, monkeypatch):
    monkeypatch.setenv("AUTOENCODER_STUDIO_DATA", str(tmp_path / "datasets"))
    monkeypatch.setenv("AUTOENCODER_STUDIO_RUNS", str(tmp_path / "runs"))


@pytest.fixture
def table(tmp_path):
    rng = np.random.default_rng(0)
    size = rng.normal(size=120)
    lines = ["id;Größe;weight;town;day;state"]
    for i, x in enumerate(size):
        town = "Köln" if x > 0 else "Bonn"
        cells = [i, f"{x:.3f}", f"{2 * x:.3f}", town, f"2024-01-{i % 28 + 1:02d}"]
        lines.append(
            ";".join(str(c).replace(".", ",") for c in cells) + f";{'bad' if i % 9 == 0 else 'ok'}"
        )
    path = tmp_path / "table.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def told(capsys, *arguments, status=0):
    capsys.readouterr()
    assert main([*map(str, arguments), "--json"]) == status
    return json.loads(capsys.readouterr().out)


def test_a_table_is_added_with_what_was_understood(table, capsys):
    found = told(
        capsys, "data", "add", table, "--name", "Städte", "--label", "state", "--normal", "ok"
    )
    kinds = {c["name"]: (c["kind"], c["learnt"]) for c in found["columns"]}
    assert kinds == {
        "id": ("identifier", False),
        "Größe": ("number", True),
        "weight": ("number", True),
        "town": ("category", True),
        "day": ("date", True),
        "state": ("category", False),
    }
    assert found["rows"] == 120 and found["dialect"]["decimal"] == ","
    (listed,) = told(capsys, "data", "list")
    assert listed["key"] == found["key"] and listed["title"] == "Städte"
    assert sorted(listed["classes"]) == ["bad", "ok"] and listed["table"]["normal"] == "ok"


def test_what_was_understood_can_be_corrected(table, capsys):
    found = told(
        capsys, "data", "add", table, "--name", "t", "--column", "id=number", "--leave-out", "day",
        "--leave-out", "state",
    )  # fmt: skip
    assert [c["name"] for c in found["columns"] if c["learnt"]] == ["id", "Größe", "weight", "town"]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--label", "nothing"], "no column nothing"),
        (["--label", "state", "--normal", "great"], "'great'"),
        (["--column", "id=colour"], "a column is one of"),
        (["--column", "nothing=number"], "no column nothing"),
        (["--name", " "], "needs a name"),
    ],
)
def test_what_cannot_be_is_said(table, capsys, options, reason):
    assert main(["data", "add", str(table), "--name", "t", *options]) == 1
    assert reason in capsys.readouterr().err


def test_a_series_is_added_in_windows_of_its_period(tmp_path, capsys):
    lines = ["time,load,state"]
    for i in range(1200):
        time = np.datetime64("2024-01-01T00:00") + np.timedelta64(i, "h")
        lines.append(f"{time},{np.sin(2 * np.pi * i / 24):.4f},{'odd' if i > 1150 else 'ok'}")
    path = tmp_path / "load.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    options = ["--name", "Load", "--kind", "series", "--label", "state", "--normal", "ok"]
    found = told(capsys, "data", "add", path, *options)
    assert (found["steps"], found["step"], found["window"], found["stride"]) == (1200, 3600, 24, 6)
    assert found["channels"] == ["load"] and "-24x1-series-" in found["key"]
    run = told(capsys, "train", "convolutional", "--dataset", found["key"], "--epochs", "20")
    assert run["state"] == "finished" and run["r2"] > 0.5

    new, out = tmp_path / "new.csv", tmp_path / "out.csv"
    new.write_text("\n".join([lines[0], *lines[1:101]]), encoding="utf-8")
    scores = told(capsys, "score", run["run"], new)["windows"]
    assert len(scores) == 14 and scores[0]["begin"] == "2024-01-01 00:00:00"
    assert all(0 <= score["share_below"] <= 1 for score in scores)
    assert told(capsys, "reconstruct", run["run"], new, "--out", out)["steps"] == 100
    header, *steps = csv.reader(out.read_text(encoding="utf-8").splitlines())
    assert header == ["time", "load", "load (reconstructed)", "error"]
    given, rebuilt = np.array([[float(x) for x in step[1:3]] for step in steps]).T
    assert np.abs(given - rebuilt).mean() < 0.5 * np.abs(given).mean()
    assert main(["fill", run["run"], str(new), "--out", str(out)]) == 1
    assert "did not learn from a table" in capsys.readouterr().err
    new.write_text("a,b\n1,2\n3,4\n", encoding="utf-8")
    assert main(["score", run["run"], str(new)]) == 1
    assert "lacks channels that the model needs: load" in capsys.readouterr().err


def test_rows_can_be_short_series_and_sounds_are_series(tmp_path, capsys):
    path = tmp_path / "hearts.csv"
    path.write_bytes(heartbeats())
    options = ["--kind", "series", "--rows", "--label", "state", "--normal", "ok"]
    found = told(capsys, "data", "add", path, "--name", "Hearts", *options)
    assert (found["series"], found["steps"]) == (60, 24) and "-24x1-series-" in found["key"]
    wave = np.sin(2 * np.pi * np.arange(8000) / 80)
    wavfile.write(tmp_path / "hum.wav", 8000, (wave * 30_000).astype(np.int16))
    found = told(capsys, "data", "add", tmp_path / "hum.wav", "--name", "Hum")
    assert (found["steps"], found["window"], found["channels"]) == (8000, 80, ["sound"])


@pytest.fixture
def hum(tmp_path):
    wave = np.sin(2 * np.pi * np.arange(8000) / 80)
    wavfile.write(tmp_path / "hum.wav", 8000, (wave * 30_000).astype(np.int16))
    return tmp_path / "hum.wav"


def test_intervals_of_a_sound_are_in_its_seconds(hum, tmp_path, capsys):
    (tmp_path / "odd.csv").write_text("start,end\n0.50005,0.75005\n")
    told(capsys, "data", "add", hum, "--name", "Hum", "--intervals", tmp_path / "odd.csv")
    (listed,) = told(capsys, "data", "list")
    assert listed["classes"] == ["normal", "anomaly"] and listed["series"]["normal"] == "normal"
    (labels,) = (tmp_path / "datasets").glob("*/labels.bin")
    (steps,) = np.nonzero(np.fromfile(labels, "<i4"))
    assert (steps[0], steps[-1]) == (4001, 6000)


@pytest.mark.parametrize(
    "option",
    [("--label", "state"), ("--column", "a=number"), ("--leave-out", "a"), ("--time", "t"),
     ("--wide", "a,b,c"), ("--rows",)],
)  # fmt: skip
def test_options_about_columns_are_refused_for_a_sound(hum, capsys, option):
    assert main(["data", "add", str(hum), "--name", "Hum", *option]) == 1
    assert f"{option[0]} is for a table" in capsys.readouterr().err


@pytest.mark.parametrize(
    "options",
    [("--rows",), ("--time", "day"), ("--intervals", "odd.csv"), ("--window", "8"),
     ("--stride", "2"), ("--wide", "a,b,c", "--kind", "series"),
     *((*each, "--kind", "series", "--rows") for each in
       (("--time", "day"), ("--intervals", "odd.csv"), ("--window", "8"), ("--stride", "2")))],
)  # fmt: skip
def test_options_without_effect_are_refused(table, capsys, options):
    assert main(["data", "add", str(table), "--name", "t", *options]) == 1
    assert f"{options[0]} is for " in capsys.readouterr().err


def test_missing_cells_are_filled_and_the_others_stay(table, tmp_path, capsys):
    key = told(capsys, "data", "add", table, "--name", "t", "--leave-out", "state")["key"]
    options = ["train", "undercomplete", "--dataset", key, "--epochs", "25", "--latent-size", "2"]
    run = told(capsys, *options)["run"]
    rows = [["note", "Größe", "weight", "town", "day"], ["=a", "1.5", "", "Köln", "2024-01-05"],
            ["b", "-1.5", "-3", "", "2024-01-06"], ["c", "0.5", "1", "Ulm", ""],
            ["d", "", "inf", "", ""]]  # fmt: skip
    path, out = tmp_path / "new.csv", tmp_path / "filled.csv"
    path.write_text("\n".join(map(",".join, rows)), encoding="utf-8")
    assert told(capsys, "fill", run, path, "--out", out)["filled"] == 7
    header, first, second, third, fourth = csv.reader(out.read_text(encoding="utf-8").splitlines())
    assert header == rows[0]
    assert first[:2] == ["'=a", "1.5"] and 0 < float(first[2]) < 5
    assert second[:3] == ["b", "-1.5", "-3"] and second[3] == "Bonn"
    assert third[3] == "Ulm" and third[4].startswith("2024-01-")
    assert all(fourth) and "inf" not in fourth

    shown = told(capsys, "reconstruct", run, path, "--out", out)
    assert shown["rows"] == 4
    header, first, *_ = csv.reader(out.read_text(encoding="utf-8").splitlines())
    assert header == rows[0] and first[0] == "'=a" and float(first[1]) != 1.5
    found = told(capsys, "score", run, path, "--csv", out, "--codes")
    assert [score["row"] for score in found["rows"]] == [1, 2, 3, 4]
    assert [score["error"] is None for score in found["rows"]] == [False, False, False, True]
    assert {"error", "share_below", "column", "z1", "z2"} <= set(found["rows"][0])
    assert "town: 1 value unknown to the model" in " ".join(found["notes"])
    assert len(out.read_text(encoding="utf-8").splitlines()) == 5
    assert main(["score", run, str(path), str(path)]) == 1
    assert "one file at a time" in capsys.readouterr().err

    path.write_text("Größe,town\n1,Köln\n", encoding="utf-8")
    assert main(["fill", run, str(path), "--out", str(out)]) == 1
    assert "lacks columns that the model needs: weight, day" in capsys.readouterr().err


def test_a_long_list_is_told_of_and_turned_wide(tmp_path, capsys):
    rng = np.random.default_rng(0)
    pairs = [(u, m) for u in range(60) for m in range(9) if rng.random() < 0.6]
    rng.shuffle(pairs)
    lines = [f"{user},film {movie},{rng.integers(1, 6)}" for user, movie in pairs]
    path = tmp_path / "ratings.csv"
    path.write_text("\n".join(["user,movie,rating", *lines]), encoding="utf-8")
    long = told(capsys, "data", "add", path, "--name", "Films")
    assert "--wide 'user,movie,rating'" in long["refused"][-1]
    wide = told(capsys, "data", "add", path, "--name", "Films", "--wide", "user,movie,rating")
    assert (wide["rows"], len(wide["columns"])) == (60, 9) and wide["key"] != long["key"]
    ratings = {column["name"]: column["ratings"] for column in wide["columns"]}
    assert ratings == {f"film {m}": sum(m == movie for _, movie in pairs) for m in range(9)}
    assert main(["data", "add", str(path), "--name", "F", "--wide", "user,movie"]) == 1


def test_lines_above_a_table_are_skipped_as_told(tmp_path, capsys):
    path = tmp_path / "units.csv"
    path.write_text("x,y\nm,s\n" + "".join(f"{i % 7}.5,{i % 9}.25\n" for i in range(120)))
    found = told(capsys, "data", "add", path, "--name", "Units", "--skip", "1")
    assert [column["name"] for column in found["columns"]] == ["m", "s"]
    assert found["rows"] == 120 and found["dialect"]["skip"] == 1
    found = told(capsys, "data", "add", path, "--name", "Units", "--header", "1")
    assert found["dialect"]["header"] == 1 and found["columns"][0]["name"] == "x"
    for name in ("--skip", "--header"):
        assert main(["data", "add", str(path), "--name", "Units", name, "-1"]) == 1
        assert "at least 0" in capsys.readouterr().err
