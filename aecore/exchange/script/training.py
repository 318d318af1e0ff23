"""How a script trains: loss, optimizer and schedule, pre-training, early stopping."""

from aecore.data.kinds import kind_of
from aecore.data.splits import Source
from aecore.exchange.script.corruption import inputs_from
from aecore.exchange.script.data import DOWNLOADED
from aecore.training.experiment import Experiment

KNOWN_ERROR = '''
def known_squared_error(samples, outputs):
    """Mean squared error over the known values of each {sample}."""
    known = ops.logical_not(ops.isnan(samples))
    errors = ops.where(known, ops.square(outputs - ops.where(known, samples, 0.0)), 0.0)
    count = ops.sum(ops.cast(known, "float32"), axis={axes})
    return ops.sum(errors, axis={axes}) / ops.maximum(count, 1.0)  # (n,)
'''
MIXED = '''
def mixed_error(rows, outputs):
    """Squared error of numbers, cross-entropy of categories; a mean over the known columns."""
    terms, known, end = [], [], 0
    for width in widths:
        start, end = end, end + width
        wanted, given = rows[:, start:end], outputs[:, start:end]
        there = ops.logical_not(ops.isnan(wanted[:, 0]))  # (n,)
        wanted = ops.where(there[:, None], wanted, 0.0)
        if width == 1:
            term = ops.square(given - wanted)[:, 0]
        else:  # the outputs for a category are logits
            term = -ops.sum(wanted * ops.log_softmax(given), axis=-1)
        terms.append(ops.where(there, term, 0.0))
        known.append(ops.cast(there, "float32"))
    return sum(terms) / ops.maximum(sum(known), 1.0)  # (n,)
'''
BATCHES = '''\
class Batches(keras.utils.PyDataset):
    """Shuffled batches of inputs and targets; what does not fill a batch is left out."""

    def __init__(self, samples, batch_size, rng):
        super().__init__()
        self.samples, self.rng = samples, rng
        self.batch_size = min(batch_size, len(samples))
        self.on_epoch_end()

    def __len__(self):
        return len(self.samples) // self.batch_size

    def on_epoch_end(self):
        self.order = self.rng.permutation(len(self.samples))

    def __getitem__(self, number):
        rows = self.order[number * self.batch_size : (number + 1) * self.batch_size]
        samples = self.samples[rows]
        return {inputs}, samples


rng = np.random.default_rng({seed})
batches = Batches(x_train, {batch_size}, rng)
'''
PRETRAINING = """
def groups(network):
    found = []
    for layer in network.layers:
        if isinstance(layer, layers.Dense):
            found.append([])
        if found and not isinstance(layer, layers.Reshape):
            found[-1].append(layer)
    return found


values = {values}.reshape(len(x_train), -1)  # what the pair learns to reconstruct
for reduce, restore in zip(groups(encoder), groups(decoder)[::-1], strict=True):
    inputs = keras.Input(values.shape[1:])
    codes = keras.Sequential(reduce)(inputs)
    pair = keras.Model(inputs, keras.Sequential(restore)(codes))
    pair.compile(keras.optimizers.Adam(0.001), loss="mse")
    pair.fit(values, values, batch_size={batch_size}, epochs={epochs})
    values = keras.Model(inputs, codes).predict(values, batch_size=1000)
"""
PRETRAINING_TEXT = """\
From the outside in, each layer of the encoder and its counterpart in the decoder learn to
reconstruct what the layers before them give (Hinton & Salakhutdinov 2006). A group of layers
begins with a dense one."""
SCHEDULES = {
    "cosine": (
        "CosineDecay({rate}, steps, alpha=0.001)",
        "falls with a cosine to a thousandth by the last step",
    ),
    "exponential": (
        "ExponentialDecay({rate}, steps, 0.001)",
        "falls exponentially to a thousandth by the last step",
    ),
}
OPTIMIZERS = {
    "adam": "Adam({rate})",
    "adamw": "AdamW({rate}, weight_decay={decay})",
    "rmsprop": "RMSprop({rate})",
    "sgd": "SGD({rate}, momentum=0.9)",
}


def pretraining(experiment: Experiment) -> tuple[str, str]:
    """The text and the code of greedy pre-training; both empty where there is none."""
    epochs = getattr(experiment.autoencoder, "pretraining_epochs", 0)
    if not epochs:
        return "", ""
    values = "x_train" if kind_of(experiment.shape).bounded else "np.nan_to_num(x_train)"
    return PRETRAINING_TEXT, PRETRAINING.format(
        values=values, batch_size=experiment.batch_size, epochs=epochs
    ).strip("\n")


def training(experiment: Experiment, loss: str) -> tuple[str, str]:
    """The text and the code of training.

    Args:
        loss: the argument of `compile`.
    """
    epochs, size, seed = experiment.epochs, experiment.batch_size, experiment.seed

    def inputs(samples: str, rng: str) -> str:
        return inputs_from(experiment.shape, experiment.corruption, samples, rng)

    plain = inputs("x", "") == "x" and experiment.dataset in DOWNLOADED and not _part(experiment)
    if plain:
        code, each = "", f"(len(x_train) // {size})"
        given = ["x_train", "x_train", f"batch_size={size}"]
    else:
        code = BATCHES.format(inputs=inputs("samples", "self.rng"), seed=seed, batch_size=size)
        given, each = ["batches"], "len(batches)"
    rate, told = f"{experiment.learning_rate!r}", "is constant"
    if experiment.schedule in SCHEDULES:
        schedule, told = SCHEDULES[experiment.schedule]
        code += f"steps = {epochs} * {each}\n"
        code += f"rate = keras.optimizers.schedules.{schedule.format(rate=rate)}\n"
        rate = "rate"
    optimizer = OPTIMIZERS[experiment.optimizer].format(rate=rate, decay=experiment.weight_decay)
    compiled = f"keras.optimizers.{optimizer}" + (f", loss={loss}" if loss else "")
    code += f"autoencoder.compile({compiled})\n"
    validated = inputs("x_val", f"np.random.default_rng({seed + 1})")
    given += [f"epochs={epochs}", f"validation_data=({validated}, x_val)"]
    text = f"The learning rate {told}."
    if experiment.patience:
        stop = f"patience={experiment.patience}, restore_best_weights=True"
        code += f"stop = keras.callbacks.EarlyStopping({stop})\n"
        given.append("callbacks=[stop]")
        waited = "an epoch" if experiment.patience == 1 else f"{experiment.patience} epochs"
        text += f" Training ends after {waited} without a lower validation loss."
    if experiment.precision != "float32":
        text += (
            f" Autoencoder Studio multiplies matrices in {experiment.precision} here, which is "
            "faster; this script does so in float32, with about the same result."
        )
    lines = "".join(f"    {argument},\n" for argument in given)
    return text, f"{code}autoencoder.fit(\n{lines})"


def _part(experiment: Experiment) -> bool:
    """Whether it learns from a part of its data set."""
    return bool(experiment.samples or experiment.normal)


def loss_of(experiment: Experiment, source: Source) -> tuple[str, str]:
    """The loss as an argument of `compile`, and the code that defines it, if Keras has none."""
    kind = kind_of(experiment.shape)
    if not kind.bounded:
        if experiment.loss == "mixed" and max(source.layout, default=1) > 1:
            return "mixed_error", MIXED
        axes = tuple(range(1, len(experiment.shape) + 1))
        code = KNOWN_ERROR.format(sample=kind.sample, axes=axes if len(axes) > 1 else -1)
        return "known_squared_error", code
    if experiment.loss == "likelihood":  # others than Bernoulli's are charged by a layer
        plain = getattr(experiment.autoencoder, "decoder", "") == "bernoulli"
        return ('"binary_crossentropy"', "") if plain else ("", "")
    return {"bce": '"binary_crossentropy"', "mse": '"mse"'}[experiment.loss], ""
