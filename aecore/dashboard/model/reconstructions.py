"""Panel: originals and their reconstructions, and corruption with a slider."""

import math

import numpy as np
import streamlit as st

from aecore.analysis.report import Report
from aecore.dashboard.model.path import image_path
from aecore.dashboard.parts.sentences import fragment, sentences
from aecore.dashboard.parts.text import plain
from aecore.dashboard.services import calls
from aecore.dashboard.session import lasting
from aecore.data.corruption import CORRUPTIONS
from aecore.data.names import shortened
from aecore.figures.gallery import Row, gallery, rebuilt_rows
from aecore.figures.numbers import significant
from aecore.runs.run import Run

WHICH = {"first": "One of each class", "best": "Best", "worst": "Worst", "random": "Random"}


def reconstructions(run: Run, report: Report) -> None:
    """The panel; the images are drawn from the report, what is below them asks a worker."""
    fragment(_gallery, run, report)
    st.divider()
    fragment(_corruption, run, report)
    st.divider()
    fragment(image_path, run, report)


def _gallery(run: Run, report: Report) -> None:
    key = run.key
    classes = run.source.classes
    row = st.container(horizontal=True, gap="large")  # two lines where there is no room
    several = len(classes) > 1
    which = row.segmented_control(
        "Test images",
        WHICH if several else [name for name in WHICH if name != "first"],
        default="first" if several else "random",
        required=True,
        format_func=WHICH.__getitem__,
        **lasting(f"{key}.which.{several}"),
        help="Best and worst by error, out of all test images.",
    )
    label = None
    if several and which != "first":
        label = row.pills(
            "Class",
            range(len(classes)),
            format_func=lambda c: plain(classes[c]),
            **lasting(f"{key}.class.{len(classes)}"),
            help="Show only images of one class; no choice shows all.",
        )
    places = report.pick(which, label)
    shown = report.shown[places]
    names = [shortened(classes[report.labels[i]], 24) for i in shown]
    errors = report.sample_errors[shown]
    what = "ink" if run.source.ink else "light"
    st.html(
        gallery(
            rebuilt_rows(
                report.clean[places],
                report.outputs[places],
                report.inputs[places] if len(report.inputs) else None,
            ),
            names,
            [f"{name} · {significant(e)}" for name, e in zip(names, errors, strict=True)],
            what,
        )
    )
    st.caption(
        "Below each image: its class and its error. The difference is amplified two times: red is "
        f"missing {what}, blue is added {what}. Point at a reconstruction to wipe to the original; "
        "click to enlarge."
    )


def _corruption(run: Run, report: Report) -> None:
    key, (trained_kind, trained_strength) = run.key, run.corruption
    st.markdown("##### Reconstruct corrupted images")
    kinds = [kind for kind in CORRUPTIONS if kind != "none"]
    trained = trained_kind if trained_kind in kinds else kinds[0]
    left, right = st.columns([1, 2])
    kind = left.selectbox(
        "Corruption",
        kinds,
        index=kinds.index(trained),
        format_func=lambda name: CORRUPTIONS[name].title,
        **lasting(f"{key}.corrupt.kind"),
    )
    chosen = CORRUPTIONS[kind]
    start = trained_strength if kind == trained_kind else chosen.default
    strength = right.slider(
        f"Strength ({chosen.strength})",
        chosen.minimum if chosen.whole else 0.0,
        chosen.maximum,
        start,
        chosen.step,
        **lasting(f"{key}.corrupt.{kind}"),
    )
    with sentences():
        places = report.pick("first")
        clean = report.clean[places].astype(np.float32) / 255
        rebuilt = calls().rebuild(run.model_path, clean, (kind, strength), seed=1)
        names = [shortened(run.source.classes[report.labels[i]], 24) for i in report.shown[places]]
        errors = rebuilt.errors * math.prod(clean.shape[1:])
        rows = [
            Row("input", "Corrupted", rebuilt.inputs),
            Row("rebuilt", "Reconstructed", rebuilt.outputs),
        ]
        st.html(gallery(rows, names, [significant(error) for error in errors]))
        before = float(np.square(rebuilt.inputs - clean).sum(axis=(1, 2, 3)).mean())
        if trained_kind == "none":
            hint = "This model was trained on clean images."
        else:
            hint = (
                f"This model was trained on {CORRUPTIONS[trained_kind].title.lower()} "
                f"of strength {trained_strength:g}."
            )
        st.caption(
            f"Error, compared with the clean images: {significant(before)} corrupted, "
            f"{significant(errors.mean())} reconstructed. {hint}"
        )
