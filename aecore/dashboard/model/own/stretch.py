"""Panel: a stretch of a series of the user's own: reconstructed, filled and scored over time."""

import numpy as np
import streamlit as st

from aecore.analysis.own_data import OwnStretch, own_stretch, plain_time, steps_table, window_scores
from aecore.analysis.report import Report
from aecore.dashboard.model.own.preparing import choose_corruption
from aecore.dashboard.model.own.rows import MOST_LINES, MOST_PLACED
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.charts import chart, chart_config
from aecore.dashboard.parts.giving_stretch import given_stretch
from aecore.dashboard.parts.reading_notes import show_notes
from aecore.dashboard.parts.sentences import fragment
from aecore.dashboard.parts.text import escaped, many
from aecore.dashboard.services import calls
from aecore.dashboard.session import Given, give_images, remembered
from aecore.data.series.series import Series, of_days
from aecore.data.series.stretch import Stretch
from aecore.data.series.windows import gather
from aecore.data.spreadsheet import as_csv
from aecore.figures.description import description
from aecore.figures.errors import error_histogram
from aecore.figures.numbers import significant
from aecore.figures.stretch import stretch_figure
from aecore.runs.run import Run
from aecore.runs.same_model import model_version

DRAWN = 4_000  # steps at a time
UNUSUAL = 0.99  # share of the test windows with a smaller error


def own_stretch_panel(run: Run, report: Report) -> None:
    """Where the stretch comes from, what the model made of it, and where that is unusual."""
    fragment(_own, run, report)


def _own(run: Run, report: Report) -> None:
    series = run.source.series
    assert series is not None  # of a run on a series
    give_images(run, None)
    given = given_stretch(run, series)
    if given is None:
        return
    file, stretch = given
    show_notes(stretch.notes)
    corruption = choose_corruption(run)
    token = (model_version(run), file, corruption)
    with st.spinner("Reconstructing…"):
        found: OwnStretch = remembered(
            "own.stretch.found",
            token,
            lambda: calls().analyse(
                run.model_path, own_stretch, series, stretch.values, stretch.starts, corruption
            ),
        )
    _give(run, series, stretch, found, corruption)
    _over_time(series, stretch, found, report)
    _downloads(run, series, stretch, found, report)
    st.markdown("##### Errors compared with the test windows")
    own = np.sort(found.errors)[::-1][:MOST_LINES]
    figure = error_histogram(report.sample_errors, own=own, kind=report.kind)
    chart(figure, "own-stretch-errors", "own.stretch.histogram")


def _give(
    run: Run, series: Series, stretch: Stretch, found: OwnStretch, corruption: tuple[str, float]
) -> None:
    """The worst windows go to the map."""
    starts = np.sort(stretch.starts[np.argsort(-found.errors, kind="stable")[:MOST_PLACED]])
    windows = gather(series.apply(stretch.values), starts, series.length)
    names = tuple(f"window from {_words(stretch, start)}" for start in starts)
    give_images(run, Given(names, windows, corruption))


def _over_time(series: Series, stretch: Stretch, found: OwnStretch, report: Report) -> None:
    st.markdown("##### Given and reconstructed")
    steps, worst = len(stretch.values), int(stretch.starts[found.errors.argmax()])
    times = stretch.times(np.arange(steps))
    usual = float(np.quantile(report.errors, UNUSUAL))
    odd = int((found.errors > usual).sum())
    largest = significant(float(found.errors.max()))
    st.markdown(
        f"{many(len(found.errors), 'window')} of {series.length:,} steps; **{odd:,}** with a "
        f"larger error than {UNUSUAL:.0%} of the test windows. The window with the largest error, "
        f"**{largest}**, begins at **{escaped(_words(stretch, worst))}**."
    )
    first = 0
    if steps > DRAWN:
        first = st.slider(
            "Shown from step",
            0,
            steps - DRAWN,
            int(np.clip(worst - DRAWN // 2, 0, steps - DRAWN)),
            step=DRAWN // 4,
            key=f"own.stretch.from.{steps}.{worst}",
        )
    part = slice(first, first + DRAWN)
    figure = stretch_figure(
        times[part],
        stretch.values[part],
        found.rebuilt[part],
        found.step_errors[part],
        series.channels,
        usual,
        stretch.axis,
    )
    if first <= worst < first + DRAWN:  # opens at the worst
        begin = max(first, worst - 2 * series.length)
        end = min(steps, first + DRAWN, worst + 3 * series.length) - 1
        figure.update_xaxes(range=[times[begin], times[end]])
    st.plotly_chart(
        figure,
        key="own.stretch.figure",
        config=chart_config("own-stretch", scrollZoom=True),
        alt=description(figure),
    )
    st.caption(
        "Drag to move through time, scroll to zoom, double-click to see all. The error of a step "
        "is the mean over the windows that it is in."
    )


def _downloads(
    run: Run, series: Series, stretch: Stretch, found: OwnStretch, report: Report
) -> None:
    def steps() -> str:
        return as_csv(*steps_table(found, stretch, series.channels))

    def scores() -> str:
        made = window_scores(found, stretch, series.length, report.errors)
        return as_csv(tuple(made[0]), [tuple(each.values()) for each in made])

    files = {
        "Download reconstruction (CSV)": (
            steps,
            "reconstructed",
            "One row per step: each channel given and reconstructed, and the error.",
        ),
        "Download scores (CSV)": (
            scores,
            "scores",
            "One row per window: when it begins and ends, its error, and the share of test windows "
            "with a smaller error.",
        ),
    }
    with st.container(horizontal=True):
        for label, (make, name, help) in files.items():
            st.download_button(
                label,
                make,
                f"{run.id}-{name}.csv",
                "text/csv",
                key=f"own.stretch.{name}",
                icon=icons.DOWNLOAD,
                on_click="ignore",
                help=help,
            )


def _words(stretch: Stretch, step: int) -> str:
    """The time of a step."""
    time = stretch.times(np.array([step]))[0]
    if not stretch.timed:
        return f"{time:g}"
    if of_days(stretch.start, stretch.step):
        time = time.astype("datetime64[D]")
    return plain_time(time)
