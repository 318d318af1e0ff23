"""Runs of every kind of data that learnt some classes alone, in a second or two each."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from made_sets import collect, heartbeats, record, tabulate
from small import small_experiment

from aecore.compute.training import train
from aecore.data import datasets
from aecore.data.series.apart import make_apart, read_apart
from aecore.data.tables.uploads import look_at
from aecore.runs.run import Run
from aecore.runs.store import RunStore
from aecore.training.experiment import Experiment


@contextlib.contextmanager
def runs_of_every_kind(directory: Path) -> Iterator[Callable[[str], Run]]:
    """A run by its name, trained when it is first asked for.

    Names are image, convolutional (of images), photo, table, series, and apart (of short series).
    """
    runs: dict[str, Run] = {}
    store = RunStore(directory / "runs")
    experiments = {
        "image": lambda: small_experiment("undercomplete", normal=(0, 1)),
        "convolutional": lambda: small_experiment("convolutional", normal=(0, 1)),
        "photo": lambda: Experiment.of("linear", dataset=collect(60, folders=("a", "b")), epochs=2),
        "table": lambda: Experiment.of("linear", dataset=tabulate(rows=300), normal=(1,), epochs=2),
        "series": lambda: Experiment.of("linear", dataset=record(), normal=(0,), epochs=2),
        "apart": lambda: Experiment.of("linear", dataset=_beats(), normal=(1,), epochs=2),
    }

    def of(name: str) -> Run:
        if name not in runs:
            runs[name] = store.create(experiments[name]())
            assert train(runs[name]).state == "finished"
        return runs[name]

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUTOENCODER_STUDIO_DATA", str(directory / "data"))
        yield of
    datasets.forget()


def _beats() -> str:
    content = heartbeats(200)
    seen = look_at("h.csv", content)
    read = read_apart("h.csv", content, seen.dialect, list(enumerate(seen.columns)), "state")
    return make_apart("Beats", read, "state", "ok")
