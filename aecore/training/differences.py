"""Settings in which an experiment differs from its type's recipe, or from other experiments."""

import contextlib
from typing import Any

from aecore.data.datasets import DataUnavailable, source
from aecore.data.splits import Source
from aecore.models.settings import Settings
from aecore.training.experiment import Experiment
from aecore.training.words import setting_in_words

DEFAULTS = "default settings"
TOLD_FIRST = ("normal", "latent_size", "epochs")
MOST_TOLD = 3  # differences by which a run is called


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


def differences(experiment: Experiment, data: Source | None = None, most: int = MOST_TOLD) -> str:
    """How an experiment differs from its type's defaults, by which its run is called.

    'code 8 · 5 epochs', 'default settings', 'code 8 · Fashion-MNIST · 5 epochs +2'.

    Args:
        data: its data set; looked up where it is not given. Somebody may have typed its title and
            classes: pages show what comes back escaped.
        most: differences told; of the others only the number.
    """
    kind, changed = type(experiment.autoencoder), changed_settings(experiment)
    data = data or _described(experiment.dataset)
    classes = data.classes if data else ()
    names = sorted(changed, key=lambda name: name not in TOLD_FIRST)  # else as declared
    own = [name for name in names if name in kind.declared()]
    told = [setting_in_words(kind, name, changed[name]) for name in own]
    if experiment.dataset != experiment.usual()["dataset"]:
        told.append(data.title if data else experiment.dataset)
    others = [name for name in names if name not in own]
    told += [setting_in_words(kind, name, changed[name], classes) for name in others]
    more = f" +{len(told) - most}" if len(told) > most else ""
    return f"{' · '.join(told[:most])}{more}" if told else DEFAULTS


def _described(dataset: str) -> Source | None:
    with contextlib.suppress(DataUnavailable):
        return source(dataset)
    return None


def _mattering(settings: Settings) -> dict[str, Any]:
    values = {name: getattr(settings, name) for name in settings.declared()}
    return {
        name: values[name]
        for name, declared in settings.declared().items()
        if declared.only_with is None or values.get(declared.only_with[0]) in declared.only_with[1]
    }
