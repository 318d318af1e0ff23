"""Panel: how well classifiers learn from few labels on the code, raw values and PCA."""

import streamlit as st

from aecore.dashboard.applications.features.looks import LOOKS, has_classes, share_words
from aecore.dashboard.parts.charts import chart
from aecore.dashboard.parts.measured import measured_panel
from aecore.dashboard.parts.text import escaped
from aecore.data.kinds import Kind
from aecore.figures.labels import accuracy_by_labels
from aecore.runs.run import Run
from aecore.transfer.classifiers import LINEAR, NEIGHBOURS
from aecore.transfer.comparing import mean
from aecore.transfer.draws import DRAWS, FEW
from aecore.transfer.few_labels import FewLabels
from aecore.transfer.representations import CODE, PCA, RAW
from aecore.transfer.verdict import sentence, verdict

TITLES = {LINEAR: "Linear classifier", NEIGHBOURS: "Nearest neighbour"}


def few_labels_panel(run: Run) -> None:
    """The accuracies by the number of labels, or a button that has them measured."""
    if not has_classes(run):
        return
    few = ", ".join(f"{count:,}" for count in FEW)
    measured_panel(
        run,
        FewLabels,
        "Measure",
        f"Classifiers learn from {few} and all labels, on the code, on raw "
        f"{run.source.kind.element}s and on PCA, with {DRAWS} draws of the labels each. This "
        "takes a minute or two.",
        _draw,
    )


def _draw(run: Run, found: FewLabels) -> None:
    kind = run.source.kind
    told = verdict(found)
    show, icon = LOOKS[told.by.outcome]
    within = {RAW: f"raw {kind.element}s", PCA: "PCA"}
    show(escaped(sentence(told, within, kind.samples)), icon=icon)
    names = names_of(found, kind)
    for column, way in zip(st.columns(2, gap="medium"), TITLES, strict=True):
        means = {
            names[name]: [mean(drawn) for drawn in found.accuracies[name][way]] for name in names
        }
        curves = {name: [(each.value, each.half) for each in m] for name, m in means.items()}
        with column:
            st.markdown(f"##### {TITLES[way]}")
            levels = {"most frequent class": found.frequent}
            chart(
                accuracy_by_labels(found.counts, curves, kind.samples, levels),
                f"{run.id}-labels-{way}",
            )
    _table(run, found, names)
    st.caption(_measured_how(found, kind))


def names_of(found: FewLabels, kind: Kind) -> dict[str, str]:
    """Representation → its name in figures."""
    return {
        CODE: f"code, {found.size:,} numbers",
        RAW: f"raw {kind.element}s",
        PCA: f"PCA, {found.components:,} components",
    }


def _table(run: Run, found: FewLabels, names: dict[str, str]) -> None:
    rows = [(way, name) for way in TITLES for name in names]
    columns = {"classifier": [TITLES[way] for way, _ in rows], "on": [names[n] for _, n in rows]}
    for at, count in enumerate(found.counts):
        means = [mean(found.accuracies[name][way][at]) for way, name in rows]
        columns[f"{count:,} labels"] = [share_words(each) for each in means]
    st.dataframe(columns, hide_index=True, key=f"features.labels.{run.id}")


def _measured_how(found: FewLabels, kind: Kind) -> str:
    last = found.counts[-1]
    whole = last == found.available
    used = "all there are" if whole else f"of the {found.available:,} that there are"
    return (
        f"Share of {found.judged:,} test {kind.samples} that are classified correctly: the mean "
        f"of {DRAWS} draws of labelled training {kind.samples} and its 95% interval (Student's "
        "t). A draw has equally many of each class, as far as there are enough, and is the same "
        f"for all representations. The largest number of labels is {last:,}, {used}. The "
        "linear classifier is a logistic regression whose regularisation is chosen by "
        "cross-validation within the labelled draw. Encoder and PCA learnt without labels."
    )
