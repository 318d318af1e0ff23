"""Panel of the deep type: what depth gains, and what it takes to train it."""

import numpy as np
import streamlit as st

from aecore.analysis.gradients import PRETRAINED, STEPS, Gradients
from aecore.analysis.principal import PcaCurve
from aecore.analysis.readouts import LayerReadouts, fitted
from aecore.analysis.report import Report
from aecore.dashboard.parts.charts import chart
from aecore.dashboard.parts.sentences import sentences
from aecore.dashboard.parts.text import escaped
from aecore.dashboard.services import study
from aecore.dashboard.types.series import series_panel
from aecore.figures.grid import image_grid
from aecore.figures.lines import bar_chart, line_chart
from aecore.runs.run import Run
from aecore.runs.series import Point
from aecore.training.comparisons import depths
from aecore.training.experiment import Experiment

PUBLISHED = {"deep net": 3.00, "logistic PCA": 8.01, "PCA": 13.87}  # 30 numbers


def depth(run: Run, report: Report) -> None:
    """Comparison with PCA, depth and width, gradients, and readouts of each layer."""
    _beside(run, report)
    st.divider()
    st.markdown(f"##### Deep or wide? · {escaped(run.source.title)} · four epochs each")
    st.caption(
        "Hidden layers before a code of latent size 30 (and mirrored after it). Four epochs show "
        "how quickly each network learns, not where it would end after longer training."
    )
    series = depths(Experiment.of("deep", dataset=run.dataset))
    series_panel(f"depths.{run.dataset}", series, lambda found: _depths(run, found))
    st.divider()
    with sentences():  # large images are refused
        _gradients(run)
    st.divider()
    _layers(run, report)


def _beside(run: Run, report: Report) -> None:
    size = report.architecture.code_size
    st.markdown(f"##### Error at latent size {size}, compared with PCA")
    with st.spinner("Computing the principal components…"):
        pca = study(run, PcaCurve).at(size)
    bars = {"this model": report.metrics["sse"], f"PCA,\n{size} components": pca}
    if run.dataset == "mnist":
        bars |= {f"{name},\npublished": value for name, value in PUBLISHED.items()}
    left, right = st.columns([3, 2], gap="large")
    with left:
        chart(
            bar_chart({"SSE": list(bars.values())}, list(bars), "squared error per image"),
            f"{run.id}-beside",
        )
    with right:
        st.markdown(
            f"This model: **{report.metrics['sse']:.2f}** on test images; PCA with {size} "
            f"components: **{pca:.2f}**."
        )
        if run.dataset == "mnist":
            st.markdown(
                "Published errors for a latent size of 30 on the MNIST test images: 3.00 for the "
                "deep autoencoder, 8.01 for logistic PCA and 13.87 for PCA (Hinton & Salakhutdinov "
                "2006, figure 2)."
                + ("" if size == 30 else f" With {size}, this model is not comparable.")
            )


def _depths(run: Run, found: dict[str, Point]) -> None:
    left, right = st.columns(2, gap="medium")
    sse = [point.figures["sse"] for point in found.values()]
    with left:
        chart(
            bar_chart({"SSE": sse}, list(found), "squared error per image", "hidden layers"),
            f"depths-{run.dataset}",
        )
    with right:
        st.dataframe(
            {
                "hidden layers": list(found),
                "SSE": np.round(sse, 2),
                "parameters": [f"{p.figures['parameters']:,.0f}" for p in found.values()],
                "seconds": [round(p.figures["seconds"]) for p in found.values()],
            },
            hide_index=True,
            key=f"depths.table.{run.dataset}",
        )
        order = sorted(found, key=lambda label: found[label].figures["sse"])
        st.caption(
            f"The best is {order[0]}, the worst {order[-1]}. To judge depth, compare layers of the "
            "same width: width and the number of parameters matter as well."
        )


def _gradients(run: Run) -> None:
    st.markdown("##### Why deep networks used to be hard to train")
    with st.spinner("Training five deep networks for a few hundred steps…"):
        gradients = study(run, Gradients)
    steps = [int(step) for step in gradients.steps]
    step = st.select_slider("Training steps", steps, key=f"{run.key}.gradients.step")
    at = steps.index(step)
    left, right = st.columns(2, gap="medium")
    with left:
        layers = range(1, len(gradients.layers) + 1)
        curves = {
            name: (layers, norms[at])
            for name, norms in zip(gradients.names, gradients.norms, strict=True)
        }
        figure = line_chart(curves, "layer", "‖gradient‖ / ‖weights‖", log_up=True, height=360)
        figure.update_xaxes(tickvals=list(layers), ticktext=gradients.layers, tickangle=45)
        chart(figure, f"{run.id}-gradients")
    with right:
        curves = {
            name: (steps, losses)
            for name, losses in zip(gradients.names, gradients.losses, strict=True)
        }
        chart(
            line_chart(curves, "steps", "cross-entropy per pixel", marks={"": step}, height=360),
            f"{run.id}-first-losses",
        )
    st.caption(_lesson(gradients))


def _lesson(gradients: Gradients) -> str:
    """What the figures show, network by network."""
    start, ends = gradients.norms[:, 0], gradients.losses[:, -1]
    spans = start.max(axis=1) / np.maximum(start[:, 0], 1e-12)  # largest over the first layer's
    words = [
        f"“{name}”: {float(f'{span:.2g}'):,g} times smaller, loss {loss:.3f}"
        for name, span, loss in zip(gradients.names, spans, ends, strict=True)
    ]
    return (
        f"Five layers each way, batch size 128, the first {STEPS} steps. How much smaller the "
        "gradient of the first layer is than the largest gradient at the start, and the final "
        f"loss: {'; '.join(words)}. Pre-training ({PRETRAINED} steps per pair of layers, not "
        "counted here) starts from weights that already reconstruct. Adam divides each gradient by "
        "its usual size, so small gradients change the weights too, but it cannot restore a signal "
        "that has been lost. Normalisation keeps the outputs of each layer where the slope of the "
        "activation is not zero; but the slope of a sigmoid is at most a quarter, that of GELU "
        "about 1."
    )


def _layers(run: Run, report: Report) -> None:
    st.markdown("##### What each layer retains")
    with st.spinner("Computing a readout of each layer…"):
        layers = study(run, LayerReadouts)
    rows = [("Original", layers.originals)]
    for number, (width, sse, pictures) in enumerate(
        zip(layers.widths, layers.sse, layers.outputs, strict=True), 1
    ):
        rows.append((f"Layer {number}: {width} · {sse:.1f}", pictures))
    st.html(image_grid(rows, side=72))
    known = min(fitted(run.shape), run.source.training_size)
    st.caption(
        f"A linear map (ridge regression on {known:,} training images) reconstructs the image from "
        "the output of each encoder layer; the number is its squared error on test images. From "
        "the last output, the code, the decoder reconstructs it with an error of "
        f"**{report.metrics['sse']:.1f}**: what a linear map cannot read there is encoded "
        "non-linearly, not lost."
    )
