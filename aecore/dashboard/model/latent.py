"""Panel: the latent space as a map."""

from functools import partial

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from aecore.analysis.report import Report
from aecore.dashboard.model.map_samples import (
    TSNE,
    MapSamples,
    choose_samples,
    places_on,
    projections,
    ready_part,
    ready_projection,
)
from aecore.dashboard.model.over_time import OVER_TIME, over_time
from aecore.dashboard.model.selection.panel import on_map, select_on_map, selection_panel
from aecore.dashboard.model.walk import walk
from aecore.dashboard.parts.charts import chart_config
from aecore.dashboard.parts.map import code_map
from aecore.dashboard.parts.placing import own_places
from aecore.dashboard.parts.sentences import fragment, sentences
from aecore.dashboard.session import (
    lasting,
    lecture,
    select,
    selected,
    selections_turn,
    take_wanted_sample,
)
from aecore.data.names import shortened, visible
from aecore.figures.description import description
from aecore.figures.grid import image_grid
from aecore.figures.legends import literal
from aecore.figures.maps import HEIGHT, latent_scatter
from aecore.figures.values import part_values, value_lines
from aecore.runs.run import Run

MOST_PICTURES, A_ROW = 40, 4
FLAT = ("PCA 2-D", "Plane", TSNE)  # the projections on which samples can be selected
LECTURE_HEIGHT = 560  # pixels of the map in space in lecture mode


def latent_space(run: Run, report: Report) -> None:
    """The panel, drawn from the report; only the walk asks a worker."""
    fragment(_map, run, report)
    if report.architecture.decodes_codes:
        st.divider()
        fragment(walk, run, report)


def _map(run: Run, report: Report) -> None:
    key = run.key
    choices, asked = projections(report), take_wanted_sample()
    if not choices:
        st.info("A latent size of 1 has no map; use the slider below.")
        return
    widget = f"{key}.map.{choices[0]}"
    if asked is not None:
        select(run, (asked,))
        if st.session_state.get(widget) not in FLAT:
            st.session_state[widget] = choices[0]
    controls = st.container(horizontal=True, gap="large")  # two lines where there is no room
    projection = controls.segmented_control(
        "Map",
        [*choices, OVER_TIME],
        default=choices[0],
        required=True,
        **lasting(widget),
        help="PCA shows the directions in which the codes vary most. t-SNE keeps neighbours "
        "together, but distances between groups carry little meaning. *Over time* shows how the "
        "map formed while the model was trained.",
    )
    if projection == OVER_TIME:
        over_time(run)
        return
    colour = _colour(run, report, controls)
    flat = projection in FLAT
    wanted = choose_samples(run, report, controls) if flat else ""
    with st.container():  # it stays when what is in it goes, and so does the map below it
        samples = MapSamples(run, report, ready_part(run, report, wanted))
        projection = ready_projection(samples, projection)
    names, placed = own_places(run, samples.part) or (None, None)
    own = placed and places_on(report, projection, placed.places, placed.neighbours)[0]
    if not flat:
        _in_space(run, report, projection, colour, own, names)
        return
    name = f"{key}.scatter.{projection}.{run.id}"
    ids = on_map(samples, selected(run))
    beside_it = ids and report.kind.bounded
    # the map stays where it is
    plot, *beside = st.columns([5, 2] if beside_it else 1, gap="medium")
    with plot:
        code_map(
            name,
            samples.packed(),
            samples.pictures(),
            projection,
            str(colour),
            run.source.parts[colour] if isinstance(colour, int) else colour,
            samples.columns()[:, colour] if isinstance(colour, int) else None,
            ids,
            selections_turn(run),
            partial(select_on_map, samples),
            own,
            names or (),
            named=projection == "t-SNE" and colour == "Class",
        )
    if beside_it:
        with beside[0], sentences():
            _pictures(samples, ids)
    elif not ids and selected(run):
        st.caption(
            f"None of the selected {report.kind.samples} is among the {len(samples.labels):,} on "
            f"this map. Choose more of them above it, under *{report.kind.samples.capitalize()}*."
        )
    elif not ids:
        st.caption(
            f"Scroll to zoom until the dots become {report.kind.samples}; drag to move. Click one, "
            "or draw around several with the lasso, to see them, compare them and save them."
            if report.kind.bounded
            else "Scroll to zoom, drag to move. Click a dot, or draw around several with the "
            f"lasso, to see these {report.kind.samples} below the map, compare them and save them."
        )
    selection_panel(samples)


def _in_space(run: Run, report: Report, projection: str, colour: str | int, own, names) -> None:
    """The map in three dimensions, which Plotly draws."""
    latent, parts = report.latent, run.source.parts
    places, titles = places_on(report, projection, latent.places, latent.neighbours)
    values, title, told = None, "error", []
    if isinstance(colour, int):
        values, title = part_values(run.source, report.pictures)[:, colour], parts[colour]
    elif colour == "Error":
        values = report.sample_errors[report.mapped]
    if parts:
        told = ["<br>".join(map(literal, of)) for of in value_lines(run.source, report.pictures)]
    figure = latent_scatter(
        places,
        report.labels[report.mapped],
        run.source.classes,
        np.arange(len(places)),
        titles,
        values,
        own,
        names,
        told=(title, told),
    )
    if lecture():
        figure.update_layout(height=LECTURE_HEIGHT)
    st.plotly_chart(
        figure,
        key=f"{run.key}.space",
        config=chart_config(f"{run.id}-latent-space", scrollZoom=True),
        alt=description(figure),
    )
    st.caption("Drag to rotate. In the two-dimensional maps you can select points.")


def _colour(run: Run, report: Report, place: DeltaGenerator) -> str | int:
    """What the points are coloured by: "Class", "Error", or a column or channel by its number."""
    key, parts = run.key, run.source.parts
    usual: list[str | int] = ["Class", "Error"]
    if not parts:
        return place.segmented_control(
            "Colour by", usual, default="Class", required=True, **lasting(f"{key}.colour")
        )
    return place.selectbox(
        "Colour by",
        [*usual[len(run.source.classes) == 1 :], *range(len(parts))],  # one class is no colour
        format_func=lambda at: visible(parts[at]) if isinstance(at, int) else at,
        width=260,
        **lasting(f"{key}.colour.{run.dataset}"),
    )


def _pictures(shown: MapSamples, ids: list[int]) -> None:
    classes, labels = shown.run.source.classes, shown.labels
    st.markdown(
        f"**{len(ids):,}** selected"
        + (f", the first {MOST_PICTURES} shown" if len(ids) > MOST_PICTURES else "")
    )
    ids = ids[:MOST_PICTURES]
    pictures = shown.take(ids)
    with st.container(height=HEIGHT - 60, border=False):
        for start in range(0, len(ids), A_ROW):
            part = slice(start, start + A_ROW)
            names = [shortened(classes[labels[i]], 24) for i in ids[part]]
            st.html(image_grid([("", pictures[part])], names, side=56, names=names))
