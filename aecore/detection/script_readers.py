"""How the script of a detector reads files: as this project does it, by its own functions."""

from dataclasses import dataclass

from aecore.data.images import ink, preparation
from aecore.data.tables import dialect
from aecore.data.tables.columns import MISSING
from aecore.detection.embedding import embedded

IMAGES = '''
def opened(path):
    """An upright image, grey or in colour, on white where it is transparent."""
    with Image.open(path) as image:
        if image.mode[0] in "IF":
            sys.exit(f"{path} has more than 8 bits a channel: save it with 8.")
        image = ImageOps.exif_transpose(image)
        if not image.has_transparency_data:
            return image.convert("L" if image.mode in ("1", "L") else "RGB")
        mode = "L" if image.mode in ("1", "L", "LA", "La") else "RGB"
        canvas, image = Image.new(mode, image.size, "white"), image.convert("RGBA")
        canvas.paste(image.convert(mode), mask=image.getchannel("A"))
        return canvas


def pixels(image):
    """An image as a sample."""
    return (np.asarray(image, np.float32) / 255).reshape(1, *TOLD["shape"])

'''

PHOTO = '''
def read(path):
    """An image as the model takes it: scaled to fit, on the colour of its border."""
    height, width, channels = TOLD["shape"]
    image = opened(path).convert("L" if channels == 1 else "RGB")
    return pixels(fitted(image, height, width, "fit")), [path]
'''

STROKES = '''
def read(path):
    """A drawing as the model takes it: light on black, cropped to its ink and centred."""
    height, width, channels = TOLD["shape"]
    image = _reduced(opened(path), WORKING_SIDE).convert("L" if channels == 1 else "RGB")
    if channels == 1 and has_light_ground(image):
        image = ImageOps.invert(image)
    image = without_specks(on_black(image))
    return pixels(centred(image.crop(ink_box(image)), height, width)), [path]
'''

CELLS = '''
def cells_of(path):
    """Column names and rows of a CSV file, and what reads a cell as a number, NaN if it is none."""
    content = Path(path).read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:  # as older spreadsheets write it
        text = content.decode("cp1252", "replace")
    lines = [line for line in text.splitlines() if line.strip()]
    delimiter, quote, decimal, thousands = signs_of(lines[:LOOKED_AT])
    options = {"quotechar": quote, "skipinitialspace": delimiter == " "}
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, **options)
    header, *rows = [row for row in rows if row]

    def plain(cell):
        cell = cell.strip()
        if thousands and re.match(GROUPED.format(re.escape(thousands)) + r"(?!\\d)", cell):
            cell = cell.replace(thousands, "")
        if decimal != "." and "." in cell:
            return np.nan
        try:
            value = float(cell.replace(decimal, "."))
        except ValueError:
            return np.nan
        return value if np.isfinite(value) else np.nan

    return [name.strip() for name in header], rows, plain

'''

TABLE = '''
def read(path):
    """The rows of a CSV file, prepared; NaN where a cell is missing."""
    header, rows, plain = cells_of(path)
    rows = [dict(zip(header, row)) for row in rows]
    columns = []
    for part in TOLD["table"]["preparation"]["parts"]:
        column = TOLD["table"]["columns"][part["column"]]
        cells = [row[column["of"] or column["name"]].strip() for row in rows]
        cells = ["" if cell.lower() in MISSING else cell for cell in cells]
        columns.append(prepared(part, column, cells, plain))
    return np.concatenate(columns, axis=1).astype(np.float32), [
        f"row {n}" for n in range(1, len(rows) + 1)
    ]


def prepared(part, column, cells, plain):
    if part["places"]:  # of a category one value for each of its values, and one for all others
        at = [column["categories"].index(c) if c in column["categories"] else -1 for c in cells]
        at = np.array(at)
        found = at[:, None] == np.array(part["places"])
        known = np.array([bool(cell) for cell in cells])
        if part["other"]:
            found = np.column_stack([found, ~found.any(axis=1) & known])
        return np.where(found.any(axis=1, keepdims=True), found.astype(float), np.nan)
    values = np.array([number(cell, column, plain) for cell in cells])
    if not part["knots"]:
        return ((values - part["mean"]) / part["scale"])[:, None]
    ranks = np.clip(np.linspace(0, 1, len(part["knots"])), 1e-3, 1 - 1e-3)
    ranks = np.interp(values, part["knots"], ranks)
    normal = [np.nan if np.isnan(v) else NormalDist().inv_cdf(r) for v, r in zip(values, ranks)]
    return np.array(normal)[:, None]


def number(cell, column, plain):
    """A number, or a date such as 2024-01-31 12:00:00 in seconds, its hour or its weekday."""
    if column["kind"] != "date" and not column["of"]:
        return plain(cell)
    if not cell[:1].isdigit():  # NumPy takes an empty cell for a time, and "now", too
        return np.nan
    try:
        seconds = np.datetime64(cell.replace(" ", "T"), "ms").astype(np.int64) / 1e3
    except ValueError:
        return np.nan
    if column["part"] == "hour":
        return seconds % 86400 / 3600
    return (seconds // 86400 + 3) % 7 if column["part"] else seconds
'''

SERIES = '''
def read(path):
    """The channels of a CSV file, a row a step; NaN where a cell is missing."""
    header, rows, plain = cells_of(path)
    rows = [dict(zip(header, row)) for row in rows]
    told = TOLD["series"]
    values = [[plain(row[c]) for c in told["channels"]] for row in rows]
    values = (np.array(values) - np.array(told["mean"])) / np.array(told["scale"])
    return values.astype(np.float32), [f"step {n}" for n in range(1, len(rows) + 1)]


def windows(values):
    """Where windows begin that cover all steps, and these windows."""
    length, stride = TOLD["series"]["length"], TOLD["series"]["stride"]
    starts = np.arange(0, len(values) - length + 1, stride)
    if starts[-1] + length < len(values):
        starts = np.append(starts, len(values) - length)
    cut = np.stack([values[start : start + length] for start in starts])
    some = ~np.isnan(cut).all(axis=(1, 2))
    return starts[some], cut[some]
'''

APART = '''
def read(path):
    """The rows of a CSV file with one short series each; NaN where a cell is missing."""
    header, rows, plain = cells_of(path)
    told, count = TOLD["series"], TOLD["series"]["length"]
    kept = [place for place, name in enumerate(header) if name != told["label"]][:count]
    values = np.array([[plain(row[place]) for place in kept] for row in rows])
    values = (values[..., None] - np.array(told["mean"])) / np.array(told["scale"])
    return values.astype(np.float32), [f"row {n}" for n in range(1, len(rows) + 1)]
'''


@dataclass(frozen=True)
class FileReader:
    """How samples are read.

    standard, imports: lines that import from Python's library, and from others. needs: packages
    beside Keras and NumPy. words: what a file holds, a sentence. code: the function that reads it;
    embeds: a key of `EMBEDDED`, what it uses.
    over_time: whether its steps are judged by the windows that they are in.
    """

    standard: str
    imports: str
    needs: str
    words: str
    code: str
    embeds: str
    over_time: bool = False

    @property
    def source(self) -> str:
        """All functions that read a file."""
        return f"{EMBEDDED[self.embeds]()}\n{self.code}"


def _photo() -> str:
    return f"{embedded(ink, ['border'])}\n\n{embedded(preparation, ['fitted'])}\n{IMAGES}"


def _strokes() -> str:
    found = embedded(ink, ["has_light_ground", "on_black", "without_specks", "ink_box"])
    own = embedded(preparation, ["_reduced", "centred"], ["WORKING_SIDE"])
    return f"{found}\n\n{own}\n{IMAGES}"


def _cells() -> str:
    found = embedded(dialect, ["signs_of"], ["LOOKED_AT", "GROUPED"])
    return f"MISSING = {sorted(MISSING)!r}\n{found}\n{CELLS}"


EMBEDDED = {"photo": _photo, "strokes": _strokes, "cells": _cells}
OF_TEXT = "import io\nimport re\nfrom collections import Counter\n"
NORMAL = "from statistics import NormalDist\n"
PILLOW = "from PIL import Image, ImageOps\n"
READERS = {
    "photo": FileReader("", PILLOW, ", pillow", "FILE: an image of any size.", PHOTO, "photo"),
    "strokes": FileReader(
        "from typing import Any\n", PILLOW, ", pillow, scipy",
        "FILE: an image of strokes on an even ground, dark or light, of any size.", STROKES,
        "strokes",
    ),
    "table": FileReader(
        OF_TEXT + NORMAL, "", "", "FILE: a CSV file with the columns learnt; dates as 2024-01-31.",
        TABLE, "cells",
    ),
    "series": FileReader(
        OF_TEXT, "", "", "FILE: a CSV file with the channels that were learnt, a row a step.",
        SERIES, "cells", over_time=True,
    ),
    "apart": FileReader(
        OF_TEXT, "", "", "FILE: a CSV file with one short series a row.", APART, "cells"
    ),
}  # fmt: skip
