"""Uploaded files that outlive a change of tab or page, which the widgets that took them do not.

The session keeps them. An empty widget means nothing: one that was recreated is empty, too.
So files are taken out of it at once, and only a button removes what is kept. What is not kept any
more is freed in Streamlit's store, too, which would hold it, and count it, until the tab is closed.
"""

import streamlit as st

from aecore.dashboard.parts import icons
from aecore.dashboard.parts.text import many, plain, size
from aecore.dashboard.private.streamlit import forget_upload
from aecore.dashboard.session import forget_made_from
from aecore.data.names import told_apart, visible

Files = tuple[tuple[str, bytes], ...]  # names and contents; a name has its folders before it

MOST_NAMES = 5  # of files, told on the page


def uploader(
    memory: str, key: str, label: str, most_bytes: int, one: bool = False, **words
) -> None:
    """A place to drop files.

    Args:
        memory: key of the session beneath which the files are kept.
        key: of the widget: another one in each round.
        most_bytes: what the files kept there may be together; what exceeds it is refused.
        one: whether a single file is kept, and replaced by the next.
        words: further arguments of `st.file_uploader`.
    """
    given = (memory, key, round_of(memory), most_bytes, one)
    st.file_uploader(label, key=key, on_change=_keep, args=given, **words)


def kept(memory: str) -> Files:
    """The files that are kept."""
    return st.session_state.get(memory, ())


def keep_file(memory: str, name: str, content: bytes) -> None:
    """Keeps one file that was not uploaded, in the place of those that were."""
    forget_files(memory)
    st.session_state[memory] = ((name, content),)


def keep_photo(memory: str, photo) -> None:
    """Keeps what a camera took, in the place of what it took before; its widget shows it still."""
    _free(memory)
    st.session_state[memory] = ((photo.name, photo.getvalue()),)
    st.session_state[f"stored.{memory}"] = (photo.file_id,)


def forget_files(memory: str) -> None:
    """Removes the files that are kept with all that was made of them, and empties their widgets."""
    forget_made_from([content for _, content in kept(memory)])
    st.session_state[memory] = ()
    st.session_state.pop(f"not kept.{memory}", None)
    _free(memory)
    _next_round(memory)


def _free(memory: str) -> None:
    for file_id in st.session_state.pop(f"stored.{memory}", ()):
        forget_upload(file_id)


def kept_row(memory: str, key: str, noun: str, disabled: bool = False) -> None:
    """What is kept, and a button that removes it; why files were refused, if any were."""
    if refused := st.session_state.get(f"not kept.{memory}"):
        st.warning(refused, icon=icons.REFUSED)
    files = kept(memory)
    if files:
        with st.container(horizontal=True, vertical_alignment="center"):
            words = f"Remove {many(len(files), noun)}"
            st.button(
                words,
                icon=icons.DELETE,
                key=key,
                on_click=forget_files,
                args=(memory,),
                disabled=disabled,
            )
            st.caption(_names(files))


def _keep(memory: str, widget: str, number: int, most_bytes: int, one: bool) -> None:
    given = st.session_state[widget]
    if not given or number != round_of(memory):  # a browser may tell of an old one again
        return
    given = given if isinstance(given, list) else [given]
    before = () if one else kept(memory)
    already = sum(len(content) for _, content in before)
    together = already + sum(file.size for file in given)
    if together > most_bytes:  # before the bytes are copied
        st.session_state[f"not kept.{memory}"] = (
            f"{many(len(given), 'file')} not added: with the files already here the total would "
            f"be {size(together)}; the limit is {size(most_bytes)}."
        )
        for file in given:
            forget_upload(file.file_id)
    else:
        st.session_state.pop(f"not kept.{memory}", None)
        new = tuple((file.name, file.getvalue()) for file in given)
        st.session_state[memory] = before + new
        if one:
            _free(memory)
        stored = st.session_state.get(f"stored.{memory}", ())
        st.session_state[f"stored.{memory}"] = (*stored, *(file.file_id for file in given))
    _next_round(memory)


def round_of(memory: str) -> int:
    """How often the widgets were recreated, because files were taken out of them or removed."""
    return st.session_state.get(f"round.{memory}", 0)


def _next_round(memory: str) -> None:
    st.session_state[f"round.{memory}"] = round_of(memory) + 1


def _names(files: Files) -> str:
    more = f" and {len(files) - MOST_NAMES:,} more" if len(files) > MOST_NAMES else ""
    return ", ".join(plain(name[:40]) for name, _ in files[:MOST_NAMES]) + more


def one_of(files: Files, key: str) -> tuple[str, bytes]:
    """One of the files that are kept, at first the last; with several, a widget to choose it.

    Args:
        key: what the key of the widget begins with.
    """
    number = len(files) - 1
    if number:
        number = st.selectbox(
            "File",
            range(len(files)),
            index=number,
            format_func=told_apart(visible(name) for name, _ in files).__getitem__,
            key=f"{key}.file.{len(files)}",
        )
    return files[number]
