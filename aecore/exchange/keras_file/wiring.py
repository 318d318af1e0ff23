"""The layers of a functional model, and the tensors between them."""

from dataclasses import dataclass
from typing import Any

from aecore.exchange.archive import FileRefused
from aecore.exchange.keras_file.entries import is_tensor
from aecore.exchange.keras_file.nodes import LOOSE, Reference
from aecore.exchange.keras_file.values import short


@dataclass(frozen=True)
class Part:
    """A part of a model: the class that the file names, and the layer, model or operation."""

    kind: str
    layer: Any
    inside: tuple["Part", ...] = ()

    @property
    def is_input(self) -> bool:
        """Whether it is the tensor of an input."""
        return is_tensor(self.layer)

    @property
    def weights(self) -> list:
        """The variables of a layer, or of all layers of a model; an operation has none."""
        return getattr(self.layer, "weights", [])


class Wiring:
    """The layers of a functional model and the tensors computed so far."""

    def __init__(self):
        self.parts: dict[str, Part] = {}
        self.outputs: dict[str, list[list]] = {}  # layer → its calls → their tensors
        self.old = False  # whether Keras 2 wrote it

    def add(self, name: str, part: Part) -> None:
        """Adds a layer; the tensor of an input is known at once."""
        self.parts[name] = part
        self.outputs[name] = [[part.layer]] if part.is_input else []

    def has(self, references) -> bool:
        """Whether all these tensors have been computed."""
        there = [self._look_up(reference) is not None for reference in references]
        return all(there)

    def find(self, reference: Reference):
        """A tensor that has been computed."""
        tensor = self._look_up(reference)
        if tensor is None:
            raise FileRefused(LOOSE)
        return tensor

    def resolved(self, argument):
        """An argument of an operation with tensors in place of references."""
        if isinstance(argument, tuple):
            return self.find(argument)
        if isinstance(argument, list):
            return [self.resolved(one) for one in argument]
        return argument

    def end(self, reference: Reference):
        """The tensor where a model begins or ends; Keras counts calls of models from 1 there."""
        name, call, output = reference
        part = self.parts.get(name)
        within = part is not None and part.inside and part.kind != "Sequential"
        return self.find((name, call - 1, output) if within and not self.old else reference)

    def _look_up(self, reference: Reference):
        """The tensor, or None while it has not been computed."""
        name, call, output = reference
        if name not in self.parts:
            raise FileRefused(LOOSE)
        inside = self.parts[name].inside
        if self.old and inside and inside[0].is_input:  # its own input was the first call
            call -= 1
        calls = self.outputs[name]
        if not 0 <= call < len(calls):
            return None
        if output >= len(calls[call]):
            raise FileRefused("{} {} has no output {}.", LOOSE, short(name), output)
        return calls[call][output]
