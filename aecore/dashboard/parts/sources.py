"""Sources of the user's own images: the drawing pad, files, or the camera.

The session keeps them, so that they survive a change of tab or page, which the widgets do not, and
are available on the page of every type. An empty widget means nothing, since a widget that was
recreated is empty, too. So only the button removes what was kept.
"""

from collections.abc import Collection

import streamlit as st

from aecore.dashboard.parts.pad import drawing_pad, sheet_for
from aecore.dashboard.parts.uploads import Files, keep_photo, kept, kept_row, round_of, uploader
from aecore.data.images.intake import UPLOAD_TYPES
from aecore.data.limits import MB, Limits
from aecore.data.splits import Source

WAYS = {
    "draw": ":material/draw: Draw",
    "upload": ":material/upload: Upload",
    "camera": ":material/photo_camera: Camera",
}
WAY, UPLOADS, PHOTO, DRAWING = "own.way", "own.uploads", "own.photo", "own.drawing"


def choose_way(key: str, source: Source, ways: Collection[str] = tuple(WAYS)) -> str:
    """Which of some ways the images come in, the same on every page once it was chosen."""
    usual = "draw" if source.ink else "upload"
    chosen = st.session_state.get(WAY, usual)
    widget = f"{key}.way.{usual}"
    return st.segmented_control(
        "Source",
        ways,
        default=chosen if chosen in ways else usual,
        required=True,
        format_func=WAYS.__getitem__,
        key=widget,
        label_visibility="collapsed",
        on_change=lambda: st.session_state.update({WAY: st.session_state[widget]}),
    )


def drawn(key: str, source: Source) -> Files:
    """The drawing pad, and what is on it."""
    memory, paper, aspect = sheet_for(source, DRAWING)
    number = memory.removeprefix(f"{DRAWING}.")
    png = drawing_pad(f"{key}.pad.{number}", memory, paper, aspect)
    return (("drawing.png", png),) if png else ()


def photographed(key: str) -> Files:
    """The camera, and the picture it took."""
    number = round_of(PHOTO)
    widget = f"{key}.camera.{number}"
    st.camera_input("Camera", key=widget, on_change=_keep_photo, args=(widget, number))
    kept_row(PHOTO, f"{key}.remove", "photo")
    return kept(PHOTO)


def uploaded(key: str, limits: Limits) -> Files:
    """The uploader for files, ZIPs or a folder, and all that was uploaded so far."""
    folder = st.toggle(
        "Folder",
        key=f"{key}.folder",
        help="Uploads all images in a folder and its subfolders.",
    )
    uploader(
        UPLOADS,
        f"{key}.uploader.{folder}.{round_of(UPLOADS)}",
        f"Images, or ZIP files of them: {limits.words}",
        limits.total_bytes,
        type=UPLOAD_TYPES,
        max_upload_size=limits.total_bytes // MB,
        accept_multiple_files="directory" if folder else True,
    )
    kept_row(UPLOADS, f"{key}.remove", "file")
    return kept(UPLOADS)


def _keep_photo(widget: str, number: int) -> None:
    photo = st.session_state[widget]
    if photo is not None and number == round_of(PHOTO):  # one of before may be told of again
        keep_photo(PHOTO, photo)
