"""Two runs in one sentence: which settings differ, and what became of error and size."""

import math

from aecore.models import AUTOENCODERS
from aecore.runs.settings import as_trained
from aecore.runs.summary import Summary
from aecore.training.differences import differing_settings
from aecore.training.words import setting_in_words

MOST_TOLD = 3  # settings
TOLD_FIRST = ("latent_size", "epochs")
ALIKE = 0.03  # share by which numbers of parameters may differ and still be about the same
CLOSE = 0.08  # share by which a ratio may differ from the fraction that is said
FRACTIONS = {
    2: "half", 3: "a third", 4: "a quarter", 5: "a fifth", 6: "a sixth", 7: "a seventh",
    8: "an eighth", 9: "a ninth", 10: "a tenth",
}  # fmt: skip


def contrast(one: Summary, other: Summary) -> str:
    """How a run differs from another, in words.

    '8 instead of 32 numbers in the code: error 29.0 against 9.7, a quarter of the parameters.'

    Titles of data sets in it may have been typed by somebody: pages show it escaped.

    Raises:
        RunDamaged: a file of a run that tells its settings is unreadable.
    """
    results = ", ".join(part for part in (_errors(one, other), _sizes(one, other)) if part)
    settings = ", ".join(_settings(one, other)) or "the same settings"
    return f"{settings}: {results}." if results else f"{settings}."


def _settings(one: Summary, other: Summary) -> list[str]:
    told = []
    if one.key != other.key:
        told.append(f"{_type(one.key)} instead of {_type(other.key)}")
    if one.dataset != other.dataset:
        told.append(f"{one.data} instead of {other.data}")
    mine, theirs = as_trained(one.run), as_trained(other.run)
    if mine is None or theirs is None:
        return told or ["how the imported model was trained is not known"]
    pairs = {
        name: values
        for name, values in differing_settings([mine, theirs]).items()
        if None not in values and name != "dataset"
    }
    if one.key != other.key:  # each has a recipe of its own
        pairs = {name: values for name, values in pairs.items() if name == "latent_size"}
    names = sorted(pairs, key=lambda name: name not in TOLD_FIRST)
    told += [_instead(one, name, *pairs[name]) for name in names[:MOST_TOLD]]
    if len(names) > MOST_TOLD:
        more = len(names) - MOST_TOLD
        told.append(f"{more} further setting{'s' if more > 1 else ''}")
    return told


def _type(key: str) -> str:
    return AUTOENCODERS[key].title if key in AUTOENCODERS else key


def _instead(summary: Summary, name: str, mine, theirs) -> str:
    """'tanh instead of ReLU activation', 'learning rate 0.01 instead of 0.003'."""
    if name == "latent_size":
        return f"latent size {mine:,} instead of {theirs:,}"
    kind, classes = AUTOENCODERS[summary.key], summary.run.source.classes
    one, other = (
        setting_in_words(kind, name, value, classes).split(" ") for value in (mine, theirs)
    )
    if (before := _alike(one, other)) < len(other):
        other = other[before:]
    if not before and (after := _alike(one[::-1], other[::-1])) < len(one):
        one = one[: len(one) - after]
    return f"{' '.join(one)} instead of {' '.join(other)}"


def _alike(one: list[str], other: list[str]) -> int:
    """How many words both begin with."""
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _errors(one: Summary, other: Summary) -> str:
    mine, theirs = one.error, other.error
    if mine is None or theirs is None or not (math.isfinite(mine) and math.isfinite(theirs)):
        return ""
    if one.dataset != other.dataset:
        return "errors on different data cannot be compared"
    first = _digits(min(mine, theirs))
    for digits in range(first, max(5, first + 3)):
        words = f"{mine:,.{digits}f}", f"{theirs:,.{digits}f}"
        if words[0] != words[1]:
            return f"error {words[0]} against {words[1]}"
    return "the same error"


def _digits(number: float) -> int:
    """Digits after the point with which at least two of a number are told."""
    return max(0, 1 - math.floor(math.log10(number))) if number > 0 else 2


def _sizes(one: Summary, other: Summary) -> str:
    mine, theirs = one.figures.get("parameters"), other.figures.get("parameters")
    if not mine or not theirs:
        return ""
    ratio = mine / theirs
    if abs(ratio - 1) < ALIKE:
        return "as many parameters" if mine == theirs else "about as many parameters"
    if ratio < 1:
        near = round(1 / ratio)
        if near > 10:
            return f"1/{near:,} of the parameters"
        if near > 1 and abs(ratio * near - 1) < CLOSE:
            return f"{FRACTIONS[near]} {'' if near == 2 else 'of '}the parameters"
        return f"{ratio:.0%} of the parameters"
    near = round(ratio)
    if near > 1 and abs(ratio / near - 1) < CLOSE:
        return f"{'twice' if near == 2 else f'{near:,} times'} the parameters"
    return f"{ratio:.1f} times the parameters"
