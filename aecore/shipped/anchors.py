"""What stands beside the shipped models: the same figures of what people would use instead."""

from functools import cached_property

import numpy as np

from aecore.runs.run import SHIPPED_MODELS

PROBED = 30_000  # training images of the linear probes


class Anchors:
    """Figures on MNIST, each worked out when a text asks for it (`str.format_map`)."""

    def __init__(self, data):
        self.data = data

    def __getitem__(self, name: str) -> float:
        return getattr(self, name)

    @cached_property
    def principal(self):
        """The principal components of the training images."""
        from aecore.analysis.principal import principal_components

        return principal_components(self.data.training.images)

    @cached_property
    def pca(self) -> float:
        """SSE of PCA with 32 components."""
        return float(self.principal.errors(self.data.test.images, [32]).mean())

    def _probe(self, features) -> float:
        from aecore.analysis.probe import classifier

        known, test = self.data.training, self.data.test
        fitted = classifier(features(known.images[:PROBED]), known.labels[:PROBED])
        return float(fitted.score(features(test.images), test.labels))

    @cached_property
    def raw_probe(self) -> float:
        """Accuracy of a linear classifier on pixels."""
        return self._probe(lambda images: images.reshape(len(images), -1))

    @cached_property
    def pca_probe(self) -> float:
        """Accuracy of a linear classifier on 64 principal components."""
        axes, mean = self.principal.axes[:64].T, self.principal.mean
        return self._probe(lambda images: (images.reshape(len(images), -1) - mean) @ axes)

    @cached_property
    def noisy(self) -> np.ndarray:
        """Test images under Gaussian noise of .5."""
        from aecore.analysis.report import CORRUPTION_SEED
        from aecore.data.corruption import corrupt

        return np.asarray(corrupt(self.data.test.images, "gaussian", 0.5, CORRUPTION_SEED))

    @cached_property
    def unrestored(self) -> float:
        """PSNR of these as they are, dB."""
        from aecore.analysis.reconstruction import psnr

        return psnr(self.data.test.images, self.noisy)

    @cached_property
    def median(self) -> float:
        """PSNR of these after the better of two median filters, dB."""
        from aecore.analysis.filters import apply, median
        from aecore.analysis.reconstruction import psnr

        return max(psnr(self.data.test.images, apply(median, side, self.noisy)) for side in (3, 5))

    @cached_property
    def deep_size(self) -> float:
        """Megabytes of the shipped deep model."""
        return (SHIPPED_MODELS / "deep" / "model.keras").stat().st_size / 1e6
