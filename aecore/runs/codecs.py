"""The codec of a run, kept beside its model, and what is measured of it.

Those of some shipped models ship, too; what is made of others is kept with the visitor's runs.

codec.npz              how codes are quantised and what is known of them
study-compression.npz  bits per pixel and quality, beside image formats and PCA
"""

import contextlib
import dataclasses
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from aecore.analysis.study import Watch, unwatched
from aecore.compression.cell_curves import measure_cells
from aecore.compression.cells import WAYS, Cells
from aecore.compression.codec import (
    CHECKED,
    KNOWN,
    Codec,
    CodecRefused,
    digest_of,
    fit_codec,
)
from aecore.compression.coding import Coder, coder_of
from aecore.compression.container import LOSSLESS, NotDecoded, unpack
from aecore.compression.lossless import digest_of_weights, lossless_of
from aecore.compression.measures import Compression, measure_codec
from aecore.compression.tabular import note_size, opened
from aecore.data.splits import DataUnavailable
from aecore.runs.detectors import beside, made_beside
from aecore.runs.files import read_arrays, write_arrays
from aecore.runs.run import Run, RunDamaged
from aecore.runs.same_model import same_model
from aecore.runs.studies import compared_data, noted

NAME = "codec.npz"


def kept_codec(run: Run) -> Codec | None:
    """The codec of a run; None if it has none.

    Raises:
        RunDamaged: its file cannot be read.
    """
    path = next((p for each in (run, beside(run)) if (p := each.path / NAME).exists()), None)
    if path is None:
        return None
    try:
        return Codec.from_arrays(read_arrays(path))
    except Exception as problem:  # zipfile, zlib, NumPy and the disk each raise their own
        raise RunDamaged("{} of {} cannot be read: {}", NAME, run.id, problem) from problem


def coder_for(run: Run, model: Any, lasting: bool = False) -> Coder:
    """The coder of a run; its codec is fitted and kept if it has none for this model.

    Args:
        model: of the run, loaded.
        lasting: whether files are written that only a kept codec can read. That of a shipped
            model need not be kept: `open_file` can fit it again.

    Raises:
        CodecRefused: the model has no code that can be stored, or its codec had to be kept.
        DataUnavailable: the data set is not on this machine.
    """
    if len(model.get_layer("decoder").inputs) > 1:
        raise CodecRefused(
            "The decoder of {} needs more than the code: samples cannot be rebuilt from it.", run.id
        )
    codec = kept_codec(run)
    if codec is not None and codec.digest == digest_of(model.get_weights(), codec):
        return coder_of(model, codec, note_size(run.source))
    codec = _fitted(run, model)
    try:
        write_arrays(made_beside(run).path / NAME, codec.to_arrays())
    except OSError as problem:
        if lasting and not run.shipped:
            raise CodecRefused(
                "The codec of {} cannot be kept beside its model ({}): without it no file could "
                "be decompressed.", run.id, problem.strerror or problem,
            ) from problem  # fmt: skip
    return coder_of(model, codec, note_size(run.source))


def ship_codec(run: Run, model: Any) -> None:
    """Fits the codec of a shipped model and measures it, and keeps both with the model."""
    from aecore.data.datasets import load

    codec = _fitted(run, model)
    write_arrays(run.path / NAME, codec.to_arrays())
    found = measure_codec(coder_of(model, codec), load(run.dataset), _decoder_bytes(model))
    write_arrays(run.study_path(Compression.name), found.to_arrays())


def _fitted(run: Run, model: Any) -> Codec:
    from aecore.data.datasets import load

    data = load(run.dataset)
    plain = coder_of(model, None)  # type: ignore[arg-type]  # which encodes and decodes
    checked = data.validation.images[:CHECKED]
    known = plain.encode(data.training.images[:KNOWN])
    codec = fit_codec(plain.decode, known, plain.encode(checked), checked)
    return dataclasses.replace(codec, digest=digest_of(model.get_weights(), codec))


def _decoder_bytes(model: Any) -> int:
    return 4 * model.get_layer("decoder").count_params()


def make_compression(run: Run, model: Any, watch: Watch = unwatched) -> Compression:
    """Measures the codec of a run on test data, and keeps the result if it can be written.

    Raises:
        ModelReplaced: the run was trained further in the meantime.
    """
    watch("Fitting the codec", 0.0)
    source = run.source
    cells = source.kind.key in WAYS
    with same_model(run):
        coder = coder_for(run, model)
        data = compared_data(run)
        given = coder, data, _decoder_bytes(model), watch
        found = measure_cells(source, *given) if cells else measure_codec(*given)
    found = noted(found, run, data)
    with contextlib.suppress(OSError):
        write_arrays(made_beside(run).study_path(Compression.name), found.to_arrays())
    return found


def is_lossless(run: Run) -> bool:
    """Whether a run's model has a distribution over grey values, by its experiment."""
    experiment = run.experiment  # an imported decoder gives images alone
    return getattr(experiment and experiment.autoencoder, "decoder", "") == "beta-binomial"


def open_file(
    content: bytes, runs: Iterable[Run], load: Callable[[Run], Any], shipped: Iterable[Run] = ()
) -> tuple[Run, np.ndarray | Cells]:
    """The run, among some, whose model compressed a file, and what the file holds.

    Args:
        load: gives the Keras model of a run.
        shipped: models whose codec may be kept in another directory of runs. If none is found
            otherwise, it is fitted again to each that has none here, which can take a minute.

    Raises:
        NotDecoded: it is no such file, damaged, or its model is none of these.
    """
    packed = unpack(content)
    shipped = list(shipped)
    for run in (*runs, *shipped):
        with contextlib.suppress(RunDamaged):
            if packed.level == LOSSLESS:
                if not run.usable or not is_lossless(run):
                    continue
                model = load(run)
                if digest_of_weights(model) == packed.digest:
                    return run, lossless_of(model).decompress(content)
            elif (codec := kept_codec(run)) is not None and codec.digest == packed.digest:
                return run, opened(run.source, coder_for(run, load(run)), content)
    if packed.level != LOSSLESS:
        for run in shipped:
            with contextlib.suppress(RunDamaged, CodecRefused, DataUnavailable):
                if kept_codec(run) is None:
                    coder = coder_for(run, load(run))
                    if coder.codec.digest == packed.digest:
                        return run, opened(run.source, coder, content)
    raise NotDecoded(
        "The model that compressed this file ({}) is not among the runs here. Its run is needed to "
        "decompress it.",
        packed.digest,
    )
