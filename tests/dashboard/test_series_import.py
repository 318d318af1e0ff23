"""The Data page imports series: times, channels and windows are shown before anything is kept."""

import io

import numpy as np
import pytest
from made_sets import a_series, heartbeats
from opening import button, html, open_page, words
from scipy.io import wavfile

from aecore.dashboard.data import wanted
from aecore.data.datasets import source
from aecore.data.own import own_keys
from aecore.data.series.series import Series


def open_form():
    app = open_page("data")
    return app.segmented_control(key="data.kind").set_value("series").run()


def upload(app, content: bytes, name: str = "load.csv"):
    place = next(u for u in app.file_uploader if u.key.startswith("data.series.file"))
    return place.set_value((name, content, "text/csv")).run()


def box(app, label: str):
    return next(
        b for b in (*app.selectbox, *app.number_input, *app.multiselect) if b.label == label
    )


def make(app, name: str = "Load"):
    app.text_input(key="data.series.name").set_value(name).run()
    button(app, "data.series.make").click().run()
    return app.run()


def series_of(key: str) -> Series:
    made = source(key).series
    assert made is not None
    return made


def charts(app) -> list:
    return app.get("plotly_chart")


def test_a_series_with_gaps_is_shown_in_windows_and_made():
    app = upload(open_form(), a_series(1200, gaps=((300, 330), (700, 760))))
    assert not app.exception and not app.error
    assert box(app, "Time column").value == "time"
    assert box(app, "Channels").value == ["load", "heat"]
    assert r"2 gaps, the longest of 61 h\: the series was cut there" in app.info[0].value
    assert (box(app, "Window length in steps").value, box(app, "Stride in steps").value) == (24, 6)
    text = words(app)
    assert "Proposed: 24 steps (1 d). The strongest period has 24 steps (1 d)." in text
    assert len(charts(app)) == 2 and "Still needed: a name." in text
    box(app, "Label column").set_value("state").run()
    box(app, "Normal value").set_value("ok").run()
    box(app, "Window length in steps").set_value(48).run()
    app = make(app)
    (key,) = own_keys()
    made = series_of(key)
    assert (made.length, made.stride, made.step) == (48, 6, 3600.0)
    assert (made.channels, made.label, made.normal) == (("load", "heat"), "state", "ok")
    assert "1,200 steps of 2 channels; windows of 48 steps" in app.success[0].value
    assert "Still needed: a file." in words(app) and not app.exception
    button(app, "data.series.next.train").click().run()
    assert app.title[0].value.endswith("Convolutional")


def test_gaps_can_be_filled_and_channels_left_out():
    app = upload(open_form(), a_series(1200, gaps=((300, 330),)))
    box(app, "Gaps").set_value("fill").run()
    assert "a straight line was drawn across" in app.info[0].value
    box(app, "Channels").set_value(["heat"]).run()
    make(app)
    assert series_of(own_keys()[0]).channels == ("heat",)


def test_a_series_needs_no_times():
    app = upload(open_form(), a_series(1200))
    box(app, "Time column").set_value("").run()
    assert not app.exception and not app.info and box(app, "Gaps").disabled
    make(app)
    assert series_of(own_keys()[0]).step == 1.0


def test_windows_that_cannot_be_cut_are_a_sentence():
    app = upload(open_form(), a_series(1200))
    box(app, "Window length in steps").set_value(800).run()
    assert "With windows of 800 steps there are" in app.error[0].value
    assert "windows that can be cut" in words(app)
    assert button(app, "data.series.make").disabled
    box(app, "Window length in steps").set_value(24).run()
    assert not app.error and not app.exception


def test_a_row_can_be_a_short_series():
    app = upload(open_form(), heartbeats())
    app.segmented_control(key="data.series.rows").set_value("series").run()
    assert "60 series of 24 steps" in words(app)  # a column of words is none
    box(app, "Label column").set_value("state").run()
    assert "60 series of 24 steps" in words(app) and html(app).count("svg+xml") >= 8
    app = make(app, "Hearts")
    (key,) = own_keys()
    assert series_of(key).apart and source(key).classes == ("ok", "odd")
    assert "60 series of 24 steps" in app.success[0].value
    assert "60 short series of 24 steps" in words(app) and not app.exception


def test_a_wav_file_is_a_series():
    file = io.BytesIO()
    wave = np.sin(2 * np.pi * np.arange(8000) / 80)
    wavfile.write(file, 8000, (wave * 30_000).astype(np.int16))
    app = upload(open_form(), file.getvalue(), "hum.wav")
    assert not app.exception and "8,000 samples per second" in app.info[0].value
    assert box(app, "Window length in steps").value == 80
    make(app, "Hum")
    assert source(own_keys()[0]).shape == (80, 1)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"RIFF\0\0\0\0WAVEnothing", "does not say how it is written"),
        (b"a,b\n\0\0,1\n", "NUL"),
        (b"time,x\n2024-01-01,1.5\n2024-01-02,2.5\n", "three different times"),
        (b"", "empty"),
    ],
)
def test_what_is_no_series_is_a_sentence(content, reason):
    app = upload(open_form(), content)
    assert not app.exception and reason in app.error[0].value
    assert button(app, "data.series.make").disabled


def test_a_table_without_numbers_has_no_channels():
    app = upload(open_form(), b"a,b\n" + b"x,y\nz,w\n" * 20)
    assert "Choose at least one column of numbers" in words(app) and not app.exception


def test_columns_of_two_numbers_can_be_channels():
    rows = [f"{np.sin(i / 4):.3f},{i % 20 > 9:d}" for i in range(900)]
    app = upload(open_form(), "\n".join(["flow,valve", *rows]).encode())
    assert box(app, "Channels").value == ["flow"]
    box(app, "Channels").set_value(["flow", "valve"]).run()
    make(app)
    assert series_of(own_keys()[0]).channels == ("flow", "valve")


def test_a_column_that_was_taken_for_something_else_can_be_a_channel():
    rows = [f"{np.sin(i / 4):.3f},{1000 + i},{'off' if i % 3 else i % 50},x" for i in range(900)]
    app = upload(open_form(), "\n".join(["flow,counter,level,word", *rows]).encode())
    assert box(app, "Channels").value == ["flow"]
    assert box(app, "Channels").options == ["flow", "counter", "level"]
    box(app, "Channels").set_value(["flow", "counter", "level"]).run()
    assert not app.exception and not app.error
    make(app)
    made = series_of(own_keys()[0])
    assert made.channels == ("flow", "counter", "level")
    assert made.scale[1] > 100 and made.mean[2] == pytest.approx(24, abs=5)


def test_intervals_label_a_series():
    app = upload(open_form(), a_series(1200))
    place = next(u for u in app.file_uploader if u.key.startswith("data.series.intervals"))
    place.set_value(("i.csv", b"start,end\n1,2\n", "text/csv")).run()
    assert "No step of the series lies in the intervals" in app.error[0].value
    assert button(app, "data.series.make").disabled
    button(app, "data.series.intervals.remove").click().run()
    place = next(u for u in app.file_uploader if u.key.startswith("data.series.intervals"))
    text = b"start,end\n2024-02-10 00:00,2024-02-10 23:00\n2024-02-15,2024-02-15\n"
    place.set_value(("i.csv", text, "text/csv")).run()
    assert "25 steps of 1,200 lie in 2 intervals" in words(app) and not app.error
    make(app)
    (key,) = own_keys()
    assert source(key).classes == ("normal", "anomaly") and not app.exception
    assert (series_of(key).label, series_of(key).normal) == ("intervals", "normal")
    app = upload(app, a_series(1300))
    assert "lie in" not in words(app) and not app.error  # they were of another series


def test_intervals_label_a_sound_in_its_seconds():
    file = io.BytesIO()
    wave = np.sin(2 * np.pi * np.arange(8000) / 80)
    wavfile.write(file, 8000, (wave * 30_000).astype(np.int16))
    app = upload(open_form(), file.getvalue(), "hum.wav")
    place = next(u for u in app.file_uploader if u.key.startswith("data.series.intervals"))
    place.set_value(("i.csv", b"start,end\n0.50005,0.75005\n", "text/csv")).run()
    assert "2,000 steps of 8,000 lie in 1 interval" in words(app) and not app.error
    make(app, "Hum")
    (key,) = own_keys()
    assert (series_of(key).label, series_of(key).normal) == ("intervals", "normal")


def test_a_long_series_is_read_with_progress_and_can_be_stopped(monkeypatch):
    monkeypatch.setattr(wanted, "MANY_ROWS", 1000)
    asked, begun = (f"data.series.measured.{each}" for each in ("asked", "reading.begun"))
    app = upload(open_form(), a_series(1200))
    app.run()
    assert box(app, "Window length in steps").value == 24 and not app.exception
    assert asked not in app.session_state and begun not in app.session_state
    # as Stop leaves it: reading has begun, and its script was ended
    token = app.session_state["data.series.measured"].token
    del app.session_state["data.series.measured"]
    app.session_state[asked] = app.session_state[begun] = token
    app.run()
    assert "Reading was stopped." in words(app) and not app.exception
    assert button(app, "data.series.make").disabled
    button(app, "data.series.measured.again").click().run()
    app.run()
    assert box(app, "Window length in steps").value == 24 and not app.exception
