"""Forms for the name, note and tags of runs."""

import zlib

import streamlit as st

from aecore.dashboard.parts import icons
from aecore.dashboard.parts.sentences import sentences
from aecore.dashboard.parts.text import many
from aecore.dashboard.session import note
from aecore.runs.label import Label, read_label, write_label
from aecore.runs.summary import Summary


def naming(each: Summary) -> None:
    """A form for the name, the note and the tags of one run."""
    label = each.label
    # another key once it is saved: the form closes, and shows what is kept
    key = f"runs.name.{each.id}.{zlib.crc32(repr(label).encode())}"
    with (
        st.popover("Name and tags", icon=icons.TAGS, key=key),
        st.form(f"{key}.form", border=False),
    ):
        name = st.text_input("Name", label.name, key=f"{key}.name")
        words = st.text_area("Note", label.note, key=f"{key}.note")
        tags = st.text_input(
            "Tags", ", ".join(label.tags), key=f"{key}.tags", placeholder="baseline, small code",
            help="Separated by commas. The table can be filtered by tags.",
        )  # fmt: skip
        if st.form_submit_button("Save", type="primary", key=f"{key}.save"):
            with sentences():
                write_label(each.run.path, Label.of(name, words, tags))
                st.rerun(scope="app")


def tagging(chosen: list[Summary]) -> None:
    """A form that adds tags to several runs."""
    key = f"runs.tag.{zlib.crc32(repr([each.label for each in chosen]).encode())}"
    with st.popover("Add tags", icon=icons.TAGS, key=key), st.form(f"{key}.form", border=False):
        tags = st.text_input(
            f"Tags for {many(len(chosen), 'run')}", key=f"{key}.tags", placeholder="baseline"
        )
        if st.form_submit_button("Add", type="primary", key=f"{key}.save"):
            with sentences():
                _add(chosen, Label.of(tags=tags).tags)


def _add(chosen: list[Summary], tags: tuple[str, ...]) -> None:
    old = {each.id: read_label(each.run.path) for each in chosen}
    new = {id: Label.of(each.name, each.note, [*each.tags, *tags]) for id, each in old.items()}
    for each in chosen:
        write_label(each.run.path, new[each.id])
    note(f"{many(len(tags), 'tag')} added to {many(len(chosen), 'run')}.")
    st.rerun(scope="app")
