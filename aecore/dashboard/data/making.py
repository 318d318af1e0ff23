"""Panel: create a data set from the user's own images, from upload to first training."""

import time
from collections.abc import Callable

import numpy as np
import streamlit as st

from aecore.dashboard.data.result import MADE, show_result
from aecore.dashboard.data.size import choose_size, suggest_size, tell_needs
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.labels import FIT_WORDS, POLARITY_WORDS
from aecore.dashboard.parts.text import many, sentence_of
from aecore.dashboard.parts.uploads import forget_files, kept, kept_row, round_of, uploader
from aecore.dashboard.services import reader
from aecore.dashboard.session import lasting
from aecore.data.collection import FEWEST, MOST_CLASSES, CollectionError, check_size
from aecore.data.images.intake import FORMATS_READ, UPLOAD_TYPES
from aecore.data.images.making import Files, Made, Plan, first_images, make_set
from aecore.data.images.preparation import Preparation, prepare, usual
from aecore.data.images.sizes import suggested_size
from aecore.data.images.uploads import count_files
from aecore.data.limits import COLLECTION, MB
from aecore.data.names import LONGEST
from aecore.data.own import own_keys
from aecore.figures.grid import image_grid

FILES = "data.uploads"  # in the session: what is uploaded, until a set is made of it
MAKING = "data.making"  # in the session: what is to be made in this run of the page
MOST_UPLOADED = COLLECTION.total_bytes
UPLOAD_MB = MOST_UPLOADED // MB  # server.maxUploadSize, too
COLOURS = {1: "Grey", 3: "Colour"}
KINDS = {False: "Photos", True: "Drawings or digits"}
WHITES = {
    0: "Automatic", 1: "1 (floating point)", 255: "255 (8 bits)", 1023: "1,023 (10 bits)",
    4095: "4,095 (12 bits)", 16383: "16,383 (14 bits)", 65535: "65,535 (16 bits)",
}  # fmt: skip
TOLD_SECONDS = 0.2  # between two looks of the progress


def maker(train_on: Callable) -> None:
    """The form, a preview, progress while the images are read, and what became of them.

    Args:
        train_on: offers to train a type on a set; given its key, a widget's name, and `across`.
    """
    plan = st.session_state.pop(MAKING, None)  # whatever ends this run ends the making
    busy = plan is not None
    made: Made | None = st.session_state.get(MADE)
    if made is not None and made.key is not None and made.key not in own_keys():
        made = None  # deleted since
    if made is not None and not busy:
        show_result(made, train_on)
    wanted = _settings(busy)
    files = _files(busy)
    try:
        check_size(*wanted.shape[:2])
    except CollectionError as problem:
        st.error(sentence_of(problem), icon=icons.INVALID)
        return
    count = _preview(files, plan or wanted, busy) if files else 0
    missing = [] if wanted.title.strip() else ["a name"]
    if count < FEWEST:
        missing.append(many(FEWEST - count, "more image" if count else "image"))
    row = st.container(horizontal=True, vertical_alignment="center")
    if row.button(
        "Create data set", key="data.make", type="primary", icon=icons.CREATE,
        disabled=busy or bool(missing),
    ):  # fmt: skip
        st.session_state[MAKING] = wanted
        st.session_state.pop(MADE, None)
        st.rerun(scope="app")
    if missing and not busy:
        row.caption(f"Still needed: {' and '.join(missing)}.", width="content")
    if busy:
        _make(files, plan, count)


def _settings(busy: bool) -> Plan:
    name, size, colour, kind = st.columns([2.2, 1.9, 2.5, 3.6])
    title = name.text_input(
        "Name", max_chars=LONGEST, placeholder="Screws", **lasting("data.name"), disabled=busy
    )
    chosen = choose_size(size, busy)
    channels = colour.segmented_control(
        "Colours", COLOURS, default=3, format_func=COLOURS.__getitem__, required=True,
        **lasting("data.channels"), disabled=busy,
    )  # fmt: skip
    ink = kind.segmented_control(
        "Content", KINDS, default=False, format_func=KINDS.__getitem__, required=True,
        **lasting("data.ink"), disabled=busy,
        help="Drawings and digits can be inverted, cropped to the ink and centred, as in MNIST.",
    )  # fmt: skip
    preparation = _preparation(ink, channels, busy)
    white = kind.selectbox(
        "White of 16-bit images", WHITES, format_func=lambda white: WHITES[white],
        **lasting("data.white"), disabled=busy,
        help="Value that becomes white in images of more than 8 bits, such as those of cameras and "
        "microscopes; 0 becomes black. Automatic: the smallest of these that holds "
        "the values of all images.",
    )  # fmt: skip
    levels = (0.0, float(white)) if white else None
    return Plan(title or "", chosen, channels, ink, preparation, levels)


def _preparation(ink: bool, channels: int, busy: bool) -> Preparation:
    start = usual(ink)
    first, second, third, _ = st.columns([4, 3, 4, 1])
    polarity, crop, centre = "keep", False, False
    if ink:
        if channels == 1:
            polarity = first.segmented_control(
                "Polarity", POLARITY_WORDS, default=start.polarity,
                format_func=POLARITY_WORDS.__getitem__, required=True,
                **lasting("data.polarity"), disabled=busy,
                help="Light strokes on black work best; dark ink on paper is inverted.",
            )  # fmt: skip
        with second:
            crop = st.toggle("Crop to the ink", start.crop, **lasting("data.crop"), disabled=busy)
            centre = st.toggle(
                "Centre the ink", start.centre, **lasting("data.centre"), disabled=busy
            )
    fit = start.fit
    if not (crop and centre):
        fit = (third if ink else first).segmented_control(
            "Aspect ratio", FIT_WORDS, default=start.fit, format_func=FIT_WORDS.__getitem__,
            required=True, **lasting(f"data.proportions.{ink}"), disabled=busy,
            help="Fit adds bars, fill crops the overflow, stretch distorts.",
        )  # fmt: skip
    return Preparation(polarity, crop, centre, fit)


def _files(busy: bool) -> Files:
    """What is uploaded, as (name, bytes); a name has its folders before it."""
    words = {"type": UPLOAD_TYPES, "max_upload_size": UPLOAD_MB, "disabled": busy}
    left, right = st.columns(2)
    with left:
        uploader(
            FILES, f"data.files.{round_of(FILES)}", "Images, or ZIPs of them", MOST_UPLOADED,
            accept_multiple_files=True, **words,
        )  # fmt: skip
    with right:
        uploader(
            FILES,
            f"data.folder.{round_of(FILES)}",
            "Folder",
            MOST_UPLOADED,
            accept_multiple_files="directory",
            help="Browsers upload a folder file by file, and more slowly the more there are: "
            "1,000 take a minute or more. A ZIP of them takes seconds.",
            **words,
        )
    kept_row(FILES, "data.remove", "file", disabled=busy)
    st.caption(
        f"{FORMATS_READ}; {COLLECTION.words}. At least {FEWEST} images. Folders become classes, "
        f"if there are 2 to {MOST_CLASSES} of them. The images are stored on this server."
    )
    return list(kept(FILES))


def _preview(files: Files, plan: Plan, busy: bool) -> int:
    """Shows the first ten images as a model would see them; how many files there are."""
    signature = ([(name, len(content)) for name, content in files], plan.levels)
    if st.session_state.get("data.previewed", (None,))[0] != signature:
        with st.spinner("Opening the first images…"):
            first = first_images(files, reader=reader(), levels=plan.levels)
            count = count_files(files, reader=reader())
            st.session_state["data.previewed"] = (signature, first, count)
    _, images, count = st.session_state["data.previewed"]
    if not images:
        st.caption("None of the first files can be used as an image.")
        return count
    shown = np.stack([prepare(image, plan.shape, plan.preparation) for image in images])
    st.markdown("##### Preview: the first images as a model will see them")
    st.html(image_grid([("", shown)]))
    height, width = plan.shape[:2]
    suggest_size(suggested_size([image.size for image in images]), (height, width), busy)
    tell_needs(count, plan.shape)
    return count


def _make(files: Files, plan: Plan, count: int) -> None:
    words, stop = st.columns([5, 1], vertical_alignment="center")
    stop.button(
        "Stop", icon=icons.STOP, key="data.make.stop", width="stretch"
    )  # any rerun ends this one
    bar = words.progress(0.0, text="Reading the images…")
    total, told = max(1, count), time.monotonic()

    def tell(read: int, refused: int) -> None:
        nonlocal told
        _ = "data.make.stop" in st.session_state  # where a rerun ends this one, after every file
        if time.monotonic() - told > TOLD_SECONDS:
            told = time.monotonic()
            text = f"**{read:,}** of {total:,} read"
            text += f", {refused:,} refused" if refused else ""
            bar.progress(min(1.0, read / total), text)

    made = st.session_state[MADE] = make_set(files, plan, tell, reader=reader())
    if made.key is not None:
        forget_files(FILES)
        st.session_state.pop("data.previewed", None)
    st.rerun(scope="app")
