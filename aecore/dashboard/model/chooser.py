"""The model shown on a type's page: a shipped one, or a run of the user."""

import contextlib
from functools import partial

import streamlit as st

from aecore.analysis.report import Report
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.labels import run_label, run_labels
from aecore.dashboard.parts.text import count, duration, escaped
from aecore.dashboard.private.streamlit import went_back
from aecore.dashboard.services import store
from aecore.dashboard.session import deletions, lasting, take_wanted_run
from aecore.runs.run import Run, RunDamaged
from aecore.runs.status import UNFINISHED
from aecore.runs.store import shipped, shipped_variants

OWN_FIGURES = {
    "jacobian": ("‖∂z/∂x‖", "{:.2f}", "Frobenius norm of the encoder's Jacobian, computed "
                 "exactly, mean over at most 500 test images."),
    "elbo": ("ELBO", "{:.1f}", "Evidence lower bound in nats per image, mean over the test images, "
             "one sampled code each; higher is better."),
    "kl": ("KL", "{:.1f}", "KL divergence of the code from its prior, nats per image."),
    "active": ("Active units", "{:.1%}", "Mean share of units with an activation above 0.1."),
    "dead": ("Dead units", "{:,.0f}", "Units that are not active for any test image."),
}  # fmt: skip


def choose_run(key: str) -> Run | None:
    """The model at hand, chosen among the shipped one and the runs of this type, if any.

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
            st.warning("The selected model no longer exists.", icon=icons.DATA)
    if wanted and wanted not in names:
        _without_model(wanted, runs.get(wanted))
    labels = run_labels(runs[name] for name in names)
    id = st.selectbox(
        "Model",
        names,
        format_func=lambda name: labels[name],
        **lasting(widget),
        help="The model shown on this page. Models that you train appear here.",
    )
    if runs[id].shipped:
        st.query_params.pop("run", None)
    else:
        st.query_params["run"] = id
    return runs[id]


def _without_model(id: str, run: Run | None) -> None:
    """Says why a link's run is not the one that is shown: it has no model, or is not here."""
    if run is None:
        told = escaped(id[:80])
        st.warning(f"The run “{told}” in this link does not exist on this server.", icon=icons.LINK)
        return
    status = run.status()
    words = f"{status.message} " if status.message else ""
    where = "under *Train*" if status.state in UNFINISHED else "on the *Runs* page"
    st.info(
        f"The run in this link has no model yet: {escaped(run_label(run))}. {escaped(words)}"
        f"You can find it {where}; another model is shown below.",
        icon=icons.LINK,
    )


def figures_row(report: Report) -> None:
    """The metrics of the model in one line."""
    metrics, network = report.metrics, report.architecture
    ratio = network.compression
    own = {name: words for name, words in OWN_FIGURES.items() if name in metrics}
    # each as wide as it is, on a second line where there is no room: cut off they say nothing
    line = st.container(horizontal=True, horizontal_alignment="distribute")
    metric = partial(line.metric, width="content")
    metric(
        "Error (SSE)",
        f"{metrics['sse']:,.2f}",
        help="Squared error summed over the pixels of an image, mean over "
        f"{len(report.errors):,} test images. Per pixel (MSE): {metrics['mse']:.4f}.",
    )
    metric(
        "PSNR",
        f"{metrics['psnr']:.1f} dB",
        help="Peak signal-to-noise ratio, mean over the test images; higher is better.",
    )
    metric(
        "SSIM",
        f"{metrics['ssim']:.3f}",
        help="Structural similarity, mean over the test images; 1 is identical.",
    )
    metric(
        "Latent size",
        f"{network.code_size:,}",
        delta=f"{ratio:.1f} : 1" if ratio >= 1 else f"1 : {1 / ratio:.1f}",
        delta_color="off",
        delta_arrow="off",
        help="Numbers in the latent code, and the compression ratio (image size to latent size).",
    )
    metric("Parameters", count(network.parameters), help=f"{network.parameters:,}")
    seconds = metrics.get("seconds")
    metric(
        "Trained in",
        duration(seconds) if seconds else "elsewhere",
        help="On the machine where it was trained." if seconds else "Imported as a Keras model.",
    )
    for name, (label, form, help) in own.items():
        metric(label, form.format(metrics[name]), help=help)


def _damaged(run: Run) -> bool:
    with contextlib.suppress(RunDamaged):
        return bool(run.problem()) if not run.status().active else False
    return True
