"""Two runs in a sentence: what was changed, and what became of error and size."""

import dataclasses

import pytest
from made_runs import made_run

from aecore.models import AUTOENCODERS
from aecore.runs.contrast import contrast
from aecore.runs.files import write_json
from aecore.runs.run import Run
from aecore.runs.store import RunStore, shipped
from aecore.runs.summary import Summary, summary
from aecore.training.changes import Change
from aecore.training.experiment import Experiment


@pytest.fixture
def store(tmp_path) -> RunStore:
    return RunStore(tmp_path / "runs")


def told(store, key="undercomplete", own=None, figures=None, **settings) -> Summary:
    """A run that was never trained, with figures of its own."""
    run = made_run(store, key)
    write_json(run.path / "experiment.json", Experiment.of(key, own, **settings).to_dict())
    read = summary(Run(run.path))
    return dataclasses.replace(read, figures={"sse": 9.74, "parameters": 50_992, **(figures or {})})


def test_a_smaller_code_in_words(store):
    small = told(store, own={"latent_size": 8}, figures={"sse": 29.04, "parameters": 13_336})
    assert contrast(small, told(store)) == (
        "latent size 8 instead of 32: error 29.0 against 9.7, a quarter of the parameters."
    )


@pytest.mark.parametrize("key", AUTOENCODERS)
def test_a_run_of_any_type_is_told_from_the_shipped_model(store, key):
    usual = Experiment.of(key).autoencoder.latent_size
    one = told(store, key, {"latent_size": usual + 3}, dataset="digits", epochs=999)
    words = contrast(one, summary(shipped(key)))
    assert words.startswith("Digits 8×8 instead of MNIST, ")
    assert f"latent size {usual + 3:,} instead of {usual:,}" in words or key == "denoising"
    assert "999 instead of" in words and words.endswith(".")
    assert "errors on different data cannot be compared" in words
    assert contrast(summary(shipped(key)), summary(shipped(key))) == (
        "the same settings: the same error, as many parameters."
    )


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"own": {"activation": "tanh"}}, "tanh instead of ReLU activation"),
        ({"learning_rate": 0.01}, "learning rate 0.01 instead of 0.003"),
        ({"epochs": 5}, "5 instead of 40 epochs"),
        ({"samples": 1000}, "1,000 instead of all training images"),
        ({"corruption": "masking"}, "masking (pixel dropout) instead of no corruption"),
        (
            {"own": {"encoder_layers": (64, 32)}},
            "encoder layers 64-32 instead of no encoder layers",
        ),
        (
            {"own": {"latent_size": 4, "activation": "tanh"}, "epochs": 5, "seed": 3, "samples": 9},
            "latent size 4 instead of 32, 5 instead of 40 epochs, "
            "tanh instead of ReLU activation, 2 further settings",
        ),
    ],
)
def test_settings_in_words(store, settings, words):
    assert contrast(told(store, **settings), told(store)).startswith(f"{words}: ")


@pytest.mark.parametrize(
    ("sse", "parameters", "words"),
    [
        (9.74, 50_992, "the same error, as many parameters"),
        (9.7401, 51_000, "error 9.7401 against 9.7400, about as many parameters"),
        (9.71, 25_500, "error 9.71 against 9.74, half the parameters"),
        (0.7, 102_000, "error 0.70 against 9.74, twice the parameters"),
        (120.0, 10_198, "error 120.0 against 9.7, a fifth of the parameters"),
        (1140.0, 2_000, "error 1,140.0 against 9.7, 1/25 of the parameters"),
        (12.0, 36_000, "error 12.0 against 9.7, 71% of the parameters"),
        (12.0, 76_000, "error 12.0 against 9.7, 1.5 times the parameters"),
        (12.0, 510_000, "error 12.0 against 9.7, 10 times the parameters"),
        (float("nan"), 50_992, "as many parameters"),
    ],
)
def test_results_in_words(store, sse, parameters, words):
    one = told(store, figures={"sse": sse, "parameters": parameters})
    assert contrast(one, told(store)) == f"the same settings: {words}."


@pytest.mark.parametrize(
    ("mine", "theirs", "words"),
    [
        (0.0008, 0.5, "error 0.00080 against 0.50000"),
        (0.000812, 0.000813, "error 0.000812 against 0.000813"),
        (0.0, 0.5, "error 0.00 against 0.50"),
        (3e-9, 3e-9, "the same error"),
    ],
)
def test_small_errors_are_told_apart(store, mine, theirs, words):
    one, other = (told(store, figures={"sse": error}) for error in (mine, theirs))
    assert contrast(one, other) == f"the same settings: {words}, as many parameters."


def test_other_types_and_what_is_not_known(store):
    sparse, plain = told(store, "sparse", {"latent_size": 64}), told(store)
    assert contrast(sparse, plain).startswith(
        "Sparse instead of Undercomplete, latent size 64 instead of 32: the same error"
    )
    waiting = dataclasses.replace(sparse, figures={})
    assert contrast(waiting, plain).endswith("latent size 64 instead of 32.")


def test_a_continued_training_counts_all_its_epochs(store):
    one = told(store, epochs=5)
    one.run.add_change(Change(step=9, epochs=8))
    assert contrast(one, told(store)).startswith("8 instead of 40 epochs: ")
