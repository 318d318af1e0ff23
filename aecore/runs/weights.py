"""A stranger's weights into a model of our own making."""

import tempfile
from pathlib import Path

from aecore.runs.archive import FileRefused, read_members

LIMIT = 2**30


def load_weights(model, content: bytes) -> None:
    """Puts the weights of a .keras file into a model that we built.

    Raises:
        FileRefused: they do not belong to such a model.
    """
    member = read_members(content, 16, LIMIT).get("model.weights.h5")
    if member is None:
        raise FileRefused("It holds no weights.")
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "model.weights.h5"
        path.write_bytes(member)
        try:
            model.load_weights(path)
        except Exception as problem:
            raise FileRefused(f"Its weights do not fit: {problem}.") from problem
