"""Checks of the values in an untrusted configuration."""

from collections.abc import Callable
from typing import Any

import numpy as np

from aecore.exchange.archive import FileRefused

ARRAYS = ("__numpy__", "__tensor__")  # the class name of a constant array in a configuration
Check = Callable[[Any], Any]  # a JSON value → the plain value; raises FileRefused


def whole(low: int, high: int) -> Check:
    """A whole number from `low` to `high`."""

    def check(value):
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise FileRefused(
                "must be a whole number from {} to {}, not {}", low, high, short(value)
            )
        return value

    return check


def number(low: float, high: float) -> Check:
    """A finite number from `low` to `high`."""

    def check(value):
        value = _bare(value)
        if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
            return float(value)
        raise FileRefused("must be a number from {:g} to {:g}, not {}", low, high, short(value))

    return check


def flag(value):
    """True or false."""
    if not isinstance(value, bool):
        raise FileRefused("must be true or false, not {}", short(value))
    return value


def one_of(*choices) -> Check:
    """One of some plain values."""

    def check(value):
        if not any(type(value) is type(choice) and value == choice for choice in choices):
            listed = " or ".join(map(str, choices))
            raise FileRefused("must be {}, not {}", listed, short(value))
        return value

    return check


def only(value) -> Check:
    """One plain value, which is also Keras' default."""
    check = one_of(value)

    def dropped(given):
        check(given)

    return dropped


def optional(check: Check) -> Check:
    """What `check` accepts, or None."""
    return lambda value: None if value is None else check(value)


def sequence(check: Check, most: int, least: int = 1) -> Check:
    """A list of `least` to `most` values."""

    def check_all(value):
        if not isinstance(value, list) or not least <= len(value) <= most:
            raise FileRefused(
                "must be a list of {} to {} values, not {}", least, most, short(value)
            )
        return tuple(check(one) for one in value)

    return check_all


def pair(check: Check) -> Check:
    """One value for both sides, or a list of two."""

    def check_both(value):
        if isinstance(value, list):
            return sequence(check, 2, 2)(value)
        return (check(value),) * 2

    return check_both


def axis(value):
    """A whole number, or a list of one."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return whole(-4, 4)(value)


def axes(value):
    """One axis or a list of them."""
    return list(sequence(whole(-4, 4), 3)(value)) if isinstance(value, list) else axis(value)


def some_axes(value):
    """Axes, or None."""
    return () if value is None or value == [] else axes(value)


def channels_last(value):
    """The only order of axes that runs on every processor."""
    return one_of("channels_last", None)(value)


def constant(value):
    """A finite number, or an array as Keras writes it; float or float32."""
    value = _bare(value)
    if not isinstance(value, list):
        return number(-1e30, 1e30)(value)
    try:
        array = np.asarray(value)
        plain = array.dtype.kind in "iuf" and array.ndim <= 4
    except (ValueError, RecursionError):  # lists of different lengths
        plain = False
    with np.errstate(over="ignore"):
        array = array.astype(np.float32) if plain else np.array(np.nan)
    if not np.isfinite(array).all():
        raise FileRefused("must consist of plain finite numbers")
    return array


def _bare(value):
    """The content of an array as JSON; anything else unchanged."""
    if isinstance(value, dict) and value.get("class_name") in ARRAYS:
        config = value.get("config")
        return config.get("value") if isinstance(config, dict) else None
    return value


def short(value) -> str:
    """An untrusted value in a few characters, to be shown in a sentence."""
    if isinstance(value, dict | list):
        return "a structure"
    text = str(value) if not isinstance(value, int) or abs(value) < 10**30 else "a huge number"
    text = "".join(c if c.isprintable() else "?" for c in text)
    return repr(text if len(text) <= 40 else text[:40] + "…")
