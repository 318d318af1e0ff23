"""Panel: is the network better than what needs no network?"""

import numpy as np
import streamlit as st

from aecore.dashboard.applications.anomalies.measures import NETWORK, Measures, unit_of
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.charts import chart
from aecore.dashboard.parts.text import escaped
from aecore.detection.baselines import BASELINES, baselines
from aecore.detection.evaluation import Interval
from aecore.detection.verdict import sentence
from aecore.figures.detection import precision_recall_figure, roc_figure
from aecore.models import AUTOENCODERS
from aecore.runs.run import Run

LOOKS = {
    "better": (st.success, icons.FINISHED),
    "equal": (st.info, icons.SAME),
    "worse": (st.warning, icons.WARNING),
}


def verdict_box(run: Run, found: Measures) -> None:
    """The verdict in words, also when it is against the network; or why there is none."""
    samples = unit_of(run.source)
    if found.verdict is not None:
        show, icon = LOOKS[found.verdict.outcome]
        title = BASELINES[found.verdict.baseline].title
        network = f"The {AUTOENCODERS[run.key].title.lower()} autoencoder"
        show(escaped(sentence(found.verdict, network, title)), icon=icon)
        return
    if not len(found.truth):
        st.info(
            f"These {samples} have no labels, so detection cannot be measured. The threshold comes "
            f"from normal validation data alone. Mark some of the {samples} below as normal or as "
            "anomalies to get a comparison.",
            icon=icons.SEARCH,
        )
        return
    what = "anomalies" if found.truth.any() else "normal"
    st.info(
        f"All labelled {samples} ({len(found.truth):,}) are {what}, so nothing can be compared. "
        "The threshold comes from normal validation data alone.",
        icon=icons.SEARCH,
    )


def comparison(run: Run, found: Measures, flagged: tuple[float, float, float]) -> None:
    """All detectors in a table, and their curves.

    Args:
        flagged: at the threshold, the shares of normal samples and of anomalies that are flagged,
            and the precision.
    """
    if not found.roc:
        return
    samples = unit_of(run.source)
    count = int(found.truth.sum())
    st.markdown("##### Compared with detectors without a network")
    network = f"{AUTOENCODERS[run.key].title} autoencoder"
    titles = [network if title == NETWORK else title for title in found.roc]
    st.dataframe(
        {
            "detector": titles,
            "ROC AUC": [round(each.area.value, 3) for each in found.roc.values()],
            "95% interval": [_bounds(each.area) for each in found.roc.values()],
            "average precision": [round(each.area.value, 3) for each in found.recall.values()],
            "its 95% interval": [_bounds(each.area) for each in found.recall.values()],
        },
        column_config={
            "ROC AUC": st.column_config.NumberColumn(
                format="%.3f",
                help="Chance that an anomaly has a higher score than a normal sample: 0.5 is "
                "random, 1 is perfect.",
            ),
            "average precision": st.column_config.NumberColumn(
                format="%.3f",
                help="Mean precision over the anomalies, in the order of their scores. A random "
                "score has the share of anomalies.",
            ),
        },
        hide_index=True,
        key=f"anomalies.compared.{run.id}",
    )
    left, right = st.columns(2, gap="medium")
    alarms, recall, precision = flagged
    curves = {title: (each.x, each.y) for title, each in found.roc.items()}
    with left:
        st.markdown("###### ROC")
        chart(roc_figure(curves, (alarms, recall)), f"{run.id}-roc")
    curves = {title: (each.x, each.y) for title, each in found.recall.items()}
    with right:
        st.markdown("###### Precision and recall")
        share = count / len(found.truth)
        at = (recall, precision) if precision == precision else None  # nothing is flagged: NaN
        chart(precision_recall_figure(curves, share, at), f"{run.id}-precision-recall")
    unusual, drawn = "anomalies", ""
    if run.source.in_time:
        unusual = "unusual steps"
        drawn = (
            "Neighbouring steps are alike, so intervals draw whole events, and normal stretches of "
            "a window; they need at least three of each. "
        )
    st.caption(
        f"Measured on {count:,} {unusual} and {len(found.truth) - count:,} normal {samples}, "
        f"from which nothing was learnt. {drawn}Baselines are fitted to the same normal training "
        f"data, or to a random sample of it: at most {_sizes(run)}. The dotted line is a random "
        "score, the diamond the threshold."
    )


def _sizes(run: Run) -> str:
    return ", ".join(f"{each.title} {each.most:,}" for each in baselines(run.source.kind))


def _bounds(interval: Interval) -> str:
    if np.isnan(interval.low):
        return ""
    return f"{interval.low:.3f} to {interval.high:.3f}"
