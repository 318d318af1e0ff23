"""Panel: the latent space as a map, and sliders that move through it."""

from typing import Any

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from aecore.analysis.latent import FEWEST
from aecore.analysis.report import Report
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.charts import chart_config
from aecore.dashboard.parts.parts_shown import choose_parts, parts_shown
from aecore.dashboard.parts.placing import own_places
from aecore.dashboard.parts.sentences import fragment, sentences
from aecore.dashboard.services import calls
from aecore.dashboard.session import lasting, lecture
from aecore.data.names import shortened, visible
from aecore.figures.description import description
from aecore.figures.grid import image_grid
from aecore.figures.maps import HEIGHT, latent_scatter
from aecore.figures.numbers import significant
from aecore.figures.samples import drawing_of, names_of
from aecore.figures.values import part_values, value_words
from aecore.runs.run import Run

MOST_PICTURES, A_ROW = 40, 4
MOST_REBUILT = 12  # selected rows or windows
LECTURE_HEIGHT = 560  # pixels of the map in lecture mode
WALKED = 8  # directions with a slider


def latent_space(run: Run, report: Report) -> None:
    """The panel, drawn from the report; only the walk asks a worker."""
    fragment(_map, run, report)
    if report.architecture.decodes_codes:
        st.divider()
        fragment(_walk, run, report)


def places_on(report: Report, projection: str, places: np.ndarray, neighbours: np.ndarray):
    """Coordinates and axis titles of codes for one of the projections."""
    if projection == "t-SNE":
        return neighbours, ("t-SNE 1", "t-SNE 2")
    count = 3 if projection.endswith("3-D") else 2
    if report.architecture.code_size <= count:
        codes = report.latent.lift(places)
        return codes, tuple(f"z{i + 1}" for i in range(codes.shape[1]))
    explained = report.latent.explained
    titles = tuple(f"PC {i + 1} ({explained[i]:.0%})" for i in range(count))
    return places[:, :count], titles


def projections(report: Report) -> list[str]:
    """The maps that a code of this size has."""
    size = report.architecture.code_size
    if size == 1:
        return []
    if size == 2:  # the code itself
        return ["Plane", "t-SNE"]
    linear = ["PCA 2-D", "PCA 3-D"]
    clear = len(report.latent.neighbours) >= FEWEST  # with fewer points there is no t-SNE
    return ["t-SNE", *linear] if clear else [*linear, "t-SNE"]


def _map(run: Run, report: Report) -> None:
    key = run.key
    choices = projections(report)
    if not choices:
        st.info("A latent size of 1 has no map; use the slider below.")
        return
    controls = st.container(horizontal=True, gap="large")  # two lines where there is no room
    projection = controls.segmented_control(
        "Map",
        choices,
        default=choices[0],
        required=True,
        **lasting(f"{key}.map.{choices[0]}"),
        help="PCA shows the directions in which the codes vary most. t-SNE keeps neighbours "
        "together, but distances between groups carry little meaning.",
    )
    colour, values = _colours(run, report, controls)
    latent = report.latent
    places, titles = places_on(report, projection, latent.places, latent.neighbours)
    names, own = None, None
    if (placed := own_places(run)) is not None:
        names, found = placed
        own, _ = places_on(report, projection, found.places, found.neighbours)
    classes = run.source.classes
    flat = places.shape[1] == 2
    name = f"{key}.scatter.{projection}"
    ids = _selected(name) if flat else []
    draw, narrow = PICKED[report.kind.key]
    # the map stays where it is
    plot, *beside = st.columns([5, 2] if ids and narrow else 1, gap="medium")
    figure = latent_scatter(
        places,
        report.labels[report.mapped],
        classes,
        np.arange(len(places)),
        titles,
        values,
        own,
        names,
        named=projection == "t-SNE" and colour == "Class",
        told=(colour if colour not in ("Class", "Error") else "error", _told(run, report)),
    )
    if lecture():
        figure.update_layout(height=LECTURE_HEIGHT)
    with plot:
        st.plotly_chart(
            figure,
            key=name,
            on_select="rerun" if flat else "ignore",
            selection_mode=("points", "box", "lasso"),
            config=chart_config(f"{run.id}-latent-space", scrollZoom=True),
            alt=description(figure),
        )
    if ids:
        with beside[0] if beside else st.container(), sentences():
            draw(run, report, ids)
    else:
        st.caption(
            f"Click a point, or select several with the lasso, to see their {report.kind.samples}."
            if flat
            else "Drag to rotate. In the two-dimensional maps you can select points."
        )


def _selected(name: str) -> list[int]:
    """Which of the points on a map are selected; the visitor's own are not among them."""
    points = st.session_state.get(name, {}).get("selection", {}).get("points", [])
    return [id for id in map(_id, points) if id >= 0]


def _id(point: dict) -> int:
    data = point.get("customdata", -1)
    return int(data[0] if isinstance(data, list) else data)


def _colours(run: Run, report: Report, place: DeltaGenerator) -> tuple[str, np.ndarray | None]:
    """What the points are coloured by, and its value at each point; None for the class."""
    key, parts = run.key, run.source.parts
    usual: list[str | int] = ["Class", "Error"]
    if not parts:
        chosen = place.segmented_control(
            "Colour by", usual, default="Class", required=True, **lasting(f"{key}.colour")
        )
    else:
        chosen = place.selectbox(
            "Colour by",
            [*usual[len(run.source.classes) == 1 :], *range(len(parts))],  # one class is no colour
            format_func=lambda at: visible(parts[at]) if isinstance(at, int) else at,
            width=260,
            **lasting(f"{key}.colour.{run.dataset}"),
        )
    if isinstance(chosen, int):
        return parts[chosen], part_values(run.source, report.pictures)[:, chosen]
    return str(chosen), report.sample_errors[report.mapped] if chosen == "Error" else None


def _told(run: Run, report: Report) -> list[str]:
    """What pointing at each point tells: of rows and windows their error and some values."""
    if not run.source.parts:
        return []
    words = value_words(run.source, report.pictures)
    errors = report.sample_errors[report.mapped]
    return [f"error {significant(e)}<br>{w}" for e, w in zip(errors, words, strict=True)]


def _rebuilt(run: Run, report: Report, ids: list[int]) -> None:
    """The rows or windows that are selected, and their reconstructions."""
    st.markdown(
        f"**{len(ids)}** selected"
        + (f", the first {MOST_REBUILT} shown" if len(ids) > MOST_REBUILT else "")
    )
    ids = ids[:MOST_REBUILT]
    samples, indices = report.pictures[ids], report.mapped[ids]
    outputs = calls().rebuild(run.model_path, samples).outputs
    names = names_of(run.source, report.labels, indices, report.starts)
    st.html(
        drawing_of(run.source).brief(
            run.source, samples, outputs, None, names, names, choose_parts(run, report)
        )
    )


def _pictures(run: Run, report: Report, ids: list[int]) -> None:
    classes = run.source.classes
    st.markdown(
        f"**{len(ids)}** selected"
        + (f", the first {MOST_PICTURES} shown" if len(ids) > MOST_PICTURES else "")
    )
    ids = ids[:MOST_PICTURES]
    with st.container(height=HEIGHT - 60, border=False):
        for start in range(0, len(ids), A_ROW):
            part = ids[start : start + A_ROW]
            names = [shortened(classes[report.labels[report.mapped[i]]], 24) for i in part]
            st.html(image_grid([("", report.pictures[part])], names, side=56, names=names))


PICKED = {  # kind → what draws the selected points, and whether beside the map
    "image": (_pictures, True),
    "table": (_rebuilt, False),
    "series": (_rebuilt, False),
}


def _walk(run: Run, report: Report) -> None:
    key = run.key
    latent, network = report.latent, report.architecture
    raw = network.code_size <= WALKED
    st.markdown("##### Move through the latent space")
    st.caption(
        "Each slider is one latent dimension."
        if raw
        else f"Each slider is one of the {WALKED} principal components, the directions in which "
        "the codes vary most."
    )
    positions = latent.lift(latent.places) if raw else latent.places
    count = min(WALKED, positions.shape[1])
    ranges = [walk_range(positions[:, i]) for i in range(count)]
    widgets = [f"{key}.walk.{run.id}.{i}" for i in range(count)]
    picture, sliders = st.columns([2, 3], gap="medium")  # on a phone above them, in sight
    with sliders:
        if st.button("Reset to the mean", key=f"{key}.walk.reset", icon=icons.RESET):
            for widget, (_, middle, _) in zip(widgets, ranges, strict=True):
                st.session_state[widget] = middle
        values = []
        pairs = [st.columns(2) for _ in range(0, count, 2)]
        for i, (widget, (bottom, middle, top)) in enumerate(zip(widgets, ranges, strict=True)):
            start: dict[str, Any] = {} if widget in st.session_state else {"value": middle}
            title = f"z{i + 1}" if raw else f"Direction {i + 1}"
            cell = pairs[i // 2][i % 2]
            values.append(cell.slider(title, bottom, top, step=0.01, key=widget, **start))
    with picture, sentences():
        places = np.array([values], np.float32)
        codes = places if raw else latent.lift(places)
        image = calls().decode(run.model_path, codes)
        drawn = drawing_of(run.source).alone(
            run.source, image, [""], parts_shown(run, report), side=260
        )
        st.html(drawn)


def walk_range(positions: np.ndarray) -> tuple[float, float, float]:
    """Bottom, start and top of a slider for positions (n,); few far ones leave the mean outside."""
    low, high = np.quantile(positions, [0.005, 0.995])
    bottom, middle, top = (round(float(value), 2) for value in (low, positions.mean(), high))
    top = max(top, bottom + 0.01)
    return bottom, min(max(middle, bottom), top), top
