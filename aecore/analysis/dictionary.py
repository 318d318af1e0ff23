"""Units of a large code: their activity, their features, and images built up of these."""

from dataclasses import dataclass

import numpy as np

from aecore.analysis.activity import ON
from aecore.analysis.reconstruction import encode, in_batches
from aecore.analysis.study import Study, Subject

MEASURED = 5000  # test images
SHOWN = 60  # features
BINS = 50
MOST = 60  # features of a build-up


@dataclass(frozen=True)
class Dictionary(Study):
    """The activity of a code on test images, and features of its most active units.

    counts (bins,) and edges (bins + 1,): histogram of all activities. on (n,): active units per
    image. rates (units,): the share of images for which a unit is active; 0 is a dead unit.
    shown (m,): units by decreasing rate, spread over those alive; features (m, h, w, c).
    """

    name = "dictionary"
    counts: np.ndarray
    edges: np.ndarray
    on: np.ndarray
    rates: np.ndarray
    shown: np.ndarray
    features: np.ndarray

    @classmethod
    def of(cls, subject: Subject):
        images = subject.data.test.images[:MEASURED]
        codes = encode(subject.model.get_layer("encoder"), images)[0]
        rates = (codes > ON).mean(axis=0)
        alive = np.argsort(-rates, kind="stable")[: max(1, int((rates > 0).sum()))]
        shown = alive[np.unique(np.linspace(0, len(alive) - 1, SHOWN).astype(int))]
        counts, edges = np.histogram(codes, BINS)
        drawn = features(subject.model.get_layer("decoder"), shown, np.quantile(codes, 0.99))
        return cls(
            counts=counts,
            edges=edges.astype(np.float32),
            on=(codes > ON).sum(axis=1).astype(np.int16),
            rates=rates.astype(np.float32),
            shown=shown,
            features=drawn.astype(np.float16),
        )

    @property
    def dead(self) -> int:
        """The number of units that are never active."""
        return int((self.rates == 0).sum())


def features(decoder, units: np.ndarray, peak: float = 1.0) -> np.ndarray:
    """The features of some units of the code, (m, h, w, c), with signs.

    If the decoder is one dense layer these are its weights; otherwise the change of the output when
    only this unit is active, at `peak`.
    """
    shape = decoder.output_shape[1:]
    weighty = [layer for layer in decoder.layers if layer.weights]
    if len(weighty) == 1 and type(weighty[0]).__name__ == "Dense":
        return np.asarray(weighty[0].kernel)[units].reshape(-1, *shape)
    codes = np.zeros((len(units) + 1, decoder.input_shape[-1]), np.float32)
    codes[np.arange(len(units)), units] = peak
    outputs = in_batches(decoder, codes)[0]
    return outputs[:-1] - outputs[-1]


@dataclass(frozen=True)
class BuildUp:
    """An image decoded from increasingly many of its strongest units.

    units (m,) by decreasing activity, with their values (m,) and features (m, h, w, c); outputs
    (m + 1, h, w, c): of 0 to m of them, all others zero; whole (h, w, c): of the full code;
    errors (m + 1,): squared errors.
    """

    units: np.ndarray
    values: np.ndarray
    features: np.ndarray
    outputs: np.ndarray
    whole: np.ndarray
    errors: np.ndarray


def build_up(model, image: np.ndarray) -> BuildUp:
    """Adds the strongest units of an image (h, w, c) one by one."""
    encoder, decoder = model.get_layer("encoder"), model.get_layer("decoder")
    code = encode(encoder, image[None])[0][0]
    units = np.argsort(-np.abs(code), kind="stable")[: min(MOST, len(code))]
    codes = np.zeros((len(units) + 2, len(code)), np.float32)
    for count in range(1, len(units) + 1):
        codes[count] = codes[count - 1]
        codes[count, units[count - 1]] = code[units[count - 1]]
    codes[-1] = code
    outputs = in_batches(decoder, codes)[0]
    return BuildUp(
        units=units,
        values=code[units],
        features=features(decoder, units),
        outputs=outputs[:-1],
        whole=outputs[-1],
        errors=np.square(outputs[:-1] - image).sum(axis=(1, 2, 3)),
    )
