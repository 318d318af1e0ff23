"""Settings in which an experiment differs from its type's recipe, or from other experiments."""

from typing import Any

from aecore.models.settings import Settings
from aecore.training.experiment import Experiment


def settings_of(experiment: Experiment) -> dict[str, Any]:
    """All settings of the network and the training that have an effect beside the others."""
    return _mattering(experiment.autoencoder) | _mattering(experiment)


def changed_settings(experiment: Experiment) -> dict[str, Any]:
    """The settings that differ from the recipe of the type, except for the data set."""
    usual = experiment.usual()
    return {
        name: value
        for name, value in settings_of(experiment).items()
        if value != usual[name] and name != "dataset"
    }


def differing_settings(experiments: list[Experiment]) -> dict[str, list[Any]]:
    """name → the value in each experiment, where they differ; None where it has no effect."""
    settings = [settings_of(experiment) for experiment in experiments]
    names = dict.fromkeys(name for each in settings for name in each)
    rows = {name: [each.get(name) for each in settings] for name in names}
    return {name: row for name, row in rows.items() if any(value != row[0] for value in row)}


def label_of(key: type[Settings], name: str) -> str:
    """The short label of a setting of a type or of its training."""
    owner = key if name in key.declared() else Experiment
    return owner.declared()[name].label.split(" (")[0]


def _mattering(settings: Settings) -> dict[str, Any]:
    values = {name: getattr(settings, name) for name in settings.declared()}
    return {
        name: values[name]
        for name, declared in settings.declared().items()
        if declared.only_with is None or values.get(declared.only_with[0]) in declared.only_with[1]
    }
