"""Panel: what each layer of the encoder is worth to a linear classifier."""

import streamlit as st

from aecore.dashboard.applications.features.looks import draws_words, has_classes
from aecore.dashboard.parts.charts import chart
from aecore.dashboard.parts.measured import measured_panel
from aecore.figures.labels import accuracy_by_layer
from aecore.runs.run import Run
from aecore.transfer.comparing import mean
from aecore.transfer.layers import LayerProbes


def layers_panel(run: Run) -> None:
    """The accuracies by layer, or a button that has them measured."""
    if has_classes(run):
        measured_panel(
            run,
            LayerProbes,
            "Measure the layers",
            "A linear classifier learns from the output of each layer of the encoder, with few "
            "labels. This takes a minute or two.",
            _draw,
        )


def _draw(run: Run, found: LayerProbes) -> None:
    kind = run.source.kind
    names = [f"{kind.element}s", *(f"layer {n}" for n in range(1, len(found.widths) - 1)), "code"]
    names = [f"{name}<br>{width:,}" for name, width in zip(names, found.widths, strict=True)]
    curves = {
        f"{count:,} labels": [
            (each.value, each.half) for each in (mean(layer[at]) for layer in found.accuracies)
        ]
        for at, count in enumerate(found.counts)
    }
    chart(accuracy_by_layer(names, curves, kind.samples), f"{run.id}-layer-probes")
    means = [mean(layer[0]).value for layer in found.accuracies]
    best = means.index(max(means))
    told = names[best].replace("<br>", ", ") + " numbers"
    st.caption(
        f"With {found.counts[0]:,} labels, a linear classifier is best on: {told} "
        f"({means[best]:.1%}); on the code it reaches {means[-1]:.1%}. Measured on "
        f"{found.judged:,} test {kind.samples}; each point is "
        f"{draws_words(found.counts, found.accuracies[0])}. The number below a layer is how many "
        "numbers it gives."
    )
