"""The architecture of a network, for its drawing."""

import math
from dataclasses import asdict, dataclass
from typing import Any, Self


@dataclass(frozen=True)
class Stage:
    """One layer of the drawing: its name, the shape of its output, its parameters."""

    name: str
    shape: tuple[int, ...]
    parameters: int
    part: str  # "encoder" or "decoder"

    @property
    def size(self) -> int:
        """The number of values in the output."""
        return math.prod(self.shape)


@dataclass(frozen=True)
class Architecture:
    """The layers with weights, from image to code and back."""

    image: tuple[int, ...]
    code_size: int
    parameters: int
    decodes_codes: bool  # whether a code alone gives an image; a U-Net also needs feature maps
    stages: tuple[Stage, ...]

    @property
    def compression(self) -> float:
        """Values per image to values per code; below 1 the code is larger."""
        return math.prod(self.image) / self.code_size

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """The inverse of `to_dict`."""
        stages = tuple(
            Stage(**{**stage, "shape": tuple(stage["shape"])}) for stage in values["stages"]
        )
        return cls(**{**values, "image": tuple(values["image"]), "stages": stages})


def describe(model) -> Architecture:
    """Reads the architecture off an autoencoder with the sub-models `encoder` and `decoder`."""
    encoder, decoder = model.get_layer("encoder"), model.get_layer("decoder")
    stages = []
    for part in (encoder, decoder):
        for layer in part.layers:
            # normalisation follows the layer it belongs to, and is counted with it
            if hasattr(layer, "kernel"):
                shape = tuple(layer.output.shape[1:])
                stages.append(Stage(type(layer).__name__, shape, layer.count_params(), part.name))
            elif layer.count_params() and stages:
                last = stages.pop()
                stages.append(
                    Stage(last.name, last.shape, last.parameters + layer.count_params(), last.part)
                )
    return Architecture(
        tuple(model.input_shape[1:]),
        math.prod(encoder.outputs[0].shape[1:]),
        encoder.count_params() + decoder.count_params(),
        len(decoder.inputs) == 1,
        tuple(stages),
    )
