"""How a script corrupts the inputs: in NumPy, as the experiment does it."""

from aecore.data.kinds import kind_of
from aecore.exchange.script.lines import Shape

GAUSSIAN = '''
def corrupt(images, rng):
    """Adds Gaussian noise to images (n, {height}, {width}, {channels}) in [0, 1]."""
    noise = rng.standard_normal(images.shape, dtype="float32")
    return np.clip(images + {strength} * noise, 0.0, 1.0)
'''
SALT_PEPPER = '''
def corrupt(images, rng):
    """Sets a share of the pixels to 0 or 1; images (n, {height}, {width}, {channels})."""
    chance = rng.random((*images.shape[:3], 1), dtype="float32")
    peppered = np.where(chance < {strength} / 2, 0.0, images)
    return np.where(chance > 1 - {strength} / 2, 1.0, peppered).astype("float32")
'''
MASKING = '''
def corrupt(images, rng):
    """Sets a share of the pixels to 0; images (n, {height}, {width}, {channels})."""
    chance = rng.random((*images.shape[:3], 1), dtype="float32")
    return np.where(chance < {strength}, 0.0, images).astype("float32")
'''
BLOCK = '''
def corrupt(images, rng):
    """Hides a block of {tall} × {wide} pixels; images (n, {height}, {width}, {channels})."""
    count = (len(images), 1, 1, 1)
    top = rng.integers(0, {height} - {tall} + 1, count)
    left = rng.integers(0, {width} - {wide} + 1, count)
    y = np.arange({height}).reshape(1, -1, 1, 1)
    x = np.arange({width}).reshape(1, 1, -1, 1)
    inside = (y >= top) & (y < top + {tall}) & (x >= left) & (x < left + {wide})
    return np.where(inside, 0.0, images).astype("float32")  # (n, {height}, {width}, {channels})
'''
BLUR = '''
def corrupt(images):
    """Blurs images (n, {height}, {width}, {channels}); outside them is black."""
    bell = np.exp(-0.5 * (np.arange(-7, 8) / {strength}) ** 2)
    bell = (bell / bell.sum()).astype("float32")
    wide = np.pad(images, ((0, 0), (7, 7), (7, 7), (0, 0)))
    wide = sum(weight * wide[:, i : i + {height}] for i, weight in enumerate(bell))
    wide = sum(weight * wide[:, :, i : i + {width}] for i, weight in enumerate(bell))
    return np.clip(wide, 0.0, 1.0)  # (n, {height}, {width}, {channels})
'''
DOWNSCALING = '''
def corrupt(images):
    """Gives blocks of {factor} × {factor} pixels their mean; (n, {height}, {width}, {channels})."""
    margin = ((0, 0), (0, -{height} % {factor}), (0, -{width} % {factor}), (0, 0))
    padded = np.pad(images, margin)
    n, height, width, channels = padded.shape
    blocks = padded.reshape(n, height // {factor}, {factor}, width // {factor}, {factor}, channels)
    small = blocks.mean(axis=(2, 4))
    large = small.repeat({factor}, axis=1).repeat({factor}, axis=2)
    return large[:, :{height}, :{width}]
'''
NOISY_VALUES = '''
def corrupt(samples, rng):
    """Adds Gaussian noise; what is missing is 0, which is the mean, before it."""
    noise = rng.standard_normal(samples.shape, dtype="float32")
    return np.nan_to_num(samples) + {strength} * noise
'''
MASKED_COLUMNS = '''
def corrupt(rows, rng):
    """Sets a share of the cells to 0, which is the mean; what is missing is 0, too."""
    chance = rng.random((len(rows), len(widths)), dtype="float32")  # one a column
    chance = np.repeat(chance, widths, axis=1)  # all values of a category together
    return np.where(chance < {strength}, 0.0, np.nan_to_num(rows)).astype("float32")
'''
MASKED_VALUES = '''
def corrupt(windows, rng):
    """Sets a share of the values to 0, which is the mean; what is missing is 0, too."""
    chance = rng.random(windows.shape, dtype="float32")
    return np.where(chance < {strength}, 0.0, np.nan_to_num(windows)).astype("float32")
'''
CODE = {  # kind of data → corruption → a function
    "image": {
        "none": "",
        "gaussian": GAUSSIAN,
        "salt-pepper": SALT_PEPPER,
        "masking": MASKING,
        "block": BLOCK,
        "blur": BLUR,
        "downscaling": DOWNSCALING,
    },
    "table": {"none": "", "gaussian": NOISY_VALUES, "masking": MASKED_COLUMNS},
    "series": {"none": "", "gaussian": NOISY_VALUES, "masking": MASKED_VALUES},
}
RANDOM = "The network sees corrupted {samples}, with fresh noise each time; the targets are clean."
FIXED = "The network sees corrupted {samples}; the targets are clean."
ALWAYS_ALIKE = ("blur", "downscaling")  # what needs no random numbers


def corrupting(shape: Shape, corruption: str, strength: float) -> tuple[str, str]:
    """The text and the code of a function `corrupt`; both empty where nothing is changed."""
    kind = kind_of(shape)
    code = CODE[kind.key][corruption]
    if kind.bounded:
        height, width, channels = shape
        code = code.format(
            strength=strength, factor=max(1, round(strength)),
            height=height, width=width, channels=channels,
            tall=max(1, round(strength * height)), wide=max(1, round(strength * width)),
        )  # fmt: skip
    else:
        code = code.format(strength=strength)
    words = FIXED if corruption in ALWAYS_ALIKE else RANDOM
    return words.format(samples=kind.samples), code.strip("\n")


def inputs_from(shape: Shape, corruption: str, samples: str, rng: str) -> str:
    """The expression for what the network sees of samples.

    Args:
        samples, rng: expressions for these, and for a generator of random numbers.
    """
    if corruption == "none":
        return samples if kind_of(shape).bounded else f"np.nan_to_num({samples})"
    return f"corrupt({samples})" if corruption in ALWAYS_ALIKE else f"corrupt({samples}, {rng})"
