"""Panel part: the settings of one series: time, channels, gaps, and its windows on the curve."""

import dataclasses
import zlib
from dataclasses import dataclass

import streamlit as st

from aecore.dashboard.data.intervals import intervals_given, mark
from aecore.dashboard.data.looking import Uploaded, memory_of
from aecore.dashboard.data.table import NONE, choose_label, choose_normal
from aecore.dashboard.data.wanted import Wanted, all_columns, read_once
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.charts import chart
from aecore.dashboard.parts.text import escaped, many, sentence_of
from aecore.dashboard.parts.uploads import round_of
from aecore.dashboard.services import reader
from aecore.dashboard.session import lasting
from aecore.data.names import visible
from aecore.data.series.intervals import LABEL, NORMAL
from aecore.data.series.making import Measured, make_series, measure_series, measure_sound
from aecore.data.series.series import MOST_CHANNELS
from aecore.data.series.timeline import GAPS, interval
from aecore.data.series.windows import (
    LONGEST,
    SHORTEST,
    NoWindows,
    borders,
    cut,
    find_period,
    proposed,
)
from aecore.data.tables.columns import Column
from aecore.data.tables.dates import is_clock
from aecore.data.tables.dialect import Dialect, is_number
from aecore.figures.timeline import MOST_CHANNELS as MOST_DRAWN
from aecore.figures.timeline import Course, closeup, timeline


@dataclass(frozen=True)
class Read:
    """A series that was read, with the period that was found and the windows proposed."""

    measured: Measured
    period: int | None
    length: int
    stride: int


def settings_of_course(place: str, uploaded: Uploaded) -> Wanted | None:
    """Which columns are time, channels and label; then the windows. None if it cannot be made."""
    token = uploaded.token
    columns = all_columns(uploaded)
    by_name = {c.column.name: c for c in columns}
    dates = [name for name, c in by_name.items() if c.column.kind == "date"]
    first, second, third, fourth = st.columns(4)
    time = first.selectbox(
        "Time column", [NONE, *dates, *(name for name in by_name if name not in dates)],
        index=1 if dates else 0, **lasting(f"{place}.time.{token}"),
        format_func=lambda name: visible(name) if name else "None: rows are regular",
        help="Dates, or numbers as seconds. Without one, every row is one step after the other.",
    )  # fmt: skip
    with second:
        label = choose_label(place, columns, token, busy=False)
    with third:
        normal = choose_normal(place, label, token, busy=False)
    gaps = fourth.selectbox(
        "Gaps", GAPS, format_func=GAPS.__getitem__, **lasting(f"{place}.gaps"), disabled=not time,
        help="A gap is longer than five steps. No window spans a gap that is cut.",
    )  # fmt: skip
    name = label.column.name if label else ""
    dialect = uploaded.look.dialect or Dialect()
    able = [
        n for n, c in by_name.items()
        if n not in (time, name) and _numeric(c.column, uploaded.look.first, c.place, dialect)
    ]  # fmt: skip
    found = [n for n in able if by_name[n].column.kind == "number"]
    channels = st.multiselect(
        "Channels", able, default=found[:MOST_CHANNELS], format_func=visible,
        max_selections=MOST_CHANNELS, **lasting(f"{place}.taken.{_short(token, time, name)}"),
        help="The columns that are learnt together. Columns of numbers that were understood "
        "differently can be chosen, too: a valve that is 0 or 1, a counter, a column with some "
        "words among its numbers. Cells that are not numbers count as missing.",
    )  # fmt: skip
    if not channels:
        st.caption("Choose at least one column of numbers as a channel.")
        return None
    wanted = [by_name[n] for n in dict.fromkeys([*channels, time, name]) if n]
    asked = [
        (c.place, dataclasses.replace(c.column, kind="number") if c.column.name in channels
         else c.column)
        for c in wanted
    ]  # fmt: skip
    if time:  # times of day may stand beside its dates
        asked += [(c.place, c.column) for c in columns if is_clock(c.column) and c not in wanted]
    reading = _short(token, time, name, gaps, *channels)
    read = read_once(
        f"{place}.measured", reading, "Reading the series…",
        lambda tell: _looked_through(measure_series(
            uploaded.name, uploaded.content, uploaded.look.dialect, asked, name, gaps, reader(),
            tell, time,
        )),
        uploaded.look.total,
    )  # fmt: skip
    if read is None:
        return None
    return _windows(place, read, reading, name, normal)


def settings_of_sound(place: str, name: str, content: bytes, token: str) -> Wanted | None:
    """The intervals and windows of a WAV file; None if it cannot be used."""
    read = read_once(
        f"{place}.measured", token, "Reading the sound…",
        lambda tell: _looked_through(measure_sound(name, content, reader())),
    )  # fmt: skip
    return None if read is None else _windows(place, read, token, NONE, NONE)


def _numeric(
    column: Column, first: tuple[tuple[str, ...], ...], place: int, dialect: Dialect
) -> bool:
    """Whether a column has numbers, whatever it was taken for."""
    cells = (*column.categories, *(row[place].strip() for row in first))
    return column.kind == "number" or any(is_number(cell, dialect) for cell in cells)


def _short(*words: str) -> str:
    """A part of a widget's key that is the same for the same words."""
    return f"{zlib.crc32(repr(words).encode()):08x}"


def _looked_through(measured: Measured) -> Read:
    values = measured.timeline.values
    return Read(measured, find_period(values), *proposed(values))


def _windows(place: str, read: Read, token: str, label: str, normal: str) -> Wanted | None:
    series = round_of(memory_of(place))
    if (given := intervals_given(series, read.measured.date_format)) is not None:
        marked = mark(read.measured, given)
        if marked is None:
            return None
        read, label, normal = dataclasses.replace(read, measured=marked), LABEL, NORMAL
    measured, line = read.measured, read.measured.timeline
    if measured.notes:
        done = [f"- {escaped(note)}" for note in measured.notes]
        st.info("What was found and done:\n" + "\n".join(done), icon=icons.LINES)
    st.markdown("##### Windows")
    words, first, second = st.columns([4, 2, 2], vertical_alignment="bottom")
    # without bounds: a browser would show what is beyond them, and keep the number before
    length = int(first.number_input(
        "Window length in steps", value=read.length, step=4, **lasting(f"{place}.length.{token}"),
        help=f"{SHORTEST} to {LONGEST:,} steps. A window is one sample.",
    ))  # fmt: skip
    stride = int(second.number_input(
        "Stride in steps", value=read.stride, step=1, **lasting(f"{place}.stride.{token}"),
        help="Steps from the start of one window to the start of the next.",
    ))  # fmt: skip
    words.caption(_proposal(read))
    try:
        parts = cut(line.values, length, stride)
    except NoWindows as problem:
        st.error(sentence_of(problem), icon=icons.INVALID)
        return None
    course = Course(line.values, measured.channels, line.start, line.step)
    start = int(parts.training[len(parts.training) // 2])
    drawn = timeline(course, borders(len(line.values)), (start, start + length))
    chart(drawn, "series", key=f"{place}.timeline")
    if len(measured.channels) > MOST_DRAWN:
        st.caption(f"The first {MOST_DRAWN} of {len(measured.channels)} channels are drawn.")
    st.caption("One window close up, and the next one dotted:")
    chart(closeup(course, start, length, stride), "window", key=f"{place}.closeup")
    told = (
        f"{many(len(line.values), 'step')} of {many(len(measured.channels), 'channel')}; windows "
        f"of {length:,} steps: {len(parts.training):,} for training, {len(parts.validation):,} for "
        f"validation, {len(parts.test):,} for testing."
    )
    st.caption(told)
    return Wanted(
        lambda title: make_series(title, measured, length, stride, label, normal),
        told,
    )


def _proposal(read: Read) -> str:
    step = read.measured.timeline.step
    lasts = f" ({interval(read.length * step)})" if step != 1 else ""
    windows = f"Proposed: {read.length:,} steps{lasts}"
    if read.period is None:
        return f"{windows}. No period was found in the series."
    time = f" ({interval(read.period * step)})" if step != 1 else ""
    return f"{windows}. The strongest period has {read.period:,} steps{time}."
