"""Panel: originals and their reconstructions, and corruption with a slider."""

import numpy as np
import streamlit as st

from aecore.analysis.report import Report
from aecore.dashboard.parts.sentences import fragment, sentences
from aecore.dashboard.parts.text import plain
from aecore.dashboard.services import calls
from aecore.dashboard.session import lasting
from aecore.data.corruption import CORRUPTIONS
from aecore.data.names import shortened
from aecore.figures.grid import differences, image_grid
from aecore.runs.run import Run

WHICH = {"first": "One of each class", "best": "Best", "worst": "Worst", "random": "Random"}


def reconstructions(run: Run, report: Report) -> None:
    """The panel, drawn from the report; only the slider asks a worker."""
    fragment(_gallery, run, report)
    st.divider()
    fragment(_corruption, run, report)


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
        help="Best and worst by mean squared error, out of all test images.",
    )
    label = None
    if several:
        label = row.pills(
            "Class",
            range(len(classes)),
            format_func=lambda c: plain(classes[c]),
            **lasting(f"{key}.class.{len(classes)}"),
            disabled=which == "first",
            help="Show only images of one class; no choice shows all.",
        )
    places = report.pick(which, label if which != "first" else None)
    shown = report.shown[places]
    clean, outputs = report.clean[places], report.outputs[places]
    rows = [("Original", clean)]
    if len(report.inputs):
        rows.append(("Corrupted", report.inputs[places]))
    rows += [("Reconstructed", outputs), ("Difference", differences(clean, outputs))]
    captions = [
        f"{shortened(classes[report.labels[i]], 24)} · {report.errors[i]:.4f}" for i in shown
    ]
    st.html(image_grid(rows, captions))
    what = "ink" if run.source.ink else "light"
    st.caption(
        "Below each image: its class and its mean squared error per pixel. The difference is "
        f"amplified two times: red is missing {what}, blue is added {what}."
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
        clean = report.clean[report.pick("first")].astype(np.float32) / 255
        rebuilt = calls().rebuild(run.model_path, clean, (kind, strength), seed=1)
        st.html(
            image_grid(
                [("Corrupted", rebuilt.inputs), ("Reconstructed", rebuilt.outputs)],
                [f"{error:.4f}" for error in rebuilt.errors],
            )
        )
        before = np.square(rebuilt.inputs - clean).mean()
        after = float(rebuilt.errors.mean())
        if trained_kind == "none":
            hint = "This model was trained on clean images."
        else:
            hint = (
                f"This model was trained on {CORRUPTIONS[trained_kind].title.lower()} "
                f"of strength {trained_strength:g}."
            )
        st.caption(
            f"Mean squared error per pixel, compared with the clean images: {before:.4f} "
            f"corrupted, {after:.4f} reconstructed. {hint}"
        )
