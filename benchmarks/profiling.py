"""Where the time of a training goes, by kind of operation.

    python -m benchmarks.profiling [--types deep "denoising, u-net" ...] [--samples 10000]

TensorFlow's profiler records one epoch of each row of `benchmarks.training`, with its validation,
after two that compile. Operations that run at once share the time in which they do.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from aecore.data.datasets import load
from benchmarks.training import ROWS, experiment_of

WARM = 2  # epochs before the one that is recorded
# the operations of a kind, by their names in TensorFlow or XLA
KINDS = {
    "convolutions": re.compile("Conv"),
    "matrix products": re.compile("MatMul|dot"),
    "normalization": re.compile("BatchNorm"),
    "elementwise by XLA": re.compile("^xla "),
    "other operations": re.compile(""),
}
OF_TENSORFLOW = re.compile(r"[^:]:(\w+)$")  # path in the graph:operation
Interval = tuple[float, float, str]  # begin and end in seconds, kind


def record(row: str, samples: int, folder: str) -> float:
    """Trains until one epoch was recorded.

    Returns:
        Its seconds.
    """
    from aecore.compute.preload import import_keras

    import_keras()
    import tensorflow as tf

    from aecore.training.fit import build, fit
    from aecore.training.observer import NoObserver

    experiment = experiment_of(row, samples)
    data, ends = load("mnist", experiment.samples), []

    class Recording(NoObserver):
        def epoch(self, number, terms, model):
            ends.append(time.perf_counter())
            if number == WARM:
                tf.profiler.experimental.start(folder)
                ends.append(time.perf_counter())
            elif number == WARM + 1:
                tf.profiler.experimental.stop()

        def stop_requested(self):
            return len(ends) > WARM + 1

    fit(build(experiment, data.training.images), experiment, data, Recording())
    return ends[-1] - ends[-2]


def operations(folder: str) -> Iterator[Interval]:
    """What the processor did in the recorded time."""
    from tensorflow.tsl.profiler.protobuf import xplane_pb2

    (path,) = Path(folder).rglob("*.xplane.pb")
    space = xplane_pb2.XSpace()  # pyright: ignore[reportAttributeAccessIssue]
    space.ParseFromString(path.read_bytes())
    for plane in space.planes:
        names = {number: each.name for number, each in plane.event_metadata.items()}
        figures = {number: each.name for number, each in plane.stat_metadata.items()}
        for line in plane.lines:
            for event in line.events:
                name = names[event.metadata_id]
                if any(figures[each.metadata_id] == "hlo_op" for each in event.stats):
                    name = f"xla {name}"
                elif found := OF_TENSORFLOW.search(name):
                    name = found[1]
                else:
                    continue
                begin = line.timestamp_ns / 1e9 + event.offset_ps / 1e12
                kind = next(kind for kind, of_it in KINDS.items() if of_it.search(name))
                yield begin, begin + event.duration_ps / 1e12, kind


def seconds_of(intervals: Iterable[Interval]) -> dict[str, float]:
    """Seconds of each kind; in each moment the kinds under way get equal parts of it."""
    edges = sorted(
        edge for begin, end, kind in intervals for edge in ((begin, 1, kind), (end, -1, kind))
    )
    total: dict[str, float] = defaultdict(float)
    under_way, last = Counter(), 0.0
    for moment, change, kind in edges:
        for each, count in under_way.items():
            total[each] += (moment - last) * count / under_way.total()
        under_way[kind] += change
        if not under_way[kind]:
            del under_way[kind]
        last = moment
    return total


def main() -> None:
    """Prints a table in Markdown."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--types", nargs="+", choices=ROWS, default=list(ROWS), metavar="TYPE")
    parser.add_argument("--samples", type=int, default=10_000, help="training images")
    parser.add_argument("--row", choices=ROWS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.row:
        with tempfile.TemporaryDirectory() as folder:
            whole = record(options.row, options.samples, folder)
            found = seconds_of(operations(folder))
        shares = [f"{found[kind] / whole:.0%}" for kind in KINDS]
        rest = f"{1 - sum(found.values()) / whole:.0%}"
        print(f"| {' | '.join([options.row, f'{whole * 1000:,.0f}', *shares, rest])} |")
        return
    print(f"| type | epoch, ms | {' | '.join(KINDS)} | between them |\n|---|" + "--:|" * 7)
    for row in options.types:  # each in a process of its own, as in the benchmark
        again = [sys.executable, "-m", "benchmarks.profiling", "--row", row]
        subprocess.run([*again, "--samples", str(options.samples)], check=True)


if __name__ == "__main__":
    main()
