"""The owner of a run, where visitors log in; others see it only if it is shared."""

import dataclasses
from dataclasses import dataclass

from aecore.data.refusal import Refusal
from aecore.runs.files import write_json
from aecore.runs.run import Run, RunDamaged

FILE = "owner.json"
LONGEST = 300  # characters of an id or a name


class NotYours(Refusal):
    """A run belongs to another visitor; the text says to whom."""


@dataclass(frozen=True)
class Visitor:
    """A visitor who has logged in: an id that never changes, and a display name."""

    id: str
    name: str


@dataclass(frozen=True)
class Owner(Visitor):
    """The owner of a run, and whether all visitors may see it."""

    shared: bool = False


def owner(run: Run) -> Owner | None:
    """The owner of a run; None if it has none.

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


def set_owner(run: Run, visitor: Visitor | None) -> None:
    """Makes a visitor the owner of a run, which is private then; without a visitor it has none."""
    if visitor is not None:
        name = visitor.name[:LONGEST] or visitor.id[:LONGEST]
        write_json(run.path / FILE, dataclasses.asdict(Owner(visitor.id, name)))


def share(run: Run, shared: bool) -> None:
    """Shares a run with all visitors, or makes it private again."""
    found = owner(run)
    if found is not None:
        write_json(run.path / FILE, dataclasses.asdict(found) | {"shared": shared})


def may_see(run: Run, visitor: Visitor | None) -> bool:
    """Whether a visitor may see a run; None where nobody logs in."""
    if visitor is None or run.shipped:
        return True
    try:
        found = owner(run)
    except RunDamaged:  # its owner is unknown
        return False
    return found is None or bool(found.shared) or found.id == visitor.id


def check_change(run: Run, visitor: Visitor | None) -> None:
    """Checks that a visitor may change a run.

    Raises:
        NotYours: it belongs to another visitor.
    """
    if visitor is None or run.shipped:
        return
    if not may_see(run, visitor):
        raise NotYours("There is no run {!r}.", run.id)
    found = owner(run)
    if found is not None and found.id != visitor.id:
        raise NotYours("{} is {}'s: only they can change it.", run.id, found.name)
