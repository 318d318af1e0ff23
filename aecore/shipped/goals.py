"""What the shipped models must reach, and how each figure is measured."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from aecore.runs.run import SHIPPED_MODELS, Run
from aecore.shipped.anchors import PROBED

NOISE = 0.3  # standard deviation, not clipped


@dataclass(frozen=True)
class Goal:
    """A figure that a shipped model must reach: at most `bound`, or at least."""

    model: str
    figure: str
    bound: float
    at_least: bool = False
    beside: str = ""

    def reached(self, value: float) -> bool:
        """Whether a measured value will do."""
        return value >= self.bound if self.at_least else value <= self.bound


GOALS = (
    Goal("linear", "SSE / PCA's", 1.001, beside="PCA of 32 components: 1"),
    Goal("linear", "smallest cosine", 0.999, True, "PCA: 1"),
    Goal("undercomplete", "SSE", 7.8, beside="PCA of 32 components: {pca:.2f}"),
    Goal("sparse", "SSE", 3.6, beside="PCA of 32 components: {pca:.2f}"),
    Goal("sparse", "dead units", 0),
    Goal(
        "sparse", "probe", 0.965, True, "raw pixels {raw_probe:.3f}, 64 components {pca_probe:.3f}"
    ),
    Goal("sparse-top-k", "SSE", 6.0, beside="25 of 784 units on"),
    Goal("sparse-top-k", "dead units", 0),
    Goal(
        "denoising",
        "PSNR, dB",
        20.7,
        True,
        "Gaussian .5: corrupted {unrestored:.1f}, median filter {median:.1f}",
    ),
    Goal("denoising-masking", "PSNR, dB", 22.3, True, "half the pixels at 0"),
    Goal("denoising-salt-pepper", "PSNR, dB", 21.7, True, "30% of the pixels at 0 or 1"),
    Goal("denoising-super-resolution", "PSNR / bicubic's", 1.0, True, "14 × 14 to 28 × 28"),
    Goal("contractive", "|J| / twin's", 1 / 3, beside="the same network unpenalised: 1"),
    Goal("contractive", "SSE / twin's", 1.2, beside="the same network unpenalised: 1"),
    Goal("contractive", "noisy probe", 0.86, True, "Gaussian .3, not clipped"),
    Goal("deep", "SSE", 2.7, beside="published: 3.00, logistic PCA 8.01, PCA 13.87"),
    Goal("convolutional", "SSE", 3.0, beside="PCA of 32 components: {pca:.2f}"),
    Goal("convolutional", "MB", 0.6, beside="deep: {deep_size:.1f}"),
    Goal("variational", "-ELBO, nats", 140, beside="two numbers, grey images"),
    Goal("variational-16", "-ELBO, nats", 98, beside="grey images; binarised ones score lower"),
    Goal("variational-lossless", "-ELBO, nats", 749, beside="256 grey values: 1.38 bits per pixel"),
)


class Measured:
    """A shipped model on MNIST's test images, each figure worked out when it is asked for."""

    def __init__(self, name: str, data):
        import keras

        self.run, self.data = Run(SHIPPED_MODELS / name), data
        self.model = keras.models.load_model(self.run.model_path, compile=False)
        self.figures = {
            "SSE": lambda: self.metrics["sse"],
            "PSNR, dB": lambda: self.metrics["psnr"],
            "MB": lambda: self.run.model_path.stat().st_size / 1e6,
            "dead units": lambda: self.own["dead"],
            "-ELBO, nats": lambda: -self.own["elbo"],
            "SSE / PCA's": lambda: self.subspace.sse / self.subspace.optimum,
            "smallest cosine": lambda: float(self.subspace.cosines.min()),
            "probe": self.probe,
            "noisy probe": self.noisy_probe,
            "|J| / twin's": lambda: self.own["jacobian"] / self.twin.own["jacobian"],
            "SSE / twin's": lambda: self.metrics["sse"] / self.twin.metrics["sse"],
            "PSNR / bicubic's": lambda: self.metrics["psnr"] / self.bicubic(),
        }

    @cached_property
    def inputs(self) -> np.ndarray:
        """Test images, corrupted as the model knows them."""
        from aecore.analysis.report import CORRUPTION_SEED
        from aecore.data.corruption import corrupt

        return np.asarray(corrupt(self.data.test.images, *self.run.corruption, CORRUPTION_SEED))

    @cached_property
    def metrics(self) -> dict[str, float]:
        """What every model has: errors of its reconstructions."""
        from aecore.analysis.reconstruction import measure, reconstruct

        return measure(self.data.test.images, reconstruct(self.model, self.inputs))

    @cached_property
    def own(self) -> dict[str, float]:
        """What only models of this type have."""
        from aecore.analysis.particulars import particulars

        return particulars(self.run.key, self.model, self.inputs)

    @cached_property
    def subspace(self):
        """Beside the principal components."""
        from aecore.analysis.study import Subject
        from aecore.analysis.subspace import Subspace

        return Subspace.of(Subject(self.model, self.data, self.run.corruption))

    @cached_property
    def twin(self) -> "Measured":
        """The same network trained without its penalty."""
        return Measured(f"{self.run.id}-unpenalised", self.data)

    def probe(self, noise: float = 0.0, strength: float = 1.0) -> float:
        """The share of test images that a linear classifier on the codes gets right."""
        from aecore.analysis.probe import classifier
        from aecore.analysis.reconstruction import encode

        known, test = self.data.training, self.data.test
        encoder = self.model.get_layer("encoder")
        codes = encode(encoder, known.images[:PROBED])[0]
        added = np.random.default_rng(0).normal(0, noise, test.images.shape).astype(np.float32)
        judged = encode(encoder, test.images + added)[0]
        fitted = classifier(codes, known.labels[:PROBED], strength)
        return float(fitted.score(judged, test.labels))

    def noisy_probe(self) -> float:
        """The same on noisy images, after learning from clean ones."""
        from aecore.analysis.probe import CAUTIOUS

        return self.probe(NOISE, CAUTIOUS)

    def bicubic(self) -> float:
        """The PSNR of the model's inputs enlarged by splines, dB."""
        from aecore.analysis.filters import apply, bicubic
        from aecore.analysis.reconstruction import psnr

        enlarged = apply(bicubic, self.run.corruption[1], self.inputs)
        return psnr(self.data.test.images, enlarged)
