"""Functions of this project as source, with all that they use, for scripts that stand alone."""

import inspect
import re
from collections.abc import Iterable
from types import ModuleType

CONSTANTS = (str, int, float, tuple, dict, frozenset, re.Pattern)  # that are told as they print


def embedded(module: ModuleType, functions: Iterable[str], constants: Iterable[str] = ()) -> str:
    """The source of some functions of a module, and of the functions and constants they use there.

    Args:
        constants: names of further ones.
    """
    found = _reachable(module, list(functions))
    used = {*constants}.union(*(_names(vars(module)[name].__code__) for name in found))
    told = [
        f"{name} = {_as_code(value)}"
        for name, value in vars(module).items()
        if name in used and _is_plain(value)
    ]
    sources = [inspect.getsource(vars(module)[name]).rstrip() for name in found]
    return "\n\n\n".join(["\n".join(told), *sources] if told else sources) + "\n"


def _as_code(value: object) -> str:
    if isinstance(value, re.Pattern):  # whose own words are cut after 200 characters
        return f"re.compile({value.pattern!a}, {value.flags})"
    return repr(value)


def _is_plain(value: object) -> bool:
    inner = value.values() if isinstance(value, dict) else ()
    return isinstance(value, CONSTANTS) and not any(map(callable, inner))


def _reachable(module: ModuleType, names: list[str]) -> list[str]:
    """The functions of a module that these use, and they themselves, in the order of the file."""
    known = {
        name: each
        for name, each in vars(module).items()
        if inspect.isfunction(each) and each.__module__ == module.__name__
    }
    found, left = set(), list(names)
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += [used for used in _names(known[name].__code__) if used in known]
    return sorted(found, key=lambda name: known[name].__code__.co_firstlineno)


def _names(code) -> set[str]:
    """The global names that a function uses, those of its inner functions included."""
    inner = [each for each in code.co_consts if inspect.iscode(each)]
    return set(code.co_names).union(*map(_names, inner))
