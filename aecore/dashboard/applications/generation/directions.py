"""Panel: a sample moved along what differs between two classes, or between two selections."""

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from aecore.dashboard.parts import icons
from aecore.dashboard.parts.parts_shown import choose_parts
from aecore.dashboard.parts.picking import pick_sample
from aecore.dashboard.parts.sentences import fragment
from aecore.dashboard.parts.text import plain
from aecore.dashboard.services import calls, report
from aecore.dashboard.session import lasting, remembered, selections, take_wanted_direction
from aecore.data.names import visible
from aecore.figures.samples import drawing_of
from aecore.generation.study import Generation
from aecore.generation.ways import along
from aecore.runs.run import Run
from aecore.runs.same_model import model_version

FARTHEST = 2.0
STEPS = np.linspace(-FARTHEST, FARTHEST, 9)
End = int | str  # of a direction: a class by its number, or a selection by its name


def directions_panel(run: Run, found: Generation) -> None:
    """The panel; decoding takes a call to a worker."""
    fragment(_directions, run, found)


def _directions(run: Run, found: Generation) -> None:
    kind = run.source.kind
    known = [at for at, mean in enumerate(found.averages) if not np.isnan(mean).any()]
    ends: list[End] = [*known, *(each.name for each in selections(run))]
    if len(ends) < 2:
        st.info(
            "A direction leads from one class or selection to another. Select "
            f"{kind.samples} on the map of codes and name the selection; two of them give a "
            "direction.",
            icon=icons.EMPTY,
        )
        _map_link(run)
        return
    columns = st.columns([2, 1, 1])
    with columns[0]:
        sample = np.nan_to_num(pick_sample(run, report(run), "directed"))
    wanted = take_wanted_direction(run) or (None, None)
    begin = _choose(columns[1], run, "From", ends, wanted[0], ends[0])
    end = _choose(columns[2], run, "To", ends, wanted[1], ends[1])
    step = st.slider(
        "Steps along the direction", -FARTHEST, FARTHEST, 1.0, 0.05, key="generation.step",
        help="0 is the reconstruction of the sample; 1 moves its code by the difference between "
        "the two mean codes.",
    )  # fmt: skip
    direction = _mean_code(run, found, "To", end) - _mean_code(run, found, "From", begin)
    made = remembered(
        "generation.along",
        (model_version(run), sample.tobytes(), direction.tobytes(), step),
        lambda: calls().analyse(
            run.model_path, along, sample, direction, np.array([step, *STEPS]), run.source.layout
        ),
    )
    drawing, shown = drawing_of(run.source), choose_parts(run, report(run))
    st.html(drawing.alone(run.source, made[:1], [_signed(step)], shown, side=200))
    st.html(drawing.alone(run.source, made[1:], list(map(_signed, STEPS)), shown))
    st.caption(
        f"Each number times the difference, mean code of {_told(run, end)} minus mean code of "
        f"{_told(run, begin)}, is added to the code of the {kind.sample}."
    )
    _map_link(run)


def _choose(
    place: DeltaGenerator, run: Run, label: str, ends: list[End], wanted: str | None, usual: End
) -> End:
    key = f"directed.{label}.{run.id}"
    chosen = wanted or st.session_state.get(key)
    if wanted is not None or chosen not in ends:  # a selection may be gone
        st.session_state[key] = chosen if chosen in ends else usual
    return place.selectbox(
        label,
        ends,
        format_func=lambda end: _label(run, end),
        **lasting(key),
        help="A class, or a selection of yours that has a name.",
    )


def _label(run: Run, end: End) -> str:
    return visible(run.source.classes[end] if isinstance(end, int) else f"Selection: {end}")


def _told(run: Run, end: End) -> str:
    if isinstance(end, int):
        return f"class “{plain(run.source.classes[end])}”"
    return f"the selection “{plain(end)}”"


def _mean_code(run: Run, found: Generation, label: str, end: End) -> np.ndarray:
    """The mean code (latent_size,) of a class, or of a selection, which a worker encodes."""
    if isinstance(end, int):
        return found.averages[end]
    places = next(each.places for each in selections(run) if each.name == end)
    return remembered(
        f"generation.mean.{label}",
        (model_version(run), places),
        lambda: calls().coded(run.path, np.array(places)).mean(axis=0),
    )


def _map_link(run: Run) -> None:
    st.page_link(
        f"pages/{run.key}.py",
        label=f"Select {run.source.kind.samples} on the map of codes",
        icon=icons.TAGS,
        query_params={"run": run.id, "view": "Latent space"},
    )


def _signed(step: float) -> str:
    """0.5 → '+0.5', -2 → '−2', 0 → '0'."""
    return f"{step:+.3g}".replace("-", "−") if step else "0"
