"""What an imported model is measured on: a data set, or images that the visitor adds."""

import streamlit as st

from aecore.dashboard.parts import icons
from aecore.dashboard.parts.labels import dataset_labels
from aecore.dashboard.parts.text import size
from aecore.data.arrays import describe_shape
from aecore.data.collection import FEWEST
from aecore.data.images.intake import FORMATS_READ, UPLOAD_TYPES
from aecore.data.limits import AT_ONCE, MB
from aecore.data.own import LARGEST_SIDE, LEAST_SIDE
from aecore.exchange.bring_in import Found
from aecore.exchange.fitting import ADD


def choose_data(found: Found, id: str) -> str | None:
    """The data set that the visitor chooses among those that fit; None if there is none."""
    if not found.fitting:
        return None
    return st.selectbox(
        "Data set",
        found.fitting,
        format_func=dataset_labels(found.fitting).__getitem__,
        key=f"importing.data.{id}",
        help="The data set on which the model is shown and measured, preferably the one it was "
        "trained on. The list has the data sets whose samples it accepts.",
    )


def add_images(found: Found, takes: str, id: str) -> list:
    """Files of images that the visitor adds for a model that no data set fits, as uploaded.

    Args:
        takes: the shape that the model takes, in words.
    """
    words = f"No data set here has samples of {takes}, which this model takes."
    if found.would_do:
        words += f" {found.would_do}{ADD}"
    if found.own is None:
        none = (
            f" Data sets of your own have images of {LEAST_SIDE} to {LARGEST_SIDE} pixels "
            "a side, grey or colour; none of them would fit."
        )
        st.warning(words if found.would_do else f"{words}{none}", icon=icons.DATA)
        return []
    shape = describe_shape(found.own)
    st.warning(
        f"{words} {'Or add' if found.would_do else 'Add'} at least {FEWEST} images of your own, "
        f"preferably like those it was trained on. They are resized to {shape} and become a data "
        "set with the model's name. It is measured on a sixth of them, the test images.",
        icon=icons.DATA,
    )
    given = st.file_uploader(
        "Images to measure it on",
        type=UPLOAD_TYPES,
        accept_multiple_files=True,
        key=f"importing.images.{id}",
        max_upload_size=AT_ONCE.total_bytes // MB,
        help=f"{FORMATS_READ}; {AT_ONCE.words}.",
    )
    together = sum(file.size for file in given)
    if together > AT_ONCE.total_bytes:  # before the bytes are copied
        most = size(AT_ONCE.total_bytes)
        st.error(
            f"The images are {size(together)} in total; the limit is {most}.",
            icon=icons.REFUSED,
        )
        return []
    return given
