"""What a browser's session keeps from one script run to the next, where two files share it.

A key that only one file uses stands in that file; no two files spell the same one. Every access to
`st.session_state` is a point where Streamlit may end the script of a visitor who leaves: what can
be undone is recorded before it is done.
"""

import contextlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, is_dataclass
from typing import Any, NamedTuple

import numpy as np
import streamlit as st

from aecore.runs.run import Run

VIEW = "view"  # key of the tabs of a type's page, and their parameter in the address
_WANTED_VIEW = "wanted view"
_DRAWN = "drawn"  # page and tab of the last run that came to its end; None while that changes

_GIVEN = "given"  # run's id → the visitor's images that are shown with it
MOST_GIVEN = 2**28  # bytes of these: as many as two of the largest uploads have


# which tab and which run a type's page shows


def want_view(title: str) -> None:
    """Has a tab opened when the page of a type is drawn next."""
    st.session_state[_WANTED_VIEW] = title


def take_wanted_view(titles: Collection[str]) -> None:
    """Opens the tab that was asked for, if it is one of these; before the tabs are drawn."""
    if (wanted := st.session_state.get(_WANTED_VIEW)) in titles:
        st.session_state[VIEW] = wanted
        st.session_state.pop(_WANTED_VIEW, None)


def want_run(key: str, id: str) -> None:
    """Has a run of a type chosen when the page of the type is drawn next."""
    st.session_state[f"wanted run.{key}"] = id


def take_wanted_run(key: str) -> str | None:
    """The id of the run that is to be chosen on the page of a type, once."""
    return st.session_state.pop(f"wanted run.{key}", None)


# lecture mode

LECTURE = "lecture"  # its parameter in the address, too


def lecture() -> bool:
    """Whether the page is shown to an audience: large, without the sidebar."""
    return st.session_state.get(LECTURE, False)


# the visitor's own images


@dataclass(frozen=True)
class Given:
    """The visitor's images as a model takes them: images (n, h, w, c) in [0, 1].

    corruption: kind and strength, applied before the model sees them.
    """

    names: tuple[str, ...]
    images: np.ndarray
    corruption: tuple[str, float]


def give_images(run: Run, images: Given | None) -> None:
    """Keeps the images that are shown with a run, for its map and wherever one can be picked.

    Those of the runs that were given theirs first are dropped when all of them are too many.
    """
    given = {id: each for id, each in st.session_state.get(_GIVEN, {}).items() if id != run.id}
    if images is not None:
        given[run.id] = images
    while sum(each.images.nbytes for each in given.values()) > MOST_GIVEN and len(given) > 1:
        del given[next(iter(given))]
    st.session_state[_GIVEN] = given


def given_images(run: Run) -> Given | None:
    """The visitor's images that are shown with a run, if any."""
    return st.session_state.get(_GIVEN, {}).get(run.id)


# samples selected on a map


@dataclass(frozen=True)
class Selection:
    """Test samples of a run that were selected, and the name that they got: places, increasing."""

    name: str
    places: tuple[int, ...]


def selected(run: Run) -> tuple[int, ...]:
    """Places of the test samples that are selected now."""
    return st.session_state.get(f"selected.{run.id}", ())


def select(run: Run, places: tuple[int, ...], seen: bool = False) -> None:
    """Selects test samples.

    Args:
        seen: whether the map that the browser shows has them selected already.
    """
    st.session_state[f"selected.{run.id}"] = places
    if not seen:
        st.session_state[f"selected.{run.id}.turn"] = selections_turn(run) + 1


def want_sample(place: int) -> None:
    """Has a sample selected when a map is drawn next."""
    st.session_state["wanted sample"] = place


def take_wanted_sample() -> int | None:
    """The place of the sample that is to be selected, once."""
    return st.session_state.pop("wanted sample", None)


def selections_turn(run: Run) -> int:
    """How often something was selected elsewhere than on the map, which then takes it over."""
    return st.session_state.get(f"selected.{run.id}.turn", 0)


def selections(run: Run) -> tuple[Selection, ...]:
    """What was selected and named, in the order of naming."""
    return st.session_state.get(f"selections.{run.id}", ())


def keep_selections(run: Run, kept: tuple[Selection, ...]) -> None:
    """Replaces what was selected and named."""
    st.session_state[f"selections.{run.id}"] = kept


def want_direction(run: Run, begin: str, end: str) -> None:
    """Has the direction between two named selections shown when it can be drawn next."""
    st.session_state[f"wanted direction.{run.id}"] = (begin, end)


def take_wanted_direction(run: Run) -> tuple[str, str] | None:
    """The names of the selections that were asked for, once."""
    return st.session_state.pop(f"wanted direction.{run.id}", None)


# trainings that this visitor has seen under way


def watched_ids(key: str) -> tuple[str, ...]:
    """Ids of the runs of a type whose end is told to this visitor, in the order they were seen."""
    return st.session_state.get(f"watched.{key}", ())


def watch_run(key: str, id: str) -> None:
    """Adds a run to those whose end is told."""
    if id not in (ids := watched_ids(key)):
        st.session_state[f"watched.{key}"] = (*ids, id)


def dismiss_run(key: str, id: str) -> None:
    """Removes a run from those whose end is told."""
    st.session_state[f"watched.{key}"] = tuple(each for each in watched_ids(key) if each != id)


# what was deleted, and what is said in the next run


@dataclass(frozen=True)
class Deletion:
    """Something that was deleted: its title, and what puts it back."""

    title: str
    put_back: Callable[[], object]


def deletions(place: str) -> list[Deletion]:
    """What was deleted last in a place, for the notice there; the list that the session keeps.

    place: a type's key, "anomalies", "runs", "data" or "sweeps".
    """
    return st.session_state.setdefault(f"deleted.{place}", [])


def note(words: str) -> None:
    """Has something said once the page is drawn again."""
    st.session_state.setdefault("notes", []).append(words)


def take_notes() -> list[str]:
    """What is to be said now."""
    return st.session_state.pop("notes", [])


# what is remembered, and widgets whose values last


class Remembered(NamedTuple):
    """Something that was made, and a token of what it was made from."""

    token: Any
    value: Any


def remembered(slot: str, token: Any, make: Callable[[], Any]) -> Any:
    """What `make` gave for a token, kept under a name until the token changes."""
    if not is_remembered(slot, token):
        st.session_state[slot] = Remembered(token, make())
    return st.session_state[slot].value


def is_remembered(slot: str, token: Any) -> bool:
    """Whether `remembered` would not have to make it."""
    kept = st.session_state.get(slot)
    return kept is not None and kept.token == token


def forget_made_from(contents: Collection[bytes]) -> None:
    """Frees what is remembered of some files: tokens have the very bytes of their contents."""
    for slot, kept in list(st.session_state.items()):
        if isinstance(kept, Remembered) and _contains(kept.token, contents):
            del st.session_state[slot]


def _contains(token: Any, contents: Collection[bytes]) -> bool:
    parts = tuple(vars(token).values()) if is_dataclass(token) else token
    if isinstance(parts, tuple | list):
        return any(_contains(part, contents) for part in parts)
    return any(token is content for content in contents)


@contextlib.contextmanager
def drawing(title: str) -> Iterator[None]:
    """Notes which page and tab the browser shows, for `lasting`."""
    place = (title, st.session_state.get(_WANTED_VIEW) or st.session_state.get(VIEW))
    if st.session_state.get(_DRAWN) != place:
        st.session_state[_DRAWN] = None
    yield
    st.session_state[_DRAWN] = place


def lasting(key: str) -> dict[str, Any]:
    """Arguments of a widget whose value lasts as long as the session: its key, and the rest.

    Streamlit's `persist_state` keeps it on the server. But in the browser of a visitor who leaves a
    tab and is back at once, the widget is a new one with its default, while the server takes it
    for the old one. So the first whole run of another tab or page sends the browser every value.
    """
    if st.session_state.get(_DRAWN) is None and key in st.session_state:
        st.session_state[key] = st.session_state[key]  # what is set is sent
    return {"key": key, "persist_state": "session"}
