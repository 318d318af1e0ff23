"""The codec of a run travels with it, and is believed only as far as it works."""

import io
import shutil

import keras
import numpy as np
import pytest
from forging import forged, refused, take

from aecore.compression import tabular
from aecore.compression.codec import Codec, digest_of
from aecore.compression.container import NotDecoded
from aecore.data.datasets import load
from aecore.environment import RUNS
from aecore.exchange.bundle import pack
from aecore.runs.codecs import NAME, coder_for, kept_codec, open_file
from aecore.runs.run import SHIPPED_MODELS, Run


def model_of(run: Run):
    return keras.models.load_model(run.model_path, compile=False)


def codec_of(run: Run) -> Codec:
    codec = kept_codec(run)
    assert codec is not None
    return codec


@pytest.fixture(scope="module")
def coded(trained, tmp_path_factory) -> Run:
    """A run that has a codec."""
    run = trained("undercomplete")
    copy = Run(shutil.copytree(run.path, tmp_path_factory.mktemp("coded") / run.id))
    coder_for(copy, model_of(copy))
    return copy


def written(arrays: dict[str, np.ndarray]) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **arrays)
    return file.getvalue()


def test_an_imported_run_reads_what_was_compressed_elsewhere(coded, store, digits):
    coder = coder_for(coded, model_of(coded))
    content = coder.compress(digits.test.images[:6], coder.codec.usual)
    back = take(pack(coded), store)
    run, images = open_file(content, [back], model_of)
    assert run.id == back.id
    np.testing.assert_array_equal(images, coder.decompress(content))


def test_a_file_of_a_shipped_model_is_read_where_its_codec_was_not_kept(tmp_path, monkeypatch):
    run = Run(SHIPPED_MODELS / "undercomplete-penguins")
    monkeypatch.setenv(RUNS, str(tmp_path / "here"))
    cells = tabular.tested_cells(run.source, load(run.dataset).test.images, 6)
    coder = coder_for(run, model_of(run), lasting=True)
    found = tabular.compress_cells(run.source, coder, cells)
    monkeypatch.setenv(RUNS, str(tmp_path / "there"))
    with pytest.raises(NotDecoded, match="not among"):
        open_file(found.content, [run], model_of)
    assert open_file(found.content, [], model_of, [run]) == (run, found.back)


def test_a_run_that_is_deleted_meanwhile_stays_deleted(coded, tmp_path):
    run = Run(shutil.copytree(coded.path, tmp_path / coded.id))
    (run.path / NAME).unlink()
    model, _ = model_of(run), run.source  # read before
    shutil.rmtree(run.path)
    assert coder_for(run, model).codec is not None and not run.path.exists()


def test_a_codec_of_another_state_of_the_model_is_left_out(coded, store):
    stale = codec_of(coded).to_arrays() | {"digest": np.array("0123456789ab")}
    assert kept_codec(take(forged(pack(coded), {NAME: written(stale)}), store)) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda a: a.pop("mean"),
        lambda a: a.update(spreads=-a["spreads"]),
        lambda a: a.update(reach=np.array(np.nan)),
        lambda a: a.update(levels=np.array([5, 9, 2])),
        lambda a: a.update(mean=a["mean"][:3], forward=a["forward"][:3]),
    ],
)  # fmt: skip
def test_a_forged_codec_is_refused(coded, store, change):
    codec, weights = codec_of(coded), model_of(coded).get_weights()
    arrays = codec.to_arrays()
    change(arrays)
    if set(arrays) == set(codec.to_arrays()):  # whoever forges knows how digests are made

        class Forged:
            def to_arrays(self):
                return dict(arrays)

        arrays["digest"] = np.array(digest_of(weights, Forged()))  # type: ignore[arg-type]
    refused(forged(pack(coded), {NAME: written(arrays)}), store, "codec")
