"""What the columns of a table are, and how their cells become numbers."""

import numpy as np
import pandas as pd
import pytest

from aecore.data.spreadsheet import as_csv
from aecore.data.tables.columns import (
    cleaned,
    column_names,
    find_column,
    numbers,
)
from aecore.data.tables.dates import dates, find_date_format
from aecore.data.tables.dialect import Dialect
from aecore.data.tables.rows import in_words
from aecore.data.tables.uploads import look_at, take_cells


def found(cells, name="x"):
    cells = cleaned(pd.Series(list(map(str, cells)), dtype=str))
    return find_column(name, cells, numbers(cells, ".", ""))


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["1.5", "2", "", "1e3"] * 50, "number"),
        (["yes", "no", "", "yes"] * 50, "category"),
        (["0", "1"] * 50, "category"),
        (["red", "green", "blue"] * 50, "category"),
        (["2024-01-01", "2024-02-29", "NA"] * 50, "date"),
        (["01.02.2024 10:30", "28.02.2024 23:59"] * 50, "date"),
        (["2024-05-01T12:00:00Z", "2024-05-01T12:00:00+02:00"] * 50, "date"),
        ([f"user-{i}" for i in range(200)], "identifier"),
        (range(1, 201), "identifier"),
        (["7"] * 50, "constant"),
        (["", "NA", "n/a", "?", "null"] * 50, "empty"),
        (["1.5", "#DIV/0!", "2", "#N/A", "3"] * 50, "number"),
        ([*map(str, range(95)), "broken", "?", "cells", "x", "y"], "number"),
    ],
)
def test_kinds_are_found(cells, kind):
    assert found(cells).kind == kind


def test_a_number_is_told_with_its_spread_and_what_is_missing():
    column = found(["1", "2", "3.5", "", "?"])
    assert (column.low, column.high, column.missing, column.distinct) == (1.0, 3.5, 2, 3)
    assert sum(column.histogram) == 3


def test_categories_come_with_the_most_frequent_first():
    column = found(["b"] * 3 + ["a"] * 5 + ["c"])
    assert column.categories == ("a", "b", "c") and column.histogram == (5, 3, 1)


@pytest.mark.parametrize(
    ("text", "decimal", "thousands", "value"),
    [
        ("1,234.5", ".", ",", 1234.5),
        ("1.234,5", ",", ".", 1234.5),
        ("12 345,25", ",", " ", 12345.25),
        ("1'234", ".", "'", 1234.0),
        ("12\u00a0345,25", ",", " ", 12345.25),  # France, and R
        ("12\u202f345", ",", " ", 12345.0),
        ("12\u2009345.5", ".", " ", 12345.5),
        ("1\u2019234.5", ".", "'", 1234.5),  # Switzerland
        ("\u22125,5", ",", "", -5.5),  # Sweden
        ("(1,234.50)", ".", ",", -1234.5),  # accountants
        ("1.234,50-", ",", ".", -1234.5),  # SAP
        ("12,34,567", ".", ",", 1234567.0),  # India
        ("<0,01", ",", "", 0.01),  # laboratories
        ("> 2,419.6", ".", ",", 2419.6),
        ("\u2264-5", ".", "", -5.0),
        ("<NA>", ".", "", np.nan),
        ("<b>5</b>", ".", "", np.nan),
        ("(see 5)", ".", ",", np.nan),
        ("(-5)", ".", ",", np.nan),
        ("1,23", ".", ",", np.nan),
        ("-2.5e-3", ".", "", -0.0025),
        ("1.5", ",", "", np.nan),  # a point where the decimal is a comma
        ("1e400", ".", "", np.nan),
        ("inf", ".", "", np.nan),
        ("0x10", ".", "", np.nan),
        ("=1+1", ".", "", np.nan),
        ("12a", ".", "", np.nan),
        ("", ".", "", np.nan),
    ],
)
def test_cells_become_numbers_or_nothing(text, decimal, thousands, value):
    cells = cleaned(pd.Series([text], dtype=str))
    np.testing.assert_array_equal(numbers(cells, decimal, thousands), [value])


@pytest.mark.parametrize(
    ("cells", "unit", "first", "reason"),
    [
        (["12.5%", "3%", "-4 %", "100%"], "{}%", 12.5, "numbers in %"),
        (["$1,234.50", "-$5", "$3", "$7"], "${}", 1234.5, "numbers in $"),
        (["($1,234.50)", "$5", "$ (6)", "$7"], "${}", -1234.5, "numbers in $"),
        (["US$ 5", "US$ 6.5", "US$ 7"], "US$ {}", 5, "numbers in US$"),
        (["EUR 5", "EUR 6.5", "EUR 7"], "EUR {}", 5, "numbers in EUR"),
        (["36 months", "60 months", "12 months"], "{} months", 36, "numbers in months"),
        (["5\u00a0°C", "\u22126.5 °C", "7.25 °C"], "{} °C", 5, "numbers in °C"),
        (["1.5 µg/m³", "2 µg/m³", ".5 µg/m³"], "{} µg/m³", 1.5, "numbers in µg/m³"),
        (
            ["5 mg (per day)", "6 mg (per day)", "7"],
            "{} mg (per day)",
            5,
            "numbers in mg (per day)",
        ),
        (["3 m2", "4 m2", "5 m2"], "{} m2", 3, "numbers in m2"),
        (["7 km"] + ["8 km", "9 km"] * 10 + ["far"], "{} km", 7, "numbers in km, except 1 cell"),
    ],
)
def test_numbers_with_a_unit_are_numbers(cells, unit, first, reason):
    content = "\n".join(["x;y", *(f"{cell};1" for cell in cells)]).encode()
    seen = look_at("t.csv", content, Dialect(delimiter=";", thousands=","))
    column = seen.columns[0]
    assert (column.kind, column.unit, column.reason) == ("number", unit, reason)
    taken = take_cells("t.csv", content, seen.dialect, [(0, column)])
    assert taken.values[0, 0] == first and np.isnan(taken.values).sum() == cells.count("far")
    assert in_words(column, np.array([2.5])) == [unit.replace("{}", "2.5")]
    downloaded = as_csv(("x",), [[text] for text in in_words(column, np.array([-2.5, 3]))])
    back = take_cells("t.csv", downloaded.encode(), Dialect(), [(0, column)])
    np.testing.assert_array_equal(back.values[:, 0], [-2.5, 3])


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (["<0.01"] * 6 + ["0.02", "0.5"], "numbers, 6 of them bounds such as <0.01"),
        (["<5 µg/l", "6 µg/l", "7.5 µg/l", "> 90 µg/l", "8"],
         "numbers in µg/l, 2 of them bounds such as <5 µg/l"),
        (["< 1", "2", "3"] * 9 + ["lost"], "numbers, 9 of them bounds such as < 1, except 1 cell"),
    ],
)  # fmt: skip
def test_bounds_among_numbers_are_numbers(cells, reason):
    """Below what a laboratory can detect, the limit is all it tells."""
    column = found_in_file(cells)
    assert (column.kind, column.reason) == ("number", reason)


@pytest.mark.parametrize(
    "cells", [["<=50K", ">50K"], ["<18", "18-65", ">65"], ["<1h", "1h-2h", ">2h", "never"]]
)
def test_bounds_without_numbers_among_them_are_categories(cells):
    column = found_in_file(cells * 20)
    assert (column.kind, column.unit) == ("category", "")
    assert set(column.categories) == set(cells)


def found_in_file(cells):
    return look_at("t.csv", "\n".join(["x;y", *(f"{c};1" for c in cells)]).encode()).columns[0]


@pytest.mark.parametrize(
    "text", ["-5 to 0", "@home", "=1+1", "+", "-5 mg (per day)", "'s-Graveland"]
)
def test_texts_that_could_be_formulas_come_back_as_they_were(text):
    name = f"{text} or other"
    downloaded = as_csv((name, "n"), [(text, 1), ("other", 2)] * 20).encode()
    column = look_at("t.csv", downloaded).columns[0]
    assert column.name == name and set(column.categories) == {text, "other"}


@pytest.mark.parametrize(
    "cells",
    [
        [f"ID{place:03}" for place in range(200)],
        [f"user {place}" for place in range(200)],
        ["Q1", "Q2", "Q3"],
        ["5 kg", "300 g", "2 kg", "7 g"],  # which differ by a thousand
        ["1st", "2nd", "3rd"],
        ["0.05", "0.5", "5%"],
        ["{} 5", "{0} 6", "7 {}"],
        ['"1 k\ng"', '"2 k\ng"', '"3 k\ng"'],
        ["1.5D-01", "2.5D-01", "3.5D-01"],
    ],
)
def test_texts_with_numbers_in_them_are_none(cells):
    column = found_in_file(cells)
    assert column.kind != "number" and column.unit == ""


def test_dates_are_seconds_in_utc():
    cells = pd.Series(["1970-01-02", "1970-01-01T01:00:00+01:00", "nonsense"])
    np.testing.assert_array_equal(dates(cells, "ISO8601"), [86400.0, 0.0, np.nan])


@pytest.mark.parametrize(
    ("cells", "date_format"),
    [
        (["13.01.2024", "01.02.2024"], "%d.%m.%Y"),
        (["01/13/2024", "02/01/2024"], "%m/%d/%Y"),
        (["13/01/2024", "01/02/2024"], "%d/%m/%Y"),
        (["1 Jan 2024", "28 Feb 2024"], "%d %b %Y"),
        ([f"{day:02}/02/2024" for day in range(1, 15) for _ in range(140)], "%d/%m/%Y"),
        (
            [f"0{day}/02/2024 {hour}:30" for day in (1, 2, 3) for hour in (7, 8, 9)],
            "%d/%m/%Y %H:%M",
        ),
        (
            [f"02/0{day}/2024 {hour}:30" for day in (1, 2, 3) for hour in (7, 8, 9)],
            "%m/%d/%Y %H:%M",
        ),
        (["31.01.24 10:00", "01.02.24 11:00"], "%d.%m.%y %H:%M"),
        (["1/31/24 10:00", "2/1/24 11:00"], "%m/%d/%y %H:%M"),
        (["31-01-2024 10:00", "01-02-2024 11:00"], "%d-%m-%Y %H:%M"),
        (["31.01.2024 10:00:00.123", "01.02.2024 11:00:00.000"], "%d.%m.%Y %H:%M:%S.%f"),
        (["2024-01-31 10:00:00 UTC", "2024-02-01 11:00:00.5 UTC"], "ISO8601"),
        (["2024-01-31 10:00:00,000", "2024-02-01 11:00:00,123"], "%Y-%m-%d %H:%M:%S,%f"),
        (["2024-01-31 10:00:00 AM", "2024-02-01 11:00:00 PM"], "%Y-%m-%d %I:%M:%S %p"),
        (["31 Jan 2024 10:00", "1 Feb 2024 11:00"], "%d %b %Y %H:%M"),
        (["1/31/2024, 10:00:00 AM", "2/1/2024, 1:00:00 PM"], "%m/%d/%Y, %I:%M:%S %p"),
        ([f"{month:02}/01/{year}" for year in (2022, 2023) for month in range(1, 13)], "%m/%d/%Y"),
        ([f"1/{month}/{year}" for year in (22, 23) for month in range(1, 13)], "%d/%m/%y"),
        (["Wed Jan 31 10:00:00 2024", "Thu Feb  1 11:00:00 2024"], "%a %b %d %H:%M:%S %Y"),
        (["Wed, 31 Jan 2024 10:00:00 GMT"] * 3, "%a, %d %b %Y %H:%M:%S"),
        (
            ["Wed, 31 Jan 2024 10:00:00 -0500", "Thu, 01 Feb 2024 11:00:00 +0100"],
            "%a, %d %b %Y %H:%M:%S %z",
        ),
        (["31/Jan/2024:10:00:00 +0100", "01/Feb/2024:11:00:00 +0100"], "%d/%b/%Y:%H:%M:%S %z"),
        (["31/Jan/2024 10:00", "01/Feb/2024 11:00"], "%d/%b/%Y %H:%M"),
        (["20240131", "20240201"], "%Y%m%d"),
        (["2024013123", "2024020100"], "%Y%m%d%H"),
        (["202401312359", "202402010000"], "%Y%m%d%H%M"),
        (["20240131235959", "20240201000000"], "%Y%m%d%H%M%S"),
        (["18.00.00", "07.30.00"], "%H.%M.%S"),
        (["Anna", "Bert"], ""),
        (["1.2.3", "10.20.30"], ""),
    ],
)
def test_the_format_of_dates_is_found(cells, date_format):
    assert find_date_format(pd.Series(cells)) == date_format


@pytest.mark.parametrize(
    ("unit", "second"), [("s", 1), ("ms", 10**3), ("us", 10**6), ("ns", 10**9)]
)
def test_whole_numbers_in_order_that_are_times_since_1970_are_dates(unit, second):
    column = found([(1_704_067_200 + 60 * i) * second for i in range(200)])
    assert (column.kind, column.date_format) == ("date", unit)
    assert (column.low, column.high) == (1_704_067_200, 1_704_067_200 + 60 * 199)


@pytest.mark.parametrize(
    ("name", "cells", "date_format"),
    [
        ("date", ["20240131", "20240201", "20231224"], "%Y%m%d"),
        ("v2", [f"202401{day:02}" for day in range(31, 0, -1)], "%Y%m%d"),
        ("hour", [f"2024013{d}{hour:02}" for d in (0, 1) for hour in range(24)], "%Y%m%d%H"),
    ],
)
def test_digits_that_are_dates_are_dates(name, cells, date_format):
    column = found(cells, name)
    assert (column.kind, column.date_format) == ("date", date_format)
    assert in_words(column, np.array([column.low]), date_format=date_format) == [min(cells)]


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("order_id", [1_704_067_200 + i for i in range(200)]),
        ("bytes", [1_704_067_200 + 977 * (i % 50) for i in range(200)]),
        ("kelvin", [1_704_067_200.5 + 60 * i for i in range(200)]),
        ("hour", [2_024_013_100 + i for i in range(30)]),
        ("parts", [20_240_131, 20_240_201, 20_240_202]),
        ("article", [4_006_381_333_931 + 977 * i * i for i in range(60)]),
        ("order", [1_600_000_001 + i for i in range(60)]),
        ("sales", [700_000_000, 900_000_000, 1_200_000_000]),
    ],
)
def test_other_large_numbers_are_no_dates(name, cells):
    assert found(cells, name).kind != "date"


@pytest.mark.parametrize(
    "cells",
    [["700.000.000", "701.100.000", "702.200.000"], ["700000000,00", "701100000,5", "800000000,0"]],
)
def test_large_numbers_with_marks_in_them_are_numbers(cells):
    cells = pd.Series(cells, dtype=str)
    column = find_column("turnover", cells, numbers(cells, ",", "."))
    assert column.low == 700_000_000 and column.kind != "date"


def test_dates_of_any_year_are_read():
    cells = pd.Series(["31.12.9999", "01.01.1600", "31.01.2024"], dtype=str)
    read = dates(cells, find_date_format(cells))
    assert read.tolist() == [253_402_214_400, -11_676_096_000, 1_706_659_200]


def test_dates_of_a_log_are_seconds_in_utc():
    cells = pd.Series(["31/Jan/2024:10:00:00 +0100", "31/Jan/2024:04:00:00 -0500"], dtype=str)
    assert dates(cells, find_date_format(cells)).tolist() == [1_706_691_600] * 2


def test_columns_have_names_that_differ():
    assert column_names(["a", "a", "", " b ", "é" * 300]) == [
        "a", "a (2)", "column 3", "b", column_names(["é" * 300])[0],
    ]  # fmt: skip
    assert len(column_names(["é" * 300])[0]) == 255
