"""Whose a run is, where visitors log in: it is theirs alone, or shared with all of them."""

import dataclasses
from dataclasses import dataclass

from aecore.data.refusal import Refusal
from aecore.runs.files import write_json
from aecore.runs.run import Run, RunDamaged

FILE = "owner.json"
LONGEST = 300  # characters of an id or a name


class NotYours(Refusal):
    """A run is somebody else's; the text says whose."""


@dataclass(frozen=True)
class Visitor:
    """Somebody who has logged in: an id that never changes, and a name to show."""

    id: str
    name: str


@dataclass(frozen=True)
class Owner(Visitor):
    """Whose a run is, and whether all who log in may see it."""

    shared: bool = False


def owner(run: Run) -> Owner | None:
    """Whose it is; None if it is everybody's.

    Raises:
        RunDamaged: the file cannot be read.
    """
    if not (run.path / FILE).exists():
        return None
    try:
        found = Owner(**run.read_json(FILE))
    except TypeError as problem:
        raise RunDamaged("{} of {}: {}", FILE, run.id, problem) from problem
    texts = (found.id, found.name)
    if not all(isinstance(text, str) and 0 < len(text) <= LONGEST for text in texts):
        raise RunDamaged("{} of {}: an id and a name are short texts", FILE, run.id)
    return found


def give(run: Run, visitor: Visitor | None) -> None:
    """Makes a run a visitor's own, and private; nobody's in particular if there is none."""
    if visitor is not None:
        name = visitor.name[:LONGEST] or visitor.id[:LONGEST]
        write_json(run.path / FILE, dataclasses.asdict(Owner(visitor.id, name)))


def share(run: Run, shared: bool) -> None:
    """Lets all who log in see a run, or only its owner."""
    found = owner(run)
    if found is not None:
        write_json(run.path / FILE, dataclasses.asdict(found) | {"shared": shared})


def may_see(run: Run, visitor: Visitor | None) -> bool:
    """Whether a run is shown to a visitor; None stands for a place where nobody logs in."""
    if visitor is None or run.shipped:
        return True
    try:
        found = owner(run)
    except RunDamaged:  # whose it is cannot be told: then it is nobody's here
        return False
    return found is None or bool(found.shared) or found.id == visitor.id


def check_change(run: Run, visitor: Visitor | None) -> None:
    """Lets only its owner change a run.

    Raises:
        NotYours: it is somebody else's.
    """
    if visitor is None or run.shipped:
        return
    if not may_see(run, visitor):
        raise NotYours("There is no run {!r}.", run.id)
    found = owner(run)
    if found is not None and found.id != visitor.id:
        raise NotYours("{} is {}'s: only they can change it.", run.id, found.name)
