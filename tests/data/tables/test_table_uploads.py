"""Tables as other programs write them, and files that are none, read by a reader."""

import dataclasses
import io

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from aecore.data.limits import Refused
from aecore.data.tables.making import Plan, make_table
from aecore.data.tables.uploads import look_at, take_cells

FRAME = pd.DataFrame(
    {
        "Größe": [1.5, None, 3.25, 4.0] * 30,
        "Stadt, Land": ["Köln", "Bonn", None, "東京"] * 30,
        "tag": ["2024-01-01", "2024-02-29", "2024-03-01", None] * 30,
    }
)


def csv(**options):
    return FRAME.to_csv(index=False, **options).encode(options.get("encoding", "utf-8"))


def parquet():
    file = io.BytesIO()
    FRAME.assign(tag=pd.to_datetime(FRAME.tag)).to_parquet(file)
    return file.getvalue()


WRITTEN = {
    "as pandas does": csv(),
    "as a German Excel does": csv(sep=";", decimal=",").replace(b"\n", b"\r\n"),
    "with a byte order mark": b"\xef\xbb\xbf" + csv(sep=";"),
    "as UTF-16": csv(sep="\t", encoding="utf-16"),
    "with all cells quoted": csv(quoting=1),
    "with words for nothing": csv(na_rep="NA"),
    "with empty lines at the end": csv() + b"\n\n",
    "as Parquet": parquet(),
}


def taken(content, look=None, **options):
    look = look or look_at("t", content)
    return take_cells("t", content, look.dialect, list(enumerate(look.columns)), **options)


@pytest.mark.parametrize("how", WRITTEN)
def test_the_same_table_is_read_however_it_was_written(how):
    look = look_at("t", WRITTEN[how])
    assert [c.name for c in look.columns] == list(FRAME.columns)
    assert [c.kind for c in look.columns] == ["number", "category", "date"]
    assert [c.missing for c in look.columns] == [30, 30, 30]
    found = taken(WRITTEN[how], look)
    assert found.notes == ()
    np.testing.assert_array_equal(found.values[:, 0], FRAME["Größe"])
    names = found.columns[1].categories
    towns = [None if np.isnan(v) else names[int(v)] for v in found.values[:, 1]]
    assert towns == [None if pd.isna(v) else v for v in FRAME["Stadt, Land"]]
    days = pd.to_datetime(FRAME.tag).astype("datetime64[s]").astype("int64")
    days = np.where(FRAME.tag.isna(), np.nan, days)
    np.testing.assert_array_equal(found.values[:, 2], days)


def test_cells_that_do_not_fit_are_told_with_their_row():
    lines = ["x,y", *(f"{i}.5,a" for i in range(100)), "broken,a", "1e400,b", "7,a,surplus"]
    content = "\n".join(lines).encode()
    found = taken(content)
    assert len(found.values) == 102 and np.isnan(found.values[100:, 0]).all()
    told = " ".join(found.notes)
    assert "row 101: 'broken'" in told and "row 102: '1e400'" in told
    assert "line 104 has 3 cells instead of 2" in told


def test_rows_without_a_value_to_learn_are_left_out_and_told(tmp_path, monkeypatch):
    monkeypatch.setenv("AUTOENCODER_STUDIO_DATA", str(tmp_path))
    content = "\n".join(["a,b", *(f"{i % 7}.5,1" for i in range(80)), ",3", ",4"]).encode()
    seen = look_at("t.csv", content)
    made = make_table("t.csv", content, Plan("Holes", seen.dialect, ((0, seen.columns[0]),)))
    assert made.rows == 80 and "2 rows were left out" in made.notes[-1]


def test_rows_that_are_too_short_have_missing_cells():
    found = taken(b"x,y,z\n" + b"1.5,2.5,3.5\n" * 40 + b"4.5,5.5\n")
    np.testing.assert_array_equal(found.values[-1], [4.5, 5.5, np.nan])


def test_headers_may_come_twice_or_not_at_all():
    twice = look_at("t", b"a,a,\n1.5,2,x\n2.5,3,y\n")
    assert [c.name for c in twice.columns] == ["a", "a (2)", "column 3"]
    none = look_at("t", b"1.5,2\n2.5,3\n")
    assert [c.name for c in none.columns] == ["column 1", "column 2"] and none.rows == 2


@pytest.mark.parametrize(
    ("content", "names", "second"),
    [
        ('"x","y"\n' + '"a",1.5,2.25\n' * 30, ["column 1", "x", "y"], 1.5),
        ('"x" "y"\n' + '"car 1" 1.5 2.25\n' * 30, ["column 1", "x", "y"], 1.5),
        ("x;y\n" + "1.5;2.25;\n" * 30, ["x", "y", "column 3"], 2.25),  # ends of lines
    ],
)
def test_rows_with_one_cell_more_than_the_header_begin_with_their_name(content, names, second):
    look = look_at("t", content.encode())
    assert [c.name for c in look.columns] == names
    columns = [(1, dataclasses.replace(look.columns[1], kind="number"))]
    assert take_cells("t", content.encode(), look.dialect, columns).values[0, 0] == second


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_lines_above_a_table_are_no_part_of_it(end, encoding):
    lines = ["", 'Größe: 5"', "Serial: 12", "", "a,b", *["1.5,2"] * 30, "1,2,3"]
    content = end.join(lines).encode(encoding)
    look = look_at("t", content)
    assert [c.name for c in look.columns] == ["a", "b"] and look.rows == 30
    assert look.refused == ("line 36 has 3 cells instead of 2",)
    told = look_at("t", content, dataclasses.replace(look.dialect, skip=5, header=0))
    assert told.rows == 30 and told.columns[0].name == "column 1"
    lines[5:5] = ["m,s", ""]  # units below the names
    look = look_at("t", end.join(lines).encode(encoding))
    assert [c.name for c in look.columns] == ["a", "b"] and look.rows == 30
    assert look.refused == ("line 38 has 3 cells instead of 2",)


def test_a_dialect_that_was_told_is_used():
    content = b"a;b\n1,5;2\n2,5;3\n"
    found = look_at("t", content).dialect
    told = type(found)("utf-8", ",", '"', False, ".", "")
    assert len(look_at("t", content, told).columns) == 2
    assert look_at("t", content, told).rows == 3


def zipped():
    import zipfile

    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("t.csv", "a,b\n1,2\n")
    return file.getvalue()


NESTED = io.BytesIO()
pd.DataFrame({"a": [[1, 2], [3]]}).to_parquet(NESTED)
HOSTILE = {
    "nothing": (b"", "empty"),
    "NUL bytes": (b"a,b\n\0\0,1\n", "NUL"),
    "a ZIP": (zipped(), "ZIP"),
    "one long line": (b"a" * 30_000_000, "first line"),
    "too many columns": (b",".join([b"a"] * 200_000) + b"\n", "columns"),
    "a quote without an end": (b'a,b\n1,"2\n' + b"x,y\n" * 100_000, "cannot be read|quote|EOF"),
    "only a header": (b"a,b,c\n", "no rows below the line of column names"),
    "a damaged Parquet": (parquet()[:-200] + b"PAR1", "Parquet"),
    "a Parquet of lists": (NESTED.getvalue(), "lists"),
    "an image": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "NUL|text"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_cannot_be_used_ends_in_a_sentence(what):
    content, reason = HOSTILE[what]
    with pytest.raises(Refused, match=reason):
        taken(content)


def parquet_of(**columns):
    file = io.BytesIO()
    pq.write_table(pa.table({"x": [0.5 * step for step in range(60)], **columns}), file)
    return file.getvalue()


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "+02:00", "Nowhere/None", None])
def test_times_of_a_parquet_file_are_read_in_every_zone(zone):
    times = pa.array([60_000_000 * step for step in range(60)], pa.timestamp("us", zone))
    for written in (times, times.dictionary_encode()):
        content = parquet_of(at=written)
        look = look_at("t", content)
        assert [c.kind for c in look.columns] == ["number", "date"]
        np.testing.assert_array_equal(taken(content, look).values[:, 1], np.arange(60) * 60.0)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ([["a"]] * 60, "lists or records"),
        ([{"a": 1}] * 60, "lists or records"),
        ([bytes([1, 200, step]) for step in range(60)], "no text"),
        (pa.array([bytes([1, 200, step]) for step in range(60)], pa.binary(3)), "no text"),
    ],
)
def test_a_column_of_a_parquet_file_that_cannot_be_learnt_leaves_the_others(cells, reason):
    content = parquet_of(odd=cells, y=["a", "b"] * 30)
    look = look_at("t", content)
    assert [c.kind for c in look.columns] == ["number", "empty", "category"]
    assert reason in look.columns[1].reason
    values = taken(content, look).values
    np.testing.assert_array_equal(values[:, 0], np.arange(60) / 2)
    np.testing.assert_array_equal(values[:, 2], [0, 1] * 30)
    assert np.isnan(values[:, 1]).all()


def test_bytes_of_a_parquet_file_that_are_text_are_read_as_text():
    look = look_at("t", parquet_of(town=["Köln".encode(), b"Bonn", None] * 20))
    assert look.columns[1].categories == ("Köln", "Bonn") and look.columns[1].missing == 20


def test_formulas_and_infinities_are_no_numbers():
    content = b"x,y\n" + b"1.5,a\n" * 60 + b"=1+1,b\ninf,b\n-inf,a\nnan,a\n"
    found = taken(content)
    assert np.isnan(found.values[60:, 0]).all() and np.isfinite(found.values[:60, 0]).all()


def test_making_can_be_ended_until_it_is_written(tmp_path, monkeypatch):
    monkeypatch.setenv("AUTOENCODER_STUDIO_DATA", str(tmp_path))
    look, told = look_at("t", csv()), []

    def end(rows: int) -> None:
        told.append(rows)
        if len(told) == 2:  # all is read, nothing written
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_table("t", csv(), Plan("T", look.dialect, tuple(enumerate(look.columns))), tell=end)
    assert told == [120, 120] and list(tmp_path.iterdir()) == []
