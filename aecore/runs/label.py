"""The name, note and tags that a user gives a run, saved with it."""

import contextlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from aecore.data.names import is_blank, storable
from aecore.models.settings import SettingError
from aecore.runs.files import read_json, write_json

FILE = "label.json"
LONGEST_NAME = 80  # characters
LONGEST_NOTE = 2000
LONGEST_TAG = 30
MOST_TAGS = 12


@dataclass(frozen=True)
class Label:
    """A name, a note and tags; any of them may be empty."""

    name: str = ""
    note: str = ""
    tags: tuple[str, ...] = ()

    @classmethod
    def of(cls, name: str = "", note: str = "", tags: str | Sequence[str] = ()) -> Self:
        """A label as typed: whitespace trimmed, each tag once.

        Args:
            tags: a list, or a text with commas between them.

        Raises:
            SettingError: a value is too long, or not a text; the message says which.
        """
        tags = tags.split(",") if isinstance(tags, str) else tags
        if not isinstance(tags, list | tuple) or len(tags) > 10 * MOST_TAGS:
            raise SettingError("tags", "Tags must be a list of at most {} words.", MOST_TAGS)
        trimmed = [_text("tags", "A tag", tag, LONGEST_TAG, one_line=True) for tag in tags]
        once = tuple(dict.fromkeys(tag for tag in trimmed if tag))
        if any("," in tag for tag in once):
            raise SettingError("tags", "A tag has no comma in it.")
        if len(once) > MOST_TAGS:
            raise SettingError("tags", "A run has at most {} tags, not {}.", MOST_TAGS, len(once))
        name = _text("name", "The name", name, LONGEST_NAME, one_line=True)
        return cls(name, _text("note", "The note", note, LONGEST_NOTE), once)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """The inverse of `to_dict`.

        Raises:
            SettingError, TypeError: the values are not a label.
        """
        return cls.of(**values)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self) | {"tags": list(self.tags)}


def read_label(folder: Path) -> Label:
    """The label in a run folder; an empty one if there is none, or it cannot be read."""
    with contextlib.suppress(SettingError, OSError, ValueError, TypeError, RecursionError):
        return Label.from_dict(read_json(folder / FILE))
    return Label()


def write_label(folder: Path, label: Label) -> None:
    """Replaces the label in a run folder.

    Raises:
        OSError: it cannot be written, or the folder is gone.
    """
    write_json(folder / FILE, label.to_dict())


def _text(field: str, what: str, value: Any, longest: int, one_line: bool = False) -> str:
    """A text, trimmed, without invisible characters and those that a file cannot hold."""
    if not isinstance(value, str):
        raise SettingError(field, "{} must be a text, not {:.80}.", what, repr(value))
    lines = [storable(line.replace("\t", "    ")) for line in value.splitlines()]
    text = "\n".join(lines).strip()
    text = " ".join(text.split()) if one_line else text
    if is_blank(text):
        return ""
    if len(text) > longest:
        raise SettingError(
            field, "{} has at most {:,} characters; it had {:,}.", what, longest, len(text)
        )
    return text
