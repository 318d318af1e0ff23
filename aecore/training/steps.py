"""How many steps a training takes, and settings that make them enough for few images."""

from aecore.training.experiment import Experiment

FEW = 500  # fewer hardly move the weights
# 154 colour photos of 32 × 32, convolutional, batch 16: the error on held-out images is that of
# the mean image after 7 steps, a third of it after 500, and no better after 1,000 or 2,000
TARGET = 1_000
SMALL_SET = 5_000  # with more images, few epochs are a choice and not an oversight


def count_steps(experiment: Experiment, images: int) -> int:
    """Steps of a training on a data set with that many training images."""
    images = _kept(experiment, images)
    return images // min(experiment.batch_size, images) * experiment.epochs


def enough_steps(experiment: Experiment, images: int) -> Experiment | None:
    """The experiment with the batch size and epochs that suit few images; None if it has enough."""
    kept = _kept(experiment, images)
    if kept > SMALL_SET or count_steps(experiment, images) >= FEW:
        return None
    batch = min(experiment.batch_size, 16 if kept >= 64 else 8, kept)
    epochs = min(1_000, max(1, round(TARGET / (kept // batch))))
    return experiment.replace(batch_size=batch, epochs=epochs)


def _kept(experiment: Experiment, images: int) -> int:
    return min(experiment.samples or images, images)
