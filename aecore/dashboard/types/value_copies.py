"""Panels of the denoising and overcomplete types on rows and windows."""

import numpy as np
import streamlit as st

from aecore.analysis.report import Report
from aecore.analysis.rows import hidden_values, usual_values
from aecore.dashboard.parts.charts import chart
from aecore.dashboard.services import calls
from aecore.dashboard.session import remembered
from aecore.figures.lines import bar_chart, line_chart
from aecore.figures.numbers import portion
from aecore.runs.run import Run
from aecore.runs.same_model import model_version

SHARES = (0.1, 0.2, 0.3, 0.5, 0.7)  # of the values that are hidden


def value_restoration(run: Run, report: Report) -> None:
    """How well values that were hidden are filled, beside the mean."""
    kind = report.kind
    st.markdown("##### Hidden values filled")
    with st.spinner("Hiding values and filling them…"):
        model, mean = remembered(
            "denoising.values",
            model_version(run),
            lambda: _filled(run, report),
        )
    curves = {"this model": (SHARES, model), "the mean": (SHARES, mean)}
    marks = {"trained": run.corruption[1]} if run.corruption[0] == "masking" else None
    figure = line_chart(curves, "share of values hidden", "error of the hidden values", marks=marks)
    chart(figure, f"{run.id}-filled")
    better = int((np.array(model) < np.array(mean)).sum())
    of_categories = ""
    if any(width > 1 for width in run.source.layout):
        of_categories = (
            "For a category it is the error of its probabilities, and the mean is how often each "
            "value occurs. "
        )
    st.caption(
        f"Root mean squared error of the values that were hidden in {len(report.mapped):,} test "
        f"{kind.samples}, standardised. {of_categories}The model is better than the mean at "
        f"{better} of {len(SHARES)} shares."
    )


def _filled(run: Run, report: Report) -> tuple[list[float], list[float]]:
    samples, layout, model, mean = report.pictures, run.source.layout, [], []
    usual = np.broadcast_to(usual_values(samples, layout), samples.shape)
    for share in SHARES:
        rebuilt = calls().rebuild(run.model_path, samples, ("masking", share), seed=1)
        hidden = hidden_values(samples, rebuilt.inputs, layout)
        true = samples[hidden].astype(np.float64)
        for errors, filled in ((model, rebuilt.outputs), (mean, usual)):
            errors.append(float(np.sqrt(np.square(filled[hidden] - true).mean())))
    return model, mean


def value_copying(run: Run, report: Report) -> None:
    """Whether what is unlike the training data is copied as well."""
    kind = report.kind
    st.markdown(f"##### Copy test: does it reproduce {kind.samples} unlike the training data?")
    with st.spinner("Reconstructing…"):
        lost = remembered(
            "overcomplete.values",
            model_version(run),
            lambda: _lost(run, report),
        )
    names = list(lost)
    figure = bar_chart({"": [100 * value for value in lost.values()]}, names, "error, %")
    chart(figure, f"{run.id}-value-copies")
    told = "; ".join(f"{name} {portion(value)}" for name, value in lost.items())
    st.caption(
        f"The squared error as a share of the variance: {told}. A network that copies everything "
        "has a small error everywhere; one that has learnt the data has a small error on test "
        f"{kind.samples} alone. *Shuffled* takes each value from another of the {kind.samples}, "
        "*noise* draws all from a normal distribution."
    )


def _lost(run: Run, report: Report) -> dict[str, float]:
    generator, samples = np.random.default_rng(0), np.nan_to_num(report.pictures)
    flat = samples.reshape(len(samples), -1)
    shuffled = generator.permuted(flat, axis=0).reshape(samples.shape)
    noise = generator.standard_normal(samples.shape).astype(np.float32)
    tried = {f"test {report.kind.samples}": samples, "shuffled": shuffled, "noise": noise}
    found = {}
    for name, given in tried.items():
        outputs = calls().rebuild(run.model_path, given).outputs
        spread = max(float(given.var(axis=0).mean()), 1e-12)
        found[name] = float(np.square(outputs - given).mean()) / spread
    return found
