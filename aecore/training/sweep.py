"""Sweeps: an experiment at every value of one setting, or of two.

A sweep is a series whose labels come from its values: each point is an ordinary experiment.
"""

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self

from aecore.data.datasets import SOURCES
from aecore.models.settings import Setting, SettingError, Settings
from aecore.training.experiment import Experiment

MOST_POINTS = 200
MOST_AXES = 2
LONGEST_TITLE = 100


@dataclass(frozen=True)
class Series:
    """Experiments by their labels: label → experiment."""

    title: str
    points: dict[str, Experiment]


def varied(
    base: Experiment,
    changes: dict[str, tuple[dict, dict]],
    title: str,
    make: Callable[[dict], Experiment] = Experiment.from_dict,
) -> Series:
    """A series of one experiment under several changes.

    Args:
        base: what stays.
        changes: label → (hyperparameters, settings of the experiment) that are changed.
        make: an experiment from its plain values.

    Raises:
        SettingError: a change is not compatible with the rest.
    """
    points = {}
    for label, (hyperparameters, settings) in changes.items():
        values = base.to_dict() | settings
        values["hyperparameters"] = values["hyperparameters"] | hyperparameters
        points[label] = make(values)
    return Series(title, points)


@dataclass(frozen=True)
class Sweep:
    """Settings that take several values each, and the experiment that gives all others.

    Attributes:
        axes: name of a hyperparameter or of a setting of the experiment → its values; one or two.
        saved: whether it was read from a file, where values of earlier versions are accepted.

    Raises:
        SettingError: a name or a value is invalid, there are too many, or they are incompatible.
    """

    title: str
    base: Experiment
    axes: dict[str, tuple]
    saved: bool = field(default=False, compare=False)

    def __post_init__(self):
        title = " ".join(str(self.title).split()) or usual_title(self.base, self.axes)
        if len(title) > LONGEST_TITLE:
            raise SettingError("title", "A title has at most {} characters.", LONGEST_TITLE)
        if not 1 <= len(self.axes) <= MOST_AXES:
            raise SettingError(
                "axes", "A sweep varies one setting or two, not {}.", len(self.axes) or "none"
            )
        axes = {name: _values(self.base, name, given) for name, given in self.axes.items()}
        count = math.prod(map(len, axes.values()))
        if count > MOST_POINTS:
            raise SettingError(
                next(iter(axes)),
                "A sweep has at most {} training runs; this would be {:,}.",
                MOST_POINTS,
                count,
            )
        object.__setattr__(self, "title", title)
        object.__setattr__(self, "axes", axes)
        points = list(self.series.points.values())
        if not self.saved:
            _check_that_all_matter(axes, points)

    @property
    def key(self) -> str:
        """The key of its type."""
        return self.base.autoencoder.key

    @cached_property
    def combinations(self) -> dict[str, tuple]:
        """label → a value of each axis; the last axis changes fastest."""
        return {
            " · ".join(map(written, values)): values
            for values in itertools.product(*self.axes.values())
        }

    @cached_property
    def series(self) -> Series:
        """The experiments by their labels."""
        own = self.base.autoencoder.declared()
        changes = {}
        for label, values in self.combinations.items():
            given = dict(zip(self.axes, values, strict=True))
            strength = self._strength(given.get("corruption", self.base.corruption))
            changes[label] = (
                {name: value for name, value in given.items() if name in own},
                {"corruption_strength": strength}
                | {name: value for name, value in given.items() if name not in own},
            )
        make = Experiment.from_saved if self.saved else Experiment.from_dict
        return varied(self.base, changes, self.title, make)

    def _strength(self, corruption: str) -> float:
        """The base's for its own kind of corruption; for another kind that kind's default."""
        if corruption in ("none", self.base.corruption):
            return self.base.corruption_strength
        return Experiment.default_strength(self.key, corruption)

    def to_dict(self) -> dict[str, Any]:
        """Plain values that JSON can hold."""
        return {
            "title": self.title,
            "base": self.base.to_dict(),
            "axes": {name: list(values) for name, values in self.axes.items()},
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """The inverse of `to_dict`.

        Raises:
            SettingError: it does not describe a sweep.
        """
        if not isinstance(values, dict) or set(values) != {"title", "base", "axes"}:
            raise SettingError("", "A sweep has a title, a base and axes.")
        if not isinstance(values["title"], str) or not isinstance(values["axes"], dict):
            raise SettingError("axes", "A sweep has a title, and values by the name of a setting.")
        base = values["base"]
        if isinstance(base, dict) and "corruption_strength" in values["axes"]:
            base = {name: base[name] for name in base if name != "corruption_strength"}
        base = Experiment.from_saved(base)
        return cls(values["title"], base, values["axes"], saved=True)


def may_vary(base: Experiment) -> dict[str, Setting]:
    """All settings that a sweep of a type may vary, name → declaration; hyperparameters first."""
    return {**base.autoencoder.declared(), **Experiment.declared()}


def declares(base: Experiment, name: str) -> type[Settings]:
    """The class that declares a setting: the type of autoencoder, or the experiment.

    Raises:
        SettingError: there is no such setting.
    """
    for settings in (type(base.autoencoder), Experiment):
        if name in settings.declared():
            return settings
    known = ", ".join(may_vary(base))
    raise SettingError(
        name, "{} has no setting {!r}; there are: {}.", base.autoencoder.title, name, known
    )


def usual_title(base: Experiment, axes: dict[str, tuple]) -> str:
    """'Latent size × Learning rate · Deep on MNIST'."""
    known = may_vary(base)
    varied = " × ".join(known[name].label for name in axes if name in known)
    data = SOURCES[base.dataset].title if base.dataset in SOURCES else base.dataset
    on = "" if "dataset" in axes else f" on {data}"
    return f"{varied} · {base.autoencoder.title}{on}"


def written(value: Any) -> str:
    """A value of a setting as text, which `read_values` reads again."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return "-".join(map(str, value)) or "none"
    if isinstance(value, float):
        short = f"{value:g}"
        return short if float(short) == value else repr(value)
    return str(value)


def _values(base: Experiment, name: str, given: Any) -> tuple:
    """The values of one axis, each checked."""
    settings = declares(base, name)
    label = settings.declared()[name].label
    if not isinstance(given, list | tuple) or not given:
        raise SettingError(name, "{} needs at least one value.", label)
    if len(given) > MOST_POINTS:
        raise SettingError(name, "{}: at most {} values, not {:,}.", label, MOST_POINTS, len(given))
    values = tuple(settings.checked(name, value) for value in given)
    for value in values:
        if values.count(value) > 1:
            raise SettingError(name, "{}: the value {} is listed twice.", label, written(value))
    return values


def _check_that_all_matter(axes: dict[str, tuple], points: list[Experiment]) -> None:
    """Refuses an axis without effect, such as the strength of no corruption."""
    for name in axes:
        settings = declares(points[0], name)
        declared = settings.declared()[name]
        if declared.only_with is None:
            continue
        other, enough = declared.only_with
        held = [p if settings is Experiment else p.autoencoder for p in points]
        if not any(getattr(each, other) in enough for each in held):
            beside = settings.declared()[other].label
            raise SettingError(
                name,
                "{} has no effect here; it only applies if {} is {}.",
                declared.label,
                beside,
                " or ".join(map(written, enough)),
            )
