"""Panel: which kind of data is imported, and the form for it."""

from collections.abc import Callable

import streamlit as st

from aecore.dashboard.data.making import MAKING as IMAGES_MAKING
from aecore.dashboard.data.making import maker
from aecore.dashboard.data.series import READING, series_maker
from aecore.dashboard.data.table import MAKING as TABLE_MAKING
from aecore.dashboard.data.table import table_maker
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.sentences import fragment, sentences
from aecore.dashboard.session import lasting
from aecore.data.kinds import IMAGES, SERIES, TABLE

FORMS = {  # key of a kind → how its import is called, and its form
    IMAGES.key: (f"{icons.IMAGES} Images", maker),
    TABLE.key: (f"{icons.TABLE} Table", table_maker),
    SERIES.key: (f"{icons.SERIES} Time series", series_maker),
}


def importer(train_on: Callable) -> None:
    """The choice of a kind, and its form.

    Args:
        train_on: as the forms take it.
    """
    kind = st.segmented_control(
        "Kind of data", FORMS, default=IMAGES.key, format_func=lambda key: FORMS[key][0],
        required=True, label_visibility="collapsed", **lasting("data.kind"),
    )  # fmt: skip
    with st.container(key=f"data.form.{kind}"):
        # a click within a fragment ends no script, which Stop has to
        if {IMAGES_MAKING, TABLE_MAKING, *READING} & st.session_state.keys():
            with sentences():
                FORMS[kind][1](train_on)
        else:
            fragment(FORMS[kind][1], train_on)
