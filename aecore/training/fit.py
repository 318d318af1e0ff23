"""The training loop of all types: epochs, validation, and the ways in which training ends.

Training can be left between any two steps and resumed from a `Checkpoint`. The result depends on
the experiment and on changes made during training, but not on pauses.
"""

import dataclasses
import math
import time
from dataclasses import dataclass, field

import keras
import numpy as np

from aecore.data.corruption import corrupt
from aecore.data.datasets import Dataset
from aecore.training import divergence
from aecore.training.changes import Change
from aecore.training.checkpoint import Checkpoint, Place
from aecore.training.compilation import compilation
from aecore.training.compiling import compile_for
from aecore.training.devices import on_gpu
from aecore.training.epochs import Epochs, numbers
from aecore.training.experiment import Experiment
from aecore.training.observer import Observer, Progress, check_requests
from aecore.training.pretraining import pretrain
from aecore.training.seeding import seeded, unmoved
from aecore.training.validation import Validation


@dataclass
class Outcome:
    """How a training ended: `finished`, `stopped`, `paused`, `early` or `diverged`."""

    reason: str = "finished"
    epochs: int = 0
    seconds: float = 0.0
    message: str = ""
    history: list[dict[str, float]] = field(default_factory=list)


def build(experiment: Experiment, images: np.ndarray) -> keras.Model:
    """The untrained model of an experiment, with starting weights from its seed."""
    with seeded(experiment.seed):
        model = experiment.autoencoder.build(experiment.shape)
    experiment.autoencoder.prepare(model, images)
    return model


def fit(
    model: keras.Model,
    experiment: Experiment,
    data: Dataset,
    observer: Observer,
    start: Checkpoint | None = None,
    changes: tuple[Change, ...] = (),
) -> Outcome:
    """Trains a model in place and reports to the observer.

    A training that diverges ends with the weights of its last finite epoch, and leaves a checkpoint
    there, from which it can be continued at a smaller rate; early stopping ends with those of the
    best validation loss.

    Args:
        start: where to resume; the model must be freshly built by `build`.
        changes: made before, or to be made at a later step.

    Raises:
        CheckpointDamaged: the checkpoint belongs to another experiment.
    """
    wanted = getattr(experiment.autoencoder, "pretraining_epochs", 0)
    pretrained = 0.0  # seconds
    if wanted and (start is None or start.place.pair):
        ended, pretrained = pretrain(model, experiment, data.training.images, observer, start)
        if ended:
            return Outcome(ended, 0, pretrained, f"{ended.capitalize()} during pre-training.")
        start = None
    return _Fit(model, experiment, data, observer, start, changes, pretrained).run()


class _Fit:
    def __init__(self, model, experiment: Experiment, data, observer, start, changes, pretrained):
        self.model, self.experiment, self.observer = model, experiment, observer
        self.noise = keras.random.SeedGenerator(experiment.seed)
        self.layout = data.layout
        self.training = Epochs(
            model, data.training.images, experiment.batch_size,
            lambda clean: self._corrupt(clean, self.noise),
            *compilation(experiment, len(data.training)),
        )  # fmt: skip
        self.steps, self.epochs = self.training.steps, experiment.epochs
        self.rate = compile_for(model, experiment, self.steps * experiment.epochs, data.layout)
        self.changes = sorted(changes, key=lambda change: change.step)
        self.prolonged = 0  # the epoch after which it was continued: patience starts again there
        self.validation = Validation(
            model,
            data.validation.images,
            lambda clean: self._corrupt(clean, experiment.seed + 1),
            experiment.autoencoder.uses_xla(on_gpu()),
        )
        self.place, self.good = Place(), model.get_weights()
        if start is not None:
            self._go_on_from(start)
        # seconds before, and the loss in the epoch so far
        self.before, self.loss = pretrained + self.place.seconds, None
        self.began = time.monotonic()

    def _corrupt(self, images, seed):
        e = self.experiment
        return corrupt(images, e.corruption, e.corruption_strength, seed, self.layout)

    def _variables(self) -> list:
        """All variables that a step reads or writes."""
        m = self.model
        return [*m.variables, *m.optimizer.variables, *m.metrics_variables, self.noise.state]

    def _take(self) -> Checkpoint:
        self.place.seconds = self.before + time.monotonic() - self.began
        self.place.step = self._step()
        return Checkpoint.of(self.place, self._variables(), self.good)

    def _go_on_from(self, start: Checkpoint) -> None:
        self.validation.first_terms()  # which creates the metrics that are restored
        start.restore(self._variables())
        self.place, self.good = start.place, start.good

    def run(self) -> Outcome:
        place, outcome = self.place, Outcome()
        if not self._step():
            self._measure_untrained()
        self._report("Compiling")
        self._apply_changes()
        ended = ""
        while not ended and place.epoch <= self.epochs and not self._waited_enough():
            terms, ended = self._epoch()
            if ended:
                self._leave(outcome, ended)
            else:
                self._close_epoch(terms)
        if not ended and self._waited_enough():
            outcome.reason = "early"
            outcome.message = (
                f"Stopped early: the validation loss has not improved since epoch "
                f"{place.best_epoch}, whose weights were kept."
            )
        if outcome.reason != "diverged":
            self._report("Training", urgent=True)
        if outcome.reason in ("finished", "early"):
            self.observer.checkpoint(self._take, urgent=True)
            if self.experiment.patience:
                self.model.set_weights(self.good)
        outcome.history, outcome.epochs = place.history, len(place.history)
        outcome.seconds = self.before + time.monotonic() - self.began
        return outcome

    def _epoch(self) -> tuple[dict[str, float], str]:
        """Runs the rest of an epoch: its terms, and "" or the reason to end training in it."""
        place, model = self.place, self.model
        terms = numbers(model.get_metrics_result()) if place.done else {}
        seed = [self.experiment.seed, place.epoch]
        for done, terms in self.training.run(seed, place.done):
            place.done = done
            if not all(map(math.isfinite, terms.values())):
                return {}, "diverged"
            self.loss = terms["loss"]
            self._report("Training")
            self._apply_changes()
            if ended := check_requests(self.observer, self._take):
                return {}, ended
        while (held := self.validation.terms(self._asked_to_leave)) is None:
            if ended := check_requests(self.observer, self._take):
                return {}, ended  # otherwise the request was withdrawn: measure again
        if not all(map(math.isfinite, held.values())):
            return {}, "diverged"
        return terms | {f"val_{name}": value for name, value in held.items()}, ""

    def _measure_untrained(self) -> None:
        """The first point of the curve: the loss of the untrained network on validation data.

        It comes long before the end of an epoch, which then finds the validation compiled.
        """
        self._tell("Measuring the untrained network")
        with unmoved(self.model):
            terms = self.validation.terms(self._asked_to_leave)
        if terms is not None and math.isfinite(terms["loss"]):
            self.loss = terms["loss"]

    def _asked_to_leave(self) -> bool:
        return self.observer.stop_requested() or self.observer.pause_requested()

    def _close_epoch(self, terms: dict[str, float]) -> None:
        place = self.place
        place.history.append(terms)
        self.observer.epoch(place.epoch, terms, self.model)
        better = terms["val_loss"] < place.best
        if better:
            place.best, place.best_epoch = terms["val_loss"], place.epoch
        if better or not self.experiment.patience:
            self.good = self.model.get_weights()
        place.epoch, place.done = place.epoch + 1, 0

    def _waited_enough(self) -> bool:
        patience = self.experiment.patience
        since = max(self.place.best_epoch, self.prolonged)
        return bool(patience) and self.place.epoch - 1 - since >= patience

    def _leave(self, outcome: Outcome, ended: str) -> None:
        epoch = self.place.epoch
        outcome.reason = ended
        outcome.message = f"{ended.capitalize()} in epoch {epoch} of {self.epochs}."
        if ended == "diverged":
            good = self.place.best_epoch if self.experiment.patience else epoch - 1
            rate = float(self.rate.chosen) or self.experiment.learning_rate
            outcome.message = divergence.in_words(epoch, good, rate)
            self._go_back(good)

    def _go_back(self, epoch: int) -> None:
        """Restores the good weights, and saves a checkpoint at the end of their epoch."""
        self.model.set_weights(self.good)
        place = dataclasses.replace(
            self.place, epoch=epoch + 1, done=0, step=epoch * self.steps,
            history=self.place.history[:epoch],
            seconds=self.before + time.monotonic() - self.began,
        )  # fmt: skip
        divergence.reset_optimizer(self.model, self.noise.state, place.step)
        self.observer.checkpoint(
            lambda: Checkpoint.of(place, self._variables(), self.good), urgent=True
        )

    def _step(self) -> int:
        """Steps taken so far."""
        return (self.place.epoch - 1) * self.steps + self.place.done

    def _apply_changes(self) -> None:
        """Applies the changes up to this step, and a new learning rate if one is requested."""
        wanted = self.observer.requested_rate()
        if wanted is not None:
            self.changes.append(Change(self._step(), learning_rate=wanted))
            self.observer.changed(self.changes[-1])
        for change in self.changes:
            if change.step <= self._step():
                if change.reset_optimizer and change.step == self._step():
                    divergence.reset_optimizer(self.model, self.noise.state, change.step)
                if change.epochs:
                    self.epochs, self.prolonged = change.epochs, change.step // self.steps
                if change.learning_rate:
                    self.rate.choose(change.learning_rate)
        coming = [change.step - self._step() for change in self.changes]
        self.training.most = min((steps for steps in coming if steps > 0), default=None)

    def _report(self, stage: str, urgent: bool = False) -> None:
        self._tell(stage)
        self.observer.moment(self._step() / self.steps, self.loss, self.model, urgent)

    def _tell(self, stage: str) -> None:
        epochs, passed, step = self.epochs, self._step(), self.training.seconds
        seconds_left = (epochs * self.steps - passed) * step if step else None
        epoch = self.place.epoch - (not self.place.done)  # under way, or just completed
        share = passed / (epochs * self.steps)
        self.observer.progress(Progress(stage, epoch, epochs, share, seconds_left, self.loss))
