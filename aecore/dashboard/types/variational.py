"""Panel of the variational type: the plane under the mouse, samples, walks, and how sure it is."""

import numpy as np
import streamlit as st

from aecore.analysis.calibration import MEASURED, Calibration
from aecore.analysis.posterior import DRAWS, USED, WEIGHED, Posterior, walk
from aecore.analysis.report import Report
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.charts import chart
from aecore.dashboard.parts.picking import pick_image
from aecore.dashboard.parts.plane import latent_plane
from aecore.dashboard.parts.sentences import fragment, remembered, sentences
from aecore.dashboard.parts.text import escaped
from aecore.dashboard.services import browser_decoder, calls, study
from aecore.dashboard.types.series import series_panel
from aecore.figures.clouds import clouds
from aecore.figures.grid import image_grid
from aecore.figures.lines import bar_chart, counted, line_chart
from aecore.runs.run import Run
from aecore.runs.series import Point
from aecore.training.comparisons import betas
from aecore.training.experiment import Experiment

SAMPLES, A_ROW = 30, 10
STEPS = 11  # of a walk
REACHES = 3.0  # standard deviations of the prior that the plane shows


def distribution(run: Run, report: Report) -> None:
    """The bound, the plane, samples and walks, beta, clouds, and calibration."""
    with st.spinner("Measuring the bound and the likelihood… (about 20 s)"):
        posterior = study(run, Posterior)
    _plane_part(run, report, posterior)
    st.divider()
    fragment(_samples, run, report)
    st.divider()
    fragment(_walk, run, report)
    st.divider()
    _terms(run, report, posterior)
    st.divider()
    st.markdown(f"##### Beta: how much the code may cost · {escaped(run.source.title)}")
    st.caption("The same network with a code of 16 numbers under several weights, eight epochs.")
    series = betas(Experiment.of("variational", dataset=run.dataset))
    series_panel(f"betas.{run.dataset}", series, lambda found: _betas(run, found))
    st.divider()
    with sentences():
        _calibration(run, report)


def _plane_part(run: Run, report: Report, posterior: Posterior) -> None:
    st.markdown("##### The latent plane")
    size = report.architecture.code_size
    if size == 1:
        st.info("A code of a single number has no plane; walk along it under *Latent space*.")
        return
    decoder = browser_decoder(run)
    if not decoder.steps:
        st.info(f"This decoder cannot run in the browser: {decoder.reason}. Use the sliders.")
        return
    numbers = (0, 1)
    if size > 2:
        order = [int(i) for i in posterior.order]
        left, right, _ = st.columns([1, 1, 2])
        name = "z{}".format
        across = left.selectbox(
            "Across", order, format_func=lambda i: name(i + 1), key=f"plane.across.{run.id}"
        )
        others = [i for i in order if i != across]
        up = right.selectbox(
            "Up",
            others,
            format_func=lambda i: name(i + 1),
            key=f"plane.up.{run.id}",
            help="The numbers of the code that say most come first; all others stay at 0.",
        )
        numbers = (across, up)
    codes = report.latent.lift(report.latent.places)
    latent_plane(
        f"plane.{run.id}.{numbers[0]}.{numbers[1]}",
        decoder,
        numbers,
        codes,
        report.labels[report.mapped],
        REACHES,
    )


def _samples(run: Run, report: Report) -> None:
    st.markdown("##### Samples from the prior")
    left, right = st.columns([3, 1], vertical_alignment="center")
    left.caption("Codes drawn from N(0, I), decoded. No image was looked at.")
    seed = st.session_state.setdefault("variational.seed", 0)
    if right.button("Draw others", icon=icons.DRAW_AGAIN, key="variational.draw", width="stretch"):
        seed = st.session_state["variational.seed"] = seed + 1
    codes = np.random.default_rng(seed).standard_normal((SAMPLES, report.architecture.code_size))
    images = remembered(
        "variational.samples",
        (run.path, seed),
        lambda: calls().decode(run.model_path, codes.astype(np.float32)),
    )
    for start in range(0, SAMPLES, A_ROW):
        st.html(image_grid([("", images[start : start + A_ROW])], side=84))


def _walk(run: Run, report: Report) -> None:
    st.markdown("##### A walk from one image to another")
    left, right = st.columns(2)
    with left:
        start = pick_image(run, report, "from", "From")
    with right:
        end = pick_image(run, report, "to", "To", usual=-1)
    images = remembered(
        "variational.walk",
        (run.path, start.tobytes(), end.tobytes()),
        lambda: calls().analyse(run.model_path, walk, start, end, STEPS),
    )
    mixed = np.linspace(0, 1, STEPS, dtype=np.float32)[:, None, None, None]
    rows = [("Through the code", images), ("Mixed by pixels", (1 - mixed) * start + mixed * end)]
    st.html(image_grid(rows, side=84))
    st.caption(
        "Above, the code goes straight from one to the other and each step is decoded; below, the "
        "pixels are faded for comparison. Where the codes of the data are packed without gaps, "
        "every step is a plausible image. Sliders for single numbers are under *Latent space*."
    )


def _terms(run: Run, report: Report, posterior: Posterior) -> None:
    st.markdown("##### ELBO by term")
    size = report.architecture.code_size
    used = int((posterior.used > USED).sum())
    total = posterior.reconstruction + posterior.kl
    cells = st.columns(5)
    figures = (
        ("−ELBO", f"{total:.1f}", "Nats an image, mean over test images; lower is better."),
        ("Reconstruction", f"{posterior.reconstruction:.1f}", "−E log p(x|z), one code each."),
        ("KL", f"{posterior.kl:.1f}", "What the code costs beyond the prior, nats."),
        ("−log p(x)", f"{posterior.likelihood:.1f}", f"By {DRAWS} importance samples each, first "
         f"{min(WEIGHED, len(report.errors))} test images (Burda et al. 2016). The bound lies "
         "above it."),
        ("Numbers in use", f"{used} of {size}", "Whose mean varies over the images by more than "
         f"{USED} (Burda et al. 2016)."),
    )  # fmt: skip
    for cell, (label, value, help) in zip(cells, figures, strict=True):
        cell.metric(label, value, help=help)
    order = posterior.order
    left, right = st.columns(2, gap="medium")
    with left:
        names = [f"z{i + 1}" for i in order]
        chart(
            bar_chart({"KL": posterior.by_number[order]}, names, "KL, nats an image", height=420),
            f"{run.id}-kl",
        )
    with right:
        if size > 1:
            two = order[:2]
            chart(
                clouds(
                    posterior.means[:, two],
                    posterior.deviations[:, two],
                    posterior.labels,
                    run.source.classes,
                    tuple(f"z{i + 1}" for i in two),
                ),
                f"{run.id}-clouds",
            )
    st.caption(
        "Left, how much each number says; one at 0 is not in use. Right, the clouds of "
        f"{len(posterior.means)} test images, one standard deviation each way. Grey values are "
        "taken as they are, not as black or white; figures for binarised digits are lower by two "
        "or three nats."
    )


def _betas(run: Run, found: dict[str, Point]) -> None:
    rows = {label: point.figures for label, point in found.items()}
    left, right = st.columns([3, 2], gap="large")
    with left:
        bars = {
            "reconstruction": [row["reconstruction"] for row in rows.values()],
            "KL": [row["kl"] for row in rows.values()],
        }
        chart(bar_chart(bars, list(rows), "nats an image", "beta"), f"betas-{run.dataset}")
    with right:
        st.dataframe(
            {
                "beta": list(rows),
                "reconstruction": [round(row["reconstruction"], 1) for row in rows.values()],
                "KL": [round(row["kl"], 1) for row in rows.values()],
                "−ELBO": [round(-row["elbo"], 1) for row in rows.values()],
                "SSE": [round(row["sse"], 1) for row in rows.values()],
            },
            hide_index=True,
            key=f"betas.table.{run.dataset}",
        )
        st.caption(
            "A small beta rebuilds better and leaves gaps between the codes; a large one packs "
            "them tightly and blurs. Only 1 is the bound on the likelihood."
        )


def _calibration(run: Run, report: Report) -> None:
    with st.spinner("Comparing promised and real spread…"):
        found = study(run, Calibration)
    gaussian = found.kind == "gaussian"
    st.markdown(f"##### How sure it is: the decoder's distribution ({found.kind})")
    doubt = found.deviations.astype(np.float32)
    rows = [
        ("Original", found.clean),
        ("Mean", found.means),
        ("A sample", found.samples),
        ("Uncertainty", doubt / max(float(doubt.max()), 1e-6)),
    ]
    st.html(image_grid(rows, side=84))
    left, right = st.columns(2, gap="medium")
    with left:
        line = [float(found.promised.min()), float(found.promised.max())]
        curves = {"this model": (found.promised, found.kept), "perfect": (line, line)}
        titles = (
            ("the interval should hold", "it holds") if gaussian else ("chance", "mean grey value")
        )
        chart(line_chart(curves, *titles), f"{run.id}-calibration")
    with right:
        chart(
            counted(found.scores, found.edges, "error / standard deviation", "share of pixels"),
            f"{run.id}-z-scores",
        )
    gap = float(np.abs(found.kept - found.promised).max())
    verdict = "well calibrated" if gap < 0.05 else "not well calibrated"
    what = (
        "Each pixel has a mean and a standard deviation of its own; the curve compares the share "
        "of pixels within central intervals with what a normal distribution promises, for pixels "
        "with a deviation above 0.05."
        if gaussian
        else "Each pixel is a chance of being on; the curve compares it with the mean grey value "
        "of the pixels that were given such a chance."
    )
    st.caption(
        f"{what} On {min(MEASURED, len(report.errors)):,} test images the largest gap is "
        f"{gap:.2f}: **{verdict}**. The uncertainty is bright along the edges of strokes, where a "
        "pixel more or less is a guess. Pixels are taken as independent, so a sample is "
        "speckled where the mean is smooth."
    )
