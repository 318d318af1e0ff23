"""A run as one file, and back: complete and verified, or not at all.

The file is a ZIP: `manifest.json` (format, version, the run's id, a digest of every member, and one
of all this), then the files of the run folder that matter. Nothing in it is trusted: JSON is
checked against the declared settings, arrays and weights are read within limits, and the network
is built by us.

An exported detector is such a file with a script beside: see `detector_file`.
"""

import dataclasses
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

from aecore.exchange.archive import FileRefused, Limits, read_members
from aecore.exchange.plain_run import (
    PlainRun,
    read_history,
    read_npz,
    read_weights,
    read_words,
)
from aecore.exchange.rebuilding import write_model
from aecore.exchange.verify import check
from aecore.runs.run import Run, RunDamaged
from aecore.runs.store import RunStore

SUFFIX = ".run.zip"
MANIFEST = "manifest.json"
FORMAT = "autoencoder-studio-run"
VERSION = 1
MEMBERS = (
    "experiment.json",
    "changes.json",
    "origin.json",
    "data.json",
    "label.json",
    "status.json",
    "history.csv",
    "previews.npz",
    "report.npz",
    "detector.json",
    "detector.npz",
    "codec.npz",
    "model.keras",
)
SCRIPT = ("detect.py", "detect.json")  # of an exported detector: never read here
NEEDED = ("status.json", "report.npz", "model.keras")
MOST_BYTES = 512 * 2**20  # of all members
MOST_OVERHEAD = 2**16
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same run is the same file


def pack(run: Run, further: Mapping[str, bytes] | None = None) -> bytes:
    """A run as the content of one file.

    Args:
        further: members beside those of its folder, or instead of them.

    Raises:
        RunDamaged: it has no model yet, is still at work, cannot be read, or is too large.
    """
    status = run.status()
    if status.active or not run.usable:
        raise RunDamaged("{} has no measured model to export: it is {}.", run.id, status.state)
    try:
        members = {
            name: (run.path / name).read_bytes() for name in MEMBERS if (run.path / name).exists()
        }
    except OSError as problem:
        raise RunDamaged("{} cannot be read: {}", run.id, problem) from problem
    members |= {"status.json": _written(dataclasses.asdict(status)), **(further or {})}
    if sum(map(len, members.values())) > MOST_BYTES - MOST_OVERHEAD:  # with the manifest
        raise RunDamaged("{} is larger than {} MB.", run.id, MOST_BYTES // 2**20)
    manifest = {
        "format": FORMAT,
        "version": VERSION,
        "id": run.id,
        "members": {name: _digest(member) for name, member in members.items()},
    }
    manifest["digest"] = _digest(_written(manifest))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:  # what can be compressed is compressed already
        for name, member in {MANIFEST: _written(manifest), **members}.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), member)
    return file.getvalue()


def pack_all(runs: list[Run]) -> bytes:
    """Several runs, each as its own file, in one ZIP.

    Raises:
        RunDamaged: one of them cannot be packed; the text names it.
    """
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for run in runs:
            archive.writestr(zipfile.ZipInfo(f"{run.id}{SUFFIX}", _EPOCH), pack(run))
    return file.getvalue()


def is_bundle(content: bytes) -> bool:
    """Whether this looks like a run file: a ZIP that begins with a manifest."""
    name = MANIFEST.encode()
    return content[:4] == b"PK\x03\x04" and content[30 : 30 + len(name)] == name


def read_bundle(content: bytes) -> PlainRun:
    """A run file as plain data; to be called in a reader.

    Raises:
        FileRefused: something is wrong with it; the text names the member.
    """
    id, members = _verified(content)
    return PlainRun(
        id,
        {name: read_words(name, members[name]) for name in filter(_is_json, members)},
        read_history(members["history.csv"]) if "history.csv" in members else None,
        {name: read_npz(name, members[name]) for name in filter(_is_npz, members)},
        read_weights(members["model.keras"], whole="origin.json" in members),
    )


def unpack(plain: PlainRun, store: RunStore, examine: Callable[[Run], None]) -> Run:
    """Adds a run to a store, under its id if that is free.

    Args:
        plain: the result of `read_bundle`.
        examine: checks the report of the run before it is added; raises FileRefused.

    Raises:
        FileRefused: something is wrong with it; the text names the member.
    """
    with store.making(plain.id) as run:
        try:
            plain.write(run)
            check(run)
            write_model(run, plain.model)
            examine(run)
        except (RunDamaged, UnicodeError) as problem:  # JSON may hold invalid texts
            raise FileRefused("{}", problem) from problem
        return store.adopt(run)


def _is_json(name: str) -> bool:
    return name.endswith(".json") and name not in SCRIPT


def _is_npz(name: str) -> bool:
    return name.endswith(".npz")


def _verified(content: bytes) -> tuple[str, dict[str, bytes]]:
    """The id and the members, which must be complete and unchanged since they were packed."""
    if content[-22:-18] != b"PK\5\6":  # otherwise a ZIP inside could be taken for it
        raise FileRefused("The file is damaged or truncated.")
    allowed = {MANIFEST, *MEMBERS, *SCRIPT}
    limits = Limits(len(allowed), MOST_BYTES + MOST_OVERHEAD, MOST_BYTES, MOST_BYTES)
    members = read_members(content, allowed, limits)
    manifest = _manifest(members.pop(MANIFEST, b""))
    for name in (*NEEDED, *manifest["members"]):
        if name not in members:
            raise FileRefused("{} is missing.", name[:80])
    for name, member in members.items():
        if manifest["members"].get(name) != _digest(member):
            raise FileRefused("{} was changed since it was packed: its digest differs.", name)
    return manifest["id"], members


def _manifest(content: bytes) -> dict[str, Any]:
    try:
        manifest = json.loads(content) if len(content) < 2**16 else None
    except (ValueError, RecursionError):
        manifest = None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise FileRefused("It is not a run file: {} is missing or damaged.", MANIFEST)
    if manifest.get("version") != VERSION:
        raise FileRefused(
            "{} is of version {:.20}; this program reads version {}.",
            MANIFEST,
            repr(manifest.get("version")),
            VERSION,
        )
    digest = manifest.pop("digest", None)
    whole = set(manifest) == {"format", "version", "id", "members"}
    named = isinstance(manifest.get("id"), str) and isinstance(manifest.get("members"), dict)
    if not (whole and named and digest == _digest(_written(manifest))):
        raise FileRefused("{} was changed since it was packed.", MANIFEST)
    return manifest


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _written(value: dict) -> bytes:
    return json.dumps(value, indent=1).encode()
