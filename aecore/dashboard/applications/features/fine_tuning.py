"""Panel: the encoder as the start of a classifier, beside the same network from scratch."""

import streamlit as st

from aecore.dashboard.applications.features.looks import (
    LOOKS,
    draws_words,
    has_classes,
    share_words,
)
from aecore.dashboard.parts.charts import chart
from aecore.dashboard.parts.measured import measured_panel
from aecore.figures.labels import accuracy_by_labels
from aecore.runs.run import Run
from aecore.transfer.comparing import difference, mean
from aecore.transfer.fine_tuning import (
    BATCH,
    PRETRAINED,
    PROBE,
    RATE,
    SCRATCH,
    STEPS,
    FineTuned,
)
from aecore.transfer.verdict import points

NAMES = {
    PRETRAINED: "encoder, fine-tuned",
    SCRATCH: "same network from scratch",
    PROBE: "encoder, before fine-tuning",
}


def fine_tuning_panel(run: Run) -> None:
    """The accuracies of both networks, or a button that has them measured."""
    if has_classes(run):
        measured_panel(
            run,
            FineTuned,
            "Train both networks",
            "A softmax layer is put on the code, and the whole network is trained on few labels: "
            "once from the encoder and a linear classifier on its code, once from new weights. "
            "This takes a few minutes.",
            _draw,
        )


def _draw(run: Run, found: FineTuned) -> None:
    samples = run.source.kind.samples
    gains = [
        difference(ours, others)
        for ours, others in zip(
            found.accuracies[PRETRAINED], found.accuracies[SCRATCH], strict=True
        )
    ]
    first = gains[0]
    show, icon = LOOKS[first.outcome]
    words = {
        "better": "Pre-training helps: with {count} labels, the network that starts from the "
        "encoder is better than the same network from scratch ({by}).",
        "worse": "Pre-training does not help: with {count} labels, the network that starts from "
        "the encoder is worse than the same network from scratch ({by}).",
        "equal": "With {count} labels, it makes no clear difference whether the network starts "
        "from the encoder or from scratch ({by}).",
    }[first.outcome]
    show(words.format(count=f"{found.counts[0]:,}", by=points(first)), icon=icon)
    means = {NAMES[name]: [mean(drawn) for drawn in found.accuracies[name]] for name in NAMES}
    curves = {name: [(each.value, each.half) for each in m] for name, m in means.items()}
    chart(accuracy_by_labels(found.counts, curves, samples), f"{run.id}-fine-tuned")
    st.dataframe(
        {
            "labels": [f"{count:,}" for count in found.counts],
            **{name: [share_words(each) for each in m] for name, m in means.items()},
            "difference": [points(each) for each in gains],
        },
        hide_index=True,
        key=f"features.tuned.{run.id}",
    )
    st.caption(
        f"Share of {found.judged:,} test {samples} that are classified correctly: "
        f"{draws_words(found.counts, found.accuracies[PRETRAINED])}. Both networks have "
        f"{found.parameters:,} parameters and are trained alike: {STEPS} steps of Adam with a "
        f"learning rate of {RATE:g} and batches of at most {BATCH}. The learning rate was "
        "chosen on validation images of MNIST, with 1,000 labels. Before fine-tuning, the last "
        "layer is a linear classifier that was fitted to the codes of the same labels."
    )
