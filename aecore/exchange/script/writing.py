"""An experiment written out as a script, section by section."""

import re
import textwrap
from collections.abc import Callable

from aecore.data.kinds import kind_of
from aecore.data.splits import Source
from aecore.exchange.script.cells import Cell
from aecore.exchange.script.contractive import contractive_network
from aecore.exchange.script.convolutions import convolutional_network, denoising_network
from aecore.exchange.script.corruption import corrupting
from aecore.exchange.script.data import loading
from aecore.exchange.script.dense import (
    dense_network,
    linear_network,
    overcomplete_network,
    sparse_network,
)
from aecore.exchange.script.lines import WIDEST, Network
from aecore.exchange.script.showing import drawing, evaluation
from aecore.exchange.script.training import loss_of, pretraining, training
from aecore.exchange.script.variational import variational_network
from aecore.training.experiment import Experiment

NETWORKS: dict[str, Callable[..., Network]] = {  # key of a type → its network as code
    "linear": linear_network,
    "undercomplete": dense_network,
    "overcomplete": overcomplete_network,
    "sparse": sparse_network,
    "denoising": denoising_network,
    "contractive": contractive_network,
    "deep": dense_network,
    "convolutional": convolutional_network,
    "variational": variational_network,
}
HEAD = """\
# {title} autoencoder on {data}

{summary}
{reference}

It needs Keras 3 with TensorFlow, NumPy{more} and Matplotlib:

    pip install keras tensorflow numpy{packages} matplotlib"""


def script_of(experiment: Experiment, source: Source, told: str = "") -> list[Cell]:
    """The cells of a script that makes an experiment anew, with Keras, NumPy and Matplotlib alone.

    Args:
        source: the description of its data set.
        told: what is known of a run of it, in sentences.
    """
    network = NETWORKS[experiment.autoencoder.key](experiment.autoencoder, experiment.shape)
    corruption, corrupt = corrupting(
        experiment.shape, experiment.corruption, experiment.corruption_strength
    )
    loss, definition = loss_of(experiment, source)
    samples = kind_of(experiment.shape).samples
    sections = [
        ("Data", *loading(experiment, source)),
        ("Corruption", corruption, corrupt),
        ("Penalty", network.own_text, network.own),
        ("Network", network.text, _whole(network)),
        ("Starting weights", "", network.start),
        ("Layer-wise pre-training", *pretraining(experiment)),
        ("Loss", "What is missing does not count.", definition),
        ("Training", *training(experiment, loss)),
        ("Error on test data", told, evaluation(experiment, source)),
        (f"Original {samples} above their reconstructions", "", drawing(experiment)),
    ]
    cells = [_cell(*section) for section in sections if section[2]]
    code = "\n".join(cell.code for cell in cells)
    return [Cell(_head(experiment, source), _setup(code, experiment.seed)), *cells]


def _cell(title: str, text: str, code: str) -> Cell:
    paragraphs = [f"## {title}", *filter(None, text.strip().split("\n\n"))]
    return Cell("\n\n".join(map(_wrapped, paragraphs)), code.strip("\n"))


def _wrapped(text: str) -> str:
    return textwrap.fill(text, WIDEST, break_on_hyphens=False)


def _whole(network: Network) -> str:
    parts = [network.encoder, network.decoder, network.joined]
    return "\n\n".join(parts) + "\nautoencoder.summary()"


def _head(experiment: Experiment, source: Source) -> str:
    kind = experiment.autoencoder
    learn = "load_digits" if experiment.dataset == "digits" else ""
    return HEAD.format(
        title=kind.title,
        data=plain(source.title),
        summary=_wrapped(kind.summary),
        reference=_wrapped(kind.reference),
        more=", scikit-learn" if learn else "",
        packages=" scikit-learn" if learn else "",
    )


def plain(title: str) -> str:
    """A title that somebody typed, without what would end a string or be taken for markup."""
    words = re.sub(r"[^\w.,()+×–-]", " ", title)
    return " ".join(words.replace("_", " ").split())[:60] or "own data"


def _setup(code: str, seed: int) -> str:
    """Imports of what the code uses, and the seed."""
    lines = ["import keras", "import matplotlib.pyplot as plt", "import numpy as np"]
    lines += ["import tensorflow as tf"] * ("tf." in code)
    names = "layers, ops" if re.search(r"\bops\.", code) else "layers"
    lines.append(f"from keras import {names}")
    lines += ["from sklearn.datasets import load_digits"] * ("load_digits" in code)
    return "\n".join([*lines, "", f"keras.utils.set_random_seed({seed})"])
