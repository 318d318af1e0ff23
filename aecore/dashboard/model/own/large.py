"""Panel: an image of any size, processed by the model in tiles."""

from pathlib import PurePath

import numpy as np
import streamlit as st

from aecore.analysis.tiling import OVERLAP
from aecore.compute.restoration import Restoration
from aecore.dashboard.parts import icons
from aecore.dashboard.parts.sentences import fragment, guarded
from aecore.dashboard.parts.sources import Files
from aecore.dashboard.parts.text import duration, escaped
from aecore.dashboard.parts.whole_pictures import (
    Picture,
    choose_picture,
    in_tiles,
    tell_strokes,
)
from aecore.dashboard.services import calls, reader
from aecore.dashboard.session import Remembered, lasting, remembered
from aecore.data.arrays import describe_shape
from aecore.data.images.uploads import picture
from aecore.figures.grid import difference_map, picture_strip, png
from aecore.runs.run import Run
from aecore.runs.same_model import model_version

OVERLAPS = {OVERLAP: "One quarter", 0.5: "One half"}
POLL_SECONDS = 0.5
PATIENCE_SECONDS = 5.0  # for the call under way, when the work is stopped
SIDE = 380  # CSS pixels of a picture on the page
WORK = "own.restoration"  # in the session: what is under way or was finished last


def whole_pictures(run: Run, files: Files) -> bool:
    """Offers to work through whole pictures in tiles, and does; whether that was chosen."""
    words = "the model reconstructs overlapping tiles, which are blended."
    wanted = in_tiles(run, run.key, words)
    if wanted:
        _tiles(run, files)
    return wanted


def _tiles(run: Run, files: Files) -> None:
    left, right = st.columns([3, 2])
    chosen = choose_picture(files, run.key, left)
    overlap = right.segmented_control(
        "Tile overlap",
        OVERLAPS,
        default=OVERLAP,
        required=True,
        format_func=OVERLAPS.__getitem__,
        **lasting(f"{run.key}.overlap"),
        help="One half takes twice as long and hides the edges of the tiles better.",
    )
    if chosen is None:
        return
    if run.corruption[0] != "none":
        st.caption("The image is not corrupted first: the model treats it as noisy.")
    tell_strokes(run)
    what = (chosen, model_version(run))
    work = _work(what)
    if work is None or work.state != "working":
        again = work is not None and work.state == "finished"
        st.button(
            "Process again" if again else "Process image",
            type="secondary" if again else "primary",
            icon=icons.START,
            key=f"{run.key}.restore",
            on_click=guarded(lambda: _begin(run, what, chosen, overlap)),
        )
    if work is not None:
        polling = work.state == "working"
        every = POLL_SECONDS if polling else None
        fragment(_state, run, chosen, work, polling, run_every=every)


def _work(what: tuple) -> Restoration | None:
    kept = st.session_state.get(WORK)
    return kept.value if kept is not None and kept.token == what else None


def _begin(run: Run, what: tuple, chosen: Picture, overlap: float) -> None:
    kept = st.session_state.get(WORK)
    if kept is not None:
        kept.value.stop()
    pixels = picture(chosen.files, chosen.number, reader(), run.source.levels)
    if pixels is None:  # it could be read a moment ago
        return
    work = Restoration(calls(), run.model_path, run.shape, pixels, overlap)
    st.session_state[WORK] = Remembered(what, work)


def _state(run: Run, chosen: Picture, work: Restoration, polling: bool) -> None:
    if work.state == "working":
        left = work.seconds_left
        words = f"{work.done:,} of {work.total:,} tiles"
        st.progress(work.done / work.total, words + (f", {duration(left)} left" if left else ""))
        if not st.button("Stop", icon=icons.STOP, key=f"{run.key}.restore.stop"):
            return
        work.stop()
        work.wait(PATIENCE_SECONDS)
    if polling:
        st.rerun(scope="app")  # ends the polling
    if work.state == "failed":
        st.error(escaped(work.message), icon=icons.FAILED)
    elif work.state == "stopped":
        st.info(f"Stopped after {work.done:,} of {work.total:,} tiles.", icon=icons.STOP)
    else:
        _finished(run, chosen, work)


def _finished(run: Run, chosen: Picture, work: Restoration) -> None:
    """The picture given, the restored one and where they differ, small here, whole to download."""
    restored = work.restored
    assert restored is not None  # once it is finished
    strip, psnr = remembered("own.restored", (chosen, work), lambda: _shown(work, restored))
    st.html(strip)
    tall, wide = work.stride
    st.markdown(
        f"**{work.total:,}** tiles of {describe_shape(run.shape)}, one every {tall} × {wide} "
        f"pixels, in {duration(work.seconds)}. PSNR **{psnr:.1f} dB** compared with the uploaded "
        "image, which may be noisy itself: the less the model changed the image, the higher the "
        "value. The difference is amplified two times: red became darker, blue lighter."
    )
    stem = PurePath(chosen.name).stem[:60]
    left, right, _ = st.columns([2, 2, 3])
    left.download_button(
        f"Download restored image, {_size(restored)} (PNG)",
        lambda: png(restored),
        f"{stem}-restored.png",
        "image/png",
        key=f"{run.key}.restored",
        icon=icons.DOWNLOAD,
        on_click="ignore",
    )
    right.download_button(
        f"Download difference, {_size(restored)} (PNG)",
        lambda: png(difference_map(work.image, restored)),
        f"{stem}-difference.png",
        "image/png",
        key=f"{run.key}.difference",
        icon=icons.DOWNLOAD,
        on_click="ignore",
    )


def _shown(work: Restoration, restored: np.ndarray) -> tuple[str, float]:
    pictures = [
        ("As uploaded", work.image),
        ("Restored", restored),
        ("Difference", difference_map(work.image, restored)),
    ]
    return picture_strip(pictures, SIDE), work.psnr


def _size(image: np.ndarray) -> str:
    return f"{image.shape[1]} × {image.shape[0]}"
