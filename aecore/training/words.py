"""Settings and their values in words: 'code 8', '5 epochs', 'tanh activation'."""

from collections.abc import Sequence
from typing import Any

from aecore.data.corruption import CORRUPTIONS
from aecore.models.settings import Settings
from aecore.training.experiment import LOSSES, Experiment
from aecore.training.normal import normal_in_words
from aecore.training.sweep import written

CHOICE_WORDS = {
    **{key: corruption.title for key, corruption in CORRUPTIONS.items()},
    **LOSSES,
    "adam": "Adam", "adamw": "AdamW", "rmsprop": "RMSprop", "sgd": "SGD with momentum",
    "relu": "ReLU", "gelu": "GELU", "leaky_relu": "Leaky ReLU", "elu": "ELU", "tanh": "tanh",
    "kl": "KL divergence", "l1": "L1", "u-net": "U-Net", "none": "None",
    "float32": "float32", "bfloat16": "bfloat16",
}  # fmt: skip
NAMES = ("Adam", "Bernoulli", "Gaussian")  # which keep their capital letter inside a sentence

# settings that are named otherwise than by their label and value
COUNTED = {"epochs": "epoch", "samples": "training image"}
SPELT = {
    "latent_size": "code {}",
    "k": "{} active units",
    "corruption": "{}",
    "network": "{} network",
    "decoder": "{} decoder",
    "regularizer": "constraint: {}",
    "penalty": "{} penalty",
    "optimizer": "{}",
    "loss": "{}",
}


def choice_title(value: str) -> str:
    """A choice as a list shows it: 'ReLU'."""
    return CHOICE_WORDS.get(value, value.capitalize())


def label_of(key: type[Settings], name: str) -> str:
    """The short label of a setting of a type or of its training."""
    owner = key if name in key.declared() else Experiment
    return owner.declared()[name].label.split(" (")[0]


def setting_in_words(
    key: type[Settings], name: str, value: Any, classes: Sequence[str] = ()
) -> str:
    """A setting of a type with its value, inside a sentence: 'learning rate 0.01'.

    Args:
        classes: names of the data set's classes, if they are known.
    """
    if name == "normal":
        return normal_in_words(value, classes)
    label = _lowered(label_of(key, name))
    if noun := COUNTED.get(name):
        return f"all {noun}s" if value == 0 else f"{value:,} {noun}{'' if value == 1 else 's'}"
    if isinstance(value, str):
        if value == "none" or (value == "linear" and name.endswith("activation")):
            word = "no" if value == "none" else value
            return f"{word} {label}"
        return SPELT.get(name, f"{{}} {label}").format(_lowered(choice_title(value)))
    if isinstance(value, bool):
        return f"{label} {written(value)}"
    if isinstance(value, tuple) and not value:
        return f"no {label}"
    if name == "patience" and not value:
        return f"no {label}"
    return SPELT.get(name, f"{label} {{}}").format(written(value))


def _lowered(words: str) -> str:
    """The words as they stand inside a sentence; names and abbreviations keep their capitals."""
    first = words.split(" ")[0]
    plain = first[1:].islower() and first not in NAMES
    return words[:1].lower() + words[1:] if plain else words
