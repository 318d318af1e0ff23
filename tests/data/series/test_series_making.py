"""Series and short series become data sets, and come back as they were measured."""

import io
import struct
from datetime import datetime, timedelta

import numpy as np
import pytest
from made_sets import a_series, heartbeats, record
from scipy.io import wavfile

from aecore.data.collection import CollectionError
from aecore.data.datasets import load, source
from aecore.data.glimpses import some_windows
from aecore.data.limits import Refused
from aecore.data.own import measured as stored
from aecore.data.series.apart import make_apart, read_apart
from aecore.data.series.container import is_sound
from aecore.data.series.learning import learning_from
from aecore.data.series.making import make_series, measure_series, measure_sound
from aecore.data.series.series import Series
from aecore.data.series.sound import read_sound
from aecore.data.series.stretch import read_stretch
from aecore.data.series.windows import NoWindows
from aecore.data.splits import Source
from aecore.data.tables.uploads import look_at


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("AUTOENCODER_STUDIO_DATA", str(tmp_path))


def measured(content: bytes, **options):
    seen = look_at("s.csv", content)
    return measure_series("s.csv", content, seen.dialect, list(enumerate(seen.columns)), **options)


def seconds(count: int = 300) -> bytes:
    lines = [f"{10 + i / 2},{np.sin(i / 5):.3f}" for i in range(count)]
    return "\n".join(["t,x", *lines]).encode()


def test_numbers_can_be_the_time_in_seconds():
    found = measured(seconds(), time="t")
    assert found.channels == ("x",) and (found.timeline.start, found.timeline.step) == (10.0, 0.5)
    series = source(make_series("Load", found, 24, 6)).series
    assert series is not None and (series.time, series.date_format) == ("t", "")
    assert Series.from_dict(series.to_dict()) == series


def test_without_a_time_every_row_is_a_step():
    found = measured(a_series(300), time="", label="state")
    assert found.timeline.step == 1.0 and found.channels == ("load", "heat")


def test_days_are_told_from_months_by_all_cells_and_the_format_is_kept():
    times = [datetime(2024, 2, 1) + timedelta(minutes=i) for i in range(6000)]
    rows = [f"{time:%d/%m/%Y %H:%M},{i % 50}.5" for i, time in enumerate(times)]
    found = measured("\n".join(["t,x", *rows]).encode())
    assert (found.timeline.step, len(found.timeline.values), found.notes) == (60.0, 6000, ())
    series = source(make_series("Load", found, 24, 6)).series
    assert series is not None and series.date_format == "%d/%m/%Y %H:%M"
    assert series.time == "t"
    assert Series.from_dict(series.to_dict()) == series


@pytest.mark.parametrize("clock", ["%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%H.%M.%S"])
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_dates_and_times_of_day_in_two_columns_are_one_time(clock, order):
    start = datetime(2024, 1, 1)
    times = [start + timedelta(minutes=10 * i) for i in range(600)]
    rows = ["date,time,x", *(f"{time:%Y-%m-%d},{time:{clock}},{time.minute / 7}" for time in times)]
    swapped = [",".join([*(row.split(",")[at] for at in order), row.split(",")[2]]) for row in rows]
    content = "\n".join(swapped).encode()
    found = measured(content)
    assert (found.channels, found.notes) == (("x",), ())
    assert (found.timeline.step, len(found.timeline.values)) == (600.0, 600)
    series = source(make_series("Load", found, 24, 6)).series
    assert series is not None
    assert len(read_stretch("s.csv", content, series).values) == 600


def test_dates_with_a_time_of_day_need_no_other():
    rows = [f"2024-01-01 {i // 60:02}:{i % 60:02},{i % 7}:00,{i % 5}.5" for i in range(300)]
    found = measured("\n".join(["t,hour,x", *rows]).encode())
    assert (found.timeline.step, len(found.timeline.values)) == (60.0, 300)


@pytest.mark.parametrize("shuffled", [False, True])
def test_milliseconds_since_1970_can_be_the_time(shuffled):
    rows = [f"{1_704_067_200_000 + 60_000 * i},{i % 5}.5" for i in range(300)]
    content = "\n".join(["t,x", *(rows[::-1] if shuffled else rows)]).encode()
    line = measured(content, time="t").timeline
    assert (line.start, line.step) == (1_704_067_200.0, 60.0)
    if not shuffled:
        assert measured(content).channels == ("x",)


@pytest.mark.parametrize(("first", "step"), [(1_600_000_000.0, 0.5), (1_600_000_000_500.0, 500.0)])
def test_decimal_times_since_1970_can_be_the_time(first, step):
    rows = [f"{first + step * row:.3f},{row}" for row in range(60)]
    found = measured("\n".join(["t,x", *rows]).encode(), time="t").timeline
    assert len(found.values) == 60 and found.step == 0.5 and found.notes == ()


def test_durations_beside_dates_are_no_times_of_day():
    rows = [f"2024-01-{day:02},{day // 10}:{7 * day % 60:02},{day}" for day in range(1, 29)]
    found = measured("\n".join(["date,duration,km", *rows]).encode()).timeline
    assert found.step == 86_400 and found.notes == ()


def test_an_unknown_column_is_no_time():
    with pytest.raises(CollectionError, match="no column when"):
        measured(seconds(), time="when")


def sound(values: np.ndarray, rate: int = 8000) -> bytes:
    file = io.BytesIO()
    wavfile.write(file, rate, values)
    return file.getvalue()


def test_a_sound_becomes_windows_of_its_channels():
    wave = np.sin(2 * np.pi * np.arange(8000) / 80)
    content = sound((np.column_stack([wave, wave / 2]) * 30_000).astype(np.int16))
    found = measure_sound("a.wav", content)
    assert found.channels == ("left", "right") and found.timeline.step == 1 / 8000
    assert found.notes == ("8,000 samples per second",) and found.proposed[0] == 80
    key = make_series("Hum", found, 80, 20)
    assert source(key).shape == (80, 2) and len(load(key).training) > 100


def test_a_sound_that_is_too_long_is_refused(monkeypatch):
    monkeypatch.setattr("aecore.data.series.making.MOST_STEPS", 100)
    with pytest.raises(CollectionError, match="101 samples per channel; at most 100"):
        measure_sound("a.wav", sound(np.zeros(101, np.int16)))
    with pytest.raises(Refused, match="does not say how it is written"):
        measure_sound("a.wav", b"RIFF\0\0\0\0WAVEnothing")


PCM = b"fmt " + struct.pack("<IHHIIHH", 16, 1, 2, 8000, 32_000, 4, 16)
SAMPLES = np.arange(-100, 100, dtype="<i2").tobytes()  # 100 of two channels


def chunk(name: bytes, content: bytes, size: int | None = None) -> bytes:
    return name + struct.pack("<I", len(content) if size is None else size) + content


DS64 = chunk(b"ds64", struct.pack("<QQQI", 1000, len(SAMPLES), 100, 0))
RECORDED = {
    "whole": b"RIFF\xd4\1\0\0WAVE" + PCM + chunk(b"data", SAMPLES) + chunk(b"LIST", b"INFO"),
    "streamed": b"RIFF\0\0\0\0WAVE" + PCM + chunk(b"data", SAMPLES, 0),
    "died with its first header": b"RIFF\x24\0\0\0WAVE" + PCM + chunk(b"data", SAMPLES, 0),
    "piped": b"RIFF\xff\xff\xff\xffWAVE" + PCM + chunk(b"data", SAMPLES, 2**32 - 1),
    "cut off": b"RIFF\xd4\1\0\0WAVE" + PCM + chunk(b"data", SAMPLES + b"\0\0\0", 10_000),
    "long": b"RF64\xff\xff\xff\xffWAVE" + DS64 + PCM + chunk(b"data", SAMPLES, 2**32 - 1) + b"ID3",
}


@pytest.mark.parametrize("kind", RECORDED)
def test_sounds_of_recorders_that_stream_or_died_are_read(kind):
    assert is_sound(RECORDED[kind])
    values, rate = read_sound("a.wav", RECORDED[kind])
    assert rate == 8000
    np.testing.assert_array_equal(values.ravel() * 2**15, np.arange(-100, 100))


@pytest.mark.parametrize(
    ("chunks", "reason"),
    [
        (chunk(b"data", b""), "holds no samples"),
        (chunk(b"LIST", b"INFO"), "holds no samples"),
        (chunk(b"data", SAMPLES[:40]) + chunk(b"data", SAMPLES[40:]), "holds 2 sounds"),
    ],
)
def test_sounds_that_cannot_be_are_refused_with_the_true_reason(chunks, reason):
    with pytest.raises(Refused, match=reason):
        read_sound("a.wav", b"RIFF" + struct.pack("<I", 28 + len(chunks)) + b"WAVE" + PCM + chunks)


def apart(content: bytes, label: str = "state"):
    seen = look_at("h.csv", content)
    return read_apart("h.csv", content, seen.dialect, list(enumerate(seen.columns)), label)


def test_short_series_may_have_units():
    plain = apart(heartbeats())
    header, *rows = heartbeats().decode().splitlines()
    with_units = [
        ",".join(f"{cell} mV" if "." in cell else cell for cell in row.split(",")) for row in rows
    ]
    assert "mV" in with_units[0]
    read = apart("\n".join([header, *with_units]).encode())
    np.testing.assert_array_equal(read.values, plain.values)


def test_short_series_are_split_at_random_and_keep_their_classes():
    read = apart(heartbeats())
    assert read.values.shape == (60, 24) and read.classes == ("ok", "odd")
    key = make_apart("Hearts", read, "state", "ok")
    made, data = source(key), load(key)
    assert made.shape == (24, 1) and made.series is not None and made.series.apart
    assert [len(data.training), len(data.validation), len(data.test)] == [46, 4, 10]
    assert made.training_size == 46
    everything = np.concatenate([p.images for p in (data.training, data.validation, data.test)])
    back = made.series.back(everything)[..., 0]
    np.testing.assert_allclose(sorted(back[:, 3]), sorted(read.values[:, 3]), atol=1e-5)
    assert abs(float(np.nanmean(data.training.images))) < 1e-5
    assert some_windows(key, 5).shape == (5, 24, 1)
    assert Series.from_dict(made.series.to_dict()) == made.series


def test_cells_that_are_missing_stay_so_and_empty_rows_are_left_out():
    rows = heartbeats().decode().splitlines()
    rows[1] = "," * 23 + ",ok"
    rows[2] = "," + rows[2].split(",", 1)[1]
    read = apart("\n".join(rows).encode())
    assert len(read.values) == 59 and np.isnan(read.values[0, 0])
    assert "1 row without a number was left out" in read.notes


def test_a_series_of_before_is_a_whole_one():
    told = Series(("x",), 24, 6, 0.0, 1.0, (0.0,), (1.0,)).to_dict()
    del told["apart"]
    assert not told.keys() & {"learnt", "date_format", "time"}
    assert not Series.from_dict(told).apart


@pytest.mark.parametrize(
    ("content", "label", "reason"),
    [
        (b"a,b\n" + b"1.5,2.5\n" * 30, "", "2 columns to be steps"),
        (heartbeats(12), "state", "at least 20 rows; the table has 12"),
        (heartbeats(), "nothing", "no column nothing"),
    ],
)
def test_short_series_that_cannot_be_are_refused(content, label, reason):
    with pytest.raises(CollectionError, match=reason):
        apart(content, label)


def test_a_normal_class_has_to_be_there():
    with pytest.raises(CollectionError, match="'great'"):
        make_apart("Hearts", apart(heartbeats()), "state", "great")


def test_one_stretch_of_a_series_is_learnt_and_the_rest_is_for_the_test():
    whole = record(steps=1200)
    key = learning_from(whole, 300, 700)
    series, data = source(key).series, load(key)
    assert series is not None and series.learnt == (300, 700)
    ends = data.training.starts + series.length, data.validation.starts + series.length
    assert data.training.starts.min() == 300 and ends[0].max() <= data.validation.starts.min()
    assert ends[1].max() <= 700
    test = data.test.starts
    assert ((test + series.length <= 300) | (test >= 700)).all() and test[0] < 300 < test[-1]
    values = np.array(stored(key))
    np.testing.assert_array_equal(values, stored(whole))
    learnt = values[300 : ends[0].max()]
    np.testing.assert_allclose(series.mean, np.nanmean(learnt, axis=0))
    assert Source.from_dict(source(key).to_dict()).series == series
    assert source(key).title == "Load, steps 301 to 700 learnt"
    assert learning_from(whole, 300, 700) == key != whole
    assert source(whole).training_size != source(key).training_size == len(data.training)


@pytest.mark.parametrize("stretch", [(0, 30), (0, 1200)])
def test_a_stretch_that_is_too_short_or_everything_is_refused(stretch):
    with pytest.raises(NoWindows, match="Choose a longer stretch"):
        learning_from(record(steps=1200), *stretch)


@pytest.mark.parametrize("learnt", [[5], [7, 7], [-1, 4], ["a", "b"]])
def test_no_series_has_learnt_a_stretch_that_is_none(learnt):
    series = source(record()).series
    assert series is not None
    told = {**series.to_dict(), "learnt": learnt}
    with pytest.raises(ValueError):
        Series.from_dict(told)
