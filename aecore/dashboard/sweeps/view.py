"""One sweep: progress, a plot that fills while it trains, the best run, all runs."""

from functools import partial

import pandas as pd
import streamlit as st

from aecore.dashboard.parts import icons
from aecore.dashboard.parts.charts import chart
from aecore.dashboard.parts.form import shown_value
from aecore.dashboard.parts.labels import STATE_WORDS
from aecore.dashboard.parts.points import POLL_SECONDS, points_panel
from aecore.dashboard.parts.sentences import fragment
from aecore.dashboard.parts.text import escaped, sentence_of
from aecore.dashboard.parts.undo import delete
from aecore.dashboard.services import store
from aecore.dashboard.session import Deletion, lasting
from aecore.dashboard.sweeps.plot import (
    as_lines,
    best_of,
    figure_of,
    figures_at_hand,
    finite,
    in_words,
    plot,
    sweep_csv,
    to_come,
    value_shown,
)
from aecore.data.kinds import kind_of
from aecore.models import AUTOENCODERS
from aecore.runs.series import Point, find_points
from aecore.runs.sweeps import SweepDamaged, SweepFile, delete_sweep, put_sweep_back
from aecore.training.link import to_link
from aecore.training.sweep import Sweep, may_vary

TABLE = ("val_loss", "parameters", "seconds")  # after those that the kind of data has
WORDS = {**STATE_WORDS, "shipped": "shipped", "missing": "–"}


def sweep_view(file: SweepFile) -> None:
    """Shows a sweep."""
    heading, back = st.columns([6, 1], vertical_alignment="center")
    back.page_link("pages/sweeps.py", label="All sweeps", icon=icons.SWEEPS)
    try:
        sweep = file.read()
    except SweepDamaged as problem:
        heading.error(sentence_of(problem), icon=icons.DAMAGED)
        delete_button(file, None)
        return
    kind = AUTOENCODERS[sweep.key]
    heading.title(f"{kind.icon} {escaped(sweep.title)}")
    known = may_vary(sweep.base)
    changed = ", ".join(
        f"{known[name].label} {value_shown(sweep, name, getattr(_holder(sweep, name), name))}"
        for name in to_link(sweep.base)
        if name not in (*sweep.axes, "dataset")
    )
    on = "" if "dataset" in sweep.axes else f" on {shown_value('dataset', sweep.base.dataset)}"
    rest = f" with {changed}; defaults otherwise." if changed else " with default settings."
    st.caption(escaped(f"{kind.title}{on}{rest}"))
    active = any(point.active for point in find_points(sweep.series, store()).values())
    fragment(_live, file, sweep, active, run_every=POLL_SECONDS if active else None)


def _holder(sweep: Sweep, name: str):
    own = sweep.base.autoencoder
    return own if name in own.declared() else sweep.base


def _live(file: SweepFile, sweep: Sweep, polling: bool) -> None:
    points = find_points(sweep.series, store())
    if polling != any(point.active for point in points.values()):
        st.rerun(scope="app")  # ends the polling, or begins it
    points_panel(file.id, sweep.series, points, partial(in_words, sweep))
    if any(point.trained for point in points.values()):
        _plot(file, sweep, points)
    elif any(point.active for point in points.values()):
        chart(to_come(sweep), f"sweep-{file.id}-to-come")
    else:
        st.info("Nothing has been trained yet. Start the runs above.", icon=icons.SWEEPS)
    _table(file, sweep, points)
    with st.container(horizontal=True):
        st.download_button(
            "Download results (CSV)",
            sweep_csv(sweep, points),
            f"sweep-{file.id}.csv",
            "text/csv",
            icon=icons.DOWNLOAD,
            key=f"sweep.csv.{file.id}",
            on_click="ignore",
        )
        delete_button(file, sweep)


def _plot(file: SweepFile, sweep: Sweep, points: dict[str, Point]) -> None:
    which, how = st.columns([2, 3], vertical_alignment="bottom", gap="medium")
    name = which.selectbox(
        "Metric",
        figures_at_hand(points),
        format_func=lambda name: figure_of(name).label,
        **lasting(f"sweep.figure.{file.id}"),
    )
    heat = False
    if len(sweep.axes) == 2:
        ways = ["Lines" if as_lines(sweep) else "Bars", "Heat map"]
        heat = (
            how.segmented_control(
                "Drawn as",
                ways,
                default=ways[0] if as_lines(sweep) else ways[1],
                required=True,
                key=f"sweep.drawn.{file.id}",
                label_visibility="collapsed",
            )
            == ways[1]
        )
    chart(plot(sweep, points, name, heat), f"sweep-{file.id}-{name}{'-map' if heat else ''}")
    _best(sweep, points, name)


def _best(sweep: Sweep, points: dict[str, Point], name: str) -> None:
    found = best_of(points, name)
    if found is None:
        st.caption("No run has this metric.")
        return
    figure = figure_of(name)
    (best, worst), label = found, figure.label
    low, high = (f"{finite(points[each])[name]:{figure.form}}" for each in found)
    if figure.better:
        words = f"**Best: {escaped(in_words(sweep, best))}**, {label} **{low}**"
        if best != worst:
            words += f"; worst is {escaped(in_words(sweep, worst))} with {high}"
        st.markdown(f"{words}.")
    else:
        st.markdown(f"{label}: from **{low}** ({escaped(in_words(sweep, best))}) to **{high}** "
                    f"({escaped(in_words(sweep, worst))}).")  # fmt: skip
    run = points[best].run
    if run is not None and figure.better:
        st.page_link(
            f"pages/{sweep.key}.py",
            label="Open the best run",
            icon=AUTOENCODERS[sweep.key].icon,
            query_params={"run": run.id},
        )


def _table(file: SweepFile, sweep: Sweep, points: dict[str, Point]) -> None:
    known, rows = may_vary(sweep.base), []
    listed = (*kind_of(sweep.base.shape).listed, *TABLE)
    address = (st.context.url or "").rsplit("/sweeps", 1)[0]
    for label, values in sweep.combinations.items():
        point = points.get(label)
        row = {
            known[name].label: value
            if type(value) in (int, float)
            else value_shown(sweep, name, value)
            for name, value in zip(sweep.axes, values, strict=True)
        }
        state = point.state if point else "missing"
        status = point.status if point else None
        done = f" {status.fraction:.0%}" if status and state == "training" else ""
        row["State"] = WORDS[state] + done
        figures = finite(point) if point else {}
        row |= {figure_of(name).label: figures.get(name) for name in listed}
        run = point.run.id if point and point.run else None
        view = "" if point and point.trained else "&view=Train"
        row["Run"] = f"{address}/{sweep.key}?run={run}{view}" if run else None
        rows.append(row)
    table = pd.DataFrame(rows)
    columns = {
        figure_of(name).label: st.column_config.NumberColumn(format=_printf(name))
        for name in listed
    }
    columns["Run"] = st.column_config.LinkColumn(display_text="Open", help="Opens in a new tab.")
    st.dataframe(
        table,
        hide_index=True,
        column_config=columns,
        placeholder="",
        key=f"sweep.table.{file.id}",
    )


def _printf(name: str) -> str:
    form = {"parameters": "localized", "seconds": "%.1f s", "psnr": "%.1f dB"}
    return form.get(name, f"%{figure_of(name).form}")


def delete_button(file: SweepFile, sweep: Sweep | None) -> None:
    """Deletes a sweep; its runs are kept, and running ones continue."""
    words = "Its runs are kept, and running ones continue."
    if st.button("Delete this sweep", icon=icons.DELETE, key=f"sweep.delete.{file.id}", help=words):
        if sweep is None:
            delete_sweep(file)
        else:
            delete("sweeps", [partial(_delete, file, sweep)])
        st.query_params.pop("sweep", None)
        st.rerun(scope="app")


def _delete(file: SweepFile, sweep: Sweep) -> Deletion:
    content = file.path.read_bytes()
    delete_sweep(file)
    return Deletion(sweep.title, partial(put_sweep_back, file, content))
