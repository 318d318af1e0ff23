"""Loss, optimizer and learning rate schedule of an experiment, compiled into a Keras model."""

import keras

from aecore.data.kinds import kind_of
from aecore.models import losses
from aecore.training.experiment import Experiment

LAST_RATE = 1e-3  # a falling schedule ends at this share of the learning rate


class Rate(keras.optimizers.schedules.LearningRateSchedule):
    """The planned learning rate, until another is chosen."""

    def __init__(self, planned):
        self.planned = planned  # a number or a schedule
        self.chosen = keras.Variable(0.0, trainable=False)  # 0: as planned

    def choose(self, rate: float) -> None:
        """Sets the rate, constant from now on."""
        self.chosen.assign(rate)

    def __call__(self, step):
        planned = self.planned(step) if callable(self.planned) else self.planned
        return keras.ops.where(self.chosen > 0, self.chosen, planned)

    def get_config(self):
        return {"planned": self.planned}


def compile_for(
    model: keras.Model, experiment: Experiment, steps: int, layout: tuple[int, ...] = ()
) -> Rate:
    """Compiles a model with the loss, optimizer and schedule of an experiment.

    Args:
        steps: of the whole training.
        layout: of a table, how many values each column has.

    Returns:
        The learning rate, which may be changed during training.
    """
    if experiment.loss == "mixed":
        loss = losses.mixed(layout)
    elif not kind_of(experiment.shape).bounded:
        loss = losses.masked_squared_error
    else:
        loss = experiment.autoencoder.keras_loss(experiment.loss)
    penalized = bool(model.metrics) and loss is not None  # then it is reported on its own, too
    metrics = [keras.metrics.MeanMetricWrapper(loss, name="reconstruction")] if penalized else None
    rate = Rate(_schedule(experiment, steps))
    model.compile(optimizer=_optimizer(experiment, rate), loss=loss, metrics=metrics)
    model.optimizer.build(model.trainable_variables)
    return rate


def _schedule(experiment: Experiment, steps: int):
    rate, schedules = experiment.learning_rate, keras.optimizers.schedules
    if experiment.schedule == "cosine":
        return schedules.CosineDecay(rate, steps, alpha=LAST_RATE)
    if experiment.schedule == "exponential":
        return schedules.ExponentialDecay(rate, steps, LAST_RATE)
    return rate


def _optimizer(experiment: Experiment, rate: Rate) -> keras.optimizers.Optimizer:
    match experiment.optimizer:
        case "adam":
            return keras.optimizers.Adam(rate)
        case "adamw":
            return keras.optimizers.AdamW(rate, weight_decay=experiment.weight_decay)
        case "rmsprop":
            return keras.optimizers.RMSprop(rate)
        case "sgd":
            return keras.optimizers.SGD(rate, momentum=0.9)
