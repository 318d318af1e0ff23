"""Rows and stretches as files: they come back in the user's units, and nothing else is read."""

import json
import zlib

import keras
import numpy as np
import pandas as pd
import pytest
from detecting import runs_of_every_kind
from made_sets import a_series, a_table

from aecore.__main__ import main
from aecore.compression.cell_curves import error_at, measure_cells
from aecore.compression.cells import NOTE, Cells
from aecore.compression.coding import Coder
from aecore.compression.container import FIXED, NotDecoded
from aecore.compression.measures import PCA, THIS
from aecore.compression.tabular import compress_cells, opened
from aecore.data.datasets import load
from aecore.data.series.stretch import Stretch, read_stretch
from aecore.data.tables.rows import Rows, read_rows
from aecore.runs.codecs import coder_for
from aecore.runs.run import Run

ROWS, STEPS = 40, 100  # neither is a whole number of windows


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    with runs_of_every_kind(tmp_path_factory.mktemp("cells")) as of:
        yield of


def given(run: Run) -> Rows | Stretch:
    if run.source.table is not None:
        return read_rows("t.csv", a_table(ROWS), run.source.table)
    assert run.source.series is not None
    return read_stretch("s.csv", a_series(STEPS), run.source.series)


@pytest.fixture(params=["table", "series"])
def coded(request, made) -> tuple[Run, Coder]:
    run = made(request.param)
    return run, coder_for(run, keras.models.load_model(run.model_path, compile=False))


def test_cells_come_back_in_the_users_units(coded):
    run, coder = coded
    found = compress_cells(run.source, coder, given(run))
    assert found.content == compress_cells(run.source, coder, given(run)).content
    assert len(found.content) < found.sizes["gzip"] < found.sizes["CSV"]
    assert found.error < 1.3 * found.limit + 0.01
    back = opened(run.source, coder, found.content)
    assert isinstance(back, Cells) and back == found.back
    assert len(back.rows) == len(given(run).values)
    assert (back.row, back.stretch is None, found.given is None) == (
        ("row", True, True) if run.source.table is not None else ("step", False, False)
    )
    smallest = compress_cells(run.source, coder, given(run), found.levels[0])
    within = compress_cells(run.source, coder, given(run), most=len(smallest.content))
    assert within.content == smallest.content and within.error > found.error


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda c: c[:-1], "damaged or cut off"),
        (lambda c: c[:9] + bytes([c[9] ^ 1]) + c[10:], "damaged or cut off"),
        (lambda c: sealed(c[:5] + bytes(6) + c[11:-4]), "by another model"),
        (lambda c: sealed(c[:12] + b"\xf0\x7f" + c[13:-4]), "does not decode|header"),
        (lambda c: sealed(c[:-4] + b"more"), "does not decode"),
    ],
)
def test_altered_truncated_and_foreign_files_are_refused(coded, change, reason):
    run, coder = coded
    content = compress_cells(run.source, coder, given(run)).content
    with pytest.raises(NotDecoded, match=reason):
        opened(run.source, coder, change(content))


def sealed(body: bytes) -> bytes:
    return body + zlib.crc32(body).to_bytes(4, "little")


def test_curves_of_cells_stand_beside_pca(coded):
    run, coder = coded
    found = measure_cells(run.source, coder, load(run.dataset), 5)
    assert set(found.curves) == {THIS, PCA, "CSV", "gzip", "bz2"}
    for name in (THIS, PCA):
        each = found.curves[name]
        assert each["bits"][0] < each["bits"][-1] and each["error"][0] > each["error"][-1]
        assert error_at(each, each["bits"][-1]) == pytest.approx(min(each["error"]))
        assert np.isnan(error_at(each, each["bits"][0] / 2))
    assert found.curves[THIS]["error"][-1] == pytest.approx(found.limit, rel=0.2)
    assert found.curves[PCA]["error"][-1] < 0.1 * found.curves[PCA]["error"][0]  # of all axes


@pytest.mark.parametrize(
    "note",
    [
        (0, True, 0.0, 1.0),
        (60_000, True, 0.0, 1.0),
        (1, True, float("nan"), 1.0),
        (1, True, 1e300, 1.0),
        (1, True, 0.0, 1e300),
        (1, True, 0.0, -1.0),
    ],
)
def test_a_forged_note_of_a_stretch_is_refused(made, note):
    run = made("series")
    coder = coder_for(run, keras.models.load_model(run.model_path, compile=False))
    content = compress_cells(run.source, coder, given(run)).content
    at = FIXED + 1  # after a count of one byte
    forged = content[:at] + NOTE.pack(*note) + content[at + NOTE.size : -4]
    with pytest.raises(NotDecoded, match="header"):
        opened(run.source, coder, sealed(forged))
    with pytest.raises(NotDecoded, match="header"):
        opened(run.source, coder, sealed(content[: at + 3]))


@pytest.mark.parametrize(
    ("kind", "content", "first", "length"),
    [("table", a_table(ROWS), "Größe", ROWS), ("series", a_series(STEPS), "time", STEPS)],
)
def test_the_commands_write_a_file_and_a_csv(made, tmp_path, capsys, kind, content, first, length):
    run, file, out = made(kind), tmp_path / "given.csv", tmp_path / "a.aes"
    runs = ("--runs", str(run.path.parent))
    file.write_bytes(content)
    assert main(["compress", run.id, str(file), "--out", str(out), "--json", *runs]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["bytes"] == out.stat().st_size < told["bytes of the CSV"]["gzip"]
    parts = {part["name"]: part for part in told[run.source.kind.parts]}
    assert main(["decompress", str(out), "--out", str(tmp_path), *runs]) == 0
    back = pd.read_csv(tmp_path / "decompressed.csv")
    assert len(back) == length and back.columns[0] == first
    assert not back.isna().any().any()  # missing values come back filled
    if kind == "table":
        given = pd.read_csv(file, sep=";", decimal=",")
        assert parts["weight"]["missing"] == given["weight"].isna().sum() > 0
        assert any("come back" in note for note in told["notes"])
        away = (given["Größe"] - back["Größe"]).abs().mean()
        assert parts["Größe"]["error"] == pytest.approx(away, rel=1e-3)
        wrong = (given["town"] != back["town"]).mean()
        assert parts["town"]["error"] == pytest.approx(wrong)
    else:
        given = pd.read_csv(file)
        assert (pd.to_datetime(given["time"]) == pd.to_datetime(back["time"])).all()
        away = (given["heat"] - back["heat"]).abs().mean()
        assert parts["heat"]["error"] == pytest.approx(away, rel=1e-3)
    capsys.readouterr()
    assert main(["compress", run.id, str(file), "--out", str(out), "--psnr", "20", *runs]) == 1
    assert "for images" in capsys.readouterr().err
