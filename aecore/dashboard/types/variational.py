"""Panel of the variational type: latent plane, samples, interpolation, ELBO, calibration."""

import numpy as np
import streamlit as st

from aecore.analysis.posterior import DRAWS, USED, Posterior, walk, weighed
from aecore.analysis.report import Report
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.charts import chart
from aecore.dashboard.parts.picking import pick_sample
from aecore.dashboard.parts.sentences import fragment, sentences
from aecore.dashboard.parts.text import escaped
from aecore.dashboard.services import calls, study
from aecore.dashboard.session import remembered
from aecore.dashboard.types.calibration import calibration
from aecore.dashboard.types.plane_panel import plane_panel
from aecore.dashboard.types.series import series_panel
from aecore.figures.clouds import clouds
from aecore.figures.grid import image_grid
from aecore.figures.lines import bar_chart
from aecore.runs.run import Run
from aecore.runs.same_model import model_version
from aecore.runs.series import Point
from aecore.training.comparisons import betas
from aecore.training.experiment import Experiment

SAMPLES, A_ROW = 30, 10
STEPS = 11  # of a walk


def distribution(run: Run, report: Report) -> None:
    """Latent plane, samples, interpolation, ELBO, beta and calibration."""
    with st.spinner("Computing the ELBO and the likelihood… (about 20 s)"):
        posterior = study(run, Posterior)
    plane_panel(run, report, posterior.order)
    st.divider()
    fragment(_samples, run, report)
    st.divider()
    fragment(_walk, run, report)
    st.divider()
    _terms(run, report, posterior)
    st.divider()
    st.markdown(f"##### Beta: weight of the KL term · {escaped(run.source.title)}")
    st.caption(
        "The same network with latent size 16 and several weights, trained for eight epochs."
    )
    series = betas(Experiment.of("variational", dataset=run.dataset))
    series_panel(f"betas.{run.dataset}", series, lambda found: _betas(run, found))
    st.divider()
    with sentences():
        calibration(run, report)


def _samples(run: Run, report: Report) -> None:
    st.markdown("##### Samples from the prior")
    left, right = st.columns([3, 1], vertical_alignment="center")
    left.caption("Codes drawn from N(0, I) and decoded.")
    seed = st.session_state.setdefault("variational.seed", 0)
    if right.button("Draw again", icon=icons.DRAW_AGAIN, key="variational.draw", width="stretch"):
        seed = st.session_state["variational.seed"] = seed + 1
    codes = np.random.default_rng(seed).standard_normal((SAMPLES, report.architecture.code_size))
    images = remembered(
        "variational.samples",
        (model_version(run), seed),
        lambda: calls().decode(run.model_path, codes.astype(np.float32)),
    )
    for start in range(0, SAMPLES, A_ROW):
        st.html(image_grid([("", images[start : start + A_ROW])], side=84))


def _walk(run: Run, report: Report) -> None:
    st.markdown("##### Interpolation between two images")
    left, right = st.columns(2)
    with left:
        start = pick_sample(run, report, "from", "From")
    with right:
        end = pick_sample(run, report, "to", "To", usual=-1)
    images = remembered(
        "variational.walk",
        (model_version(run), start.tobytes(), end.tobytes()),
        lambda: calls().analyse(run.model_path, walk, start, end, STEPS),
    )
    mixed = np.linspace(0, 1, STEPS, dtype=np.float32)[:, None, None, None]
    rows = [
        ("Latent interpolation", images),
        ("Pixel interpolation", (1 - mixed) * start + mixed * end),
    ]
    st.html(image_grid(rows, side=84))
    st.caption(
        "Above, codes on the straight line between the two images, decoded; below, the pixels "
        "blended for comparison. Where the codes of the data have no gaps, every step is a "
        "plausible image. Sliders for single latent dimensions are under *Latent space*."
    )


def _terms(run: Run, report: Report, posterior: Posterior) -> None:
    st.markdown("##### ELBO by term")
    size = report.architecture.code_size
    used = int((posterior.used > USED).sum())
    total = posterior.reconstruction + posterior.kl
    cells = st.columns(5)
    first = min(weighed(report.clean), len(report.errors))
    figures = {
        "−ELBO": (f"{total:.1f}", "Nats per image, mean over test images; lower is better."),
        "Reconstruction": (
            f"{posterior.reconstruction:.1f}",
            "−E log p(x|z), one sampled code per image.",
        ),
        "KL": (
            f"{posterior.kl:.1f}",
            "KL divergence of the code from the prior, nats per image.",
        ),
        "−log p(x)": (
            f"{posterior.likelihood:.1f}",
            f"Estimated with {DRAWS} importance samples for each of the first {first} test images "
            "(Burda et al. 2016). −ELBO is an upper bound on it.",
        ),
        "Active dimensions": (
            f"{used} of {size}",
            f"Latent dimensions whose mean has a variance over images above {USED} "
            "(Burda et al. 2016).",
        ),
    }
    for cell, (label, (value, help)) in zip(cells, figures.items(), strict=True):
        cell.metric(label, value, help=help)
    order = posterior.order
    left, right = st.columns(2, gap="medium")
    with left:
        names = [f"z{i + 1}" for i in order]
        chart(
            bar_chart({"KL": posterior.by_number[order]}, names, "KL, nats per image", height=420),
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
                    (f"z{two[0] + 1}", f"z{two[1] + 1}"),
                ),
                f"{run.id}-clouds",
            )
    st.caption(
        "Left, the KL of each latent dimension; a dimension at 0 is unused. Right, the posteriors "
        f"of {len(posterior.means)} test images, drawn at one standard deviation. "
        + _scale(run, total)
    )


def _scale(run: Run, total: float) -> str:
    """What the bound of a run is to be compared with; `total` in nats per image."""
    experiment = run.experiment
    if getattr(experiment and experiment.autoencoder, "decoder", "") != "beta-binomial":
        return (
            "Images are grey, not binarised; figures for binarised digits are two to three nats "
            "lower."
        )
    bits = total / np.log(2) / np.prod(run.shape)
    return f"The bound is that of all 256 grey values: {bits:.3f} bits per pixel."


def _betas(run: Run, found: dict[str, Point]) -> None:
    rows = {label: point.figures for label, point in found.items()}
    left, right = st.columns([3, 2], gap="large")
    with left:
        bars = {
            "reconstruction": [row["reconstruction"] for row in rows.values()],
            "KL": [row["kl"] for row in rows.values()],
        }
        chart(bar_chart(bars, list(rows), "nats per image", "beta"), f"betas-{run.dataset}")
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
            "A small beta reconstructs better but leaves gaps between the codes; a large beta "
            "packs them tightly and blurs. Only beta 1 gives a bound on the likelihood."
        )
