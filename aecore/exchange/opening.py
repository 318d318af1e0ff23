"""An untrusted `.keras` or run file, opened by a reader, which returns plain data."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from aecore.data.reading.confinement import Allowance
from aecore.data.reading.job import Answer, Order, needs
from aecore.data.reading.launching import NotStarted
from aecore.data.reading.process import Reader, ReadingEnded
from aecore.exchange.archive import FileRefused
from aecore.exchange.bundle import is_bundle, read_bundle
from aecore.exchange.keras_file.reader import PlainHalves, PlainModel, read_plain
from aecore.exchange.plain_run import PlainRun

ARRAYS = ("previews.npz", "report.npz", "detector.npz", "codec.npz")  # of a run file
HALVES = "only an encoder and its decoder can be imported together."
ALLOWANCE = Allowance(memory=2560 * 2**20, seconds=60, each=60, answer=1024 * 2**20)

Plain = PlainModel | PlainHalves | PlainRun
Files = Sequence[tuple[str, bytes]]  # names and contents


def open_files(files: Files, reader: Reader | None = None) -> Plain:
    """What one file holds, or an encoder's and a decoder's.

    Args:
        files: one or two; not looked at here.
        reader: of whoever brings them.

    Raises:
        FileRefused: one is damaged, of another kind or too large, or they are no two halves.
    """
    if len(files) == 1:
        return open_file(files[0][1], reader)
    if len(files) > 2:
        raise FileRefused("{} files were given: {}", len(files), HALVES)
    models = []
    for name, content in files:
        try:
            plain = open_file(content, reader)
        except FileRefused as problem:
            raise FileRefused("{}: {}", name, problem) from problem
        if not isinstance(plain, PlainModel):
            raise FileRefused("{} is a run's file: {}", name, HALVES)
        models.append(plain)
    (first, second), (one, other) = models, (name for name, _ in files)
    return PlainHalves((one, other), (first, second))


def called(files: Files) -> str:
    """The name of one file, or of two."""
    return " + ".join(Path(name).name for name, _ in files)


def open_file(content: bytes, reader: Reader | None = None) -> PlainModel | PlainRun:
    """What a file holds.

    Args:
        content: of the file; not parsed here.
        reader: of the visitor who imports it.

    Raises:
        FileRefused: it is damaged, of another kind, too large, or crashed its reader.
    """
    work = (reader or Reader()).read(read_file, None, [("", content)], ALLOWANCE)
    try:
        return _understood(list(work))
    except (ReadingEnded, NotStarted) as problem:
        raise FileRefused("{}", problem) from problem


def _understood(answers: list[tuple[Any, dict[str, np.ndarray]]]) -> PlainModel | PlainRun:
    """Plain data from a reader's answers, which a file may have forged."""
    match answers:
        case [(["refused", str(reason)], _)]:
            raise FileRefused("{}", reason)
        case [(["model", dict(config)], weights)]:
            return PlainModel(config, weights)
        case [(["run", str(id), dict(words), str() | None as history], _), *files, (last, weights)]:
            arrays = {}
            for told, values in files:
                match told:
                    case ["arrays", str(name)] if name in ARRAYS:
                        arrays[name] = values
            match last:
                case ["model", dict(config)]:
                    return PlainRun(id, words, history, arrays, PlainModel(config, weights))
    raise FileRefused("Reading it gave no usable answer.")


@needs("h5py", "encodings.cp437")
def read_file(order: Order) -> Iterator[Answer]:
    """A reader's job: a run file or a model, as plain data."""
    try:
        for _, content in order.files():
            if not is_bundle(content):
                plain = read_plain(content)
            else:
                run = read_bundle(content)
                yield ["run", run.id, run.words, run.history], {}
                for name, arrays in run.arrays.items():
                    yield ["arrays", name], arrays
                plain = run.model
            yield ["model", plain.config], plain.weights
    except FileRefused as refusal:
        yield ["refused", str(refusal)], {}
