"""Panel of the overcomplete type: the identity trap, and how to avoid it."""

import numpy as np
import streamlit as st

from aecore.analysis.copying import CopyTest
from aecore.analysis.report import Report
from aecore.dashboard.parts.charts import chart
from aecore.dashboard.parts.text import escaped
from aecore.dashboard.services import report as report_of
from aecore.dashboard.services import study
from aecore.dashboard.types.series import series_panel
from aecore.figures.grid import image_grid
from aecore.figures.lines import bar_chart, line_chart
from aecore.figures.numbers import portion
from aecore.runs.run import Run
from aecore.runs.series import Point
from aecore.runs.store import shipped
from aecore.training.comparisons import amounts, restraints
from aecore.training.experiment import Experiment


def copying(run: Run, report: Report) -> None:
    """The copy test, errors over the amount of data, and constraints that prevent copying."""
    _copy_test(run)
    st.divider()
    st.markdown(f"##### Training and validation error · {escaped(run.source.title)}")
    st.caption("The same network trained on more and more images, about 1,000 steps each.")
    base = Experiment.of("overcomplete", dataset=run.dataset)
    series_panel(f"amounts.{run.dataset}", amounts(base), lambda found: _amounts(run, found))
    st.divider()
    st.markdown(f"##### Constraints that reduce overfitting · {escaped(run.source.title)}")
    st.caption("1,000 images, 300 epochs, one setting changed at a time.")
    series_panel(
        f"restraints.{run.dataset}", restraints(base), lambda found: _restraints(run, found)
    )
    st.divider()
    _under_and_over(run, report)


def _copy_test(run: Run) -> None:
    st.markdown("##### Copy test: does it reproduce images it was not trained on?")
    with st.spinner("Reconstructing images of other kinds…"):
        test = study(run, CopyTest)
    columns = st.columns(3, gap="medium")
    for number, (kind, originals, outputs, lost) in enumerate(
        zip(test.kinds, test.originals, test.outputs, test.lost, strict=True)
    ):
        with columns[number % 3]:
            st.markdown(f"**{kind.capitalize()}** · error {portion(lost)}")
            st.html(image_grid([("", originals), ("", outputs)], side=60))
    foreign = test.lost[1:]
    st.caption(
        "Inputs above, outputs below. The error is the squared error divided by the squared "
        "distance of the images from their own mean: 0% is a perfect copy, 100% no better than "
        "that mean. "
        f"Of the kinds of image it was not trained on, {int((foreign < 0.1).sum())} of "
        f"{len(foreign)} are reproduced with an error below 10%. A network that copies everything "
        "has learnt the identity, not the data; one that reconstructs only what it was trained on "
        "has learnt the data, even with a code larger than the image."
    )


def _amounts(run: Run, found: dict[str, Point]) -> None:
    counts = [int(label) for label in found]
    curves = {
        "training": (counts, [point.figures["loss"] for point in found.values()]),
        "validation": (counts, [point.figures["val_loss"] for point in found.values()]),
    }
    left, right = st.columns([3, 2], gap="large")
    with left:
        chart(
            line_chart(curves, "training images", "loss per pixel, last epoch", log_across=True),
            f"amounts-{run.dataset}",
        )
    with right:
        rows = [point.figures for point in found.values()]
        st.dataframe(
            {
                "images": [f"{count:,}" for count in counts],
                "training": [round(row["loss"], 4) for row in rows],
                "validation": [round(row["val_loss"], 4) for row in rows],
                "test SSE": [round(row["sse"], 2) for row in rows],
            },
            hide_index=True,
            key=f"amounts.table.{run.dataset}",
        )
        st.caption("The gap between the curves is overfitting.")


def _restraints(run: Run, found: dict[str, Point]) -> None:
    rows = [point.figures for point in found.values()]
    errors = [row.get("reconstruction", row["loss"]) for row in rows]
    held = [row.get("val_reconstruction", row["val_loss"]) for row in rows]
    chart(
        bar_chart(
            {"training": errors, "validation": held}, list(found), "reconstruction loss per pixel"
        ),
        f"restraints-{run.dataset}",
    )
    best = min(found, key=lambda label: found[label].figures["sse"])
    sse = f"{found[best].figures['sse']:.2f}"
    st.caption(
        (
            f"At these strengths no constraint lowers the test error ({sse} without one). "
            if best == "none"
            else f"“{best}” has the smallest test error ({sse}). "
        )
        + "Also compare the gap between the two bars: a constraint that is too strong costs more "
        "than it gains."
    )


def _under_and_over(run: Run, report: Report) -> None:
    st.markdown("##### Undercomplete and overcomplete compared")
    other = shipped("undercomplete")
    rows = [("overcomplete (this model)", run, report)]
    if other.path.exists():
        rows.insert(0, ("undercomplete (shipped)", other, report_of(other)))
    with st.spinner("Measuring both models…"):
        tests = [study(each, CopyTest) for _, each, _ in rows]
    lost = {
        kind: [portion(test.lost[test.kinds.index(kind)]) for test in tests]
        for kind in ("test images", "upside down", "pixels shuffled", "noise")
    }
    networks = [measured.architecture for _, _, measured in rows]
    table = {
        "data": [each.source.title for _, each, _ in rows],
        "latent size": [f"{n.code_size:,}" for n in networks],
        "image size": [f"{int(np.prod(n.image)):,}" for n in networks],
        "parameters": [f"{n.parameters:,}" for n in networks],
        "test error (SSE)": [f"{measured.metrics['sse']:.2f}" for _, _, measured in rows],
        "PSNR": [f"{measured.metrics['psnr']:.1f} dB" for _, _, measured in rows],
        **{f"copy error, {kind}": values for kind, values in lost.items()},
        "compresses": ["yes" if n.compression > 1 else "no" for n in networks],
    }
    st.dataframe(
        {"": list(table)} | {name: [values[i] for values in table.values()]
                             for i, (name, _, _) in enumerate(rows)},
        hide_index=True,
        height="content",
        key=f"{run.key}.under-over.{run.id}",
    )  # fmt: skip
