"""Declared settings: a frozen dataclass whose every field knows its label, bounds and help.

The form of a page, the options of the command line, the validation, the JSON and the tests are
all read off these declarations.
"""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self, get_type_hints

from aecore.data.refusal import Refusal

LARGEST = 1e300  # infinities and what is no number are beyond it


class SettingError(Refusal):
    """A setting has a value it cannot have; `field` names it and the text says what is allowed."""

    def __init__(self, field: str, sentence: str, *parts):
        super().__init__(sentence, *parts)
        self.field = field


@dataclass(frozen=True)
class Setting:
    """What a form, a command line and a check need to know of one field."""

    label: str
    help: str
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple | None = None
    also: Callable[[str], bool] | None = None  # accepts texts beside the choices
    logarithmic: bool = False
    most: int = 8  # numbers of a list
    step: float = 0.05  # of a widget, for a number that is neither whole nor logarithmic
    only_with: tuple[str, tuple] | None = (
        None  # (other field, its values) that make this one matter
    )


def setting(default: Any, label: str, help: str, **declared) -> Any:
    """Declares a dataclass field; `declared` are the further attributes of `Setting`."""
    return dataclasses.field(
        default=default, metadata={"setting": Setting(label, help, **declared)}
    )


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Base of everything that is configured: validated when made, JSON both ways."""

    def __post_init__(self):
        hints = get_type_hints(type(self))
        for name, declared in self.declared().items():
            value = _checked(name, declared, hints[name], getattr(self, name))
            object.__setattr__(self, name, value)

    @classmethod
    def declared(cls) -> dict[str, Setting]:
        """The settings in order, name → declaration."""
        fields = dataclasses.fields(cls)
        return {f.name: f.metadata["setting"] for f in fields if "setting" in f.metadata}

    @classmethod
    def default(cls, name: str) -> Any:
        """The default of one setting."""
        return cls.__dataclass_fields__[name].default

    @classmethod
    def type_of(cls, name: str) -> type:
        """The annotated type of one setting: int, float, str, bool or tuple[int, ...]."""
        return get_type_hints(cls)[name]

    @classmethod
    def checked(cls, name: str, value: Any) -> Any:
        """A value of one setting as it is kept, whatever the others are.

        Raises:
            SettingError: it is out of range.
        """
        return _checked(name, cls.declared()[name], cls.type_of(name), value)

    def to_dict(self) -> dict[str, Any]:
        """Plain values that JSON can hold; tuples become lists."""
        values = {name: getattr(self, name) for name in self.declared()}
        return {name: list(v) if isinstance(v, tuple) else v for name, v in values.items()}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """The inverse of `to_dict`; missing settings take their defaults.

        Raises:
            SettingError: for a name that is not declared, or a value out of range.
        """
        if not isinstance(values, dict):
            raise SettingError("", "Settings must be named values, not {}.", repr(values))
        for name in values:
            if name not in cls.declared():
                known = ", ".join(cls.declared())
                raise SettingError(
                    str(name), "There is no setting {}; there are: {}.", repr(name), known
                )
        return cls(**values)


def _checked(name: str, declared: Setting, kind: Any, value: Any) -> Any:
    if kind is bool:
        if not isinstance(value, bool):
            raise SettingError(
                name, "{} must be true or false, not {}.", declared.label, repr(value)
            )
        return value
    if kind is str:
        if value not in declared.choices and not (declared.also and declared.also(value)):
            allowed = ", ".join(declared.choices or ())
            raise SettingError(
                name, "{} must be one of {}; it was {}.", declared.label, allowed, repr(value)
            )
        return value
    if kind in (int, float):
        return _checked_number(name, declared, kind, value)
    if not isinstance(value, list | tuple):
        raise SettingError(
            name, "{} must be a list of numbers, not {}.", declared.label, repr(value)
        )
    if len(value) > declared.most:
        raise SettingError(
            name, "{} takes at most {} numbers, not {}.", declared.label, declared.most, len(value)
        )
    return tuple(_checked_number(name, declared, int, size) for size in value)


def _checked_number(name: str, declared: Setting, kind: type, value: Any) -> Any:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not abs(value) < LARGEST or (kind is int and value != int(value)):
        noun = "a whole number" if kind is int else "a number"
        raise SettingError(name, "{} must be {}; it was {}.", declared.label, noun, repr(value))
    if (declared.minimum is not None and value < declared.minimum) or (
        declared.maximum is not None and value > declared.maximum
    ):
        raise SettingError(
            name,
            "{} must lie between {:g} and {:g}; it was {}.",
            declared.label,
            declared.minimum,
            declared.maximum,
            kind(value) if kind is int else f"{value:g}",
        )
    return kind(value)
