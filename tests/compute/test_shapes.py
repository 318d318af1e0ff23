"""Images need not be square: every type trains on them, and everything after that takes them."""

import numpy as np
import pytest
from photos import photo
from small import SMALL
from ugly import encoded

from aecore.__main__ import main
from aecore.analysis.feature_maps import feature_maps
from aecore.analysis.latent import latent_map
from aecore.analysis.portable import portable_decoder
from aecore.analysis.reconstruction import encode
from aecore.analysis.report import Report
from aecore.analysis.report_check import check_report
from aecore.analysis.tiling import Tiling, rebuild_in_tiles
from aecore.compute.answers import rebuild
from aecore.compute.training import train
from aecore.compute.warm_models import load
from aecore.data.corruption import CORRUPTIONS
from aecore.data.images.making import Plan, make_set
from aecore.data.images.preparation import Preparation, steps
from aecore.data.images.uploads import read_uploads
from aecore.exchange.bring_in import inspect, litert
from aecore.exchange.bundle import pack
from aecore.figures.grid import image_grid, sheet
from aecore.models import AUTOENCODERS
from aecore.runs.store import RunStore
from aecore.runs.studies import STUDIES, make
from aecore.training.experiment import Experiment

WIDE, TALL = (12, 30, 3), (33, 8, 1)
BOTH = ("convolutional", "denoising")  # whose layers depend on height and width
CASES = [*((key, WIDE) for key in AUTOENCODERS), *((key, TALL) for key in BOTH)]
SLOW = {"gradients", "noisy-probe"}  # train networks of their own, or take no images' shape


@pytest.fixture(params=CASES, ids=str)
def case(request):
    return request.param


@pytest.fixture
def run(case, tmp_path, monkeypatch):
    """A run of a type on images that are not square."""
    key, shape = case
    monkeypatch.setenv("AUTOENCODER_STUDIO_DATA", str(tmp_path / "datasets"))
    files = [(f"{'ab'[i % 2]}/{i}.png", encoded(photo(i, 80, 50), "PNG")) for i in range(72)]
    plan = Plan("Strips", shape[:2], shape[2], False, Preparation("keep", False, False, "fill"))
    dataset = make_set(files, plan).key
    run = RunStore(tmp_path / "runs").create(
        Experiment.of(key, SMALL[key], dataset=dataset, epochs=1, batch_size=16)
    )
    assert train(run).state == "finished"
    return run


def test_a_run_of_every_type_takes_its_shape_everywhere(run, case, tmp_path, capsys):
    shape = case[1]
    model = load(str(run.model_path)).model
    assert run.shape == shape and model.output_shape == (None, *shape)
    report = Report.from_arrays(run.report_arrays())
    check_report(report, run.key, run.source, corrupted=run.corruption[0] != "none")
    assert report.clean.shape[1:] == report.pictures.shape[1:] == shape
    assert run.previews()["outputs"].shape[2:] == shape

    for study in STUDIES.get(run.key, ()):
        if study.name not in SLOW:
            make(run, study, model)

    images = report.clean.astype(np.float32) / 255
    for kind, corruption in CORRUPTIONS.items():
        rebuilt = rebuild(str(run.model_path), images, (kind, corruption.default), 0)
        assert rebuilt.inputs.shape == rebuilt.outputs.shape == images.shape
        assert np.isfinite(rebuilt.outputs).all()
    assert image_grid([("all", report.outputs)]).count("<img") == len(images)
    assert sheet([report.clean, report.outputs]).startswith(b"\x89PNG")
    codes = encode(model.get_layer("encoder"), images)[0]
    assert latent_map(codes).places.shape[0] == len(images)
    for _, maps in feature_maps(model, images[0]):
        assert (maps.shape[1] < maps.shape[2]) == (shape[0] < shape[1])
    decoder = portable_decoder(model)
    assert decoder.shape == shape and (decoder.steps or decoder.reason)

    picture = encoded(photo(3, 100, 70), "PNG")
    taken = read_uploads([("a.png", picture)], shape, Preparation())
    assert taken.images.shape == (1, *shape)
    assert steps(photo(3), shape, Preparation())[-1][1].shape == shape
    whole = np.asarray(photo(3, 100, 70))[..., : shape[2]]
    tiles = Tiling(whole.shape[:2], shape)
    assert rebuild_in_tiles(model, whole, tiles).shape == whole.shape

    interpret(litert(str(run.path)), images[:1], np.asarray(model(images[:1])))
    assert inspect(pack(run), "run.zip").title == run.experiment.autoencoder.title

    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.png").write_bytes(picture)
    out, store = tmp_path / "out", str(run.path.parent)
    folder = str(tmp_path / "in")
    assert main(["reconstruct", run.id, folder, "--out", str(out), "--runs", store]) == 0
    assert len(list(out.glob("*.png"))) == 1 and "a.png" in capsys.readouterr().out


def interpret(file: bytes, images: np.ndarray, expected: np.ndarray) -> None:
    import tensorflow as tf

    lite = tf.lite.Interpreter(model_content=file)
    lite.resize_tensor_input(lite.get_input_details()[0]["index"], images.shape)
    lite.allocate_tensors()
    lite.set_tensor(lite.get_input_details()[0]["index"], images)
    lite.invoke()
    output = lite.get_tensor(lite.get_output_details()[0]["index"])
    np.testing.assert_allclose(output, expected, atol=1e-3)
