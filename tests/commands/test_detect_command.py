"""`detect`: verdicts on new data with an exit status for scripts, once or as files arrive."""

import json
import os
import signal
from pathlib import Path

import numpy as np
import pytest
from detecting import runs_of_every_kind
from PIL import Image

from aecore.__main__ import main
from aecore.commands import detect
from aecore.commands.watching import arriving
from aecore.data.arrays import to_bytes
from aecore.data.datasets import load
from aecore.runs import detectors


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    with runs_of_every_kind(tmp_path_factory.mktemp("commands")) as of:
        yield of


def told(run, *arguments, capsys) -> tuple[int, str, str]:
    capsys.readouterr()
    status = main(["detect", run.id, *map(str, arguments), "--runs", str(run.path.parent)])
    out, err = capsys.readouterr()
    return status, out, err


def digit(run, folder: Path, label: int, name: str) -> Path:
    test = load(run.dataset).test
    image = test.images[np.flatnonzero(test.labels == label)[0]]
    path = folder / name
    Image.fromarray(to_bytes(image)[..., 0]).save(path)
    return path


def noise(folder: Path, name: str) -> Path:
    path = folder / name
    pixels = np.random.default_rng(0).integers(0, 256, (8, 8), np.uint8)
    Image.fromarray(pixels).save(path)
    return path


def test_the_status_tells_a_script_what_was_found(made, tmp_path, capsys):
    run = made("image")
    usual, odd = digit(run, tmp_path, 0, "usual.png"), noise(tmp_path, "odd.png")
    status, out, _ = told(run, usual, capsys=capsys)
    assert (status, len(out.splitlines())) == (0, 1) and "FLAGGED" not in out
    assert detectors.kept_detector(run) is not None  # made by the command, and kept
    status, out, _ = told(run, usual, odd, "--csv", tmp_path / "v.csv", "--json", capsys=capsys)
    verdicts = json.loads(out)["verdicts"]
    assert status == 1 and [each["flagged"] for each in verdicts] == [False, True]
    lines = (tmp_path / "v.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "name,score,flagged" and lines[2].startswith("odd.png,")
    (tmp_path / "no.png").write_bytes(b"no image")
    status, out, err = told(run, tmp_path / "no.png", capsys=capsys)
    assert (status, out) == (2, "") and err.startswith("no.png: ")
    assert told(run, tmp_path / "gone.png", capsys=capsys)[0] == 2


def test_score_and_share_of_false_alarms_are_chosen_for_one_call(made, tmp_path, capsys):
    run = made("image")
    usual = digit(run, tmp_path, 0, "usual.png")
    told(run, usual, capsys=capsys)
    before = detectors.needed_detector(run)
    scores = []
    for more in ((), ("--score", "error"), ("--share", "0.99")):
        status, out, _ = told(run, usual, *more, "--json", capsys=capsys)
        scores.append(json.loads(out)["verdicts"][0]["score"])
    assert status == 1 and scores[0] == scores[2] != scores[1]  # nearly all are flagged
    assert detectors.needed_detector(run).threshold == before.threshold
    status, _, err = told(run, usual, "--share", "2", capsys=capsys)
    assert status == 2 and "lies between 0 and 1" in err


@pytest.mark.parametrize("arguments", [[], ["--score", "error"]])
def test_a_model_that_is_replaced_meanwhile_judges_nothing(
    made, tmp_path, capsys, monkeypatch, arguments
):
    run, kept = made("image"), detectors.kept_detector

    def trained_further(run):
        os.utime(run.model_path)
        return kept(run)

    monkeypatch.setattr(detectors, "kept_detector", trained_further)
    status, out, err = told(run, noise(tmp_path, "odd.png"), *arguments, capsys=capsys)
    assert (status, out) == (2, "") and "trained further" in err


def test_a_row_is_told_with_the_column_that_counts_most(made, tmp_path, capsys):
    run = made("table")
    path = tmp_path / "rows.csv"
    path.write_text(
        "Größe,weight,town,day\n0.1,0.2,Köln,2024-01-05\n0.1,900,Köln,2024-01-05\n,,,\n"
    )
    status, out, _ = told(run, path, "--csv", tmp_path / "v.csv", "--json", capsys=capsys)
    first, second, third = json.loads(out)["verdicts"]
    assert third["score"] is None and third["flagged"] is None  # there is nothing to judge by
    assert (tmp_path / "v.csv").read_text(encoding="utf-8-sig").splitlines()[3] == "row 3,,,,,,"
    assert (status, first["flagged"], second["flagged"]) == (1, False, True)
    assert (second["name"], second["reason"], second["value"]) == ("row 2", "weight", "900")
    assert float(second["share"].rstrip("%")) > 50 and second["reconstructed"]
    assert "far from the training data" in " ".join(json.loads(out)["notes"])


def test_a_step_is_told_with_its_time_and_channel(made, tmp_path, capsys):
    run = made("series")
    lines = ["time,load,heat"]
    for hour in range(96):
        time = np.datetime64("2024-03-01T00:00") + np.timedelta64(hour, "h")
        day = 2 * np.pi * hour / 24
        heat = 20 + np.cos(day) + (40 if hour == 60 else 0)
        lines.append(f"{time},{np.sin(day):.4f},{heat:.4f}")
    path = tmp_path / "steps.csv"
    path.write_text("\n".join(lines))
    status, out, _ = told(run, path, "--json", capsys=capsys)
    verdicts = json.loads(out)["verdicts"]
    assert status == 1 and len(verdicts) == 96
    worst = verdicts[60]
    assert worst["flagged"] and worst["name"] == "2024-03-03 12:00:00"
    assert worst["reason"] == "heat" and worst["value"] > 50 > worst["reconstructed"]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("table", "Größe,height\n1,2\n", "lacks columns that the model needs: weight"),
        ("series", "time,load\n" + "2024-01-01,1\n" * 40, "lacks channels that the model needs"),
    ],
)
def test_data_with_other_columns_or_channels_is_a_sentence(
    made, name, text, words, tmp_path, capsys
):
    path = tmp_path / "other.csv"
    path.write_text(text)
    status, out, err = told(made(name), path, capsys=capsys)
    assert (status, out) == (2, "") and words in err


def test_files_are_told_once_they_are_whole_and_when_they_are_replaced(tmp_path):
    (tmp_path / "before.png").write_bytes(b"old")
    (tmp_path / "inside").mkdir()
    moments = iter(
        [
            lambda: (tmp_path / "a.png").write_bytes(b"half"),
            lambda: (tmp_path / "a.png").write_bytes(b"whole file"),  # still growing
            lambda: (tmp_path / ".hidden").write_bytes(b"x"),
            lambda: (tmp_path / "b.png").write_bytes(b"next"),
            lambda: (tmp_path / "before.png").write_bytes(b"replaced"),
            lambda: None,
            lambda: None,
        ]
    )
    seen = arriving([tmp_path], wait=lambda: next(moments)())
    names = [next(seen).name for _ in range(3)]
    assert names == ["a.png", "b.png", "before.png"]


def test_watching_judges_what_arrives_until_it_is_ended(made, tmp_path, capsys, monkeypatch):
    run = made("image")
    folder = tmp_path / "in"
    folder.mkdir()

    def arrivals(folders):
        yield digit(run, folder, 1, "first.png")
        (folder / "text.png").write_text("no image")
        yield folder / "text.png"
        yield noise(folder, "third.png")
        raise KeyboardInterrupt

    monkeypatch.setattr(detect, "arriving", arrivals)
    table = tmp_path / "verdicts.csv"
    status, out, err = told(run, folder, "--watch", "--csv", table, "--json", capsys=capsys)
    lines = [json.loads(line) for line in out.splitlines()]
    assert [line["file"] for line in lines] == ["first.png", "text.png", "third.png"]
    assert [len(line["refused"]) for line in lines] == [0, 1, 0]
    assert status == 1 and lines[2]["verdicts"][0]["flagged"]
    written = table.read_text(encoding="utf-8-sig").splitlines()
    assert len(written) == 3 and "2 verdicts." in err
    told(run, folder, "--watch", "--csv", table, capsys=capsys)
    written = table.read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in written] == ["file", *["first.png", "third.png"] * 2]
    assert told(run, table, "--watch", capsys=capsys)[0] == 2  # no folder


def test_verdicts_are_not_appended_below_other_columns(made, tmp_path, capsys, monkeypatch):
    run, table = made("image"), tmp_path / "verdicts.csv"
    folder = tmp_path / "in"
    folder.mkdir()
    file = digit(run, folder, 1, "first.png")
    told(run, folder, "--csv", table, capsys=capsys)
    written = table.read_bytes()
    monkeypatch.setattr(detect, "arriving", lambda folders: pytest.fail("it is known before"))
    status, _, err = told(run, folder, "--watch", "--csv", table, capsys=capsys)
    assert status == 2 and "other columns" in err and table.read_bytes() == written
    table.write_text("file,name,score,flagged,reason\n")  # of a table or a series
    monkeypatch.setattr(detect, "arriving", lambda folders: iter([file]))
    status, _, err = told(run, folder, "--watch", "--csv", table, capsys=capsys)
    assert status == 2 and "other columns" in err and len(table.read_text().splitlines()) == 1


def test_ctrl_c_waits_for_the_verdicts_of_a_file(made, tmp_path, capsys, monkeypatch):
    run, table = made("image"), tmp_path / "verdicts.csv"
    files = [digit(run, tmp_path, 1, name) for name in ("first.png", "second.png")]
    monkeypatch.setattr(detect, "arriving", lambda folders: iter(files))
    judge_of = detect._judge

    def interrupted(options):
        judge = judge_of(options)

        def press_and_judge(paths):
            signal.raise_signal(signal.SIGINT)
            return judge(paths)

        return press_and_judge

    monkeypatch.setattr(detect, "_judge", interrupted)
    _, out, err = told(run, tmp_path, "--watch", "--csv", table, capsys=capsys)
    assert "first.png" in out and "second.png" not in out and err.endswith("1 verdict.\n")
    written = table.read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in written] == ["file", "first.png"]
