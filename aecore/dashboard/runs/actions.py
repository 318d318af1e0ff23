"""The actions on the selected runs: a row of buttons below the table."""

import contextlib
from collections.abc import Callable

import streamlit as st

from aecore.dashboard.parts import icons
from aecore.dashboard.parts.labels import run_title, settings_words
from aecore.dashboard.parts.links import fill_with
from aecore.dashboard.parts.sentences import PROBLEMS
from aecore.dashboard.parts.text import escaped, many, plain, sentence_of
from aecore.dashboard.parts.undo import delete_runs
from aecore.dashboard.runs.comparing import MOST_COMPARED, baselines
from aecore.dashboard.runs.naming import naming, tagging
from aecore.dashboard.services import store, train, visitor
from aecore.dashboard.session import note, want_run
from aecore.exchange.bundle import SUFFIX, pack, pack_all
from aecore.models import AUTOENCODERS
from aecore.runs.control import ask_pause, ask_stop, may_resume
from aecore.runs.owner import owner
from aecore.runs.run import Run, RunDamaged
from aecore.runs.status import ACTIVE
from aecore.runs.store import Aside
from aecore.runs.summary import DAMAGED, Summary

MOST_EXPORTED = 2**30  # bytes, for they are packed in memory


def run_actions(chosen: list[Summary]) -> bool:
    """The buttons, and what is known of a single run beyond its line in the table.

    Returns:
        Whether the runs are to be compared.
    """
    if not chosen:
        return False
    compared = False
    one = chosen[0] if len(chosen) == 1 else None
    mine = [each for each in chosen if store().may_change(each.run)]
    st.caption(_told(one) if one else f"**{len(chosen)} runs** selected.")
    with st.container(horizontal=True, vertical_alignment="center", key="runs.actions"):
        if one:
            _open(one)
            if mine:
                naming(one)
            _duplicate(one)
            help = "Compares this run with the shipped model of its type."
            if baselines([one]) and not one.problem:
                words = "Compare with shipped model"
                compared = st.toggle(words, key="runs.compare.one", help=help)
        else:
            if mine:
                tagging(mine)
            words = f"Compare 2 to {MOST_COMPARED} runs side by side."
            few = len(chosen) <= MOST_COMPARED
            compared = st.toggle("Compare", key="runs.compare", disabled=not few, help=words)
        _control(mine)
        _export(chosen)
        over = [each for each in mine if each.state not in ACTIVE]
        words = "Deletes the runs for everybody. Can be undone for an hour."
        if over and st.button("Delete", icon=icons.DELETE, key="runs.delete", help=words):
            _delete(over, store().put_aside)
    return compared


def _told(each: Summary) -> str:
    label = each.label
    parts = [f"**{escaped(run_title(each))}**", f"`{each.id}`"]
    if each.settings:
        parts.append(escaped(settings_words(each.key, each.settings)))
    if label.tags:
        parts.append(" ".join(f"#{escaped(tag)}" for tag in label.tags))
    with contextlib.suppress(RunDamaged):
        if visitor() is not None and (whose := owner(each.run)) is not None:
            parts.append(f"{icons.PERSON} {plain(whose.name)}")
    lines = [" · ".join(parts)]
    lines += [escaped(text) for text in (each.problem or each.status.message, label.note) if text]
    return "  \n".join(line.replace("\n", "  \n") for line in lines)


def _open(each: Summary) -> None:
    known = each.key in AUTOENCODERS
    words = "Opens this run on the page of its type." if known else "Its type is unknown."
    if st.button(
        "Open", icon=icons.OPEN, key="runs.open", type="primary", disabled=not known, help=words
    ):
        if each.usable or each.problem:
            want_run(each.key, each.id)
            st.switch_page(f"pages/{each.key}.py", query_params={"run": each.id})
        st.switch_page(f"pages/{each.key}.py", query_params={"view": "Train"})


def _duplicate(each: Summary) -> None:
    experiment = None if each.problem else each.run.experiment
    words = "Opens the Train form of its type with the settings of this run."
    if st.button(
        "Duplicate",
        icon=icons.COPY,
        key="runs.duplicate",
        disabled=experiment is None,
        help=words if experiment or each.problem else "This model was not trained here.",
    ) and (experiment is not None):
        fill_with(experiment, [])
        st.switch_page(f"pages/{each.key}.py", query_params={"view": "Train"})


def _control(chosen: list[Summary]) -> None:
    """Buttons for what is under way or was left, if any of the chosen runs is."""
    busy = [each for each in chosen if each.state in ("queued", "training")]
    left = [each for each in chosen if not each.problem and may_resume(each.run, each.status)]
    if busy:
        words = "Keeps everything; can be resumed exactly where it was."
        if st.button("Pause", icon=icons.PAUSE, key="runs.pause", help=words):
            _each(busy, ask_pause, "pausing")
        words = "Ends the training and keeps the model as it is."
        if st.button("Stop", icon=icons.STOP, key="runs.stop", help=words):
            _each(busy, ask_stop, "stopping")
        words = "Ends the training and deletes the run. Can be undone for an hour."
        if st.button("Cancel", icon=icons.CANCEL, key="runs.cancel", help=words):
            _delete(busy, store().cancel)
    if left:
        words = "Continues from the last checkpoint, or from the start if there is none."
        if st.button("Resume", icon=icons.START, key="runs.resume", help=words):
            _each(left, train, "queued")


def _delete(chosen: list[Summary], take: Callable[[Run], Aside]) -> None:
    delete_runs("runs", [each.run for each in chosen], take)
    st.rerun(scope="app")


def _each(chosen: list[Summary], action: Callable[[Run], None], done: str) -> None:
    """Does something to each, and tells how many it was done to and why not to the others."""
    count = 0
    for each in chosen:
        try:
            action(each.run)
            count += 1
        except PROBLEMS as problem:
            note(sentence_of(problem))
    if count:
        note(f"{many(count, 'run')} {done}.")
    st.rerun(scope="app")


def _export(chosen: list[Summary]) -> None:
    """A button that downloads those of the runs that have a measured model."""
    ready = [each for each in chosen if each.usable and each.state not in (*ACTIVE, DAMAGED)]
    if not ready:
        return
    runs = [each.run for each in ready]
    large = sum(each.size for each in ready) > MOST_EXPORTED
    words = (
        "Model, settings, history and figures with name, note and tags. Import it with *Import…* "
        "on any type's page."
    )
    st.download_button(
        "Export" if len(chosen) == 1 else f"Export {len(runs)}",
        (lambda: pack(runs[0])) if len(runs) == 1 else (lambda: pack_all(runs)),
        f"{runs[0].id}{SUFFIX}" if len(runs) == 1 else "runs.zip",
        "application/zip",
        key="runs.export",
        icon=icons.DOWNLOAD,
        help="More than 1 GB in total: export fewer runs at a time." if large else words,
        disabled=large,
        on_click="ignore",
    )
