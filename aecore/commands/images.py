"""A run's model on image files: `reconstruct` and `score`."""

import contextlib
import errno
import io
import itertools
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from aecore.commands.interrupting import load_keras
from aecore.commands.pictures import Batch, batches
from aecore.commands.printing import as_rows, complain, print_json
from aecore.data.arrays import to_bytes
from aecore.data.corruption import corrupt_each
from aecore.data.images.intake import Unusable
from aecore.data.names import file_stem, visible
from aecore.data.spreadsheet import as_csv
from aecore.runs.files import write_text
from aecore.runs.run import Run

LONGEST = 200  # bytes of a file's name: most systems take 255, with a number and the suffix
NAMELESS = "image"
UNNAMEABLE = (errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ)  # some disks take fewer names


@dataclass
class Beside:
    """What is told beside the results: refused files, and notes (name, note) on other images."""

    refusals: list[Unusable] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)

    def as_json(self) -> dict[str, list]:
        """The same for JSON."""
        notes = [{"name": name, "note": note} for name, note in self.notes]
        return {"refused": as_rows(self.refusals), "notes": notes}

    def tell_notes(self) -> None:
        """Prints each note with the number of its images on the standard error stream."""
        for note, count in Counter(note for _, note in self.notes).most_common():
            print(f"{count:,} image{'s' if count > 1 else ''}: {note}", file=sys.stderr)


def reconstruct(options, run: Run) -> int:
    """Reconstructs image files as they are, and writes each as NAME.png at the model's size."""
    folder = Path(options.out)
    folder.mkdir(parents=True, exist_ok=True)
    rows, beside = [], Beside()
    for batch, outputs, errors, _ in _through(run, options.files, beside):
        for name, output, error in zip(batch.names, outputs, errors, strict=True):
            path = write_image(folder, name, output)
            rows.append({"name": name, "file": str(path), "error": float(error)})
    if options.json:
        print_json({"run": run.id, "images": rows, **beside.as_json()})
    else:
        for row in rows:
            print(f"{visible(row['name'])} → {row['file']}")
        beside.tell_notes()
    return 1 if beside.refusals or not rows else 0


def score(options, run: Run, test_errors: np.ndarray) -> int:
    """Measures how well image files are reconstructed, compared with the test images."""
    from aecore.analysis.anomaly import share_below

    rows, beside = [], Beside()
    for batch, _, errors, codes in _through(run, options.files, beside, run.corruption):
        shares = share_below(test_errors, errors)
        for name, error, share, code in zip(batch.names, errors, shares, codes, strict=True):
            row = {"name": name, "error": float(error), "share_below": float(share)}
            if options.codes:
                row |= {f"z{i}": float(value) for i, value in enumerate(code, start=1)}
            rows.append(row)
    if options.csv:
        header = tuple(rows[0]) if rows else ("name", "error", "share_below")
        write_text(Path(options.csv), as_csv(header, [tuple(row.values()) for row in rows]))
    if options.json:
        print_json({"run": run.id, "images": rows, **beside.as_json()})
    else:
        for row in () if options.csv else rows:
            print(f"{row['error']:<10.5g} {row['share_below']:<6.1%} {visible(row['name'])}")
        beside.tell_notes()
    return 1 if beside.refusals or not rows else 0


def _through(
    run: Run,
    paths: list[str],
    beside: Beside,
    corruption: tuple[str, float] = ("none", 0.0),
) -> Iterator[tuple[Batch, np.ndarray, np.ndarray, np.ndarray]]:
    """Batches of prepared images with their outputs, errors and codes.

    A refused file is told at once, since what comes after it may take long.
    """
    load_keras()
    import keras

    from aecore.analysis.reconstruction import encode, squared_errors
    from aecore.analysis.reconstruction import reconstruct as rebuild

    model = keras.models.load_model(run.model_path, compile=False)
    for batch in batches(paths, run.source):
        complain(batch.refusals)
        beside.refusals += batch.refusals
        beside.notes += batch.notes
        if batch.names:
            inputs = corrupt_each(batch.images, *corruption)
            outputs = rebuild(model, inputs)
            codes = encode(model.get_layer("encoder"), inputs)[0]
            yield batch, outputs, squared_errors(batch.images, outputs), codes


def write_image(folder: Path, name: str, image: np.ndarray) -> Path:
    """Writes an image (h, w, c) as a new file of the folder, named after a stranger's file."""
    from PIL import Image

    picture = Image.fromarray(
        to_bytes(image).squeeze(-1) if image.shape[-1] == 1 else to_bytes(image)
    )
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    try:
        return _write_new(folder, plain_stem(name), buffer.getvalue())
    except OSError as problem:
        if problem.errno not in UNNAMEABLE:
            raise
        return _write_new(folder, NAMELESS, buffer.getvalue())


def _write_new(folder: Path, stem: str, content: bytes) -> Path:
    numbered = (f"{stem}-{number}" for number in itertools.count(2))
    for plain in itertools.chain([stem], numbered):
        with contextlib.suppress(FileExistsError), (folder / f"{plain}.png").open("xb") as file:
            file.write(content)  # never over another file, nor through a link
            break
    return folder / f"{plain}.png"


def plain_stem(name: str) -> str:
    """The name of a file, folders included, as one plain word without its suffix."""
    return file_stem(re.sub(r"\.\w{1,5}$", "", name), LONGEST) or NAMELESS
