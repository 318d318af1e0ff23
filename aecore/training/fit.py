"""The compiled training loop, one for all types.

The data set is held as a tensor; many steps run inside one `tf.function` that gathers its
batches by index, so that Python is entered a few times a second only: often enough to report
and to stop, seldom enough to cost nothing. Each step is Keras' own `train_step`.
"""

import math
import time
from dataclasses import dataclass, field

import keras
import numpy as np
import tensorflow as tf

from aecore.data.corruption import corrupt
from aecore.data.datasets import Dataset
from aecore.training.experiment import Experiment
from aecore.training.observer import Observer, Progress
from aecore.training.pretraining import pretrain
from aecore.training.seeding import seeded

SECONDS_A_REPORT = 0.25
EVALUATION_BATCH = 500
LAST_RATE = 1e-3  # a falling schedule ends at this share of the learning rate


@dataclass
class Outcome:
    """How a training ended: `finished`, `stopped`, `early` or `diverged`."""

    reason: str = "finished"
    epochs: int = 0
    seconds: float = 0.0
    message: str = ""
    history: list[dict[str, float]] = field(default_factory=list)


def build(experiment: Experiment, images: np.ndarray) -> keras.Model:
    """The untrained model of an experiment, its starting weights set by the seed."""
    with seeded(experiment.seed):
        model = experiment.autoencoder.build(experiment.shape)
    experiment.autoencoder.prepare(model, images)
    return model


def fit(model: keras.Model, experiment: Experiment, data: Dataset, observer: Observer) -> Outcome:
    """Trains a model in place and tells the observer.

    A training that diverges ends with the weights of its last epoch that was finite; early
    stopping ends with those of the best held-out loss.
    """
    images = data.training.images
    wanted = getattr(experiment.autoencoder, "pretraining_epochs", 0)
    if wanted and not pretrain(model, experiment, images, observer):
        return Outcome("stopped", message="Stopped during pre-training.")
    return _Fit(model, experiment, data, observer).run()


class _Fit:
    def __init__(self, model, experiment: Experiment, data: Dataset, observer: Observer):
        self.model, self.experiment, self.observer = model, experiment, observer
        self.batch = min(experiment.batch_size, len(data.training))
        self.steps = len(data.training) // self.batch
        self.images = tf.constant(data.training.images)
        self.noise = keras.random.SeedGenerator(experiment.seed)
        compile_for(model, experiment, self.steps * experiment.epochs)

        held = data.validation.images
        self.held_batch = min(EVALUATION_BATCH, len(held))
        held = held[: len(held) // self.held_batch * self.held_batch]
        self.held = tf.constant(held)
        # the held-out images are corrupted once, so that epochs can be compared
        self.held_inputs = self._corrupt(self.held, experiment.seed + 1)
        self.seconds = 0.0  # a step's, measured
        self._compile_functions()

    def _corrupt(self, images, seed):
        e = self.experiment
        return corrupt(images, e.corruption, e.corruption_strength, seed)

    def _compile_functions(self):
        model, images, batch = self.model, self.images, self.batch
        xla = self.experiment.autoencoder.uses_xla

        @tf.function(jit_compile=xla)
        def step(clean):
            return model.train_step((self._corrupt(clean, self.noise), clean))

        @tf.function(jit_compile=xla)
        def held_step(inputs, clean):
            return model.test_step((inputs, clean))

        @tf.function(input_signature=[tf.TensorSpec([None], tf.int32)])
        def train(order):
            for start in tf.range(0, tf.shape(order)[0], batch):
                rows = tf.reshape(order[start : start + batch], [batch])
                step(tf.gather(images, rows))
            return model.get_metrics_result()

        @tf.function
        def validate():
            for start in tf.range(0, len(self.held), self.held_batch):
                shape = [self.held_batch, *self.held.shape[1:]]
                part = slice(start, start + self.held_batch)
                held_step(
                    tf.reshape(self.held_inputs[part], shape), tf.reshape(self.held[part], shape)
                )
            return model.get_metrics_result()

        self.train, self.validate = train, validate

    def run(self) -> Outcome:
        outcome, began = Outcome(), time.monotonic()
        good = self.model.get_weights()
        best, best_epoch = math.inf, 0
        self._report("Compiling", 0, 0, None)
        for epoch in range(1, self.experiment.epochs + 1):
            terms, ended = self._epoch(epoch)
            if ended == "diverged":
                self.model.set_weights(good)
                outcome.reason = "diverged"
                outcome.message = self._divergence(epoch)
                break
            if ended == "stopped":
                outcome.reason = "stopped"
                outcome.message = f"Stopped in epoch {epoch} of {self.experiment.epochs}."
                break
            outcome.history.append(terms)
            outcome.epochs = epoch
            self.observer.epoch(epoch, terms, self.model)
            better = terms["val_loss"] < best
            if better:
                best, best_epoch = terms["val_loss"], epoch
            if better or not self.experiment.patience:
                good = self.model.get_weights()
            if self.experiment.patience and epoch - best_epoch >= self.experiment.patience:
                outcome.reason = "early"
                outcome.message = (
                    f"Stopped early: no better held-out loss since epoch {best_epoch}, "
                    "whose weights were kept."
                )
                break
        if self.experiment.patience and outcome.reason in ("finished", "early"):
            self.model.set_weights(good)
        outcome.seconds = time.monotonic() - began
        return outcome

    def _epoch(self, epoch: int) -> tuple[dict[str, float], str]:
        """One epoch: its terms, and "" or why training ends within it."""
        order = np.random.default_rng([self.experiment.seed, epoch]).permutation(len(self.images))
        order = order[: self.steps * self.batch].astype(np.int32)
        self.model.reset_metrics()
        done = 0
        while done < self.steps:
            if self.observer.stop_requested():
                return {}, "stopped"
            count = self._steps_a_report(done)
            began = time.monotonic()
            rows = order[done * self.batch : (done + count) * self.batch]
            terms = numbers(self.train(tf.constant(rows)))
            took = (time.monotonic() - began) / count
            done += count
            if epoch > 1 or done > count:  # the very first steps include compilation
                self.seconds = took if not self.seconds else 0.8 * self.seconds + 0.2 * took
            if not all(map(math.isfinite, terms.values())):
                return {}, "diverged"
            self._report("Training", epoch, done, terms["loss"])
        self.model.reset_metrics()
        held = numbers(self.validate())
        if not all(map(math.isfinite, held.values())):
            return {}, "diverged"
        return terms | {f"val_{name}": value for name, value in held.items()}, ""

    def _steps_a_report(self, done: int) -> int:
        if not self.seconds:
            return 1
        return min(self.steps - done, max(1, round(SECONDS_A_REPORT / self.seconds)))

    def _report(self, stage: str, epoch: int, done: int, loss: float | None):
        epochs = self.experiment.epochs
        passed = (max(epoch, 1) - 1) * self.steps + done
        left = epochs * self.steps - passed
        self.observer.progress(
            Progress(
                stage,
                epoch,
                epochs,
                passed / (epochs * self.steps),
                left * self.seconds if self.seconds else None,
                loss,
            )
        )

    def _divergence(self, epoch: int) -> str:
        kept = f"the weights of epoch {epoch - 1}" if epoch > 1 else "the starting weights"
        return (
            f"The loss stopped being a number in epoch {epoch}; {kept} were kept. "
            f"Try a learning rate below {self.experiment.learning_rate:g}."
        )


def compile_for(model: keras.Model, experiment: Experiment, steps: int) -> None:
    """Compiles a model with the experiment's loss, optimiser and schedule over so many steps."""
    loss = experiment.autoencoder.keras_loss(experiment.loss)
    penalized = bool(model.metrics) and loss is not None  # then the error is also told alone
    metrics = [keras.metrics.MeanMetricWrapper(loss, name="reconstruction")] if penalized else None
    model.compile(optimizer=_optimizer(experiment, steps), loss=loss, metrics=metrics)
    model.optimizer.build(model.trainable_variables)


def _optimizer(experiment: Experiment, steps: int) -> keras.optimizers.Optimizer:
    rate = experiment.learning_rate
    schedules = keras.optimizers.schedules
    if experiment.schedule == "cosine":
        rate = schedules.CosineDecay(rate, steps, alpha=LAST_RATE)
    elif experiment.schedule == "exponential":
        rate = schedules.ExponentialDecay(rate, steps, LAST_RATE)
    match experiment.optimizer:
        case "adam":
            return keras.optimizers.Adam(rate)
        case "adamw":
            return keras.optimizers.AdamW(rate, weight_decay=experiment.weight_decay)
        case "rmsprop":
            return keras.optimizers.RMSprop(rate)
        case "sgd":
            return keras.optimizers.SGD(rate, momentum=0.9)


def numbers(terms: dict) -> dict[str, float]:
    """Keras' metric results as plain floats."""
    return {name: float(value) for name, value in terms.items()}
