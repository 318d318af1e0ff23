"""Panel: all models of a data set as generators, in one table."""

import contextlib
from functools import partial

import streamlit as st

from aecore.dashboard.parts import icons
from aecore.dashboard.parts.labels import run_label
from aecore.dashboard.parts.measured import POLL_SECONDS, show_progress
from aecore.dashboard.parts.sentences import fragment
from aecore.dashboard.parts.text import escaped, many
from aecore.dashboard.services import kept_study, measurements, report, store
from aecore.data.names import visible
from aecore.figures.numbers import significant
from aecore.generation.codes import MIXTURE, PLAIN
from aecore.generation.study import Generation
from aecore.models import AUTOENCODERS
from aecore.runs.run import Run, RunDamaged
from aecore.runs.store import shipped, shipped_variants
from aecore.runs.studies import learnt

MOST = 40  # runs


def all_runs_panel(run: Run, found: Generation) -> None:
    """The panel; models that were not measured yet can be measured by workers."""
    runs = _generators(run)
    kept = {each.id: kept_study(each, Generation) for each in runs}
    measured = {id: each for id, each in kept.items() if each is not None}
    missing = [each for each in runs if each.id not in measured]
    labels = {each.id: visible(run_label(each)) for each in runs}
    lines = sorted(measured, key=lambda id: measured[id].likeness(MIXTURE).frechet)
    of = {each.id: each for each in runs}
    st.markdown("##### All models on this data set")
    st.dataframe(
        {
            "type": [AUTOENCODERS[of[id].key].title for id in lines],
            "model": [labels[id] for id in lines],
            "latent size": [len(measured[id].low) for id in lines],
            "Fréchet distance": [_frechet(measured[id], MIXTURE) for id in lines],
            "without mixture": [_frechet(measured[id], PLAIN) for id in lines],
            "precision": [round(measured[id].likeness(MIXTURE).precision, 3) for id in lines],
            "recall": [round(measured[id].likeness(MIXTURE).recall, 3) for id in lines],
            "copies": [_verdict(measured[id]) for id in lines],
        },
        hide_index=True,
        key="generation.all",
    )
    real = found.likeness("real").frechet
    st.caption(
        f"In {found.told}; real data reach {significant(real)}. Samples are drawn from the "
        "Gaussian mixture; those for the Fréchet distance without it, from the prior or from "
        "independent Gaussians. U-Nets, which cannot decode a code alone, and models that "
        "learnt other classes of the data set are not listed."
    )
    if missing:
        active = any(measurements().progress(each, Generation.name) for each in missing)
        fragment(_measure, missing, labels, active, run_every=POLL_SECONDS if active else None)


def _measure(missing: list[Run], labels: dict[str, str], polling: bool) -> None:
    """A button that has the others measured, and how far each of them is."""
    name = Generation.name
    active = [each for each in missing if measurements().progress(each, name) is not None]
    if polling and any(kept_study(each, Generation) for each in missing):
        st.rerun(scope="app")  # there is a new line
    for each in active:
        st.markdown(f"**{escaped(labels[each.id])}**")
        if (state := measurements().progress(each, name)) is not None:
            show_progress(each, name, state, partial(measurements().stop, each, name))
    if active:
        return
    if polling:
        st.rerun(scope="app")  # all were stopped
    for each in missing:
        if problem := measurements().problem(each, name):
            st.error(f"{escaped(labels[each.id])}: {escaped(problem)}", icon=icons.FAILED)
    words = f"Measure {many(len(missing), 'more model')}"
    if st.button(words, icon=icons.START, key="generation.measure"):
        with st.spinner("Starting…"):
            for each in missing:
                measurements().start(each, name)
        st.rerun(scope="app")


def _generators(run: Run) -> list[Run]:
    """The runs on the data set of a run that give something from a code alone.

    They learnt the same classes: with those of others they are compared to other test data.
    """
    normal = learnt(run)[1]
    came = [each for key in AUTOENCODERS for each in (shipped(key), *shipped_variants(key))]
    found = []
    for each in (*store().runs()[:MOST], *came):
        with contextlib.suppress(RunDamaged, OSError):
            same = each.usable and each.dataset == run.dataset and learnt(each)[1] == normal
            if same and report(each).architecture.decodes_codes:
                found.append(each)
    return found


def _frechet(found: Generation, source: str) -> float:
    return float(significant(found.likeness(source).frechet).replace(",", ""))


def _verdict(found: Generation) -> str:
    test = found.memorising(MIXTURE)
    if test.passed and not test.telling:
        return "too few data"
    return "none seen" if test.passed else f"{max(test.copies, test.same - test.usual_same):.0%}"
