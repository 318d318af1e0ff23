"""The classes that a training learns as normal, in words and read from words."""

from collections.abc import Sequence

from aecore.data.datasets import DataUnavailable, source
from aecore.models.settings import SettingError

MOST_NAMED = 3


def normal_in_words(normal: Sequence[int], classes: Sequence[str]) -> str:
    """The classes that are learnt: 'only 0', 'all but trousers', 'only 5 classes'.

    Args:
        normal: their numbers. classes: names of all classes; empty if they are unknown.
    """
    if not normal:
        return "all classes"
    left = [name for place, name in enumerate(classes) if place not in normal]
    if len(left) <= MOST_NAMED and len(left) < len(normal) and classes:
        return f"all but {', '.join(left)}"
    if len(normal) > MOST_NAMED:
        return f"only {len(normal)} classes"
    names = [classes[n] if n < len(classes) else f"class {n}" for n in normal]
    return f"only {', '.join(names)}"


def read_normal(text: str, dataset: str) -> tuple[int, ...]:
    """The numbers of classes that a text names, separated by commas: by name, or else by number.

    Raises:
        SettingError: the data set has no such class; the text names those that it has.
    """
    try:
        classes = source(dataset).classes
    except (DataUnavailable, KeyError):  # which is told where it is loaded
        classes = ()
    if text.strip() in classes:  # a name may have a comma
        return (classes.index(text.strip()),)
    found = []
    for part in filter(None, map(str.strip, text.split(","))):
        if part in classes:
            found.append(classes.index(part))
        elif part.isdecimal() and (not classes or int(part) < len(classes)):
            found.append(int(part))
        else:
            raise SettingError(
                "normal", "There is no class {:.80}; there are: {}.", part, ", ".join(classes)
            )
    return tuple(found)
