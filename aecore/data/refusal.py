"""The base of all errors of our own: a sentence, and apart from it whatever varies in it."""

from collections.abc import Callable
from numbers import Real
from string import Formatter


class Refusal(Exception):
    """Something cannot be done; the text says why, in a sentence for the user.

    Args:
        sentence: a literal text, with a field for each part as in `str.format`.
        parts: names of files, classes and layers, other errors, numbers. Strangers may have
            written any of them, so a page escapes them; only the sentence is known to be ours.
    """

    def __init__(self, sentence: str, *parts):
        self.sentence = sentence
        # nothing else, so that a refusal can travel between processes
        self.parts = tuple(p if isinstance(p, str | Real | Refusal) else str(p) for p in parts)
        super().__init__(self.told())

    def told(self, shown: Callable[[str], str] = str) -> str:
        """The sentence, each part as `shown` gives it; by default as it is."""
        return _Telling(shown).format(self.sentence, *self.parts)

    def __reduce__(self):
        return _again, (type(self), self.args, vars(self))


def _again(kind: type[Refusal], args: tuple, attributes: dict) -> Refusal:
    """A refusal of any class, whatever arguments that takes, unpickled."""
    refusal = kind.__new__(kind, *args)
    vars(refusal).update(attributes)
    return refusal


class _Telling(Formatter):
    """Fills a sentence in, and has each part shown; of a refusal within, the parts of that."""

    def __init__(self, shown: Callable[[str], str]):
        self.shown = shown

    def format_field(self, value, format_spec: str) -> str:
        if isinstance(value, Refusal):
            return value.told(self.shown)
        return self.shown(super().format_field(value, format_spec))
