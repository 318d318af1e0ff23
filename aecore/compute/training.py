"""Training of a run, from its experiment to its report, in the calling process."""

from aecore.analysis.architecture import describe
from aecore.analysis.report import make_report
from aecore.compute.memory import check_room, free_on_gpu, worker_limit
from aecore.compute.recorder import Recorder
from aecore.data.datasets import Dataset, load
from aecore.data.refusal import Refusal
from aecore.models.base import for_use
from aecore.models.unfilled import unfilled
from aecore.runs.checkpoints import load_checkpoint
from aecore.runs.control import begin, leave_queue
from aecore.runs.detectors import forget_detector
from aecore.runs.files import write_arrays, write_whole
from aecore.runs.requests import RESTART, requested
from aecore.runs.run import Run
from aecore.runs.status import Status
from aecore.training.checkpoint import Place
from aecore.training.devices import all_gpus, be_exact, device_name, on_gpu
from aecore.training.fit import Outcome, build, fit
from aecore.training.needs import needs
from aecore.training.observer import NoObserver, Observer
from aecore.training.precision import check_here

ENDS = {"finished": "finished", "early": "finished", "stopped": "stopped", "diverged": "diverged"}


def train(run: Run, observer: Observer | None = None) -> Status:
    """Trains and measures a run, starting from its checkpoint; the status tells the outcome.

    Args:
        run: a queued run that no other process trains.
        observer: is informed in addition to the run folder.
    """
    recorder = Recorder(run, observer or NoObserver())
    with recorder.heartbeat():
        try:
            _train(run, recorder)
        except Refusal as problem:
            recorder.end("failed", str(problem))
        except KeyboardInterrupt:
            recorder.end("interrupted", "Interrupted from the keyboard.")
            raise
        except Exception as problem:
            recorder.end("failed", in_words(problem))
            if run.path.exists():  # otherwise it was deleted, which is no failure
                raise
    return recorder.status


def _train(run: Run, recorder: Recorder) -> None:
    if left := leave_queue(run, recorder.status):
        recorder.end(left.state, left.message)
        return
    start, problem = (None, "") if requested(run, RESTART) else load_checkpoint(run.path)
    experiment = run.recipe
    stage = f"Loading {run.source.title}"
    recorder.change(state="training", stage=stage, memory_limit=worker_limit())
    be_exact()
    check_here(experiment.precision, on_gpu())
    _check_room(run, recorder)
    data = load(experiment.dataset, experiment.samples or None, experiment.normal)
    with all_gpus():
        recorder.change(stage="Building the network", device=device_name())
        model = build(experiment, data.training.images)
        place = start.place if start else Place()
        recorder.film(data, place)
        begin(run)
        recorder.resume_from(place)
        outcome = fit(model, experiment, data, recorder, start, run.changes())
    if outcome.reason == "paused":
        recorder.end("paused", outcome.message, seconds=outcome.seconds)
    elif not recorder.displaced:
        _measure(run, recorder, model, data, outcome)
    if problem:
        recorder.change(message=f"{recorder.status.message} {problem}".strip())


def _check_room(run: Run, recorder: Recorder) -> None:
    """Refuses a training without enough memory or disk space, before it takes any.

    Raises:
        SettingError: there is not enough memory, on the GPU either, or not enough disk.
    """
    experiment = run.recipe
    network = unfilled(lambda: describe(experiment.autoencoder.build(experiment.shape)))
    gpu = on_gpu()
    free = free_on_gpu() if gpu else None
    check_room(needs(experiment, network, gpu), recorder.status.memory_limit, run.path, free)


def _measure(run: Run, recorder: Recorder, model, data: Dataset, outcome: Outcome) -> None:
    """Writes the model, its report and the final status."""
    if not run.path.exists():  # it was cancelled
        return
    recorder.change(state="measuring", stage="Measuring on test images", seconds=outcome.seconds)
    experiment, final = run.recipe, for_use(model, data.layout)
    corruption = (experiment.corruption, experiment.corruption_strength)
    key = experiment.autoencoder.key
    report = make_report(key, final, corruption, data.test, outcome.seconds, data.layout)
    if run.path.exists():  # or it was deleted meanwhile
        _forget_measured(run)
        write_whole(run.model_path, final.save)
        _forget_measured(run)  # what was kept while the model was written
        write_arrays(run.path / "report.npz", report.to_arrays())
    recorder.end(ENDS[outcome.reason], outcome.message)


def _forget_measured(run: Run) -> None:
    """Deletes what was made of the model before its training was continued."""
    for study in run.path.glob("study-*.npz"):
        study.unlink(missing_ok=True)
    forget_detector(run)


def in_words(problem: Exception) -> str:
    """An unexpected error in a sentence for the user."""
    name = type(problem).__name__
    if isinstance(problem, MemoryError) or name == "ResourceExhaustedError":
        of_gpu = " on the GPU" if on_gpu() and name == "ResourceExhaustedError" else ""
        return (
            f"There was not enough memory{of_gpu}. Try fewer units, a smaller batch or fewer "
            "images."
        )
    if isinstance(problem, OSError):
        return f"A file could not be written or read: {problem}."
    first, *_ = str(problem).splitlines() or [""]
    return f"Training failed unexpectedly ({name}: {first[:200]})."
