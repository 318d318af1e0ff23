"""Hyperparameters that several types share; each type chooses its own default."""

from aecore.models.settings import setting

ACTIVATIONS = ("relu", "gelu", "leaky_relu", "elu", "tanh", "sigmoid", "linear")
NORMALIZATIONS = ("none", "batch", "layer")
WIDEST = 4096


def layers(default: tuple[int, ...], side: str):
    """Sizes of the hidden layers of the "encoder" or "decoder"."""
    where = "before" if side == "encoder" else "after"
    return setting(
        default,
        f"{side.capitalize()} layers",
        f"Units of each hidden layer {where} the code, separated by commas. Leave empty for none.",
        minimum=1,
        maximum=WIDEST,
    )


def latent_size(default: int, **declared):
    """Size of the code."""
    words = "Dimension of the latent code: how many numbers describe one image."
    return setting(default, "Latent size", words, minimum=1, maximum=WIDEST, **declared)


def activation(default: str):
    """Non-linearity between the layers."""
    words = "Activation function of the hidden layers."
    return setting(default, "Activation", words, choices=ACTIVATIONS)


def latent_activation(default: str):
    """Non-linearity of the code, where the type leaves it free."""
    words = "Activation function of the code. Linear allows any value."
    return setting(default, "Code activation", words, choices=ACTIVATIONS)


def normalization(default: str):
    """What rescales the values of hidden layers."""
    words = (
        "Normalises the values of each hidden layer over the batch or over the layer. Deep "
        "networks learn faster with it."
    )
    return setting(default, "Normalisation", words, choices=NORMALIZATIONS)


def output_activation():
    """Range of the output."""
    words = "Sigmoid keeps pixels between 0 and 1; linear does not."
    return setting("sigmoid", "Output", words, choices=("sigmoid", "linear"))


def filters(default: tuple[int, ...], **declared):
    """Filters of convolutions, each of which halves the image."""
    words = "Number of filters per scale, separated by commas. Each scale halves height and width."
    return setting(default, "Filters", words, minimum=1, maximum=256, **declared)
