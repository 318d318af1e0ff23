"""Sources of the user's own images: the drawing pad, files, or the camera.

The session keeps them, so that they outlive a change of tab or page, which the widgets do not, and
are there on the page of every type. That a widget is empty says nothing: it also is when it was
made up anew. So only the button removes what was kept.
"""

import streamlit as st

from aecore.dashboard.parts import icons
from aecore.dashboard.parts.pad import drawing_pad, paper_for
from aecore.dashboard.parts.text import many, plain
from aecore.data.images.intake import AT_ONCE, UPLOAD_TYPES
from aecore.data.splits import Source

WAYS = {
    "draw": ":material/draw: Draw",
    "upload": ":material/upload: Upload",
    "camera": ":material/photo_camera: Camera",
}
WAY, UPLOADS, PHOTO, DRAWING = "own.way", "own.uploads", "own.photo", "own.drawing"
ROUND = "own.round"  # of the widgets: they begin anew when files were taken in or removed
MOST_NAMES = 5  # of files, told on the page

Files = tuple[tuple[str, bytes], ...]  # names and contents


def choose_way(key: str, source: Source) -> str:
    """Which way the images come in, the same on every page once it was chosen."""
    usual = "draw" if source.ink else "upload"
    widget = f"{key}.way.{usual}"
    return st.segmented_control(
        "Source",
        WAYS,
        default=st.session_state.get(WAY, usual),
        required=True,
        format_func=WAYS.get,
        key=widget,
        label_visibility="collapsed",
        on_change=lambda: st.session_state.update({WAY: st.session_state[widget]}),
    )


def drawn(key: str, source: Source) -> Files:
    """The drawing pad, and what is on it."""
    paper = paper_for(source.shape[-1], source.ink)
    number = f"{len(paper.colours)}.{paper.ground}"
    png = drawing_pad(f"{key}.pad.{number}", f"{DRAWING}.{number}", paper)
    return (("drawing.png", png),) if png else ()


def photographed(key: str) -> Files:
    """The camera, and the picture it took."""
    number = st.session_state.get(ROUND, 0)
    widget = f"{key}.camera.{number}"
    st.camera_input("Camera", key=widget, on_change=_keep_photo, args=(widget, number))
    return _kept(key, PHOTO, "photo")


def uploaded(key: str) -> Files:
    """The uploader for files, ZIPs or a folder, and all that was uploaded so far."""
    folder = st.toggle(
        "Folder",
        key=f"{key}.folder",
        help="Uploads all images in a folder and its subfolders.",
    )
    number = st.session_state.get(ROUND, 0)
    widget = f"{key}.uploader.{folder}.{number}"
    st.file_uploader(
        f"Images, or ZIP files of them: {AT_ONCE.words}",
        type=UPLOAD_TYPES,
        max_upload_size=AT_ONCE.total_bytes // 2**20,
        accept_multiple_files="directory" if folder else True,
        key=widget,
        on_change=_keep_files,
        args=(widget, number),
    )
    return _kept(key, UPLOADS, "file")


def _keep_files(widget: str, number: int) -> None:
    given = tuple((file.name, file.getvalue()) for file in st.session_state[widget])
    if given and number == st.session_state.get(ROUND, 0):  # a browser may tell of an old one again
        st.session_state[UPLOADS] = st.session_state.get(UPLOADS, ()) + given
        _next_round()


def _keep_photo(widget: str, number: int) -> None:
    photo = st.session_state[widget]
    if photo is not None and number == st.session_state.get(ROUND, 0):
        st.session_state[PHOTO] = ((photo.name, photo.getvalue()),)


def _kept(key: str, memory: str, noun: str) -> Files:
    files = st.session_state.get(memory, ())
    if files:
        with st.container(horizontal=True, vertical_alignment="center"):
            words = f"Remove {many(len(files), noun)}"
            st.button(
                words, icon=icons.DELETE, key=f"{key}.remove", on_click=_remove, args=(memory,)
            )
            st.caption(_names(files))
    return files


def _remove(memory: str) -> None:
    st.session_state[memory] = ()
    _next_round()


def _next_round() -> None:
    st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1


def _names(files: Files) -> str:
    more = f" and {len(files) - MOST_NAMES:,} more" if len(files) > MOST_NAMES else ""
    return ", ".join(plain(name[:40]) for name, _ in files[:MOST_NAMES]) + more
