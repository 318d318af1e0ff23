"""Panel of the overcomplete type: the identity trap, and what keeps out of it."""

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
from aecore.runs.run import Run
from aecore.runs.series import Point
from aecore.runs.store import shipped
from aecore.training.comparisons import amounts, restraints
from aecore.training.experiment import Experiment


def copying(run: Run, report: Report) -> None:
    """The copy test, errors over the amount of data, and ways to keep it honest."""
    _copy_test(run)
    st.divider()
    st.markdown(f"##### Training against held-out error · {escaped(run.source.title)}")
    st.caption("The same network on more and more images, about a thousand steps each.")
    base = Experiment.of("overcomplete", dataset=run.dataset)
    series_panel(f"amounts.{run.dataset}", amounts(base), lambda found: _amounts(run, found))
    st.divider()
    st.markdown(f"##### What keeps it from learning by heart · {escaped(run.source.title)}")
    st.caption("A thousand images, 300 epochs, and one thing changed.")
    series_panel(
        f"restraints.{run.dataset}", restraints(base), lambda found: _restraints(run, found)
    )
    st.divider()
    _under_and_over(run, report)


def _copy_test(run: Run) -> None:
    st.markdown("##### Does it copy anything?")
    with st.spinner("Feeding it pictures it has never seen…"):
        test = study(run, CopyTest)
    columns = st.columns(3, gap="medium")
    for number, (kind, originals, outputs, lost) in enumerate(
        zip(test.kinds, test.originals, test.outputs, test.lost, strict=True)
    ):
        with columns[number % 3]:
            st.markdown(f"**{kind.capitalize()}** · {lost:.0%} lost")
            st.html(image_grid([("", originals), ("", outputs)], side=60))
    foreign = test.lost[1:]
    st.caption(
        "Above what goes in, below what comes out. Lost is the squared error as a share of the "
        "pictures' squared distance from their own mean: 0 % is a perfect copy. "
        f"Of the pictures it was not trained on, {int((foreign < 0.1).sum())} of {len(foreign)} "
        "kinds come back with less than 10 % lost. A network that copies whatever it is shown "
        "has learnt the identity, not the data; one that only rebuilds what it knows has not, "
        "even with a code larger than the image."
    )


def _amounts(run: Run, found: dict[str, Point]) -> None:
    counts = [int(label) for label in found]
    curves = {
        "training": (counts, [point.figures["loss"] for point in found.values()]),
        "held-out": (counts, [point.figures["val_loss"] for point in found.values()]),
    }
    left, right = st.columns([3, 2], gap="large")
    with left:
        chart(
            line_chart(curves, "training images", "loss a pixel, last epoch", log_across=True),
            f"amounts-{run.dataset}",
        )
    with right:
        rows = [point.figures for point in found.values()]
        st.dataframe(
            {
                "images": [f"{count:,}" for count in counts],
                "training": [round(row["loss"], 4) for row in rows],
                "held-out": [round(row["val_loss"], 4) for row in rows],
                "test SSE": [round(row["sse"], 2) for row in rows],
            },
            hide_index=True,
            key=f"amounts.table.{run.dataset}",
        )
        st.caption("The gap between both curves is what was learnt by heart.")


def _restraints(run: Run, found: dict[str, Point]) -> None:
    rows = [point.figures for point in found.values()]
    errors = [row.get("reconstruction", row["loss"]) for row in rows]
    held = [row.get("val_reconstruction", row["val_loss"]) for row in rows]
    chart(
        bar_chart({"training": errors, "held-out": held}, list(found), "reconstruction a pixel"),
        f"restraints-{run.dataset}",
    )
    best = min(found, key=lambda label: found[label].figures["sse"])
    sse = f"{found[best].figures['sse']:.2f}"
    st.caption(
        (
            f"At these strengths none of them lowers the error on test images ({sse} with nothing "
            "changed). "
            if best == "none"
            else f"The smallest error on test images has “{best}” ({sse}). "
        )
        + "Compare how far the two bars of each are apart, too: a price on the code that is too "
        "high costs more than it keeps."
    )


def _under_and_over(run: Run, report: Report) -> None:
    st.markdown("##### Under- and overcomplete, side by side")
    other = shipped("undercomplete")
    rows = [("overcomplete, this model", run, report)]
    if other.path.exists():
        rows.insert(0, ("undercomplete, shipped", other, report_of(other)))
    with st.spinner("Measuring both…"):
        tests = [study(each, CopyTest) for _, each, _ in rows]
    lost = {
        kind: [f"{test.lost[test.kinds.index(kind)]:.0%}" for test in tests]
        for kind in ("test images", "upside down", "pixels shuffled", "noise")
    }
    networks = [measured.architecture for _, _, measured in rows]
    table = {
        "data": [each.source.title for _, each, _ in rows],
        "code, numbers": [f"{n.code_size:,}" for n in networks],
        "image, numbers": [f"{int(np.prod(n.image)):,}" for n in networks],
        "parameters": [f"{n.parameters:,}" for n in networks],
        "test error (SSE)": [f"{measured.metrics['sse']:.2f}" for _, _, measured in rows],
        "PSNR": [f"{measured.metrics['psnr']:.1f} dB" for _, _, measured in rows],
        **{f"lost of {kind}": values for kind, values in lost.items()},
        "compresses": ["yes" if n.compression > 1 else "no" for n in networks],
    }
    st.dataframe(
        {"": list(table)} | {name: [values[i] for values in table.values()]
                             for i, (name, _, _) in enumerate(rows)},
        hide_index=True,
        height="content",
        key=f"{run.key}.under-over.{run.id}",
    )  # fmt: skip
