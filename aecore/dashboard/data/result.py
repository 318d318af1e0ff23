"""Panel part: the result of creating a data set, and which files could not be used."""

from collections.abc import Callable

import streamlit as st

from aecore.dashboard.parts import icons
from aecore.dashboard.parts.sentences import rerun_part
from aecore.dashboard.parts.text import escaped, plain
from aecore.data.arrays import describe_shape
from aecore.data.datasets import source
from aecore.data.images.intake import Unusable
from aecore.data.images.making import Made, grouped
from aecore.data.spreadsheet import as_csv

MADE = "data.made"  # in the session: what became of the files that a set was made of

TOLD_AT_ONCE = 10  # refusals; more are collapsed
NAMES_SHOWN = 20  # of a reason


def show_result(made: Made, train_on: Callable) -> None:
    """The new set, or why there is none; notes and refusals, and what to do next."""
    with st.container(border=True):
        if made.key is None:
            st.error(escaped(made.problem), icon=icons.CREATE)
        else:
            known = source(made.key)
            held = made.used // 6
            kept = known.training_size
            st.success(
                f"**{plain(known.title)}** created: {made.used:,} images of "
                f"{describe_shape(known.shape)}; {kept:,} for training, "
                f"{made.used - kept - held:,} for validation, {held:,} for testing.",
                icon=icons.CREATE,
            )
            if len(known.classes) > 1:
                st.caption(f"{len(known.classes)} folders became classes.")
        for note, count in made.notes:
            st.caption(f"{count:,} image{'s' if count > 1 else ''}: {escaped(note)}.")
        if made.refusals:
            _refused(made.refusals)
        train, listed, close = st.columns([7, 3, 2])
        if made.key is not None:
            with train:
                train_on(made.key, "made.next", across=True)
        if made.refusals:
            with listed:
                _list(made.refusals)
        if close.button("Close", key="data.made.close", width="stretch"):
            st.session_state.pop(MADE, None)
            rerun_part()


def _refused(refusals: tuple[Unusable, ...]) -> None:
    """Reasons with the names of their files; many are collapsed."""
    count = f"{len(refusals):,} file{'s' if len(refusals) > 1 else ''} could not be used"
    lines = []
    for reason, names in grouped(refusals).items():
        told = ", ".join(f"**{plain(name)}**" for name in names[:NAMES_SHOWN])
        more = f" and {len(names) - NAMES_SHOWN:,} more" if len(names) > NAMES_SHOWN else ""
        lines.append(f"- {told}{more}: {escaped(reason)}")
    if len(refusals) <= TOLD_AT_ONCE:
        st.warning(f"{count}:\n" + "\n".join(lines), icon=icons.REFUSED)
    else:
        with st.expander(count, icon=icons.REFUSED):
            st.markdown("\n".join(lines))


def _list(refusals: tuple[Unusable, ...]) -> None:
    table = as_csv(("file", "reason"), [(each.name, each.reason) for each in refusals])
    st.download_button(
        "Download list of refused files", table, "refused.csv", "text/csv", icon=icons.DOWNLOAD,
        key="data.refused", on_click="ignore", width="stretch",
    )  # fmt: skip
