"""What is kept of runs, imported ones too, is bounded by its bytes."""

import ast
import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from aecore.runs.recent import Recent, bytes_of

AECORE = Path(__file__).parents[2] / "aecore"


@dataclass(frozen=True)
class Thing:
    words: dict
    pixels: np.ndarray


def zeros(count: int):
    return lambda: np.zeros(count, np.uint8)


def test_what_was_used_longest_ago_goes_when_the_bytes_are_spent():
    recent = Recent(3500)
    for key in "abc":
        recent.get(key, zeros(1000))
    recent.get("a", pytest.fail)  # is there, and used last now
    recent.get("d", zeros(1000))
    assert recent.bytes <= 3500 and len(recent) == 3
    recent.get("a", pytest.fail)
    assert recent.get("b", lambda: "anew") == "anew"


def test_many_small_values_stay_and_one_too_large_is_not_kept():
    recent = Recent(100_000)
    for key in range(500):
        recent.get(key, lambda: 1.5)
    assert len(recent) == 500
    large = recent.get("large", zeros(200_000))
    assert len(large) == 200_000 and len(recent) == 500 and recent.bytes <= 100_000


def test_a_failure_is_not_kept():
    recent = Recent(1000)
    with pytest.raises(ZeroDivisionError):
        recent.get("a", lambda: 1 // 0)
    assert recent.get("a", lambda: 2) == 2


def test_several_threads_have_a_value_made_once():
    recent, begun, go, made, got = Recent(1000), threading.Event(), threading.Event(), [], []

    def slow():
        begun.set()
        assert go.wait(60)
        made.append(1)
        return "it"

    threads = [threading.Thread(target=lambda: got.append(recent.get("a", slow))) for _ in range(4)]
    for thread in threads:
        thread.start()
    assert begun.wait(60)
    go.set()
    for thread in threads:
        thread.join(60)
    assert got == ["it"] * 4 and made == [1]


@pytest.mark.parametrize(
    "value",
    [
        np.zeros((10, 1000)),
        np.broadcast_to(np.float32(0), (100, 1000)),
        b"x" * 80_000,
        {"a": ["x" * 40_000, ("y" * 40_000, {"z"})]},
        [float(number) for number in range(4000)],
        Thing({"a": "x" * 1000}, np.zeros(80_000, np.uint8)),
    ],
    ids=["array", "view", "bytes", "nested", "numbers", "dataclass"],
)
def test_all_that_a_value_holds_is_counted(value):
    assert 80_000 <= bytes_of(value) <= 500_000


# what the process of the pages keeps by number: small things, whoever made them
SMALL = {
    # judgings and measurements: those under way, each forgotten once its end was shown
    "services.py": {"workers", "jobs", "judgings", "measurements", "_wake", "architecture"},
    "page.py": {"_glimpse"},  # of the data sets that ship
    "entries.py": {"_curves"},  # a few windows of a data set, as SVG
    "faces.py": {"face"},  # the drawing of a type
    "series.py": {"_made_of", "_figures"},  # a text and some numbers of a run
    "summary.py": {"_summary"},
}


def test_no_other_cache_is_bounded_by_a_number():
    found: dict[str, set[str]] = {}
    for path in [*AECORE.glob("dashboard/**/*.py"), *AECORE.glob("runs/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for decorator in getattr(node, "decorator_list", ()):
                if "cache" in ast.unparse(decorator) and "cached_property" not in ast.unparse(
                    decorator
                ):
                    found.setdefault(path.name, set()).add(node.name)
    assert found == SMALL
