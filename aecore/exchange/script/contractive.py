"""The contractive type as code: its Jacobian exactly, or as an estimate for several layers."""

import math

from aecore.data.kinds import kind_of
from aecore.exchange.script.dense import charged, decoder_lines, encoder_lines, joined
from aecore.exchange.script.lines import Network, Shape, activation_of, arguments, layer
from aecore.models.contractive import Contractive

SLOPES = {  # activation → it, and its derivative, of the values before it
    "linear": ("before", "ops.ones_like(before)"),
    "relu": ("ops.relu(before)", 'ops.cast(before > 0, "float32")'),
    "leaky_relu": ("ops.leaky_relu(before, 0.2)", "ops.where(before > 0, 1.0, 0.2)"),
    "elu": ("ops.elu(before)", "ops.where(before > 0, 1.0, code + 1.0)"),
    "tanh": ("ops.tanh(before)", "1 - ops.square(code)"),
    "sigmoid": ("ops.sigmoid(before)", "code * (1 - code)"),
    "gelu": (
        "ops.gelu(before, approximate=False)",
        "0.5 + 0.5 * ops.erf(before / 2**0.5)\n"
        "        slopes += before * ops.exp(-0.5 * ops.square(before)) / (2 * np.pi) ** 0.5",
    ),
}
EXACT = '''
class ContractiveDense(layers.Dense):
    """A dense layer that adds the squared norm of its Jacobian to the loss."""

    def call(self, inputs):
        before = super().call(inputs)  # (n, {latent})
        code = {activation}
        slopes = {slopes}
        weights = ops.sum(ops.square(self.kernel), axis=0)  # ({latent},)
        norm = ops.mean(ops.sum(ops.square(slopes) * weights, axis=-1))
        self.add_loss({weight} * norm / {values})
        return code
'''
ESTIMATED = '''
class ContractiveModel(keras.Model):
    """A model that adds the squared norm of its encoder's Jacobian to the loss."""

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        loss = super().compute_loss(x, y, y_pred, sample_weight, training)
        with tf.GradientTape() as tape:
            tape.watch(x)
            code = encoder(x, training=False)  # (n, {latent})
        signs = ops.sign(keras.random.uniform(ops.shape(code), -1.0, 1.0, seed=random_signs))
        pulled = tape.gradient(code, x, output_gradients=signs)  # the shape of x
        norm = ops.mean(ops.sum(ops.square(pulled), axis={axes}))
        return loss + {weight} * norm / {values}
'''
TEXT = """\
The penalty is the squared norm of the Jacobian ∂z/∂x, a mean over the batch: small changes of the
{sample} are to change the code little."""
EXACTLY = """
For a code of one layer, z = s(Wx + b), it is the sum over all units of s'(·)² ‖w‖²."""
ROUGHLY = """
It is estimated with random signs v: the mean of ‖vᵀ ∂z/∂x‖² is the same number
(Hutchinson 1990)."""


def contractive_network(settings: Contractive, shape: Shape) -> Network:
    """Dense layers with a penalty on the encoder's Jacobian."""
    latent, sample = settings.latent_size, kind_of(shape).sample
    named = {"latent": latent, "weight": settings.weight, "values": math.prod(shape)}
    bias = 'bias_initializer="ones"' if settings.latent_activation == "relu" else ""
    if not settings.encoder_layers:
        activation, slopes = SLOPES[settings.latent_activation]
        own = EXACT.format(activation=activation, slopes=slopes, **named)
        made = arguments(str(latent), bias)
        code = [layer("Dense(...)", (latent,), "code").replace(
            "layers.Dense(...)", f"ContractiveDense({made})")]  # fmt: skip
        told, model = EXACTLY, "keras.Model"
    else:
        axes = tuple(range(1, len(shape) + 1))
        own = "random_signs = keras.random.SeedGenerator(1)\n\n"
        own += ESTIMATED.format(axes=axes if len(axes) > 1 else -1, **named)
        activation = activation_of(settings.latent_activation)
        call = f"Dense({arguments(str(latent), activation, bias)})"
        code, told, model = [layer(call, (latent,), "code")], ROUGHLY, "ContractiveModel"
    return Network(
        "Dense layers lead to the code and back.",
        encoder_lines(settings, shape, code),
        decoder_lines(settings, shape),
        joined(sample, model=model),
        own_text=f"{TEXT.format(sample=sample)}{told}\n{charged(shape)}",
        own=own.strip("\n"),
    )
