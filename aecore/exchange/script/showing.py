"""How a script measures the network on test data, and draws originals above reconstructions."""

from aecore.data.kinds import kind_of
from aecore.data.splits import Source
from aecore.exchange.script.corruption import inputs_from
from aecore.exchange.script.lines import Shape
from aecore.training.experiment import Experiment

PLAIN = "outputs = autoencoder.predict({inputs})"
MEAN = """\
# the mean of each code, without sampling
codes, _ = encoder.predict({inputs})
{outputs} = decoder.predict(codes)"""
PROBABILITIES = """

# the outputs for a category are logits: make them probabilities
end = 0
for width in widths:
    start, end = end, end + width
    if width > 1:
        outputs[:, start:end] = ops.softmax(outputs[:, start:end])"""
PIXELS = """
errors = np.square(outputs - x_test).sum(axis=(1, 2, 3))  # of each image
print(f"Test error: {errors.mean():.6g} (squared error summed over the pixels of an image)")
"""
VALUES = """
known = ~np.isnan(x_test)
errors = np.where(known, np.square(outputs - np.nan_to_num(x_test)), 0.0)
errors = errors.sum(axis=AXES) / np.maximum(known.sum(axis=AXES), 1)  # of each SAMPLE
print(f"Test error: {errors.mean():.6g} (mean squared error over the known values of a SAMPLE)")
"""
IMAGES = """
rows = [{rows}]
_, axes = plt.subplots(len(rows), 10, figsize=(10, 1.1 * len(rows)))
for images, line in zip(rows, axes, strict=True):
    for image, place in zip(images, line, strict=False):
        place.imshow(np.clip(image, 0, 1), cmap="gray", vmin=0, vmax=1)
    for place in line:
        place.axis("off")
plt.savefig("reconstructions.png")
plt.show()
"""
TABLE = """
_, axes = plt.subplots(2, 1, figsize=(10, 6), sharex=True, layout="constrained")
for title, rows, place in zip(["Given", "Reconstructed"], [x_test, outputs], axes, strict=True):
    place.imshow(rows[:10], cmap="coolwarm", vmin=-2, vmax=2, aspect="auto")
    place.set(title=title, ylabel="Test row")
axes[1].set_xticks(range(len(names)), names, rotation=90)
plt.savefig("reconstructions.png")
plt.show()
"""
SERIES = """
given, rebuilt = x_test * scale + center, outputs * scale + center  # in the units of the data
_, axes = plt.subplots(2, 4, figsize=(12, 5), sharex=True, sharey=True, layout="constrained")
for number, window in enumerate(np.linspace(0, len(x_test) - 1, 4).astype(int)):
    axes[0, number].plot(given[window])
    axes[1, number].plot(rebuilt[window])
    axes[0, number].set_title(f"Test window {window}")
axes[0, 0].set_ylabel("Given")
axes[1, 0].set_ylabel("Reconstructed")
axes[0, 0].legend(channels)
plt.savefig("reconstructions.png")
plt.show()
"""
DRAWN = {"image": IMAGES, "table": TABLE, "series": SERIES}
TEST_SEED = 7
# what a variational decoder gives, by its distribution
OUTPUTS = {"bernoulli": "outputs", "gaussian": "outputs, _", "beta-binomial": "outputs, _, _"}


def evaluation(experiment: Experiment, source: Source) -> str:
    """The code that reconstructs the test data and measures the error."""
    rng = f"np.random.default_rng({TEST_SEED})"
    inputs = inputs_from(experiment.shape, experiment.corruption, "x_test", rng)
    code = ""
    if inputs != "x_test":
        code, inputs = f"inputs = {inputs}\n", "inputs"
    autoencoder = experiment.autoencoder
    if autoencoder.key == "variational":
        outputs = OUTPUTS[getattr(autoencoder, "decoder", "bernoulli")]
        code += MEAN.format(inputs=inputs, outputs=outputs)
    else:
        code += PLAIN.format(inputs=inputs)
    if max(source.layout, default=1) > 1:
        code += PROBABILITIES
    return code + _measured(experiment.shape)


def _measured(shape: Shape) -> str:
    kind = kind_of(shape)
    if kind.bounded:
        return PIXELS
    axes = tuple(range(1, len(shape) + 1))
    words = VALUES.replace("AXES", str(axes if len(axes) > 1 else -1))
    return words.replace("SAMPLE", kind.sample)


def drawing(experiment: Experiment) -> str:
    """The code that draws the first test samples and what became of them."""
    rows = "x_test, inputs, outputs" if experiment.corruption != "none" else "x_test, outputs"
    return DRAWN[kind_of(experiment.shape).key].replace("{rows}", rows)
