"""The studies of each type, which a worker makes and saves with the run."""

import contextlib
import dataclasses
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
from aecore.data.splits import Dataset
from aecore.runs.detectors import beside
from aecore.runs.files import write_arrays
from aecore.runs.run import Run, RunDamaged
from aecore.runs.same_model import same_model

S = TypeVar("S", bound=Study)
ALL = (None, ())  # what most runs learn: all samples of all classes

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
    """The study saved with a run; None if there is none of this version, or of other data."""
    with contextlib.suppress(StudyError, RunDamaged):
        arrays = run.study_arrays(kind.name) or beside(run).study_arrays(kind.name)
        found = kind.from_arrays(arrays) if arrays else None
        if found is not None and kind.compares and learnt(run) != ALL and not found.of_part:
            return None  # it was compared with data that the model never saw
        return found
    return None


def make(run: Run, kind: type[S], model) -> S:
    """Studies a run's model and saves the result in the run folder, if that is writable.

    Raises:
        DataUnavailable: the data set is not on this machine.
        ModelReplaced: the run was trained further in the meantime.
    """
    from aecore.data.datasets import load

    data = compared_data(run) if kind.compares else load(run.dataset)
    with same_model(run):
        study = kind.of(Subject(model, data, run.corruption))
    if kind.compares:
        study = noted(study, run, data)
    with contextlib.suppress(OSError):
        write_arrays(run.study_path(kind.name), study.to_arrays())
    return study


def compared_data(run: Run) -> Dataset:
    """The data of a run, with the training samples that its model learnt from.

    Raises:
        DataUnavailable: the data set is not on this machine.
    """
    from aecore.data.datasets import load

    return load(run.dataset, *learnt(run))


def noted(study: S, run: Run, data: Dataset) -> S:
    """A study of such data; of a part of all, it says so."""
    part = len(data.training.images) if learnt(run) != ALL else 0
    return dataclasses.replace(study, of_part=part)


def learnt(run: Run) -> tuple[int | None, tuple[int, ...]]:
    """How many training samples a run learnt, None for all, and of which classes, () for all."""
    experiment = run.experiment
    if experiment is None:
        return ALL
    few = 0 < experiment.samples < run.source.training_size
    return experiment.samples if few else None, experiment.normal
