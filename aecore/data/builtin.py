"""Tables and series that ship: a folder per set, as sets of the user's own are kept.

`sets/SOURCES.txt` tells where each comes from, its licence, and how it was made.
"""

import dataclasses
import json
from pathlib import Path

from aecore.data.samples import read_samples
from aecore.data.splits import Source

SETS = Path(__file__).with_name("sets")
BUILTIN = ("penguins", "breast_cancer", "ecg", "seattle_weather")


def builtin_source(key: str) -> Source:
    """The description of a table or series that ships."""
    folder = SETS / key
    described = Source.from_dict(json.loads((folder / "data.json").read_text(encoding="utf-8")))
    return dataclasses.replace(described, read=lambda: read_samples(folder, described))
