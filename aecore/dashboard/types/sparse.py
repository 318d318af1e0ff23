"""Panel of the sparse type: activity of the units, the features they draw, a linear probe."""

import numpy as np
import streamlit as st

from aecore.analysis.dictionary import BuildUp, Dictionary, build_up
from aecore.analysis.probe import Probe
from aecore.analysis.report import Report
from aecore.dashboard.parts.charts import chart
from aecore.dashboard.parts.picking import pick_sample
from aecore.dashboard.parts.sentences import fragment
from aecore.dashboard.parts.text import escaped
from aecore.dashboard.services import calls, study
from aecore.dashboard.session import remembered
from aecore.dashboard.types.series import series_panel
from aecore.figures.features import signed_pictures
from aecore.figures.grid import image_grid, picture_strip
from aecore.figures.lines import bar_chart, counted, histogram
from aecore.runs.run import Run
from aecore.runs.same_model import model_version
from aecore.runs.series import Point
from aecore.training.comparisons import penalties
from aecore.training.experiment import Experiment

A_ROW = 15


def units(run: Run, report: Report) -> None:
    """Activity, dictionary, one image unit by unit, penalties compared, and a linear probe."""
    with st.spinner("Analysing the units…"):
        dictionary = study(run, Dictionary)
    _activity(run, report, dictionary)
    st.divider()
    fragment(_one_by_one, run, report)
    st.divider()
    _features(dictionary)
    st.divider()
    st.markdown(f"##### L1, KL or top-k? · {escaped(run.source.title)}")
    st.caption("The same network of 1,024 units with each penalty, trained for ten epochs.")
    series = penalties(Experiment.of("sparse", dataset=run.dataset))
    series_panel(f"penalties.{run.dataset}", series, lambda found: _ways(run, found))
    if len(run.source.classes) > 1:
        st.divider()
        _probe(run)


def _activity(run: Run, report: Report, dictionary: Dictionary) -> None:
    count = len(dictionary.rates)
    st.markdown("##### Active units")
    left, right, words = st.columns([2, 2, 1.2], gap="medium")
    with left:
        chart(
            counted(dictionary.counts, dictionary.edges, "activation of a unit", "frequency", True),
            f"{run.id}-activities",
        )
    with right:
        chart(
            histogram(dictionary.on, "active units per image", "images"),
            f"{run.id}-units-on",
        )
    # over all test images, as above the tabs: the study is of fewer
    active = report.metrics.get("active") or float(dictionary.on.mean()) / count
    with words:
        st.metric(
            "Active per image",
            f"{active * count:.0f} of {count:,}",
            f"{active:.1%}",
            delta_color="off",
            delta_arrow="off",
            help="Units with an activation above 0.1, mean over test images.",
        )
        st.metric(
            "Dead units",
            f"{dictionary.dead:,}",
            help="Units that are not active for any test image: they cost memory for nothing.",
        )


def _one_by_one(run: Run, report: Report) -> None:
    st.markdown("##### One image, unit by unit")
    left, right = st.columns([2, 3], gap="large")
    with left:
        image = pick_sample(run, report, "built")
        built: BuildUp = remembered(
            "sparse.built",
            (model_version(run), image.tobytes()),
            lambda: calls().analyse(run.model_path, build_up, image),
        )
        most = len(built.units)
        count = st.slider(
            "Number of strongest units used", 0, most, min(10, most), key=f"{run.key}.count"
        )
        st.markdown(
            f"Squared error **{built.errors[count]:.1f}** with {count} units, "
            f"{np.square(built.whole - image).sum():.1f} with the full code."
        )
    with right:
        st.html(
            picture_strip(
                [
                    ("Image", image),
                    (f"{count} strongest units", built.outputs[count]),
                    ("Full code", built.whole),
                ],
                170,
            )
        )
    shown = slice(0, min(count, A_ROW))
    if count:
        st.html(
            image_grid(
                [("Strongest units", signed_pictures(built.features[shown]))],
                [f"#{u} · {v:.2f}" for u, v in zip(built.units[shown], built.values[shown],
                                                  strict=True)],
                side=62,
            )
        )  # fmt: skip


def _features(dictionary: Dictionary) -> None:
    st.markdown("##### Dictionary: the feature of each unit")
    pictures = signed_pictures(dictionary.features.astype(np.float32))
    for start in range(0, len(pictures), A_ROW):
        part = slice(start, start + A_ROW)
        rates = [f"{dictionary.rates[unit]:.1%}" for unit in dictionary.shown[part]]
        st.html(image_grid([("", pictures[part])], rates, side=62))
    st.caption(
        "Ordered by how often a unit is active; the percentage is the share of test images. Bright "
        "pixels add ink, dark pixels remove it, grey has no effect."
    )


def _ways(run: Run, found: dict[str, Point]) -> None:
    rows = [point.figures for point in found.values()]
    st.dataframe(
        {
            "penalty": list(found),
            "SSE": [round(row["sse"], 2) for row in rows],
            "active units per image": [f"{row['active']:.1%}" for row in rows],
            "dead units": [int(row["dead"]) for row in rows],
            "PSNR (dB)": [round(row["psnr"], 1) for row in rows],
        },
        hide_index=True,
        key=f"penalties.table.{run.dataset}",
    )
    st.caption(
        "KL controls the mean activation of each unit, L1 the sum of all activations, top-k the "
        "number of active units. There is a trade-off between few active units and a small error: "
        "compare both columns."
    )


def _probe(run: Run) -> None:
    st.markdown("##### Linear probe: a classifier on the codes")
    with st.spinner("Training linear classifiers on codes, pixels and PCA… (about 20 s)"):
        probe = study(run, Probe)
    if not probe.accuracies:
        st.info("There is only one class, so there is nothing to classify.")
        return
    left, right = st.columns([3, 2], gap="large")
    names: dict[str, str] = {"PCA": f"PCA, {probe.components} components"}
    with left:
        chart(
            bar_chart(
                {"accuracy": [100 * value for value in probe.accuracies.values()]},
                [str(names.get(name, name)) for name in probe.accuracies],
                "test accuracy, %",
                height=280,
            ),
            f"{run.id}-probe",
        )
    with right:
        codes, pixels = probe.accuracies["codes"], probe.accuracies["raw pixels"]
        st.markdown(
            f"Logistic regression on the codes of {probe.learnt:,} images classifies "
            f"**{codes:.1%}** of {probe.judged:,} test images correctly, compared with "
            f"**{pixels:.1%}** on raw pixels and **{probe.accuracies['PCA']:.1%}** on principal "
            "components. The code was learnt without labels."
        )
