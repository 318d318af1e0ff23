"""What all visitors of a server share, and who the visitor is: workers, runs, cached reports.

Without an `[auth]` section in Streamlit's secrets nobody logs in, and everything is everybody's.
"""

import contextlib
import gc
import sys
import threading
from typing import Any, TypeVar

import pandas  # noqa: F401  # loaded whole before a second visitor's Plotly finds it half loaded
import streamlit as st

from aecore import environment
from aecore.analysis.architecture import Architecture
from aecore.analysis.portable import Portable, portable_decoder
from aecore.analysis.report import Report
from aecore.analysis.study import Study
from aecore.compute.calls import Calls
from aecore.compute.jobs import Jobs, count_slots
from aecore.compute.judging import Judgings
from aecore.compute.measuring import Measurements
from aecore.compute.queue import GPU
from aecore.compute.resuming import continue_queue
from aecore.compute.workers import Workers, WorkersUnavailable
from aecore.dashboard.private.streamlit import browser_session
from aecore.data import own
from aecore.data.limits import MB
from aecore.data.names import storable
from aecore.data.reading.launching import NotStarted, prepare
from aecore.data.reading.process import Reader
from aecore.models import AUTOENCODERS
from aecore.models.base import Autoencoder, Shape
from aecore.runs.detectors import beside
from aecore.runs.owner import LONGEST, Visitor
from aecore.runs.recent import Recent
from aecore.runs.run import Run, RunDamaged
from aecore.runs.store import RunStore, shipped
from aecore.runs.studies import kept

FEW_MODULES = 20
TIDY_SECONDS = 3600
measured = Recent(256 * MB)  # reports and studies of runs, an imported one's as large as it may be
decoders = Recent(128 * MB)  # of runs, for browsers
S = TypeVar("S", bound=Study)  # a kind of study


def visitor() -> Visitor | None:
    """Who has logged in; None where nobody does."""
    if not logins():
        return None
    if not st.user.is_logged_in:
        st.stop()  # `gate` has shown what to do
    about = st.user.to_dict()
    # a subject is unique with its issuer only
    id = f"{about.get('iss', '')}|{about['sub']}"[:LONGEST]
    name = about.get("name") or about.get("email") or about["sub"]
    return Visitor(id, storable(str(name))[:LONGEST])


def logins() -> bool:
    """Whether visitors log in here."""
    return "is_logged_in" in st.user


def whose() -> str:
    """The owner of a place in the queue: a visitor or, without logins, a browser session.

    It is not kept in the session's state: leaving a page ends its script at the next access to
    that, and runs that were just created would never be queued.
    """
    if (who := visitor()) is not None:
        return who.id
    return browser_session()


def reader() -> Reader:
    """The reader of the visitor's files; it ends when cancelled, or with the session."""
    return Reader(whose(), _look)


def _look() -> None:
    """Ends this script if it is to end: a look into the session's state is where that happens."""
    _ = "reader" in st.session_state


def names_shown() -> bool:
    """Whether visitors see who trains what."""
    return logins() and environment.names_shown()


@st.cache_resource(show_spinner=False)
def workers() -> Workers:
    """The worker processes of this server."""
    return Workers()


@st.cache_resource(show_spinner=False)
def jobs() -> Jobs:
    """The trainings of this server."""
    return Jobs(workers())


@st.cache_resource(show_spinner=False)
def judgings() -> Judgings:
    """The detectors of this server that judge their data now."""
    return Judgings()


@st.cache_resource(show_spinner=False)
def measurements() -> Measurements:
    """The measurements under way on this server."""
    return Measurements(workers())


def calls() -> Calls:
    """Short questions to models."""
    return Calls(workers())


def store() -> RunStore:
    """The runs of this server that the visitor may see."""
    return RunStore(environment.runs_directory(), visitor())


def everyones() -> RunStore:
    """All runs of this server; for what is said of others' trainings without showing them."""
    return RunStore(environment.runs_directory())


def last_change() -> int:
    """When anybody last created, deleted or queued a run, in ns since 1970.

    It is one look at the directory; what a worker writes into a run's own folder does not count.
    """
    with contextlib.suppress(OSError):
        return environment.runs_directory().stat().st_mtime_ns
    return 0  # there is no directory yet


def runs_that_are(*states: str, key: str | None = None) -> list[Run]:
    """Runs in one of the states, of one type if `key` is given, oldest first."""
    found = []
    for run in store().runs(key):
        with contextlib.suppress(RunDamaged):
            if run.status().state in states:
                found.append(run)
    return found[::-1]


def train(run: Run, restart: bool = False, gpu: bool | None = None) -> None:
    """Queues a run, as the visitor's turn."""
    jobs().submit(run, restart, whose(), gpu)


def has_gpus() -> bool:
    """Whether the cluster has workers for trainings that ask for a GPU."""
    if workers().address is None:  # our own workers use one if there is one
        return False
    with contextlib.suppress(WorkersUnavailable, OSError):
        return count_slots(workers().client(0))[GPU] > 0
    return False


def wake_workers() -> None:
    """Starts the workers in the background, once; loads shipped models, continues the queue."""
    _wake()


@st.cache_resource(show_spinner=False)
def _wake() -> None:
    def wake() -> None:
        with contextlib.suppress(NotStarted, OSError):  # reported at the first upload
            prepare(["h5py", "aecore.data.images.preloading", "aecore.exchange.opening"])
            prepare(["aecore.data.tables.preloading"])
        models = [shipped(key).model_path for key in AUTOENCODERS]
        with contextlib.suppress(WorkersUnavailable):  # reported at the first call
            calls().warm([path for path in models if path.exists()])
        continue_queue(jobs(), everyones())

    def wake_unless_ended() -> None:
        try:
            wake()
        except RuntimeError:  # an ending server lets no thread import Dask or begin anything
            threading.main_thread().join(timeout=10)
            if threading.main_thread().is_alive():
                raise

    threading.Thread(target=wake_unless_ended, daemon=True).start()
    threading.Thread(target=keep_tidy, args=(threading.Event(),), daemon=True).start()


def keep_tidy(ended: threading.Event) -> None:
    """Empties the trash and deletes what was left unfinished, now and every hour until the end."""
    while True:
        for tidy in (everyones().tidy, own.tidy):
            with contextlib.suppress(OSError):
                tidy()
        if ended.wait(TIDY_SECONDS):
            return


def spare_the_collector() -> None:
    """Has garbage collections pass over what was imported since they last were told to.

    Streamlit collects after every script run, which takes 80 ms with all libraries of a page.
    """
    if len(sys.modules) > _frozen["modules"] + FEW_MODULES:
        _frozen["modules"] = len(sys.modules)
        gc.collect()
        gc.freeze()


_frozen = {"modules": 0}


def report(run: Run) -> Report:
    """The report of a run, from memory if the file has not changed.

    Raises:
        RunDamaged, ReportError: it cannot be read.
    """
    key = ("report", str(run.path), (run.path / "report.npz").stat().st_mtime_ns)
    return measured.get(key, lambda: Report.from_arrays(run.report_arrays()))


def kept_study(run: Run, kind: type[S]) -> S | None:
    """What was measured of a run and is kept, from memory if its file has not changed."""
    for folder in (run, beside(run)):  # that of a shipped model may have been measured here
        path = folder.study_path(kind.name)
        if path.exists():
            key = (kind.name, str(path), path.stat().st_mtime_ns)
            return measured.get(key, lambda folder=folder: kept(folder, kind))
    return None


def study(run: Run, kind: type[S]) -> S:
    """What a type alone shows of a run's model: kept with the run, or made by a worker, once."""
    key = (kind.name, str(run.path), run.model_path.stat().st_mtime_ns)
    found: Any = measured.get(key, lambda: kept(run, kind) or calls().study(run.path, kind.name))
    return found


def browser_decoder(run: Run) -> Portable:
    """The decoder of a run as a browser runs it, asked of a worker once for all visitors."""
    key = (str(run.path), run.model_path.stat().st_mtime_ns)
    layout = run.source.layout
    return decoders.get(key, lambda: calls().analyse(run.model_path, portable_decoder, layout))


@st.cache_resource(show_spinner=False, max_entries=256)
def architecture(autoencoder: Autoencoder, shape: Shape) -> Architecture:
    """The network that an autoencoder builds for images of a shape, asked of a worker once."""
    return calls().describe(autoencoder, shape)
