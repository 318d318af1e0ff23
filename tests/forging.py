"""Runs' files made by somebody who knows how."""

import io
import json
import zipfile

import numpy as np
import pytest

from aecore.exchange import bundle
from aecore.exchange.archive import FileRefused
from aecore.exchange.bring_in import bring_in
from aecore.runs.run import Run
from aecore.runs.store import RunStore


def take(content: bytes, store: RunStore) -> Run:
    """Takes a file into a store."""
    return store.get(bring_in(content, "run.run.zip", store))


def refused(content: bytes, store: RunStore, words: str) -> None:
    """Holds that a file is refused with these words, and that nothing stays behind."""
    with pytest.raises(FileRefused, match=words):
        take(content, store)
    assert not store.directory.exists() or not list(store.directory.iterdir())


def members_of(content: bytes, manifest: bool = False) -> dict[str, bytes]:
    """The members of a run's file, its manifest among them or not."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    return {name: m for name, m in members.items() if manifest or name != bundle.MANIFEST}


def zipped(members: dict[str, bytes]) -> bytes:
    """A ZIP of named members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    return file.getvalue()


def forged(content: bytes, changes: dict[str, bytes | None], **manifest) -> bytes:
    """A run's file with other members, and a manifest that vouches for them."""
    members = {name: m for name, m in (members_of(content) | changes).items() if m is not None}
    words = {
        "format": bundle.FORMAT,
        "version": bundle.VERSION,
        "id": "linear-20260101-000000-abcd",
        "members": {name: bundle._digest(member) for name, member in members.items()},
    } | manifest
    words["digest"] = bundle._digest(bundle._written(words))
    return zipped({bundle.MANIFEST: bundle._written(words), **members})


def arrays_of(member: bytes) -> dict[str, np.ndarray]:
    """The arrays of an .npz file."""
    with np.load(io.BytesIO(member)) as file:
        return dict(file)


def npz(arrays: dict[str, np.ndarray], pickled: bool = False, packed: bool = False) -> bytes:
    """An .npz file of arrays, `packed` as small as they can be."""
    file = io.BytesIO()
    (np.savez_compressed if packed else np.savez)(file, allow_pickle=pickled, **arrays)
    return file.getvalue()


def changed_json(member: bytes, **changes) -> bytes:
    """A JSON member with some values changed."""
    return json.dumps(json.loads(member) | changes).encode()
