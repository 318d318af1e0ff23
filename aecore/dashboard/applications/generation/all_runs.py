"""Panel: all models of a data set as generators, in one table."""

import contextlib

import streamlit as st

from aecore.dashboard.parts import icons
from aecore.dashboard.parts.labels import run_label
from aecore.dashboard.services import report, store, study
from aecore.data.names import visible
from aecore.figures.numbers import significant
from aecore.generation.codes import MIXTURE, PLAIN
from aecore.generation.study import Generation
from aecore.models import AUTOENCODERS
from aecore.runs.run import Run, RunDamaged
from aecore.runs.store import shipped, shipped_variants

MOST = 40  # runs


def all_runs_panel(run: Run, found: Generation) -> None:
    """The panel; models that were not measured yet are measured by a worker, one by one."""
    runs = _generators(run)
    measured = {each.id: study(each, Generation) for each in runs if _is_measured(each)}
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
        f"In {found.told}; real data reach {significant(real)}. All figures are of samples from "
        "the Gaussian mixture, but for the Fréchet distance without it: from the prior, or from "
        "independent Gaussians. A U-Net is missing: it gives nothing from a code alone."
    )
    if missing and st.button(
        f"Measure {len(missing)} more", icon=icons.START, key="generation.measure"
    ):
        bar = st.progress(0.0)
        for number, each in enumerate(missing):
            bar.progress(number / len(missing), f"Measuring {labels[each.id]}…")
            study(each, Generation)
        st.rerun()


def _generators(run: Run) -> list[Run]:
    """The runs on the data set of a run that give something from a code alone."""
    came = [each for key in AUTOENCODERS for each in (shipped(key), *shipped_variants(key))]
    found = []
    for each in (*store().runs()[:MOST], *came):
        with contextlib.suppress(RunDamaged, OSError):
            same = each.usable and each.dataset == run.dataset
            if same and report(each).architecture.decodes_codes:
                found.append(each)
    return found


def _is_measured(run: Run) -> bool:
    return run.study_path(Generation.name).exists()


def _frechet(found: Generation, source: str) -> float:
    return float(significant(found.likeness(source).frechet).replace(",", ""))


def _verdict(found: Generation) -> str:
    test = found.memorising(MIXTURE)
    if test.passed and not test.telling:
        return "too few data"
    return "none seen" if test.passed else f"{max(test.copies, test.same):.0%}"
