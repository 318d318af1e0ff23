"""Calls: short work with a model, which a worker does for a page."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from aecore.analysis.architecture import Architecture
from aecore.compression.cells import Cells, Given
from aecore.compression.tabular import CompressedCells
from aecore.compute import answers, compressing, mapping, searching, selecting, warm_models
from aecore.compute.answers import Placed, Rebuilt
from aecore.compute.compressing import Compressed, Unchanged
from aecore.compute.searching import Alike
from aecore.compute.selecting import Selected
from aecore.compute.workers import ASIDE, CALLS, STARTING_SECONDS, Workers, takers
from aecore.data.reading.process import Reader
from aecore.data.refusal import Refusal
from aecore.data.relabelled import relabelled
from aecore.data.subset import subset
from aecore.detection.judgement import Judgement
from aecore.exchange import bring_in
from aecore.exchange.bring_in import Codes, Found
from aecore.exchange.opening import Files, Plain, called, open_files
from aecore.models.base import Autoencoder, Shape
from aecore.runs.store import RunStore

PATIENCE_SECONDS = 60.0
PATIENCE_ASIDE_SECONDS = 300.0
PATIENCE_JUDGING_SECONDS = 3600.0  # which can be stopped
NOBODY_SECONDS = 10.0  # while there is no worker for calls


class CallFailed(Refusal):
    """A call was not answered; the text says why."""


class Calls:
    """Calls to the workers; each method waits for the answer.

    Raises:
        CallFailed: the model cannot be read, or the worker did not answer in time.
        FileRefused: a file from elsewhere cannot be used.
        WorkersUnavailable: there are no workers.
    """

    def __init__(self, workers: Workers):
        self.workers = workers

    def rebuild(
        self, model: Path, images: np.ndarray, corruption=("none", 0.0), seed: int | None = 0
    ) -> Rebuilt:
        """Corrupts images by (kind, strength) and reconstructs them.

        Args:
            seed: of the noise; None: each image's depends on the image alone (`corrupt_each`).
        """
        return self._ask(answers.rebuild, str(model), images, corruption, seed)

    def rebuild_each(
        self,
        models: list[Path],
        images: np.ndarray,
        corruptions: list[tuple[str, float]],
        coded: Path,
    ) -> tuple[list[Rebuilt], np.ndarray]:
        """The same images through several models at once, and the codes of one of these.

        Args:
            corruptions: (kind, strength) for each model.
            coded: the model whose codes (n, latent_size) come along.
        """
        call = (answers.rebuild_each, list(map(str, models)), images, corruptions, str(coded))
        # the first time, all the models are loaded
        return self._answer(PATIENCE_ASIDE_SECONDS, CALLS, answers.answer, *call)

    def decode(self, model: Path, codes: np.ndarray) -> np.ndarray:
        """Codes (n, latent_size) → images (n, h, w, c)."""
        return self._ask(answers.decode, str(model), codes)

    def place(
        self, run: Path, images: np.ndarray, corruption=("none", 0.0), seed: int | None = 0, part=""
    ) -> Placed:
        """Corrupts images as `rebuild` does, and finds the places of their codes on a run's map.

        Args:
            part: whose samples the map shows, of `WIDE`; empty for those of the report.
        """
        return self._ask(answers.place, str(run), images, corruption, seed, part)

    def samples(self, dataset: str, places: np.ndarray) -> np.ndarray:
        """Samples (m, ...) by their numbers in `Dataset.in_order`, as they are kept to be shown."""
        return self._ask_aside(mapping.samples, dataset, places)

    def describe(self, autoencoder: Autoencoder, shape: Shape) -> Architecture:
        """The architecture that an autoencoder has for images of a shape."""
        return self._ask(answers.describe, autoencoder, shape)

    def study(self, run: Path, name: str) -> Any:
        """A study of the run's model, which is saved in the run folder."""
        return self._ask_aside(answers.study, str(run), name)

    def judge(self, run: Path, score: str) -> Judgement:
        """The run's data set judged by its detector, which is saved with the run.

        Args:
            score: of a new detector; empty for the one that is kept, or else the usual score.
        """
        call = (answers.answer_aside, answers.judge, str(run), score)
        return self._answer(PATIENCE_JUDGING_SECONDS, ASIDE, *call)

    def compress(self, run: Path, images: np.ndarray | int, level: int | None) -> Compressed:
        """Images as a file by a run's codec, beside image formats of the same size.

        Args:
            images: (n, h, w, c), a picture (h, w, c), or how many of the test. level: None: usual.
        """
        return self._ask_aside(compressing.compress, str(run), images, level)

    def compress_cells(self, run: Path, given: Given | int, level: int | None) -> CompressedCells:
        """The same of rows or a stretch, or of so many test samples."""
        return self._ask_aside(compressing.compress_cells, str(run), given, level)

    def compress_unchanged(self, run: Path, images: np.ndarray | int) -> Unchanged:
        """Images (n, h, w, c), or so many test images, as a lossless file beside others."""
        return self._ask_aside(compressing.compress_unchanged, str(run), images)

    def decompress(self, runs: list[Path], content: bytes) -> tuple[str, np.ndarray | Cells]:
        """The id of the run, of some, that compressed a file, and what its content holds."""
        return self._ask_aside(compressing.decompress, [str(run) for run in runs], content)

    def alike(self, run: Path, sample: np.ndarray, count: int) -> Alike:
        """The training samples of a run with codes nearest to that of a sample, at most `count`.

        The first search of a run encodes its training samples, in which other calls go on.
        """
        call = (searching.alike, str(run), sample, count)
        found: Alike | None = self._ask(*call, False)
        return self._ask_aside(*call, True) if found is None else found

    def selected(self, run: Path, places: np.ndarray) -> Selected:
        """Samples of a run by their numbers (n,), as of `samples`, and their reconstructions."""
        return self._ask(selecting.selected, str(run), places)

    def coded(self, run: Path, places: np.ndarray) -> np.ndarray:
        """The codes (n, latent_size) of samples of a run by their numbers."""
        return self._ask_aside(selecting.coded, str(run), places)

    def subset(self, dataset: str, places: np.ndarray, title: str, without: bool) -> str:
        """A new data set of samples of another, or of all others (`aecore.data.subset`)."""
        return self._ask_aside(subset, dataset, places, title, without)

    def analyse(self, model: Path, function: Callable, *arguments) -> Any:
        """The result of an analysis of a model: function(model, *arguments)."""
        return self._ask(answers.analyse, str(model), function, *arguments)

    def inspect(self, files: Files, reader: Reader | None = None) -> Found:
        """The content of files to import, opened by a reader: a run, or a Keras model.

        Args:
            files: one, or an encoder and its decoder.
        """
        return self._ask_about(bring_in.inspect, open_files(files, reader), called(files))

    def bring_in(
        self,
        files: Files,
        store: RunStore,
        dataset: str | None = None,
        at: int | None = None,
        key: str | None = None,
        range: str | None = None,
        reader: Reader | None = None,
    ) -> str:
        """Imports files, as `inspect` takes them, into a store; the id of the new run."""
        plain, name = open_files(files, reader), called(files)
        return self._ask_about(answers.bring_in, plain, name, store, dataset, at, key, range)

    def fetch(self, what: str | int) -> tuple[str, bytes]:
        """The name and content of a CSV file of a table that others keep.

        Args:
            what: the name of one of scikit-learn's, or the number of one at openml.org.
        """
        return self._ask_aside(answers.fetch, what)

    def litert(self, run: Path) -> bytes:
        """The model of a run as a LiteRT file."""
        return self._ask_aside(bring_in.litert, str(run))

    def detector_file(self, run: Path) -> bytes:
        """The detector of a run as a ZIP with a script that needs nothing of this project."""
        return self._ask_aside(answers.detector_file, str(run))

    def relabelled(
        self, key: str, normal: tuple[int, ...], marks: dict[int, int]
    ) -> tuple[str, tuple[int, ...]]:
        """A copy of a data set that Keras loads, with corrected classes: its key, and the normal
        classes (`aecore.data.relabelled`)."""
        return self._ask_aside(relabelled, key, normal, marks)

    def codes(self, run: Path) -> Codes:
        """Codes, errors and classes of all test images of a run."""
        return self._ask_aside(bring_in.codes, str(run))

    def warm(self, models: list[Path]) -> None:
        """Has models loaded, beside the first calls; returns at once."""
        from distributed import fire_and_forget

        call = (answers.answer_aside, warm_models.warm, list(map(str, models)))
        client = self.workers.client()
        fire_and_forget(client.submit(*call, resources=ASIDE, pure=False, priority=-1))

    def _ask_about(self, function: Callable, plain: Plain, *arguments) -> Any:
        """A call about a file, whose plain data is sent to the worker first."""
        client = self.workers.client()
        try:
            there = client.scatter(plain, workers=takers(client)[:1] or None, hash=False)
        except Exception as problem:  # the network, the worker or its memory
            raise CallFailed("The file did not reach the worker: {}", problem) from problem
        return self._ask_aside(function, there, *arguments)

    def _ask(self, function: Callable, *arguments) -> Any:
        return self._answer(PATIENCE_SECONDS, CALLS, answers.answer, function, *arguments)

    def _ask_aside(self, function: Callable, *arguments) -> Any:
        """A longer call to the same worker, which does not block other calls."""
        return self._answer(
            PATIENCE_ASIDE_SECONDS, ASIDE, answers.answer_aside, function, *arguments
        )

    def _answer(self, patience: float, resources: dict[str, int], *call) -> Any:
        from distributed import KilledWorker, TimeoutError

        client = self.workers.client()  # which may still be starting them
        future = client.submit(*call, resources=resources, pure=False, priority=10)
        if not takers(client):
            if self.workers.address:  # on a cluster they are started by hand
                patience = min(patience, NOBODY_SECONDS)
            else:
                patience += STARTING_SECONDS
        try:
            answered = future.result(patience)
        except TimeoutError as problem:
            future.cancel()
            raise CallFailed(
                "The worker took too long to answer; try again."
                if takers(client) or not self.workers.address
                else 'There is no worker for this: start one with --resources "calls=1".'
            ) from problem
        except KilledWorker as problem:
            raise CallFailed(
                "The worker ended during this, perhaps because it ran out of memory."
            ) from problem
        except Exception as problem:
            raise CallFailed("The worker could not do this: {}", problem) from problem
        if isinstance(answered, Refusal):
            raise answered
        return answered
