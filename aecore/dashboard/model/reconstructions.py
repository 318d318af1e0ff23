"""Panel: samples and their reconstructions, and corruption with a slider."""

import streamlit as st

from aecore.analysis.reconstruction import squared_errors
from aecore.analysis.report import Report
from aecore.dashboard.model.path import sample_path
from aecore.dashboard.model.window import window_in_full
from aecore.dashboard.parts.parts_shown import choose_parts, parts_shown
from aecore.dashboard.parts.sentences import fragment, sentences
from aecore.dashboard.parts.text import plain
from aecore.dashboard.services import calls
from aecore.dashboard.session import lasting, selected
from aecore.data.arrays import to_floats
from aecore.data.corruption import CORRUPTIONS
from aecore.figures.linked import linked
from aecore.figures.numbers import significant
from aecore.figures.samples import drawing_of, names_of
from aecore.runs.run import Run

WHICH = {"first": "One of each class", "best": "Best", "worst": "Worst", "random": "Random"}


def reconstructions(run: Run, report: Report) -> None:
    """The panel; the samples are drawn from the report, what is below them asks a worker."""
    fragment(_gallery, run, report)
    for part in BELOW[report.kind.key]:
        st.divider()
        fragment(part, run, report)


def _gallery(run: Run, report: Report) -> None:
    key = run.key
    classes = run.source.classes
    kind = report.kind
    row = st.container(horizontal=True, gap="large")  # two lines where there is no room
    several = len(classes) > 1
    which = row.segmented_control(
        f"Test {kind.samples}",
        WHICH if several else [name for name in WHICH if name != "first"],
        default="first" if several else "random",
        required=True,
        format_func=WHICH.__getitem__,
        **lasting(f"{key}.which.{several}"),
        help=f"Best and worst by error, out of all test {kind.samples}.",
    )
    label = None
    if several and which != "first":
        label = row.pills(
            "Class",
            range(len(classes)),
            format_func=lambda c: plain(classes[c]),
            **lasting(f"{key}.class.{len(classes)}"),
            help=f"Show only {kind.samples} of one class; no choice shows all.",
        )
    places = report.pick(which, label)
    shown = report.shown[places]
    names = names_of(run.source, report.labels, shown, report.starts)
    errors = report.sample_errors[shown]
    captions = [f"{name} · {significant(e)}" for name, e in zip(names, errors, strict=True)]
    drawing = drawing_of(run.source)
    drawn = drawing.pairs(
        run.source,
        report.clean[places],
        report.outputs[places],
        report.inputs[places] if len(report.inputs) else None,
        names,
        captions,
        choose_parts(run, report),
    )
    st.html(linked(drawn, shown.tolist(), selected(run)))
    st.caption(drawing.told.format(what="ink" if run.source.ink else "light"))


def _corruption(run: Run, report: Report) -> None:
    key, kind_of_data, (trained_kind, trained_strength) = run.key, report.kind, run.corruption
    st.markdown(f"##### Reconstruct corrupted {kind_of_data.samples}")
    kinds = [kind for kind in kind_of_data.corruptions if kind != "none"]
    trained = trained_kind if trained_kind in kinds else kinds[0]
    if st.session_state.get(f"{key}.corrupt.kind", trained) not in kinds:
        del st.session_state[f"{key}.corrupt.kind"]  # it was chosen for data of another kind
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
        clean = to_floats(report.clean[places])
        rebuilt = calls().rebuild(run.model_path, clean, (kind, strength), seed=1)
        names = names_of(run.source, report.labels, report.shown[places], report.starts)
        factor = kind_of_data.error.factor(clean.shape[1:])
        errors = rebuilt.errors * factor
        drawing, shown = drawing_of(run.source), parts_shown(run, report)
        told = [significant(error) for error in errors]
        st.html(drawing.restored(run.source, clean, rebuilt.outputs, rebuilt.inputs, names, told,
                                 shown))  # fmt: skip
        before = float(squared_errors(clean, rebuilt.inputs).mean()) * factor
        if trained_kind == "none":
            hint = f"This model was trained on clean {kind_of_data.samples}."
        else:
            hint = (
                f"This model was trained on {CORRUPTIONS[trained_kind].title.lower()} "
                f"of strength {trained_strength:g}."
            )
        st.caption(
            f"Error, compared with the clean {kind_of_data.samples}: {significant(before)} "
            f"corrupted, {significant(errors.mean())} reconstructed. {hint}"
        )


BELOW = {
    "image": (_corruption, sample_path),
    "table": (_corruption, sample_path),
    "series": (window_in_full, _corruption, sample_path),
}
