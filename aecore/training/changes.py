"""Changes made during training: together with the experiment they determine the result."""

from dataclasses import dataclass
from typing import Any, Self

from aecore.models.settings import SettingError

LEAST_RATE, MOST_RATE = 1e-6, 100.0  # the bounds of an experiment, like those of the epochs
MOST_EPOCHS = 1000


@dataclass(frozen=True)
class Change:
    """From a step on (0: the first), a constant learning rate, or another number of epochs.

    reset_optimizer: whether the optimizer starts again at this step, as after a divergence.
    """

    step: int
    learning_rate: float | None = None
    epochs: int | None = None  # in total
    reset_optimizer: bool = False

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """A change from named values.

        Raises:
            TypeError: a value is invalid; the text names it.
        """
        change = cls(**values)
        if not _whole(change.step, 0, 10**12):
            raise TypeError(f"step cannot be {change.step!r:.80}")
        if change.epochs is not None and not _whole(change.epochs, 1, MOST_EPOCHS):
            raise TypeError(f"epochs cannot be {change.epochs!r:.80}")
        if not isinstance(change.reset_optimizer, bool):
            raise TypeError(f"reset_optimizer cannot be {change.reset_optimizer!r:.80}")
        if change.learning_rate is not None:
            try:
                check_rate(change.learning_rate)
            except SettingError as problem:
                raise TypeError(str(problem)) from problem
        return change

    def in_words(self) -> str:
        """'learning rate 0.0001 from step 120'."""
        parts = []
        if self.epochs is not None:
            how = "restarted" if self.reset_optimizer else "continued"
            parts.append(f"{how} up to epoch {self.epochs:,}")
        if self.learning_rate is not None:
            parts.append(f"learning rate {self.learning_rate:g}")
        return f"{', '.join(parts)} from step {self.step:,}"


def check_rate(rate: float) -> float:
    """A learning rate within its bounds.

    Raises:
        SettingError: it is not a number, or out of bounds.
    """
    number = isinstance(rate, int | float) and not isinstance(rate, bool)
    if not (number and LEAST_RATE <= rate <= MOST_RATE):
        raise SettingError(
            "learning_rate",
            "Learning rate must lie between {:g} and {:g}; it was {:.40}.",
            LEAST_RATE,
            MOST_RATE,
            repr(rate),
        )
    return float(rate)


def _whole(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
