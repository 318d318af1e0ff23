"""A stretch of one's own: read, put at regular times, cut into windows like the training data."""

import dataclasses
import io

import numpy as np
import pytest
from scipy.io import wavfile

from aecore.data.limits import Refused
from aecore.data.series.series import Series
from aecore.data.series.stretch import read_stretch

SERIES = Series(("load", "heat"), 24, 6, 0.0, 3600.0, (0.0, 20.0), (1.0, 2.0))


def lines(steps: int, names: str = "time,heat,load", every: int = 60, skip=range(0)) -> bytes:
    start = np.datetime64("2024-03-01T00:00")
    rows = [
        f"{start + np.timedelta64(i * every, 'm')},{20 + i % 3},{i % 5 / 4}"
        for i in range(steps)
        if i not in skip
    ]
    return "\n".join([names, *rows]).encode()


def test_a_stretch_is_cut_into_windows_to_its_end():
    stretch = read_stretch("new.csv", lines(100), SERIES)
    assert stretch.values.shape == (100, 2) and stretch.timed and stretch.notes == ()
    assert stretch.values[1].tolist() == [0.25, 21.0]  # in the order of the model's channels
    assert stretch.starts[:3].tolist() == [0, 6, 12] and stretch.starts[-1] == 100 - 24
    assert str(stretch.times(np.array([1]))[0]) == "2024-03-01T01:00:00.000"


@pytest.mark.parametrize("days", [1, 6, 12])
def test_dates_are_read_as_those_of_the_training_data(days):
    hours = [
        f"{1 + i // 24:02}/04/2024 {i % 24:02}:00,{20 + i % 3},{i % 5}.5" for i in range(24 * days)
    ]
    content = "\n".join(["time,heat,load", *hours]).encode()
    written = dataclasses.replace(SERIES, date_format="%d/%m/%Y %H:%M")
    stretch = read_stretch("new.csv", content, written)
    assert len(stretch.values) == 24 * days and stretch.notes == ()
    assert str(stretch.times(np.array([0]))[0])[:10] == "2024-04-01"
    assert read_stretch("new.csv", lines(30), written).notes == ()  # written in another way


def test_the_time_is_the_column_that_was_the_time_in_training():
    start = np.datetime64("2024-04-01T00:00")
    times = [start + np.timedelta64(i * 10, "m") for i in range(100)]
    rows = [f"{t.astype('M8[h]')},{t},{i / 2 + 7},{i % 5}.5,{i % 3}.5" for i, t in enumerate(times)]
    content = "\n".join(["received,measured,seconds,heat,load", *rows]).encode()
    dated = dataclasses.replace(SERIES, step=600.0, time="measured", date_format="ISO8601")
    stretch = read_stretch("new.csv", content, dated)
    assert (len(stretch.values), stretch.step, stretch.notes) == (100, 600.0, ())
    stretch = read_stretch(
        "new.csv", content, dataclasses.replace(SERIES, step=0.5, time="seconds")
    )
    assert (len(stretch.values), stretch.step, stretch.notes) == (100, 0.5, ())
    assert stretch.times(np.array([0, 3])).tolist() == [7.0, 8.5] and stretch.axis == "seconds"
    of_before = read_stretch("new.csv", content, dataclasses.replace(SERIES, length=12))
    assert len(of_before.values) < 100 and of_before.timed  # the first date


def test_gaps_are_missing_and_windows_of_nothing_are_left_out():
    stretch = read_stretch("new.csv", lines(150, skip=range(40, 100)), SERIES)
    assert np.isnan(stretch.values[41:99]).all() and "1 gap of" in " ".join(stretch.notes)
    inside = (stretch.starts >= 41) & (stretch.starts + 24 <= 99)
    assert not inside.any() and (stretch.starts == 30).any()


def test_another_time_scale_and_another_unit_are_told():
    content = lines(100, every=10).replace(b",2", b",2000")
    told = " ".join(read_stretch("new.csv", content, SERIES).notes)
    assert "a step is 600 s here and was 3600 s in training" in told
    assert "heat: most values are far from the training data" in told


@pytest.mark.parametrize(("content", "reason"), [
    (lines(20), "20 steps; a window of the model has 24"),
    (lines(100, "time,heat,pressure"), "lacks channels that the model needs: load"),
    (b"\x89PNG\r\n\x1a\n\0\0", "not a text file"),
])  # fmt: skip
def test_what_is_no_such_stretch_is_refused(content, reason):
    with pytest.raises(Refused, match=reason):
        read_stretch("new.csv", content, SERIES)


def test_sound_has_as_many_channels_as_the_model():
    sound = io.BytesIO()
    wavfile.write(sound, 8000, np.zeros((400, 2), np.int16))
    stretch = read_stretch("new.wav", sound.getvalue(), SERIES)
    assert stretch.values.shape == (400, 2) and stretch.times(np.array([80]))[0] == 0.01
    content = sound.getvalue()  # as one that is too long for four bytes of size
    long = b"RF64" + b"\xff" * 4 + b"WAVEds64\x10\0\0\0" + b"\0" * 16 + content[12:]
    assert read_stretch("new.wav", long, SERIES).values.shape == (400, 2)
    mono = io.BytesIO()
    wavfile.write(mono, 8000, np.zeros(400, np.int16))
    with pytest.raises(Refused, match="1 channels; the model takes 2"):
        read_stretch("new.wav", mono.getvalue(), SERIES)
