"""Settings check themselves, and go to JSON and back."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aecore.models import AUTOENCODERS, SettingError
from aecore.models.deep import Deep
from aecore.models.settings import Settings
from aecore.training.experiment import Experiment

EVERY = [*AUTOENCODERS.values(), Experiment]


def make(settings: type[Settings], **values):
    if settings is Experiment:
        return Experiment.of("undercomplete", **values)
    return settings(**values)


@pytest.mark.parametrize("settings", EVERY, ids=lambda s: s.__name__)
def test_every_setting_is_explained(settings):
    for name, declared in settings.declared().items():
        assert declared.label and declared.help.endswith("."), name
        kind = settings.type_of(name)
        if kind in (int, float):
            assert declared.minimum is not None and declared.maximum is not None, name
        if kind is str:
            assert len(declared.choices) == len(set(declared.choices)) > 0, name
        if declared.only_with:
            assert declared.only_with[0] in settings.declared(), name


@pytest.mark.parametrize("settings", EVERY, ids=lambda s: s.__name__)
def test_a_value_out_of_range_is_refused_by_name(settings):
    for name, declared in settings.declared().items():
        kind = settings.type_of(name)
        bad = {int: declared.maximum, float: declared.maximum}.get(kind)
        bad = {str: "nonsense", bool: 3}.get(kind, bad + 1 if bad is not None else (0,))
        with pytest.raises(SettingError) as caught:
            make(settings, **{name: bad})
        assert caught.value.field == name
        assert kind is not int or f"it was {bad}." in str(caught.value)
        assert declared.label in str(caught.value)


@pytest.mark.parametrize("value", [math.nan, math.inf, "7", None, 2.5, True, [3]])
def test_a_whole_number_is_a_whole_number(value):
    with pytest.raises(SettingError) as caught:
        Deep(latent_size=value)
    assert caught.value.field == "latent_size"


@pytest.mark.parametrize("value", ["512", 5, [1.5], [0], [5000], [2] * 9, None])
def test_layers_are_lists_of_sizes(value):
    with pytest.raises(SettingError) as caught:
        Deep(encoder_layers=value)
    assert caught.value.field == "encoder_layers"


def test_unknown_names_are_refused():
    with pytest.raises(SettingError, match="no setting 'latentsize'"):
        Deep.from_dict({"latentsize": 3})
    with pytest.raises(SettingError, match="no setting 'epoch'"):
        Experiment.of("deep", epoch=3)
    with pytest.raises(SettingError, match="no type 'quantum'"):
        Experiment.of("quantum")


def test_every_recipe_is_an_experiment_and_survives_json(key):
    experiment = Experiment.of(key)
    assert Experiment.from_dict(json.loads(json.dumps(experiment.to_dict()))) == experiment


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text() | st.integers(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_any_json_is_an_experiment_or_refused(value):
    with pytest.raises(SettingError):
        Experiment.from_dict(value)
    with pytest.raises(SettingError):
        Experiment.from_dict({"type": "deep", "hyperparameters": {"latent_size": [value]}})


def test_cross_entropy_needs_a_sigmoid():
    with pytest.raises(SettingError, match="between 0 and 1") as caught:
        Experiment.of("undercomplete", {"output_activation": "linear"}, loss="bce")
    assert caught.value.field == "loss"
    assert Experiment.of("undercomplete", {"output_activation": "linear"}, loss="mse")


def test_a_loss_the_type_does_not_take_is_refused():
    with pytest.raises(SettingError, match="Linear takes the loss mse"):
        Experiment.of("linear", loss="bce")
    with pytest.raises(SettingError, match="likelihood"):
        Experiment.of("variational", loss="mse")


def test_the_strength_fits_the_corruption():
    assert Experiment.of("deep", corruption="blur", corruption_strength=2.0)
    with pytest.raises(SettingError, match="between 0 and 1") as caught:
        Experiment.of("deep", corruption="masking", corruption_strength=2.0)
    assert caught.value.field == "corruption_strength"


def test_a_gaussian_decoder_needs_clean_images():
    assert Experiment.of("variational", corruption="masking")
    with pytest.raises(SettingError, match="Gaussian decoder") as caught:
        Experiment.of("variational", {"decoder": "gaussian"}, corruption="masking")
    assert caught.value.field == "corruption"
