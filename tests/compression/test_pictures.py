"""Pictures of any size as files of tiles: they come back at their size, and nothing else does."""

import dataclasses
import zlib

import numpy as np
import pytest
from damages import damages
from hypothesis import given, settings
from hypothesis import strategies as st

from aecore.compression import pictures
from aecore.compression.codec import fit_codec
from aecore.compression.coding import Coder
from aecore.compression.container import FIXED, NotDecoded, Packed, pack, unpack

SIDE = 8


def coder_of_patches(channels: int) -> Coder:
    """The codec of a model that stores every pixel of tiles of 8 × 8 pixels."""
    rng, shape = np.random.default_rng(0), (SIDE, SIDE, channels)
    images = rng.random((300, *shape), np.float32)

    def encode(samples):
        return samples.reshape(len(samples), -1)

    def decode(codes):
        return np.asarray(codes, np.float32).reshape(-1, *shape)

    codec = fit_codec(decode, encode(images), encode(images[:80]), images[:80])
    return Coder(dataclasses.replace(codec, digest="0123456789ab"), encode, decode)


@pytest.fixture(scope="module")
def coders() -> dict[int, Coder]:
    return {channels: coder_of_patches(channels) for channels in (1, 3)}


def made(size: tuple[int, ...], seed: int = 0) -> np.ndarray:
    """Smooth on a small scale, so that colours can be told apart."""
    return np.random.default_rng(seed).integers(0, 256, size).astype(np.uint8)


def compressed(coder: Coder, picture: np.ndarray, level: int | None = None) -> bytes:
    level = coder.codec.levels[1] if level is None else level
    return coder.pack(coder.encode_picture(picture), level, picture=picture.shape)


@settings(max_examples=25)
@given(
    st.sampled_from([1, 3]),
    st.tuples(st.integers(1, 19), st.integers(1, 19), st.sampled_from([1, 3])),
    st.integers(0, 99),
)
def test_a_picture_comes_back_at_its_own_size(coders, channels, size, seed):
    coder, picture = coders[channels], made(size, seed)
    content = compressed(coder, picture)
    assert content == compressed(coder, picture)
    assert unpack(content).picture == size
    (back,) = coder.decompress(content)
    assert back.shape == picture.shape and back.dtype == np.uint8
    assert np.abs(back.astype(int) - picture).max() <= 24  # steps of the finest level


@settings(max_examples=20)
@given(st.integers(1, 2**17), st.integers(1, 2**17), st.binary(max_size=9))
def test_a_container_holds_the_size_of_a_picture(height, width, codes):
    packed = Packed("0123456789ab", 3, 77, codes, (height, width, 3))
    assert unpack(pack(packed)) == packed


def test_samples_are_written_as_earlier_programs_read_them(coders):
    images = made((3, SIDE, SIDE, 1)).astype(np.float32) / 255
    assert coders[1].compress(images, coders[1].codec.usual)[4] == 1
    assert compressed(coders[1], made((9, 9, 1)))[4] == 2


@settings(max_examples=25)
@given(st.data())
def test_a_changed_or_truncated_file_is_refused(coders, data):
    content = compressed(coders[1], made((9, 7, 3)))
    damaged = data.draw(damages(content))
    with pytest.raises(NotDecoded):
        coders[1].decompress(damaged)


@pytest.mark.parametrize(
    "size",
    [(9, 20, 1), (0, 9, 1), (9, 9, 2), (9, 9, 0), (2**17, 1, 1), (2**40, 9, 1), (6000, 6000, 1)],
    ids=str,
)
def test_a_forged_size_is_refused_before_it_takes_memory(coders, size):
    packed = unpack(compressed(coders[1], made((9, 9, 1))))
    with pytest.raises(NotDecoded, match=r"header|megapixels"):
        coders[1].decompress(pack(dataclasses.replace(packed, picture=size)))


def test_a_header_that_ends_within_the_size_is_refused(coders):
    content = compressed(coders[1], made((9, 9, 1)))
    cut = content[: FIXED + 2]
    with pytest.raises(NotDecoded, match="header"):
        coders[1].decompress(cut + zlib.crc32(cut).to_bytes(4, "little"))


def test_a_picture_of_too_many_tiles_is_refused(coders, monkeypatch):
    monkeypatch.setattr(pictures, "most_samples", lambda values: 8)
    with pytest.raises(NotDecoded, match="9 tiles of this model's size; a file holds 8 at most"):
        coders[1].encode_picture(made((15, 15, 1)))
    with pytest.raises(NotDecoded, match="24 megapixels"):
        coders[1].encode_picture(np.broadcast_to(np.uint8(0), (5000, 5000, 1)))
