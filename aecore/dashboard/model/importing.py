"""The import dialog: what a file contains, where the model is cut, and the page that shows it."""

import contextlib

import streamlit as st

from aecore.dashboard.model.chooser import FIGURES
from aecore.dashboard.model.import_data import add_images, choose_data
from aecore.dashboard.model.import_files import Chosen, free_files, note_files
from aecore.dashboard.model.import_layers import cut_title, show_layers, sizes
from aecore.dashboard.model.import_notice import BEGUN, OPEN, Begun, show_run
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.sentences import sentences
from aecore.dashboard.parts.text import escaped, plain, sentence_of
from aecore.dashboard.private.streamlit import went_back
from aecore.dashboard.services import calls, reader, store, whose
from aecore.data.datasets import shape_of
from aecore.data.kinds import kind_of
from aecore.data.limits import AT_ONCE
from aecore.data.reading.process import Reader
from aecore.detection.detector import described
from aecore.exchange import detector_file
from aecore.exchange.archive import FileRefused
from aecore.exchange.bring_in import Found, suited
from aecore.exchange.bundle import SUFFIX
from aecore.exchange.own_images import set_of_images
from aecore.figures.numbers import significant
from aecore.models import AUTOENCODERS
from aecore.models.base import Shape

MOST_MEGABYTES = 100
RANGE_WORDS = {
    None: "Detect automatically (smallest error)",
    "0..1": "0 to 1",
    "0..255": "0 to 255",
    "-1..1": "−1 to 1",
    "standardized": "Standardised: mean 0, standard deviation 1",
    "units": "The units of the data",
}
FOUND = "importing.found"  # in the session: the upload that was read, and its content


def import_button(key: str) -> None:
    """The button, and the dialog while it is open.

    Args:
        key: of a type, or the name of an application's page, which then shows what was imported.
    """
    st.button(
        "Import…",
        icon=icons.IMPORT,
        key=f"{key}.import",
        on_click=_open,
        args=(key,),
        help=f"A run file (`{SUFFIX}`), a detector (`{detector_file.SUFFIX}`), or an autoencoder "
        "saved with Keras (`.keras`).",
        type="tertiary",
    )
    if st.session_state.get(OPEN) == key and not went_back():  # which alone does not close it
        _dialog()
    else:
        _close()


def _open(key: str) -> None:
    st.session_state[OPEN] = key


def _close() -> None:
    st.session_state.pop(OPEN, None)
    st.session_state.pop(FOUND, None)
    free_files()


@st.dialog("Import a model", width="medium", icon=icons.IMPORT, on_dismiss=_close)
def _dialog() -> None:
    given = st.file_uploader(
        "A run file, a detector or a Keras model",
        type=["zip", "keras"],
        accept_multiple_files=True,
        key="importing.file",
        max_upload_size=MOST_MEGABYTES,
        help=f"`{SUFFIX}` or `{detector_file.SUFFIX}` as exported by Autoencoder Studio, or "
        f"`.keras` with plain layers, at most {MOST_MEGABYTES} MB. Files are read, never "
        "executed; anything else is refused.",
    )
    note_files(given)
    if not given:
        st.caption(
            f"A `{SUFFIX}` file contains a whole run: model, settings, history and metrics; a "
            f"`{detector_file.SUFFIX}` file a run with its detector. A `.keras` file may come from "
            "any Keras script: an autoencoder of images, rows of a "
            "table or windows of a series with plain layers, such as the classic 784-32-784, a "
            "convolutional one or one of LSTM layers. If its encoder and decoder were saved as "
            "two files, add both."
        )
        return
    chosen = Chosen(given)
    with sentences():
        try:
            found = _look(chosen)
        except FileRefused as refusal:
            st.error(
                f"**{plain(chosen.name)}** cannot be used. {sentence_of(refusal)}",
                icon=icons.REFUSED,
            )
            return
        verb = "contains" if len(given) == 1 else "together contain"
        st.markdown(f"**{plain(found.name)}** {verb} {_contents(found)}")
        if found.kind == "run":
            _run(found, chosen)
        else:
            _model(found, chosen)
    begun = st.session_state.get(BEGUN)
    if begun is not None and isinstance(begun.outcome, Exception):
        del st.session_state[BEGUN]  # the dialog is still open and has reported it


def _look(chosen: Chosen) -> Found:
    """The content of the upload, read by a worker once."""
    seen, found = st.session_state.get(FOUND, (None, None))
    if seen != chosen.id:
        with st.spinner("Reading it…"):
            found = calls().inspect(chosen.files(), reader())
        st.session_state[FOUND] = (chosen.id, found)
    return found


def _contents(found: Found) -> str:
    if found.kind == "run":
        article = "an" if found.title[0] in "AEIOU" else "a"
        return f"a run: {article} {found.title.lower()} autoencoder of {plain(found.dataset)}."
    anatomy = found.anatomy
    assert anatomy is not None  # every model has one
    parameters = sum(layer.parameters for layer in anatomy.layers)
    return (
        f"a Keras model with inputs and outputs of {sizes(anatomy.input_shape)} and "
        f"{parameters:,} parameters."
    )


def _run(found: Found, chosen: Chosen) -> None:
    kind, metrics = kind_of(shape_of(found.fitting[0])), found.metrics or {}
    further = [name for name in kind.listed[1:] if name in metrics]
    error, *others = st.columns(1 + len(further))
    error.metric(f"Error ({kind.error.short})", significant(metrics[kind.error.metric]))
    for place, name in zip(others, further, strict=True):
        label, form, _ = FIGURES[name]
        place.metric(label, form.format(metrics[name]))
    if (detector := found.detector) is not None:
        st.caption(f"It has a detector. {escaped(described(detector))}")
    if _use("Import this run"):
        _take(found, chosen)


def _model(found: Found, chosen: Chosen) -> None:
    anatomy = found.anatomy
    assert anatomy is not None  # every model has one
    at = st.selectbox(
        "Code layer",
        anatomy.cuts,
        index=anatomy.cuts.index(anatomy.bottleneck),
        format_func=lambda cut: cut_title(anatomy, cut),
        key=f"importing.cut.{chosen.id}",
        help="The layer whose output is the latent code. The narrowest layer is proposed; "
        "the list has the layers that all information passes through.",
    )
    show_layers(anatomy, at)
    images = [] if found.fitting else add_images(found, sizes(anatomy.input_shape), chosen.id)
    note_files(images)
    if not found.fitting and not images:
        return
    data, page = st.columns(2)
    with data:
        dataset = choose_data(found, chosen.id)
    shape = found.own if dataset is None else shape_of(dataset)
    assert shape is not None  # there is a data set, or images were added
    keys, proposed = _pages(found, at, shape), suited(found.key, shape)
    key = page.selectbox(
        "Type",
        keys,
        index=keys.index(proposed) if proposed in keys else 0,
        format_func=lambda key: AUTOENCODERS[key].title,
        key=f"importing.page.{chosen.id}.{len(keys)}.{proposed}",
        help="The type on whose page the model is shown. The detected type is preselected.",
    )
    kind = kind_of(shape)
    values = "pixel" if kind.bounded else "value"
    range = st.selectbox(
        f"{values.capitalize()} range",
        (None, *kind.ranges),
        format_func=lambda name: RANGE_WORDS[name],
        key=f"importing.range.{chosen.id}.{kind.key}",
        help=f"The {values} range of its training {kind.samples}. {kind.samples.capitalize()} are "
        "converted to it and back.",
    )
    if _use("Use this model"):
        _take(found, chosen, dataset, at, key, range, images=images)


def _pages(found: Found, at: int, shape: Shape) -> list[str]:
    """Keys of the types whose page can show it, cut at a place, on samples of a shape."""
    assert found.anatomy is not None
    # of a mean and a log-variance, which only an encoder of its own file gives
    spread = found.key == "variational" and at == found.anatomy.bottleneck
    return [
        key
        for key, kind in AUTOENCODERS.items()
        if kind.takes(shape) and (key != "variational" or spread)
    ]


def _use(label: str) -> bool:
    return st.button(label, type="primary", icon=icons.IMPORT, key="importing.use")


def _take(
    found: Found, chosen: Chosen, dataset: str | None = None, *choices, images: list | None = None
) -> None:
    doing = "Verifying it…" if found.kind == "run" else "Measuring it on test images…"
    place = st.session_state.get(OPEN, found.key)
    begun = st.session_state[BEGUN] = Begun(chosen.name, place)
    reader = Reader(whose())
    with st.spinner(doing):
        try:
            # not interrupted: an import continues when the dialog is closed
            with contextlib.ExitStack() as until_imported:
                if images and found.own is not None:
                    made = set_of_images(
                        Chosen(images).files(), found.name, found.own, AT_ONCE, reader
                    )
                    dataset = until_imported.enter_context(made)
                begun.outcome = calls().bring_in(
                    chosen.files(), store(), dataset, *choices, reader=reader
                )
        except Exception as problem:
            begun.outcome = problem
            raise
    _close()
    del st.session_state[BEGUN]
    show_run(begun.outcome, place)
