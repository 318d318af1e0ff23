"""Intervals from a table mark the steps of a series that are anomalies."""

import dataclasses

import numpy as np
import pytest
from made_sets import a_series

from aecore.__main__ import main
from aecore.data.collection import CollectionError
from aecore.data.limits import Refused
from aecore.data.own import own_keys, own_source
from aecore.data.series.intervals import read_intervals, with_intervals
from aecore.data.series.making import measure_series
from aecore.data.series.timeline import Timeline
from aecore.data.tables.uploads import look_at


def measured(steps: int = 400, time: str = "time"):
    content = a_series(steps)
    seen = look_at("s.csv", content)
    columns = [c for c in enumerate(seen.columns) if time or c[1].name != "time"]
    return measure_series("s.csv", content, seen.dialect, columns, time=time)


@pytest.mark.parametrize(
    "text",
    [
        "start,end\n2024-01-01 10:00,2024-01-01 12:30\n2024-01-02 00:00,2024-01-02 00:00\n",
        "start;end;why\n01.01.2024 10:00;01.01.2024 12:59;x\n02.01.2024 00:00;02.01.2024 00:30;y\n",
        "from\tto\n1704103200\t1704110400\n1704153600\t1704153600\n",
    ],
    ids=["ISO", "German", "seconds"],
)
def test_steps_between_two_times_are_anomalies(text):
    marked = with_intervals(measured(), read_intervals("i.csv", text.encode()))
    assert marked.classes == ("normal", "anomaly")
    assert np.flatnonzero(marked.labels).tolist() == [10, 11, 12, 24]


@pytest.mark.parametrize(
    ("rows", "given", "steps"),
    [
        (
            [f"{1 + h // 24:02}/03/2024 {h % 24:02}:00,{h % 5}.5" for h in range(480)],
            b"02/03/2024 10:00,02/03/2024 12:00\n03/03/2024 00:00,03/03/2024 00:00\n",
            [34, 35, 36, 48],
        ),
        (
            [f"{1_600_000_000_000 + 1000 * row},{row}.5" for row in range(60)],
            b"1600000005000,1600000007000\n",
            [5, 6, 7],
        ),
        (
            [f"202403{1 + h // 24:02}{h % 24:02},{h % 5}.5" for h in range(480)],
            b"2024030210,2024030212\n",
            [34, 35, 36],
        ),
    ],
    ids=["days before months", "milliseconds", "digits alone"],
)
def test_dates_of_intervals_are_read_like_those_of_the_series(rows, given, steps):
    content = "\n".join(["time,load", *rows]).encode()
    seen = look_at("s.csv", content)
    found = measure_series("s.csv", content, seen.dialect, list(enumerate(seen.columns)))
    intervals = read_intervals("i.csv", b"start,end\n" + given, date_format=found.date_format)
    assert np.flatnonzero(with_intervals(found, intervals).labels).tolist() == steps


def test_without_times_intervals_are_numbers_of_rows_and_end_with_the_series():
    intervals = read_intervals("i.csv", b"start,end\n3,5\n398,1000\n-7,0\n5000,6000\n")
    marked = with_intervals(measured(time=""), intervals)
    assert np.flatnonzero(marked.labels).tolist() == [0, 3, 4, 5, 398, 399]


def test_both_ends_are_included_at_any_rate():
    line = Timeline(np.zeros((8000, 1)), 0.0, 1 / 8000, ())
    sound = dataclasses.replace(measured(), timeline=line)
    steps = np.array([[900, 1100], [7599, 7600]])
    marked = with_intervals(sound, steps / 8000)
    assert np.flatnonzero(marked.labels).tolist() == [*range(900, 1101), 7599, 7600]


def test_an_interval_that_ends_just_before_a_step_does_not_include_it():
    day, begin = 86_400, 1.7e9
    line = Timeline(np.zeros((9, 1)), begin, day, ())
    daily = dataclasses.replace(measured(), timeline=line)
    for end in (day - 1, day - 0.001):  # 23:59:59 and 23:59:59.999
        marked = with_intervals(daily, begin + np.array([[2 * day, 2 * day + end]]))
        assert np.flatnonzero(marked.labels).tolist() == [2]


REFUSED = {
    "one column": (b"start\n1\n2\n", "two columns"),
    "no end": (b"start,end\n1,2\n3,\n", "Interval 2 has no start and end"),
    "turned round": (b"start,end\n5,2\n", "Interval 1 has no start and end"),
    "words": (b"start,end\nsoon,later\nnow,then\n", "Interval 1"),
    "nothing": (b"", "no rows|is empty"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_interval_is_refused(name):
    content, words = REFUSED[name]
    with pytest.raises(Refused, match=words):
        read_intervals("i.csv", content)


def test_intervals_beside_the_series_are_told():
    with pytest.raises(CollectionError, match="No step of the series lies in the intervals"):
        with_intervals(measured(), np.array([[3.0, 5.0]]))  # 1970


def test_the_command_line_takes_intervals(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("AUTOENCODER_STUDIO_DATA", str(tmp_path / "sets"))
    (tmp_path / "s.csv").write_bytes(a_series(600))
    (tmp_path / "i.csv").write_text("start,end\n2024-01-03,2024-01-04\n")
    words = ["data", "add", str(tmp_path / "s.csv"), "--name", "Load", "--kind", "series"]
    words += ["--intervals", str(tmp_path / "i.csv")]
    assert main([*words, "--label", "state"]) != 0
    assert "either --label or --intervals" in capsys.readouterr().err
    assert main(words) == 0
    series = own_source(own_keys()[0]).series
    assert series is not None and (series.label, series.normal) == ("intervals", "normal")
