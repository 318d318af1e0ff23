"""The command line does the same work."""

import json
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
from small import SMALL

from aecore.__main__ import main
from aecore.models import AUTOENCODERS
from aecore.training.experiment import Experiment

ROOT = Path(__file__).parent.parent
QUICK = ["--dataset", "digits", "--epochs", "1", "--batch-size", "64"]


def small_options(key: str) -> list[str]:
    words = []
    for name, value in SMALL.get(key, {}).items():
        text = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
        words += [f"--{name.replace('_', '-')}", text]
    return words


def test_every_type_trains_from_the_command_line(key, tmp_path, capsys):
    arguments = ["train", key, *QUICK, *small_options(key), "--runs", str(tmp_path), "--json"]
    assert main(arguments) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["state"] == "finished" and figures["epochs"] == 1
    assert {"mse", "sse", "bce", "psnr", "ssim"} <= set(figures)
    experiment = json.loads((Path(figures["path"]) / "experiment.json").read_text())
    assert Experiment.from_dict(experiment).autoencoder == AUTOENCODERS[key](**SMALL.get(key, {}))

    assert main(["evaluate", figures["run"], "--runs", str(tmp_path), "--json"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert again["mse"] == pytest.approx(figures["mse"], rel=1e-4)


def test_every_setting_is_an_option(key):
    help = subprocess.run(
        [sys.executable, "-m", "aecore", "train", key, "--help"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    for settings in (AUTOENCODERS[key], Experiment):
        for name in settings.declared():
            assert f"--{name.replace('_', '-')}" in help


def test_runs_are_listed_and_exported(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["runs"]) == 0
    assert "no runs" in capsys.readouterr().out
    assert main(["train", "linear", *QUICK, "--latent-size", "4", "--json"]) == 0
    id = json.loads(capsys.readouterr().out)["run"]
    (tmp_path / "runs" / "deep-broken").mkdir()
    assert main(["runs", "--json"]) == 0
    rows = {row["run"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows[id]["state"] == "finished" and rows[id]["sse"] > 0
    assert rows["deep-broken"]["state"] == "damaged"
    assert main(["export", id, "--out", "out.keras"]) == 0
    model = keras.models.load_model(tmp_path / "out.keras")
    assert model(np.zeros((1, 8, 8, 1))).shape == (1, 8, 8, 1)


@pytest.mark.parametrize(
    "arguments, status, word",
    [
        (["evaluate", "nobody"], 1, "no run 'nobody'"),
        (["train", "linear", "--loss", "bce"], 2, "Linear takes the loss mse"),
        (["train", "deep", "--latent-size", "0"], 2, "Code size must lie between 1"),
        (["train", "deep", "--encoder-layers", "a"], 2, "not like 512,256"),
        (["train", "quantum"], 2, "invalid choice"),
        (["pretrain", "quantum"], 1, "no 'quantum'"),
    ],
)
def test_a_bad_request_is_a_sentence(arguments, status, word, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    try:
        code = main(arguments)
    except SystemExit as stopped:
        code = stopped.code
    assert code == status
    assert word in capsys.readouterr().err
    assert not (tmp_path / "runs").exists()


def test_a_diverged_training_says_so(tmp_path, capsys):
    arguments = ["train", "undercomplete", *QUICK, "--loss", "mse", "--output-activation", "linear",
                 "--optimizer", "sgd", "--learning-rate", "100", "--encoder-layers", "32,32",
                 "--latent-activation", "linear",
                 "--runs", str(tmp_path), "--json"]  # fmt: skip
    assert main(arguments) == 1
    printed = capsys.readouterr()
    assert "stopped being a number" in printed.err
    assert json.loads(printed.out)["state"] == "diverged"
