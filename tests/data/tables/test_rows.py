"""New rows for a table that is known: how they are found in a file, told about, and filled."""

import csv
import dataclasses

import numpy as np
import pytest

from aecore.data.limits import Refused
from aecore.data.tables.columns import Column
from aecore.data.tables.filling import fill, filled_csv, rows_of
from aecore.data.tables.preparation import OTHER, fit
from aecore.data.tables.rows import in_words, read_rows
from aecore.data.tables.table import Table

TOWNS = ("Köln", "Bonn", "Ulm")


@pytest.fixture(scope="module")
def table() -> Table:
    """A number, a category, a date and the weekday of it, as if learnt from 300 rows."""
    rng = np.random.default_rng(0)
    columns = [
        Column("weight", "number"),
        Column("town", "category", categories=TOWNS),
        Column("day", "date", date_format="%d.%m.%Y"),
    ]
    values = np.column_stack(
        [rng.normal(50, 5, 300), rng.integers(0, 3, 300), rng.integers(0, 1000, 300) * 86400.0]
    )
    return Table(tuple(columns), fit(values, columns, "standard"))


def read(table: Table, text: str, most: int | None = None):
    return read_rows("new.csv", text.encode(), table, most=most)


@pytest.mark.parametrize("text", [
    "note,weight,town,day\nx,51.5,Bonn,05.01.1970\ny,,,\n",
    "weight\ttown\tday\tnote\n51.5\tBonn\t05.01.1970\tx\n\t\t\ty\n",
    "51.5,Bonn,05.01.1970\n,,\n",  # without names, in the model's order
    "weight;town;day\n51,5;Bonn;1970-01-05\n;;\n",  # another decimal character, another date
    "town,weight,day\nBonn,51.5,05.01.1970\n?,n/a,-\n",
])  # fmt: skip
def test_columns_are_found_by_name_or_order(table, text):
    rows = read(table, text)
    np.testing.assert_array_equal(rows.values, [[51.5, 1, 4 * 86400.0], [np.nan] * 3])
    assert rows.notes == ()


def test_what_the_model_does_not_know_is_told_with_row_and_column(table):
    text = "weight,town,day\n50,Köln,05.01.1970\n52000,Paris,06.01.1970\nheavy,Bonn,07.01.1970\n"
    rows = read(table, text)
    assert rows.values[1, 1] == -1 and np.isnan(rows.values[2, 0])
    told = " ".join(rows.notes)
    assert "weight: 1 value far" in told and "row 3: 'heavy'" in told
    assert "far from the training data" in told and "row 2: '52000'" in told
    assert "town: 1 value unknown" in told and "row 2: 'Paris'" in told


@pytest.mark.parametrize(("text", "reason"), [
    ("weight,day\n50,05.01.1970\n", "lacks columns that the model needs: town"),
    ("1,2\n3,4\n", "need 3 cells, in this order: weight, town, day"),
    ("", "empty"),
])  # fmt: skip
def test_rows_of_something_else_are_refused(table, text, reason):
    with pytest.raises(Refused, match=reason):
        read(table, text)


def test_too_many_rows_are_refused(table):
    with pytest.raises(Refused, match="more than 1 row"):
        read(table, "weight,town,day\n" + "50,Köln,05.01.1970\n" * 3, most=1)


def test_only_missing_cells_are_filled_and_as_the_file_is_written(table):
    text = "id;weight;town;day\n=1;51,5;;05.01.1970\n2;;Paris;\n3;heavy;Ulm;n/a\n4;-inf;Ulm;x\n"
    rows = read(table, text)
    proposed = np.array([[49.25, 2, 86400.0]] * 4)
    filled = fill(rows, table, proposed)
    assert filled.cells.sum() == 5
    header, *lines = csv.reader(filled_csv(rows, filled).splitlines(), delimiter=";")
    assert header == ["id", "weight", "town", "day"]
    assert lines == [
        ["'=1", "51,5", "Ulm", "05.01.1970"],
        ["2", "49,25", "Paris", "02.01.1970"],
        ["3", "heavy", "Ulm", "02.01.1970"],  # what cannot be read is not lost
        ["4", "49,25", "Ulm", "x"],
    ]


def test_numbers_have_the_unit_that_was_learnt(table):
    weight = dataclasses.replace(table.columns[0], unit="{} kg")
    table = dataclasses.replace(table, columns=(weight, *table.columns[1:]))
    rows = read(table, "weight;town;day\n51,5 kg;;\n50;;\n53,5kg;;\n510 g;;\n;;\n")
    np.testing.assert_array_equal(rows.values[:, 0], [51.5, 50, 53.5, np.nan, np.nan])
    assert "weight: 1 cell is not a number" in rows.notes[0] and "'510 g'" in rows.notes[0]
    filled = fill(rows, table, np.array([[49.25, 2, 0.0]] * 5))
    assert [row[0] for row in filled.texts] == ["51,5 kg", "50", "53,5kg", "510 g", "49,25 kg"]


@pytest.mark.parametrize("unit", ["kg", "{} {}", "{}\n", "{0.__class__}", 5, "{}" * 9999])
def test_a_table_with_an_impossible_unit_is_refused(table, unit):
    described = table.to_dict()
    described["columns"][0]["unit"] = unit
    with pytest.raises(ValueError, match="cannot be as described"):
        Table.from_dict(described)


def test_rows_of_a_grid_are_filled_too(table):
    rows = rows_of(table, np.array([[np.nan, -1, 86400.0], [50, np.nan, np.nan]]))
    assert rows.texts == (("", OTHER, "1970-01-02"), ("50", "", ""))
    filled = fill(rows, table, np.array([[49.25, 2, 0.0]] * 2))
    assert filled.texts == [["49.25", OTHER, "1970-01-02"], ["50", "Ulm", "1970-01-01"]]


@pytest.mark.parametrize(
    ("date_format", "text"),
    [
        ("ms", "1706695800500"),
        ("%d.%m.%y %H:%M", "31.01.24 10:10"),
        ("%d/%b/%Y:%H:%M:%S %z", "31/Jan/2024:10:10:00 +0000"),
        ("", "2024-01-31 10:10:00"),
    ],
)
def test_dates_are_written_back_as_they_were_written(date_format, text):
    column = Column("time", "date", date_format=date_format)
    assert in_words(column, np.array([1_706_695_800.5]), date_format=date_format) == [text]
