"""`compress` and `decompress`: images to a small file, and back."""

import errno
import json
import shutil

import keras
import numpy as np
import pytest
from PIL import Image

from aecore.__main__ import main
from aecore.commands.pictures import batches
from aecore.data.arrays import to_bytes
from aecore.runs.codecs import NAME, coder_for
from aecore.runs.run import Run


@pytest.fixture
def images(tmp_path, digits):
    folder = tmp_path / "images"
    folder.mkdir()
    for number, image in enumerate(to_bytes(digits.test.images[:6])):
        Image.fromarray(image[..., 0]).save(folder / f"{number}.png")
    return folder


@pytest.fixture
def no_shipped_models(tmp_path, monkeypatch):
    """None has a codec fitted again before a file is refused."""
    (tmp_path / "none").mkdir()
    monkeypatch.setattr("aecore.commands.compress.SHIPPED_MODELS", tmp_path / "none")


def test_images_come_back_from_a_file_whose_model_is_found(
    trained, images, tmp_path, capsys, no_shipped_models
):
    run: Run = trained("convolutional")
    runs = ("--runs", str(run.path.parent))
    out, back = tmp_path / "six.aes", tmp_path / "back"
    assert main(["compress", run.id, str(images), "--out", str(out), "--json", *runs]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["bytes"] == out.stat().st_size < 100 and told["images"] == 6
    assert main(["decompress", str(out), "--out", str(back), *runs]) == 0
    files = sorted(back.iterdir())
    assert [file.name for file in files] == [f"{number:04}.png" for number in range(1, 7)]
    model = keras.models.load_model(run.model_path, compile=False)
    expected = coder_for(run, model).decompress(out.read_bytes())
    written = np.stack([np.asarray(Image.open(path)) for path in files])
    assert np.abs(written.astype(int) - expected[..., 0]).max() <= 1  # within rounding

    again = tmp_path / "again.aes"
    assert main(["compress", run.id, str(images), "--out", str(again), *runs]) == 0
    assert again.read_bytes() == out.read_bytes()
    capsys.readouterr()
    out.write_bytes(out.read_bytes()[:-1])
    assert main(["decompress", str(out), "--out", str(back), *runs]) == 1
    assert "damaged or cut off" in capsys.readouterr().err
    assert main(["decompress", str(again), "--out", str(back), "--runs", str(tmp_path)]) == 1
    assert "not among the runs here" in capsys.readouterr().err


def test_no_file_is_written_that_could_not_be_decompressed(
    trained, images, tmp_path, monkeypatch, capsys
):
    def full(path, arrays):
        raise OSError(errno.ENOSPC, "No space left on device")

    run: Run = trained("linear")
    run = Run(shutil.copytree(run.path, tmp_path / "runs" / run.id))
    (run.path / NAME).unlink(missing_ok=True)
    monkeypatch.setattr("aecore.runs.codecs.write_arrays", full)
    out, runs = tmp_path / "six.aes", ("--runs", str(run.path.parent))
    assert main(["compress", run.id, str(images), "--out", str(out), *runs]) == 1
    assert "(No space left on device): without it" in capsys.readouterr().err and not out.exists()


def test_a_lossless_file_gives_every_pixel_back(grey, images, tmp_path, capsys):
    runs, out, back = ("--runs", str(grey.path.parent)), tmp_path / "six.aes", tmp_path / "back"
    words = ["compress", grey.id, str(images), "--out", str(out), "--lossless", "--json", *runs]
    assert main(words) == 0
    assert json.loads(capsys.readouterr().out)["bytes"] == out.stat().st_size
    assert main(["decompress", str(out), "--out", str(back), *runs]) == 0
    taken = np.concatenate([batch.images for batch in batches([str(images)], grey.source)])
    found = np.stack([np.asarray(Image.open(path)) for path in sorted(back.iterdir())])
    assert (found == to_bytes(taken)[..., 0]).all()
    capsys.readouterr()
    assert main(["compress", "deep", str(images), "--out", str(out), "--lossless"]) == 1
    assert "beta-binomial" in capsys.readouterr().err
    assert main(["decompress", str(out), "--out", str(back), "--runs", str(tmp_path)]) == 1
    assert "not among the runs here" in capsys.readouterr().err


def test_a_large_image_in_tiles_keeps_its_size(trained, tmp_path, capsys):
    run, out, photo = trained("convolutional"), tmp_path / "photo.aes", tmp_path / "photo.png"
    runs = ("--runs", str(run.path.parent))
    pixels = np.random.default_rng(0).integers(0, 256, (21, 30, 3)).astype(np.uint8)
    Image.fromarray(pixels).save(photo)
    words = ["compress", run.id, str(photo), "--tiles", "--out", str(out), "--json", *runs]
    assert main(words) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["bytes"] == out.stat().st_size and told["tiles"] > 3 * 3 * 4
    assert main([*words, "--bytes", str(told["bytes"] + 4)]) == 0
    assert json.loads(capsys.readouterr().out)["bytes"] <= told["bytes"] + 4
    assert main(["decompress", str(out), "--out", str(tmp_path / "back"), *runs]) == 0
    (path,) = (tmp_path / "back").iterdir()
    assert Image.open(path).size == (30, 21)
    capsys.readouterr()
    assert main([*words, "--lossless"]) == 1
    assert main([*words[:3], str(photo), *words[3:]]) == 1
    assert "one file at a time" in capsys.readouterr().err
    photo.write_bytes(b"no image")
    assert main(words) == 1
    assert "cannot be read as an image" in capsys.readouterr().err


def test_a_target_is_met_or_refused(trained, images, tmp_path, capsys):
    run = trained("convolutional")
    words = ["compress", run.id, str(images), "--out", str(tmp_path / "x.aes"), "--runs",
             str(run.path.parent)]  # fmt: skip
    assert main([*words, "--bytes", "60", "--json"]) == 0
    small = json.loads(capsys.readouterr().out)
    assert small["bytes"] <= 60
    assert main([*words, "--psnr", str(small["PSNR, dB"] - 1), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["bytes"] <= small["bytes"]
    assert main([*words, "--bytes", "5"]) == 1
    assert "The smallest file" in capsys.readouterr().err
    assert main([*words, "--psnr", "99"]) == 1
    assert "at most" in capsys.readouterr().err
