"""Words, numbers and names as people read them."""

import os
import re
from pathlib import Path

from aecore.data.names import shortened, visible
from aecore.data.refusal import Refusal

LONGEST_NAME = 80  # characters of a file's name
JOINER = "\u2060"  # has no width, and belongs to no address
# what Streamlit looks for once Markdown is read: addresses, icons, emoji, arrows, dashes
TAKEN_TOGETHER = re.compile(r"www|@|:(?=//|[\w+-])|-(?=[->])|<(?=-)", re.IGNORECASE)
MARKUP = re.compile(r"([\\`*_{}\[\]()#+!|~<>$:&])")
LISTED = re.compile(r"^(?=[-=])|^(\d+)(?=[.)])")  # at the start of a line: a list, a heading


def duration(seconds: float) -> str:
    """93 → '1.6 min'."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.1f} min"
    return f"{seconds / 3600:.1f} h"


def count(number: int) -> str:
    """50992 → '51 k'."""
    if number < 10_000:
        return f"{number:,}"
    if number < 1_000_000:
        return f"{number / 1e3:.0f} k"
    return f"{number / 1e6:.2f} M"


def size(count: int) -> str:
    """103347 → '103 kB'."""
    return f"{count / 1e3:.0f} kB" if count < 1e6 else f"{count / 1e6:.1f} MB"


def escaped(text: str) -> str:
    """A text that somebody else wrote, so that Markdown shows it as it is, line by line."""
    return "  \n".join(_escaped_line(visible(line)) for line in text.splitlines())


def plain(name: str) -> str:
    """A name that somebody else gave, on one line and of a length that can be read."""
    return _escaped_line(visible(shortened(name.strip() or name, LONGEST_NAME)))


def sentence_of(problem: Exception) -> str:
    """An error as Markdown: a sentence of ours as it is, what strangers wrote in it escaped.

    Of an error of the system its words and the name of the file, but neither number nor folder.
    """
    if isinstance(problem, Refusal):
        return problem.told(escaped)
    if isinstance(problem, OSError) and problem.strerror:
        name = Path(os.fsdecode(problem.filename)).name if problem.filename else ""
        return escaped(f"{problem.strerror} ({name})." if name else f"{problem.strerror}.")
    return escaped(str(problem))


def many(count: int, noun: str) -> str:
    """(3, "file") → "3 files"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def listed(names: list[str]) -> str:
    """One or more names as in a sentence: A, B and C."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def _escaped_line(line: str) -> str:
    bare = line.lstrip(" ")
    apart = TAKEN_TOGETHER.sub(rf"\g<0>{JOINER}", bare)
    indented = "\N{NO-BREAK SPACE}" * (len(line) - len(bare))  # four spaces would be code
    return indented + LISTED.sub(r"\1\\", MARKUP.sub(r"\\\1", apart))
