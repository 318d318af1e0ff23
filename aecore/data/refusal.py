"""The base of all our own errors: a sentence, and separately the parts that vary in it."""

from collections.abc import Callable
from numbers import Real
from string import Formatter


class Refusal(Exception):
    """Something cannot be done; the text is a sentence for the user that says why.

    Args:
        sentence: a literal text, with a field for each part as in `str.format`.
        parts: names of files, classes and layers, other errors, numbers. Strangers may have
            written any of them, so a page escapes them; only the sentence is known to be ours.
    """

    def __init__(self, sentence: str, *parts):
        self.sentence = sentence
        # nothing else, so that a refusal can be sent between processes
        self.parts = tuple(p if isinstance(p, str | Real | Refusal) else str(p) for p in parts)
        super().__init__(self.told())

    def told(self, shown: Callable[[str], str] = str) -> str:
        """The sentence, with each part formatted by `shown`; unchanged by default."""
        return _Telling(shown).format(self.sentence, *self.parts)

    def __reduce__(self):
        return _again, (type(self), self.args, vars(self))


def _again(kind: type[Refusal], args: tuple, attributes: dict) -> Refusal:
    """Unpickles a refusal of any class, whatever its arguments."""
    refusal = kind.__new__(kind, *args)
    vars(refusal).update(attributes)
    return refusal


class _Telling(Formatter):
    """Fills in a sentence with formatted parts, including those of nested refusals."""

    def __init__(self, shown: Callable[[str], str]):
        self.shown = shown

    def format_field(self, value, format_spec: str) -> str:
        if isinstance(value, Refusal):
            return value.told(self.shown)
        return self.shown(super().format_field(value, format_spec))
