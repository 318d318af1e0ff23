"""Refusals: a sentence of ours, with what strangers wrote kept apart."""

import copy
import importlib
import inspect
import pickle
import pkgutil
from pathlib import Path

import numpy as np
import pytest

import aecore
from aecore.data.refusal import Refusal
from aecore.models.settings import SettingError


def every_class() -> list[type[Refusal]]:
    for module in pkgutil.walk_packages(aecore.__path__, "aecore."):
        if "dashboard" not in module.name and "__main__" not in module.name:
            importlib.import_module(module.name)
    found = [Refusal]
    for kind in found:
        found += [each for each in kind.__subclasses__() if each not in found]
    return found


def shouted(text: str) -> str:
    return text.upper()


def test_parts_are_shown_as_the_reader_needs_them_and_the_sentence_as_it_is():
    refusal = Refusal("{} holds {!r:.6} and {:,} more, {:.1f} MB.", "a", "file.txt", 12345, 1.25)
    assert str(refusal) == "a holds 'file. and 12,345 more, 1.2 MB."
    assert refusal.told(shouted) == "A holds 'FILE. and 12,345 more, 1.2 MB."


def test_a_refusal_within_another_tells_its_own_sentence():
    inner = Refusal("no {} in it", "layers")
    outer = Refusal("{}: {}.", "model.keras", inner)
    assert str(outer) == "model.keras: no layers in it."
    assert outer.told(shouted) == "MODEL.KERAS: no LAYERS in it."


def test_errors_of_libraries_and_arrays_become_text():
    refusal = Refusal("{}, {}, {:g}", OSError(28, "No space left"), Path("a/b"), np.float32(0.5))
    assert str(refusal) == "[Errno 28] No space left, a/b, 0.5"
    assert str(pickle.loads(pickle.dumps(refusal))) == str(refusal)


@pytest.mark.parametrize("kind", every_class(), ids=lambda kind: kind.__name__)
def test_every_class_travels_between_processes_with_its_parts(kind):
    first = [*inspect.signature(kind.__init__).parameters][1]
    own = {"field": ("epochs",), "work": (1e9,)}.get(first, ())
    inner = SettingError("name", "{} is too long", "x" * 9)
    refusal = kind(*own, "{} cannot be: {} ({:,})", "**x**", inner, 2000)
    for again in (pickle.loads(pickle.dumps(refusal)), copy.deepcopy(refusal)):
        assert type(again) is kind and str(again) == str(refusal)
        assert again.told(shouted) == "**X** cannot be: XXXXXXXXX is too long (2,000)"
        assert vars(again).keys() == vars(refusal).keys()
        assert again.parts[1].field == "name"
