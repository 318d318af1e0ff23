"""The import dialog: what a file contains, where the model is cut, and the page that shows it."""

import math

import streamlit as st

from aecore.dashboard.model.import_notice import BEGUN, OPEN, Begun, show_run
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.sentences import sentences
from aecore.dashboard.parts.text import plain, sentence_of
from aecore.dashboard.private.streamlit import went_back
from aecore.dashboard.services import calls, reader, store, whose
from aecore.data.arrays import describe_shape
from aecore.data.datasets import shape_of, source
from aecore.data.names import visible
from aecore.data.own import LARGEST_SIDE, LEAST_SIDE, takes_size
from aecore.data.reading.process import Reader
from aecore.exchange.archive import FileRefused
from aecore.exchange.bring_in import Found
from aecore.exchange.bundle import SUFFIX
from aecore.exchange.keras_file.anatomy import Anatomy
from aecore.models import AUTOENCODERS
from aecore.runs.origin import RANGES

MOST_MEGABYTES = 100
RANGE_WORDS = {
    None: "Detect automatically (smallest error)",
    "0..1": "0 to 1",
    "0..255": "0 to 255",
    "-1..1": "−1 to 1",
    "standardized": "Standardized: mean 0, standard deviation 1",
}
FOUND = "importing.found"  # in the session: the upload that was read, and its content


def import_button(key: str) -> None:
    """The button, and the dialog while it is open."""
    st.button(
        "Import…",
        icon=icons.IMPORT,
        key=f"{key}.import",
        on_click=_open,
        args=(key,),
        help=f"A run file (`{SUFFIX}`), or an autoencoder saved with Keras (`.keras`).",
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


@st.dialog("Import a model", width="medium", icon=icons.IMPORT, on_dismiss=_close)
def _dialog() -> None:
    file = st.file_uploader(
        "A run file or a Keras model",
        type=["zip", "keras"],
        key="importing.file",
        max_upload_size=MOST_MEGABYTES,
        help=f"`{SUFFIX}` as exported by Autoencoder Studio, or `.keras` with plain layers, at "
        f"most {MOST_MEGABYTES} MB. Files are read, never executed; anything else is refused.",
    )
    if file is None:
        st.caption(
            f"A `{SUFFIX}` file contains a whole run: model, settings, history and metrics. A "
            "`.keras` file may come from any Keras script: an autoencoder with plain layers, such "
            "as the classic 784-32-784 or a convolutional one."
        )
        return
    with sentences():
        try:
            found = _look(file)
        except FileRefused as refusal:
            st.error(
                f"**{plain(file.name)}** cannot be used. {sentence_of(refusal)}", icon=icons.REFUSED
            )
            return
        st.markdown(f"**{plain(found.name)}** contains {_contents(found)}")
        if found.kind == "run":
            _run(found, file)
        else:
            _model(found, file)
    begun = st.session_state.get(BEGUN)
    if begun is not None and isinstance(begun.outcome, Exception):
        del st.session_state[BEGUN]  # the dialog is still open and has reported it


def _look(file) -> Found:
    """The content of the upload, read by a worker once."""
    seen, found = st.session_state.get(FOUND, (None, None))
    if seen != file.file_id:
        with st.spinner("Reading it…"):
            found = calls().inspect(file.getvalue(), file.name, reader())
        st.session_state[FOUND] = (file.file_id, found)
    return found


def _contents(found: Found) -> str:
    if found.kind == "run":
        article = "an" if found.title[0] in "AEIOU" else "a"
        return f"a run: {article} {found.title.lower()} autoencoder of {plain(found.dataset)}."
    anatomy = found.anatomy
    assert anatomy is not None  # every model has one
    parameters = sum(layer.parameters for layer in anatomy.layers)
    return (
        f"a Keras model with inputs and outputs of {_sizes(anatomy.input_shape)} and "
        f"{parameters:,} parameters."
    )


def _run(found: Found, file) -> None:
    metrics = found.metrics or {}
    error, psnr, ssim = st.columns(3)
    error.metric("Error (SSE)", f"{metrics['sse']:.2f}")
    psnr.metric("PSNR", f"{metrics['psnr']:.1f} dB")
    ssim.metric("SSIM", f"{metrics['ssim']:.3f}")
    if _use("Import this run"):
        _take(found, file)


def _model(found: Found, file) -> None:
    anatomy = found.anatomy
    assert anatomy is not None  # every model has one
    at = st.selectbox(
        "Code layer",
        anatomy.cuts,
        index=anatomy.cuts.index(anatomy.bottleneck),
        format_func=lambda cut: _cut_title(anatomy, cut),
        key=f"importing.cut.{file.file_id}",
        help="The layer whose output is the latent code. The narrowest layer is proposed; "
        "the list has the layers that all information passes through.",
    )
    _layers(anatomy, at)
    if not found.fitting:
        st.warning(_what_would_fit(anatomy), icon=icons.DATA)
        return
    data, page = st.columns(2)
    dataset = data.selectbox(
        "Data set",
        found.fitting,
        format_func=lambda key: f"{visible(source(key).title)} ({describe_shape(shape_of(key))})",
        key=f"importing.data.{file.file_id}",
        help="The data set on which the model is shown and measured, preferably the one it was "
        "trained on. The list has the data sets whose images it accepts.",
    )
    keys = [key for key in AUTOENCODERS if key != "variational"]  # whose encoder gives two outputs
    key = page.selectbox(
        "Type",
        keys,
        index=keys.index(found.key),
        format_func=lambda key: AUTOENCODERS[key].title,
        key=f"importing.page.{file.file_id}",
        help="The type of autoencoder whose page shows the model; proposed is the detected one.",
    )
    range = st.selectbox(
        "Pixel range",
        (None, *RANGES),
        format_func=lambda name: RANGE_WORDS[name],
        key=f"importing.range.{file.file_id}",
        help="The pixel range of its training images. Images are converted to it and back.",
    )
    if _use("Use this model"):
        _take(found, file, dataset, at, key, range)


def _use(label: str) -> bool:
    return st.button(label, type="primary", icon=icons.IMPORT, key="importing.use")


def _take(found: Found, file, *choices) -> None:
    doing = "Verifying it…" if found.kind == "run" else "Measuring it on test images…"
    begun = st.session_state[BEGUN] = Begun(file.name)
    with st.spinner(doing):
        try:
            # not interrupted: an import continues when the dialog is closed
            begun.outcome = calls().bring_in(
                file.getvalue(), file.name, store(), *choices, reader=Reader(whose())
            )
        except Exception as problem:
            begun.outcome = problem
            raise
    _close()
    del st.session_state[BEGUN]
    show_run(begun.outcome)


def _layers(anatomy: Anatomy, at: int) -> None:
    """A table of the layers, with the code layer marked."""
    count = len(anatomy.layers)
    parts = ["encoder"] * at + ["code"] + ["decoder"] * (count - at - 1)
    st.dataframe(
        {
            "part": parts,
            "layer": [layer.name for layer in anatomy.layers],
            "kind": [layer.kind for layer in anatomy.layers],
            "output": [_sizes(layer.shape) for layer in anatomy.layers],
            "parameters": [layer.parameters for layer in anatomy.layers],
        },
        hide_index=True,
        height=min(35 * (count + 1) + 3, 458),
    )


def _cut_title(anatomy: Anatomy, cut: int) -> str:
    layer = anatomy.layers[cut]
    size = anatomy.code_sizes[anatomy.cuts.index(cut)]
    proposed = " (proposed)" if cut == anatomy.bottleneck else ""
    return visible(f"{layer.name} · {layer.kind} · {size:,} numbers{proposed}")


def _sizes(shape: tuple[int | None, ...]) -> str:
    return " × ".join("any" if side is None else f"{side:,}" for side in shape)


def _what_would_fit(anatomy: Anatomy) -> str:
    words = f"No data set here has images of {_sizes(anatomy.input_shape)}, which this model takes."
    for height, width, channels in _images_like(anatomy.input_shape):
        if takes_size(height, width):
            size = describe_shape((height, width, channels))
            return f"{words} Create a data set of your own images, {size}, and import it then."
    return (
        f"{words} Data sets of your own have images of {LEAST_SIDE} to {LARGEST_SIDE} pixels a "
        "side, grey or colour; none of them would fit."
    )


def _images_like(shape: tuple[int | None, ...]) -> list[tuple[int, ...]]:
    """Shapes of images that a model of an input shape could take, the most likely first."""
    match shape:
        case (int(pixels),):  # flattened: square images, if possible
            sides = [(math.isqrt(pixels // channels), channels) for channels in (1, 3)]
            return [(side, side, c) for side, c in sides if side * side * c == pixels]
        case (int(height), int(width)):
            return [(height, width, 1)]
        case (int(height), int(width), 1 | 3 as channels):
            return [(height, width, channels)]
    return []
