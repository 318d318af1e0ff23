"""The dense types as code: linear, undercomplete, overcomplete, sparse and deep."""

import math

from aecore.data.kinds import kind_of
from aecore.exchange.script.lines import (
    Network,
    Shape,
    activation_of,
    arguments,
    dense,
    flat,
    head,
    layer,
    line,
)
from aecore.models.base import DenseAutoencoder
from aecore.models.linear import Linear
from aecore.models.overcomplete import Overcomplete
from aecore.models.sparse import Sparse

L1 = '''
class ActivityL1(layers.Layer):
    """Returns the code, and adds the sum of its absolute values to the loss."""

    def call(self, code):
        penalty = ops.mean(ops.sum(ops.abs(code), axis=-1))  # of a sample, mean over the batch
        self.add_loss({weight} * penalty / {values})
        return code
'''
KL = '''
class ActivityKL(layers.Layer):
    """Returns the code, and adds how far mean activities are from the target to the loss."""

    def call(self, code):
        target, active = {target}, ops.mean(code, axis=0)  # ({latent},), over the batch
        active = ops.clip(active, 1e-6, 1 - 1e-6)
        on = target * ops.log(target / active)
        off = (1 - target) * ops.log((1 - target) / (1 - active))
        self.add_loss({weight} * ops.sum(on + off) / {values})
        return code
'''
LAYER = "The penalty is a layer that calls `add_loss`."
CHARGED = """\
Its weight is relative to the error summed over all {elements}s of {a_sample}; the loss of Keras is
their mean, so the penalty is divided by {values}."""
LINEAR = """\
Training starts with an orthogonal encoder{tied}. The biases centre the map on
the mean {sample}, so that only the subspace is left to learn."""


def dense_network(settings: DenseAutoencoder, shape: Shape) -> Network:
    """Dense layers to the code and back."""
    return _around(settings, shape, _code(settings), "Dense layers lead to the code and back.")


def overcomplete_network(settings: Overcomplete, shape: Shape) -> Network:
    """The same with a code that is larger than the input, and what keeps it from copying."""
    values, weight = math.prod(shape), settings.strength
    text, code = "The code may be larger than the input.", _code(settings)
    if settings.regularizer == "l1":
        own = L1.format(weight=weight, values=values)
        text += " An L1 penalty on it prevents copying."
        return _around(settings, shape, code, text, "ActivityL1()", own)
    if settings.regularizer == "noise":
        text += " Noise on it prevents copying; it is active during training only."
        return _around(settings, shape, code, text, f"layers.GaussianNoise({weight})")
    if settings.regularizer == "weight decay":
        text += (
            "\nWeight decay prevents copying: half the sum of squared weights times\n"
            f"{weight}, divided by the {values} values that the loss is a mean over."
        )
        decay = f"decay = keras.regularizers.L2({weight} / 2 / {values})\n\n"
        code = _code(settings, "kernel_regularizer=decay")
        return _around(settings, shape, code, text, more="kernel_regularizer=decay", before=decay)
    return _around(settings, shape, code, text)


def sparse_network(settings: Sparse, shape: Shape) -> Network:
    """The same with few active units."""
    latent, values = settings.latent_size, math.prod(shape)
    if settings.penalty == "kl":
        rare = "rare = keras.initializers.Constant(-2.0)  # sigmoid(-2) = 0.12\n\n"
        call = f'Dense({latent}, activation="sigmoid", bias_initializer=rare)'
        code = [layer(call, (latent,), "code")]
        own = KL.format(target=settings.target, latent=latent, weight=settings.weight,
                        values=values)  # fmt: skip
        text = (
            "Units of the code are sigmoids that are rarely active at the start. A penalty keeps\n"
            "the mean activity of each unit over the batch close to a target: it is the KL\n"
            "divergence between two Bernoulli distributions with these means."
        )
        return _around(settings, shape, code, text, "ActivityKL()", own, before=rare)
    if settings.penalty == "l1":
        code = [layer(f'Dense({latent}, activation="relu")', (latent,), "code")]
        own = L1.format(weight=settings.weight, values=values)
        text = "The code is large; an L1 penalty sets most of its units to 0."
        return _around(settings, shape, code, text, "ActivityL1()", own)
    k = settings.k
    code = [
        layer(f"Dense({latent})", (latent,)),
        "# normalised units compete on equal terms; without it most of them die",
        "x = layers.BatchNormalization(scale=False, momentum=0.9)(x)",
        'x = layers.Activation("relu")(x)',
        line(f"strongest = ops.top_k(x, {k})[0]", (k,)) + ", descending",
        line("code = x * ops.cast(x >= strongest[:, -1:], x.dtype)", (latent,)),
    ]
    return _around(settings, shape, code, f"Only the {k} strongest units of the code stay active.")


def linear_network(settings: Linear, shape: Shape) -> Network:
    """One matrix encodes, one decodes."""
    kind, latent, size = kind_of(shape), settings.latent_size, math.prod(shape)
    sample = kind.sample
    flatten, of = flat(sample, shape)
    mean = "np.mean" if kind.bounded else "np.nanmean"
    encoder = [
        f'down = layers.Dense({latent}, kernel_initializer="orthogonal")',
        f"up = layers.Dense({size})\n",
        line(f"{sample} = keras.Input({shape})", shape),
        *flatten,
        line(f"code = down({of})", (latent,)),
        f"encoder = keras.Model({sample}, code)",
    ]
    decoder = [line(f"code = keras.Input(({latent},))", (latent,)), line("x = up(code)", (size,))]
    if len(shape) > 1:
        decoder.append(layer(f"Reshape({shape})", shape))
    start = [
        f"kernel = ops.convert_to_numpy(down.kernel)  # ({size}, {latent})",
        f"mean = {mean}(x_train.reshape(len(x_train), -1), axis=0)  # ({size},)",
        *["up.kernel.assign(kernel.T)"] * settings.tied_start,
        "down.bias.assign(-mean @ kernel)",
        "up.bias.assign(mean)",
    ]
    tied = " and its transpose as decoder" if settings.tied_start else ""
    return Network(
        "One matrix encodes, one decodes. With the squared error they find the subspace of\n"
        "principal component analysis.\n" + LINEAR.format(tied=tied, sample=sample),
        "\n".join(encoder),
        "\n".join([*decoder, "decoder = keras.Model(code, x)"]),
        joined(sample),
        start="\n".join(start),
    )


def encoder_lines(settings, shape: Shape, code: list[str], more: str = "") -> str:
    """An encoder's hidden layers before the lines that make the code."""
    sample = kind_of(shape).sample
    flatten, of = flat(sample, shape)
    hidden = dense(settings.encoder_layers, settings.activation, settings.normalization, of, more)
    if not hidden and of != "x":  # the code's own lines begin with x
        code = [code[0].replace("(x)", f"({of})", 1), *code[1:]]
    first = line(f"{sample} = keras.Input({shape})", shape)
    return "\n".join([first, *flatten, *hidden, *code, f"encoder = keras.Model({sample}, code)"])


def decoder_lines(settings, shape: Shape, more: str = "") -> str:
    """A decoder's hidden layers and its output."""
    latent = settings.latent_size
    hidden = dense(
        settings.decoder_layers, settings.activation, settings.normalization, "code", more
    )
    last = head(shape, settings.output_activation, "x" if hidden else "code", more=more)
    first = line(f"code = keras.Input(({latent},))", (latent,))
    return "\n".join([first, *hidden, *last, "decoder = keras.Model(code, x)"])


def joined(sample: str, passing: str = "", model: str = "keras.Model") -> str:
    """Encoder and decoder as one model, the code passing a penalty on the way."""
    code = f"encoder({sample})"
    code = f"{passing}({code})" if passing else code
    return f"autoencoder = {model}({sample}, decoder({code}))"


def charged(shape: Shape) -> str:
    """How the weight of a penalty is meant."""
    kind = kind_of(shape)
    article = "an" if kind.sample[0] in "aeiou" else "a"
    return CHARGED.format(
        elements=kind.element, a_sample=f"{article} {kind.sample}", values=math.prod(shape)
    )


def _code(settings, more: str = "") -> list[str]:
    """The last layer of an encoder."""
    latent, activation = settings.latent_size, settings.latent_activation
    # inputs are not negative: some ReLU units would start dead, and stay so
    bias = 'bias_initializer="ones"' if activation == "relu" else ""
    call = f"Dense({arguments(str(latent), activation_of(activation), bias, more)})"
    return [layer(call, (latent,), "code")]


def _around(
    settings, shape: Shape, code: list[str], text: str,
    passing: str = "", own: str = "", more: str = "", before: str = "",
) -> Network:  # fmt: skip
    """A network around the lines of its code.

    Args:
        passing: the layer that the code passes on its way to the decoder; own: its definition.
        more: a further argument of dense layers, and before: the line that it needs.
    """
    return Network(
        f"{text}",
        before + encoder_lines(settings, shape, code, more),
        decoder_lines(settings, shape, more),
        joined(kind_of(shape).sample, passing),
        own_text=f"{LAYER} {charged(shape)}" if own else "",
        own=own.strip("\n"),
    )
