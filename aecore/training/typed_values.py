"""Values of a setting as people type them.

    2, 4, 8              single values, separated by commas or semicolons
    1e-4..1e-1 x 4       four from 1e-4 to 1e-1, in equal ratios
    0..0.5 by 0.1        from 0 to 0.5 in steps
    top-k, l1            names of choices; on, off
    512-256, 256, none   stacks of layers, sizes joined by a dash

A list may hold several ranges.
"""

import math
import re
from typing import Any

from aecore.models.settings import LARGEST, Setting, SettingError
from aecore.training.experiment import Experiment
from aecore.training.sweep import MOST_POINTS, declares

LONGEST = 4000  # characters
SWITCH = {"on": True, "true": True, "yes": True, "off": False, "false": False, "no": False}
EXAMPLES = {
    int: "`2, 4, 8` or `2..128 x 7`",
    float: "`0.001, 0.01` or `1e-4..1e-1 x 4` or `0..0.5 by 0.1`",
    bool: "`on, off`",
    str: "names, separated by commas",
    tuple: "`512-256, 256, none`",
}
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?"
_RANGE = re.compile(rf"({_NUMBER})\s*\.\.\s*({_NUMBER})\s*(x|×|by)\s*({_NUMBER})", re.ASCII | re.I)


def read_values(base: Experiment, name: str, text: str) -> tuple:
    """The values that a text lists; the sweep checks whether they are valid.

    Raises:
        SettingError: there is no such setting, or the text cannot be parsed.
    """
    settings = declares(base, name)
    declared, kind = settings.declared()[name], settings.type_of(name)
    if len(text) > LONGEST:
        raise SettingError(name, "{}: the list is too long.", declared.label)
    values = []
    for part in re.split("[,;]", text):
        if not (part := part.strip()):
            continue
        numbers = _RANGE.fullmatch(part) if kind in (int, float) else None
        if numbers:
            values += _range(name, declared, kind, *numbers.groups())
        else:
            values.append(_value(name, declared, kind, part))
    if not values:
        raise SettingError(name, "{} needs values: {}.", declared.label, example(kind))
    return tuple(values)


def example(kind: Any) -> str:
    """How values of a kind are typed, as Markdown."""
    return EXAMPLES.get(kind, EXAMPLES[tuple])


def _value(name: str, declared: Setting, kind: Any, text: str) -> Any:
    if kind is str:
        names = {choice.lower(): choice for choice in declared.choices or ()}
        return names.get(text.lower(), text)
    if kind is bool:
        if text.lower() in SWITCH:
            return SWITCH[text.lower()]
    elif kind in (int, float):
        if re.fullmatch(_NUMBER, text, re.ASCII | re.I):
            return _number(name, declared, kind, text)
    elif text.lower() == "none":
        return ()
    elif re.fullmatch(r"\d{1,9}(-\d{1,9})*", text, re.ASCII):
        return tuple(map(int, text.split("-")))
    raise SettingError(name, "{} cannot be “{:.40}”: type {}.", declared.label, text, example(kind))


def _number(name: str, declared: Setting, kind: type, text: str) -> int | float:
    number = float(text)
    if not abs(number) < LARGEST:
        raise SettingError(name, "{}: {:.40} is too large.", declared.label, text)
    if kind is int and number != int(number):
        raise SettingError(name, "{} must be whole numbers; one was {:.40}.", declared.label, text)
    return kind(number)


def _range(name: str, declared: Setting, kind: type, first, last, word: str, size) -> list:
    """All values of a range; equal whole numbers only once."""
    first, last, size = (_number(name, declared, float, text) for text in (first, last, size))
    words = f"{declared.label}: the range {first:g}..{last:g}"
    if word.lower() == "by":
        if size <= 0 or last < first:
            raise SettingError(
                name, "{} must start at the smaller number, with a step above 0.", words
            )
        count = int((last - first) / size + 1e-9) + 1 if (last - first) / size < 1e6 else 10**6
    else:
        if first <= 0 or last <= 0:
            raise SettingError(
                name, "{} must lie above 0 if spaced with `x`; use `by` for equal steps.", words
            )
        if size != int(size) or size < 2:
            raise SettingError(name, "{} needs two values or more.", words)
        count = int(size)
    if count > MOST_POINTS:
        raise SettingError(name, "{} has {:,} values; at most {}.", words, count, MOST_POINTS)
    if word.lower() == "by":
        values = [first + step * size for step in range(count)]
    else:
        apart = (math.log(last) - math.log(first)) / (count - 1)
        values = [math.exp(math.log(first) + step * apart) for step in range(count)]
        values[0], values[-1] = first, last
    if kind is int:
        return list(dict.fromkeys(map(round, values)))
    digits = 12 if word.lower() == "by" else 3  # 0.1 + 0.2, and 0.00547722557505
    return [v if v in (first, last) else float(f"{v:.{digits}g}") for v in values]
