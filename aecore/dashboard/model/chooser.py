"""The model shown on a type's page: a shipped one, or a run of the user."""

import contextlib
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from aecore.analysis.report import Report
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.labels import run_label, run_labels
from aecore.dashboard.parts.text import count, duration, escaped
from aecore.dashboard.private.streamlit import went_back
from aecore.dashboard.services import store
from aecore.dashboard.session import deletions, lasting, take_wanted_run
from aecore.figures.numbers import proportion, significant
from aecore.runs.run import Run, RunDamaged
from aecore.runs.status import UNFINISHED
from aecore.runs.store import shipped, shipped_variants

FIGURES = {  # of a report's metrics, those of some kinds or types: label, form, meaning
    "psnr": ("PSNR", "{:.1f} dB", "Peak signal-to-noise ratio, {on}; higher is better."),
    "ssim": ("SSIM", "{:.3f}", "Structural similarity, {on}; 1 is identical."),
    "r2": ("R²", "{:.3f}", "Share of the variance that is reproduced, mean over {parts} of "
           "numbers; 0 is no better than always giving the mean, 1 is perfect."),
    "accuracy": ("Accuracy", "{:.1%}", "Share of cells whose category is reproduced, mean over the "
                 "columns of categories."),
    "jacobian": ("‖∂z/∂x‖", "{:.2f}", "Frobenius norm of the encoder's Jacobian, computed "
                 "exactly, mean over at most 500 test {samples}."),
    "elbo": ("ELBO", "{:.1f}", "Evidence lower bound in nats per {sample}, mean over the test "
             "{samples}, one sampled code each; higher is better."),
    "kl": ("KL", "{:.1f}", "KL divergence of the code from its prior, nats per {sample}."),
    "active": ("Active units", "{:.1%}", "Share of units with an activation above 0.1, mean over "
               "all test {samples}."),
    "dead": ("Dead units", "{:,.0f}", "Units that are not active for any test {sample}."),
}  # fmt: skip


def choose_run(key: str, told: DeltaGenerator) -> Run | None:
    """The model at hand, chosen among the shipped one and the runs of this type, if any.

    What there is to say about the choice is said in the container `told`.

    The choice stands in the URL as `run`, so that a reload, a link or the browser's way back keeps
    it.
    """
    all_runs = (shipped(key), *shipped_variants(key), *store().runs(key))
    runs = {run.id: run for run in all_runs if run.path.exists()}
    names = [id for id, run in runs.items() if run.shipped or run.usable or _damaged(run)]
    if not names:
        return None
    widget = f"{key}.run"
    wanted = take_wanted_run(key)
    if wanted is None and (went_back() or widget not in st.session_state):
        wanted = st.query_params.get("run", names[0])
    if wanted in names:
        st.session_state[widget] = wanted
    elif (gone := st.session_state.get(widget)) not in names:
        st.session_state[widget] = names[0]
        if gone and not deletions(key):  # by somebody else, or in another window
            told.warning("The selected model no longer exists.", icon=icons.DATA)
    if wanted and wanted not in names:
        _without_model(wanted, runs.get(wanted), told)
    labels = run_labels(runs[name] for name in names)
    id = st.selectbox(
        "Model",
        names,
        format_func=lambda name: labels[name],
        **lasting(widget),
        label_visibility="collapsed",
        help="The model shown on this page. Models that you train appear here.",
    )
    if id == shipped(key).id:  # what a page opens with
        st.query_params.pop("run", None)
    else:
        st.query_params["run"] = id
    return runs[id]


def _without_model(id: str, run: Run | None, place: DeltaGenerator) -> None:
    """Says why a link's run is not the one that is shown: it has no model, or is not here."""
    if run is None:
        told = escaped(id[:80])
        place.warning(
            f"The run “{told}” in this link does not exist on this server.", icon=icons.LINK
        )
        return
    status = run.status()
    words = f"{status.message} " if status.message else ""
    where = "under *Train*" if status.state in UNFINISHED else "on the *Runs* page"
    place.info(
        f"The run in this link has no model yet: {escaped(run_label(run))}. {escaped(words)}"
        f"You can find it {where}; another model is shown below.",
        icon=icons.LINK,
    )


def figures_line(report: Report) -> None:
    """The error, the latent size and the compression in one line, and the rest on demand."""
    network = report.architecture
    told = {
        "Error": significant(report.error),
        "Latent size": f"{network.code_size:,}",
        "Compression": proportion(network.compression),
    }
    line = st.container(horizontal=True, vertical_alignment="center", gap="medium")
    words = "".join(f"<span>{name} <b>{value}</b></span>" for name, value in told.items())
    line.html(f'<div class="ae-told">{words}</div>', width="content")
    with line.popover("More", type="tertiary", key="figures"):
        _figures(report)


def _figures(report: Report) -> None:
    """All figures of the model, each with what it is measured on."""
    metrics, network, kind = report.metrics, report.architecture, report.kind
    on = f"mean over {len(report.errors):,} test {kind.samples}"
    seconds = metrics.get("seconds")
    rows = st.container(horizontal=True, gap="medium")  # several lines where there is no room
    metric = partial(rows.metric, width="content")
    per = f" Per {kind.element} (MSE): {significant(metrics['mse'])}." * kind.error.summed
    metric(
        f"Error ({kind.error.short})",
        significant(report.error),
        help=f"{kind.error.told.capitalize()}, {on}.{per}",
    )
    words = {"on": on, "sample": kind.sample, "samples": kind.samples, "parts": kind.parts}
    for name, (label, form, help) in FIGURES.items():
        if name in metrics:
            metric(label, form.format(metrics[name]), help=help.format(**words))
    metric(
        "Latent size",
        f"{network.code_size:,}",
        help=f"Numbers in the latent code. Values of one {kind.sample} to latent size: "
        f"{proportion(network.compression)}.",
    )
    metric("Parameters", count(network.parameters), help=f"{network.parameters:,}")
    metric(
        "Trained in",
        duration(seconds) if seconds else "elsewhere",
        help="On the machine where it was trained." if seconds else "Imported as a Keras model.",
    )
    st.caption(
        f"The error of a model is its {kind.error.told} ({kind.error.short}), {on} "
        "that it was not trained on."
    )


def _damaged(run: Run) -> bool:
    with contextlib.suppress(RunDamaged):
        return bool(run.problem()) if not run.status().active else False
    return True
