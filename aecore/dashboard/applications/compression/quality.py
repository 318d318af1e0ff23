"""A slider for the step between code values, which sets quality and size of a file."""

import streamlit as st

from aecore.runs.run import Run


def choose_level(run: Run) -> int | None:
    """The level of the step; None until the codec's levels are known."""
    known = st.session_state.get(_levels(run))
    if known is None:
        return None
    (first, last), chosen = known
    return st.select_slider(
        "Quality",
        range(first, last + 1),
        value=chosen,
        format_func=lambda level: f"{100 * (level - first) // max(last - first, 1)}%",
        key=f"compression quality.{run.id}",
        help=f"Finer steps between code values: better {run.source.kind.samples}, larger files. It "
        f"starts where the {run.source.kind.samples} of the validation data lose 0.5 dB of what "
        "the model can do.",
    )


def learn_levels(run: Run, levels: tuple[int, int], used: int, chosen: int | None) -> None:
    """Keeps the codec's levels, and the usual one, once a first file has told them."""
    if st.session_state.get(_levels(run)) != (levels, used) and chosen is None:
        st.session_state[_levels(run)] = (levels, used)
        st.rerun(scope="app")  # now the slider knows its ends


def _levels(run: Run) -> str:
    return f"compression levels.{run.id}"
