"""Damaged files without end: what of them is data, what refused, and what ended its reader.

    python -m benchmarks.fuzzing [--minutes 10] [--seed 0]

Each round has a seed of its own, which is printed with whatever ended a reader: the same seed makes
the same files again (`tests/mutating.py`).
"""

import argparse
import json
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from mutating import any_image, any_keras, any_run, images, keras_file, run_file

from aecore.data.images.preparation import usual
from aecore.data.images.uploads import read_uploads
from aecore.data.reading import launching
from aecore.exchange.archive import FileRefused
from aecore.exchange.opening import open_file

A_ROUND = 100
ENDED = ("crashed", "ended", "takes", "no usable answer", "internal error")


def one_round(seed: int, base: tuple, counted: Counter) -> None:
    """Reads a hundred images, and models and runs besides."""
    chance = Random(seed)
    pictures, members, run = base
    made = [any_image(chance, pictures) for _ in range(A_ROUND)]
    files = [(f"{i}.{kind}", content) for i, (kind, content) in enumerate(made)]
    intake = read_uploads(files, (16, 16, 3), usual(False))
    counted["images"] += len(intake.images)
    for refusal in intake.refusals:
        note(seed, refusal.name, refusal.reason, counted)
    for kind, make, given in (("model", any_keras, members), ("run", any_run, run)):
        for number in range(A_ROUND // 10):
            try:
                open_file(make(chance, given))
                counted[f"{kind}s"] += 1
            except FileRefused as refusal:
                note(seed, f"{kind} {number}", str(refusal), counted)


def note(seed: int, name: str, reason: str, counted: Counter) -> None:
    """Counts a refusal, and prints one that was not for what was read."""
    counted["refused"] += 1
    if any(word in reason for word in ENDED):
        counted["ended their reader"] += 1
        print(json.dumps({"seed": seed, "file": name, "reason": reason}), flush=True)


def main() -> None:
    """Prints JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    base, counted = (images(), keras_file(), run_file()), Counter()
    one_round(options.seed, base, counted)
    template, over = launching._keeper.process, time.monotonic() + 60 * options.minutes
    seed = options.seed
    while time.monotonic() < over:
        seed += 1
        one_round(seed, base, counted)
    counted["rounds"] = seed - options.seed + 1
    survived = template.poll() is None and template is launching._keeper.process
    print(json.dumps({**counted, "template survived": survived}, indent=1))


if __name__ == "__main__":
    main()
