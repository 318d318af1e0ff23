"""An experiment as the query of a link: readable, with only what differs from its type's recipe.

    latent_size=16&encoder_layers=512,256&epochs=10&dataset=digits&seed=3

A link may come from anywhere: every value is checked like any other input, and invalid ones are
reported and left out. Parameters that are not settings are ignored.
"""

import re
from collections.abc import Mapping
from typing import Any

from aecore.models import AUTOENCODERS, SettingError
from aecore.models.settings import Setting
from aecore.training.experiment import Experiment

LONGEST = 100  # characters of a value
EMPTY = "none"  # an empty list of sizes
_WHOLE = re.compile(r"[+-]?[0-9]+", re.ASCII)
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?", re.ASCII | re.IGNORECASE)


def link_names(key: str) -> tuple[str, ...]:
    """The parameters that a type's links may have."""
    return (*AUTOENCODERS[key].declared(), *Experiment.declared())


def to_link(experiment: Experiment) -> dict[str, str]:
    """The settings that differ from the type's recipe, as texts; the page tells the type."""
    usual = experiment.usual()
    return {
        name: _written(getattr(mine, name))
        for mine in (experiment.autoencoder, experiment)
        for name in mine.declared()
        if getattr(mine, name) != usual[name]
    }


def read_link(
    key: str, parameters: Mapping[str, str]
) -> tuple[Experiment, tuple[SettingError, ...]]:
    """The experiment of a link, with defaults in place of invalid values.

    Returns:
        The experiment, and the problem of each parameter that was left out.

    Raises:
        SettingError: there is no such type.
    """
    values, problems = {}, []
    Experiment.of(key)
    for name in link_names(key):
        if name in parameters:
            try:
                values[name] = _read(key, name, parameters[name])
            except SettingError as problem:
                problems.append(problem)
    while True:
        try:
            return _experiment(key, values), tuple(problems)
        except SettingError as problem:
            problems.append(problem)
            if problem.field in values:
                del values[problem.field]
            else:  # no single setting is to blame
                values = {}


def _experiment(key: str, values: dict[str, Any]) -> Experiment:
    kind = AUTOENCODERS[key]
    own = {name: value for name, value in values.items() if name in kind.declared()}
    rest = {name: value for name, value in values.items() if name not in own}
    return Experiment.of(key, own, **rest)


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return ",".join(map(str, value)) or EMPTY
    return f"{value!r}" if isinstance(value, float) else str(value)


def _read(key: str, name: str, text: str) -> Any:
    """The value of a parameter's text, whose bounds are checked later."""
    kind = AUTOENCODERS[key]
    settings = kind if name in kind.declared() else Experiment
    declared, wanted = settings.declared()[name], settings.type_of(name)
    if not isinstance(text, str) or len(text) > LONGEST:
        raise SettingError(name, "{}: the link's value is too long.", declared.label)
    if wanted is str:
        return text
    if wanted is bool:
        if text not in ("true", "false"):
            raise _unread(name, declared, "true or false", text)
        return text == "true"
    if wanted in (int, float):
        form, noun = (_WHOLE, "a whole number") if wanted is int else (_NUMBER, "a number")
        if not form.fullmatch(text):
            raise _unread(name, declared, noun, text)
        return wanted(text)
    parts = [] if text == EMPTY else text.split(",")
    if not all(map(_WHOLE.fullmatch, parts)):
        raise _unread(name, declared, "whole numbers separated by commas", text)
    return tuple(map(int, parts))


def _unread(name: str, declared: Setting, noun: str, text: str) -> SettingError:
    return SettingError(name, "{} must be {}; the link says “{}”.", declared.label, noun, text)
