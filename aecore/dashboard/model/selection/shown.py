"""Part of a panel: selected samples with their reconstructions, and statistics beside others."""

from functools import partial

import numpy as np
import streamlit as st

from aecore.analysis.groups import group
from aecore.analysis.report import Report
from aecore.dashboard.model.map_samples import MapSamples, Numbered
from aecore.dashboard.parts.parts_shown import choose_parts
from aecore.dashboard.services import calls
from aecore.dashboard.session import Selection, remembered
from aecore.figures.groups import categories_of, group_lines
from aecore.figures.linked import linked
from aecore.figures.numbers import significant
from aecore.figures.samples import drawing_of, names_of
from aecore.runs.run import Run
from aecore.runs.same_model import model_version

MOST = {"image": 10, "table": 8, "series": 6}  # samples shown


def grid(run: Run, report: Report, known: Numbered, places: tuple[int, ...]) -> None:
    """The first of some samples, each with its reconstruction, which a worker makes."""
    shown = np.array(places[: MOST[report.kind.key]])
    found = remembered(
        "selection.rebuilt",
        (model_version(run), shown.tobytes()),
        lambda: calls().selected(run.path, shown),
    )
    names = names_of(run.source, known.labels, shown, known.starts)
    errors = known.errors[shown]
    captions = [f"{name} · {significant(e)}" for name, e in zip(names, errors, strict=True)]
    parts = choose_parts(run, report)
    draw = partial(drawing_of(run.source).brief, run.source)
    drawn = draw(found.clean, found.outputs, None, names, captions, parts)
    st.html(linked(drawn, shown.tolist()))
    if len(places) > len(shown):
        st.caption(f"The first {len(shown)} of {len(places):,}.")


def statistics(shown: MapSamples, chosen: Selection, other: Selection | None) -> None:
    """Number, error, classes and values of a selection, beside those of all other samples."""
    run, source, mapped = shown.run, shown.run.source, shown.mapped
    values = shown.columns() if source.parts else None
    errors, labels = shown.errors, shown.labels

    def described(rows: np.ndarray):
        told = None if values is None else values[rows]
        return group(errors[rows], labels[rows], len(source.classes), told, categories_of(source))

    inside = np.isin(mapped, chosen.places)
    groups = [(chosen.name, described(inside))]
    if other is not None:
        groups.append((other.name, described(np.isin(mapped, other.places))))
    groups.append(("All others", described(~inside)))
    st.dataframe(group_lines(source, groups), hide_index=True, key=f"{run.key}.groups")
    st.caption(f"Of the {len(mapped):,} {shown.report.kind.samples} on the map.")
