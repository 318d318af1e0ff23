"""The studies of each type, which a worker makes and saves with the run."""

import contextlib
from typing import TypeVar

from aecore.analysis.calibration import Calibration
from aecore.analysis.classes import ClassErrors
from aecore.analysis.contraction import Contraction
from aecore.analysis.copying import CopyTest
from aecore.analysis.dictionary import Dictionary
from aecore.analysis.filters import Filters
from aecore.analysis.gradients import Gradients
from aecore.analysis.moving import Moving
from aecore.analysis.posterior import Posterior
from aecore.analysis.principal import PcaCurve
from aecore.analysis.probe import NoisyProbe, Probe
from aecore.analysis.readouts import LayerReadouts
from aecore.analysis.study import Study, StudyError, Subject
from aecore.analysis.subspace import Subspace
from aecore.analysis.value_principal import ValuePrincipal
from aecore.data.kinds import kind_of
from aecore.runs.detectors import beside
from aecore.runs.files import write_arrays
from aecore.runs.run import Run, RunDamaged
from aecore.runs.same_model import same_model

S = TypeVar("S", bound=Study)

# type's key → its studies
STUDIES: dict[str, tuple[type[Study], ...]] = {
    "linear": (PcaCurve, Subspace, Moving),
    "undercomplete": (PcaCurve, ClassErrors, CopyTest),
    "overcomplete": (CopyTest,),
    "sparse": (Dictionary, Probe),
    "contractive": (Contraction, NoisyProbe),
    "denoising": (Filters,),
    "variational": (Posterior, Calibration),
    "deep": (PcaCurve, LayerReadouts, Gradients),
}

# the same, of rows and windows
STUDIES_OF_VALUES: dict[str, tuple[type[Study], ...]] = {
    "linear": (ValuePrincipal,),
    "undercomplete": (ValuePrincipal,),
    "deep": (ValuePrincipal,),
}


def studies_of(run: Run) -> tuple[type[Study], ...]:
    """The studies of a run's type on its kind of data."""
    return (STUDIES if kind_of(run.shape).bounded else STUDIES_OF_VALUES).get(run.key, ())


def study_named(key: str, name: str) -> type[Study]:
    """A type's study by its name."""
    known = (*STUDIES.get(key, ()), *STUDIES_OF_VALUES.get(key, ()))
    return next(kind for kind in known if kind.name == name)


def kept(run: Run, kind: type[S]) -> S | None:
    """The study saved with a run; None if there is none of this version."""
    with contextlib.suppress(StudyError, RunDamaged):
        arrays = run.study_arrays(kind.name) or beside(run).study_arrays(kind.name)
        return kind.from_arrays(arrays) if arrays else None


def make(run: Run, kind: type[S], model) -> S:
    """Studies a run's model and saves the result in the run folder, if that is writable.

    Raises:
        DataUnavailable: the data set is not on this machine.
        ModelReplaced: the run was trained further in the meantime.
    """
    from aecore.data.datasets import load

    with same_model(run):
        study = kind.of(Subject(model, load(run.dataset), run.corruption))
    with contextlib.suppress(OSError):
        write_arrays(run.study_path(kind.name), study.to_arrays())
    return study


def learnt(run: Run) -> tuple[int | None, tuple[int, ...]]:
    """How many training samples a run learnt, None for all, and of which classes, () for all."""
    experiment = run.experiment
    return (experiment.samples or None, experiment.normal) if experiment else (None, ())
