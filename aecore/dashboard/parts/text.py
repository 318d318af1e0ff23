"""Words, numbers and names as people read them."""

import re

from aecore.data.refusal import Refusal

LONGEST_NAME = 80  # characters of a file's name
JOINER = "\u2060"  # has no width, and belongs to no address
TAKEN_TOGETHER = re.compile(r"www|@|:(?=//|material)|-(?=[->])|<(?=-)", re.IGNORECASE)


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


def plain(name: str) -> str:
    """A file's name as Markdown shows it as it is, without what cannot be seen or is too much."""
    return escaped("".join(c if c.isprintable() else "?" for c in name[:LONGEST_NAME]))


def escaped(sentence: str) -> str:
    """A sentence that quotes what somebody typed, so that Markdown shows it as it is.

    Addresses, icons and arrows are looked for by Streamlit once Markdown is read; a character
    without width keeps them apart.
    """
    apart = TAKEN_TOGETHER.sub(rf"\g<0>{JOINER}", sentence)
    return re.sub(r"([\\`*_{}\[\]()#+!|~<>$:&])", r"\\\1", apart)


def sentence_of(problem: Exception) -> str:
    """An error as Markdown: a sentence of ours as it is, what strangers wrote in it escaped."""
    return problem.told(escaped) if isinstance(problem, Refusal) else escaped(str(problem))


def many(count: int, noun: str) -> str:
    """(3, "file") → "3 files"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
