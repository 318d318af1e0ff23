"""The Data page: the user's own data sets, the built-in ones, and how to create one."""

import time
from functools import partial

import numpy as np
import streamlit as st

from aecore.dashboard.data.entries import ENTRIES
from aecore.dashboard.data.importing import importer
from aecore.dashboard.frame.page import page
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.form import choose_dataset
from aecore.dashboard.parts.sentences import fragment, sentences
from aecore.dashboard.parts.text import plain, sentence_of, size
from aecore.dashboard.parts.undo import delete, undo_notice
from aecore.dashboard.session import Deletion, deletions
from aecore.data import datasets, own
from aecore.data.arrays import describe_shape
from aecore.data.builtin import BUILTIN
from aecore.data.datasets import SOURCES, shape_of, source
from aecore.data.kinds import kind_of
from aecore.data.own import own_keys
from aecore.data.splits import DataUnavailable
from aecore.figures.grid import image_grid
from aecore.models import AUTOENCODERS

SAMPLES = 10
CLASSES_TOLD = 12


def data_page() -> None:
    """Shows all data sets."""
    with page("Data"):
        st.title(f"{icons.DATA} Data")
        st.markdown(
            "The data that autoencoders are trained on: built-in data sets, and your own images, "
            "tables and time series."
        )
        keys = own_keys()
        if keys or deletions("data"):
            st.markdown("#### Your data sets")
            with st.container():  # its place stays: or what is clicked below it now would be lost
                undo_notice("data", "Models trained on it keep working.", "data set")
            for key in keys:
                with st.container(border=True), sentences():
                    fragment(_own, key)
        st.markdown("#### Create your own data set")
        importer(train_on)
        st.markdown("#### Built-in data sets")
        for key in SOURCES:
            with st.container(border=True):
                _named(key)


def train_on(key: str, widget: str, across: bool = False) -> None:
    """Offers to choose a type that takes such data and to train it, or to detect anomalies."""
    shape = shape_of(key)
    types = [name for name in AUTOENCODERS if AUTOENCODERS[name].takes(shape)]
    places = st.columns(3, vertical_alignment="center") if across else [st.container()] * 3
    choice, action, detect = places
    chosen = choice.selectbox(
        "Type",
        types,
        index=types.index(ENTRIES[kind_of(shape).key].usual),
        format_func=lambda name: AUTOENCODERS[name].title,
        key=f"data.{widget}.type",
        label_visibility="collapsed",
    )
    if action.button("Train", icon=icons.START, key=f"data.{widget}.train", width="stretch"):
        choose_dataset(chosen, key)
        st.switch_page(f"pages/{chosen}.py", query_params={"view": "Train"})
    detect.page_link(
        "pages/anomalies.py",
        label="Detect anomalies",
        icon=icons.ANOMALIES,
        query_params={"data": key},
    )


def _named(key: str) -> None:
    known, entry = source(key), ENTRIES[kind_of(shape_of(key)).key]
    words, pictures, actions = st.columns([3, 4, 3], vertical_alignment="center")
    with words:
        st.markdown(f"**{known.title}**")
        if key in BUILTIN:
            for told in entry.told(known, len(own.measured(key))):
                st.caption(f"{told}.")
            st.caption(f"{known.credit}.")
        else:
            st.caption(f"{describe_shape(known.shape)}. {known.credit}.")
            st.caption(f"Classes: {', '.join(known.classes)}.")
    with pictures:
        if key in BUILTIN:
            entry.glimpse(key)
        elif (shown := _glimpse(key)) is not None:
            st.html(image_grid([("", shown)], side=56))
        else:
            st.caption("Downloaded when first used.")
    with actions:
        train_on(key, key)


@st.cache_resource(show_spinner=False)
def _glimpse(key: str) -> np.ndarray | None:
    return datasets.glimpse(key, SAMPLES)


def _own(key: str) -> None:
    entry = ENTRIES[kind_of(shape_of(key)).key]
    words, shown, actions = st.columns([3, 4, 3], vertical_alignment="center")
    try:
        known, sizes = source(key), own.class_sizes(key)
        made, taken = own.made_at(key), own.size_on_disk(key)
        with shown:
            entry.glimpse(key)
    except DataUnavailable as problem:
        st.error(sentence_of(problem), icon=icons.DAMAGED)
        _delete(key, key)
        return
    with words:
        st.markdown(f"**{plain(known.title)}**")
        when = time.strftime("%d %b %Y %H:%M", time.localtime(made))
        first, *more = entry.told(known, sum(sizes))
        st.caption(f"{first}. Created {when}; {size(taken)} on disk.")
        for told in more:
            st.caption(f"{told}.")
        if len(sizes) > 1:
            counted = list(zip(known.classes, sizes, strict=True))
            told = ", ".join(f"{plain(name)} ({count:,})" for name, count in counted[:CLASSES_TOLD])
            more = f" and {len(counted) - CLASSES_TOLD} more" if len(counted) > CLASSES_TOLD else ""
            st.caption(f"Classes: {told}{more}.")
    with actions:
        train_on(key, key)
        _delete(key, known.title)


def _delete(key: str, title: str) -> None:
    words = "Models trained on it keep working. Can be undone for an hour."
    if st.button(
        "Delete", icon=icons.DELETE, key=f"data.{key}.delete", width="stretch", help=words
    ):
        delete("data", [lambda: Deletion(title, partial(own.put_back, own.put_aside(key)))])
        st.rerun(scope="app")
