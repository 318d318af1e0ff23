"""What commands print: results on the standard output, what went wrong beside it."""

import codecs
import io
import json
import sys
from collections.abc import Iterable

from aecore.data.images.intake import Unusable
from aecore.data.names import visible


def print_anything() -> None:
    """Has characters that the output's encoding lacks written as escapes, not raise."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # there may be none, or one of a test
            stream.reconfigure(errors="backslashreplace")


def print_json(value) -> None:
    """A value as indented JSON."""
    utf8 = codecs.lookup(getattr(sys.stdout, "encoding", None) or "utf-8").name == "utf-8"
    print(json.dumps(value, indent=1, ensure_ascii=not utf8))


def show(values: dict, as_json: bool) -> None:
    """Named values, one per line or as JSON."""
    if as_json:
        print_json(values)
        return
    for name, value in values.items():
        text = f"{value:.5g}" if isinstance(value, float) else str(value)
        print(f"{name:12} " + "\n".join(map(visible, text.split("\n"))))


def complain(refusals: Iterable[Unusable]) -> None:
    """Names each refused file with its reason on the standard error stream."""
    for refusal in refusals:
        print(f"{visible(refusal.name)}: {visible(refusal.reason)}", file=sys.stderr)


def as_rows(refusals: Iterable[Unusable]) -> list[dict[str, str]]:
    """Refusals for JSON."""
    return [{"name": refusal.name, "reason": refusal.reason} for refusal in refusals]
