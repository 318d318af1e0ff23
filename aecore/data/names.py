"""Names that users give: kept as typed, shown with nothing hidden, and distinguishable.

Names come in any script and length. Limits of file systems count bytes, not characters.
"""

import re
import unicodedata
from collections.abc import Iterable

LONGEST = 255  # characters of a title: as many as a folder's name can have
_CONTROL = "\0-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff"  # including line breaks and lone surrogates
_JOINERS = "\u200c\u200d"  # which Persian, Hindi and emoji need between two characters
_VARIANTS = "\ufe00-\ufe0f\u180b-\u180d\u180f\U000e0100-\U000e01ef"  # of the character before
_BLANK = (  # invisible, or reversing what follows
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\u2800\u3164\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
)
_UNSTORED = re.compile(f"[{_CONTROL}]")
_UNSEEN = re.compile(
    f"[{_CONTROL}{_BLANK}]"
    rf"|(?<![^\0-\x7f])[{_JOINERS}]|[{_JOINERS}](?![^\0-\x7f])"  # next to ASCII, or at an end
    f"|^[{_VARIANTS}]"
)
_ANY = re.compile("(?s:.)")
_NO_LOOK = re.compile(f"[{_CONTROL}{_BLANK}{_JOINERS}{_VARIANTS}]")
_SEPARATORS = re.compile(rf'[\s/\\:*?"<>|{_CONTROL}{_BLANK}]+')  # in at least one file system
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)  # on Windows


def storable(text: str) -> str:
    """A name as it is kept: as typed, without characters that no text file can hold."""
    return _UNSTORED.sub(_by_number, text)


def visible(text: str) -> str:
    """A name as it is shown: `‹U+200B›` stands for an invisible character."""
    return (_UNSEEN if text.strip() else _ANY).sub(_by_number, text)


def is_blank(text: str) -> bool:
    """Whether a name has no visible character."""
    return not _NO_LOOK.sub("", text).strip()


def told_apart(names: Iterable[str]) -> list[str]:
    """The names, with a number after each that looks like an earlier one: 'é', 'é (2)'."""
    seen, found = set(), []
    for name in names:
        title, number = name, 1
        while _look(title) in seen:
            number += 1
            title = f"{name} ({number})"
        seen.add(_look(title))
        found.append(title)
    return found


def _look(name: str) -> str:
    """The same text for all names that look alike, however they are encoded and spaced."""
    return " ".join(_NO_LOOK.sub("", unicodedata.normalize("NFC", visible(name))).split())


def shortened(name: str, longest: int) -> str:
    """A name shortened in the middle to a length, since names differ at their ends."""
    if len(name) <= longest:
        return name
    end = longest // 3
    return f"{name[: longest - end - 1]}…{name[len(name) - end :]}"


def file_stem(name: str, most_bytes: int) -> str:
    """A name as a file name for any system, without a suffix; empty if nothing is left of it.

    Args:
        name: may contain folders, which become part of the file name.
        most_bytes: as UTF-8; the end is kept.
    """
    word = _SEPARATORS.sub("_", name).strip("._- ")
    word = word.encode()[-most_bytes:].decode(errors="ignore").lstrip("._- ")
    while word and unicodedata.combining(word[0]):  # of a character that was cut
        word = word[1:]
    return f"_{word}" if _DEVICES.fullmatch(word) else word


def _by_number(found: re.Match) -> str:
    return f"‹U+{ord(found[0]):04X}›"
