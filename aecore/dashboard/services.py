"""What all visitors of a server share: the workers, the runs, and reports once read."""

import contextlib
import json
import threading

import pandas  # noqa: F401  # loaded whole before a second visitor's Plotly finds it half loaded
import streamlit as st

from aecore.analysis.architecture import Architecture
from aecore.analysis.portable import Portable, portable_decoder
from aecore.analysis.report import Report
from aecore.analysis.study import Study
from aecore.compute.calls import Calls
from aecore.compute.jobs import Jobs, count_slots
from aecore.compute.queue import GPU
from aecore.compute.studies import kept
from aecore.compute.workers import Workers, WorkersUnavailable
from aecore.dashboard.visitors import visitor, whose
from aecore.models import AUTOENCODERS
from aecore.runs.run import Run
from aecore.runs.store import RunStore, default_directory, shipped


@st.cache_resource(show_spinner=False)
def workers() -> Workers:
    """The worker processes of this server."""
    return Workers()


@st.cache_resource(show_spinner=False)
def jobs() -> Jobs:
    """The trainings of this server."""
    return Jobs(workers())


def calls() -> Calls:
    """Short questions to models."""
    return Calls(workers())


def store() -> RunStore:
    """The runs of this server that the visitor may see."""
    return RunStore(default_directory(), visitor())


def everyones() -> RunStore:
    """All runs of this server; for what is said of others' trainings without showing them."""
    return RunStore(default_directory())


def train(run: Run, anew: bool = False, gpu: bool | None = None) -> None:
    """Queues a run, as the visitor's turn."""
    jobs().submit(run, anew, whose(), gpu)


def has_gpus() -> bool:
    """Whether the cluster has workers for trainings that ask for a GPU."""
    if workers().address is None:  # our own workers use one if there is one
        return False
    with contextlib.suppress(WorkersUnavailable, OSError):
        return count_slots(workers().client(0))[GPU] > 0
    return False


def wake_workers() -> None:
    """Starts the workers in the background, once, and has the shipped models loaded."""
    _wake()


@st.cache_resource(show_spinner=False)
def _wake() -> None:
    def wake() -> None:
        with contextlib.suppress(OSError):
            everyones().empty_trash()
        models = [shipped(key).model_path for key in AUTOENCODERS]
        with contextlib.suppress(WorkersUnavailable):  # whoever asks them for something is told
            calls().warm([path for path in models if path.exists()])

    threading.Thread(target=wake, daemon=True).start()


def report(run: Run) -> Report:
    """The report of a run, from memory if the file has not changed.

    Raises:
        RunDamaged, ReportError: it cannot be read.
    """
    return _report(str(run.path), (run.path / "report.npz").stat().st_mtime_ns, run)


@st.cache_resource(show_spinner=False, max_entries=64)
def _report(path: str, changed: int, _run: Run) -> Report:
    return Report.from_arrays(_run.report_arrays())


def study(run: Run, kind: type[Study]) -> Study:
    """What a type alone shows of a run's model: kept with the run, or made by a worker, once."""
    return _study(str(run.path), run.model_path.stat().st_mtime_ns, kind.name, run, kind)


@st.cache_resource(show_spinner=False, max_entries=64)
def _study(path: str, changed: int, name: str, _run: Run, _kind: type[Study]) -> Study:
    return kept(_run, _kind) or calls().study(_run.path, name)


def browser_decoder(run: Run) -> Portable:
    """The decoder of a run as a browser runs it, asked of a worker once for all visitors."""
    return _decoder(str(run.path), run.model_path.stat().st_mtime_ns, run)


@st.cache_resource(show_spinner=False, max_entries=16)
def _decoder(path: str, changed: int, _run: Run) -> Portable:
    return calls().analyse(_run.model_path, portable_decoder)


def architecture(type: str, hyperparameters: dict, shape: tuple) -> Architecture:
    """The network that some hyperparameters would make, asked of a worker once."""
    return _architecture(type, json.dumps(hyperparameters), shape)


@st.cache_resource(show_spinner=False, max_entries=256)
def _architecture(type: str, hyperparameters: str, shape: tuple) -> Architecture:
    return calls().describe(type, json.loads(hyperparameters), shape)
