"""Settings check themselves, and go to JSON and back."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aecore.data.corruption import CORRUPTIONS
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
        bad = {str: "nonsense", bool: 3}.get(kind, bad + 1 if bad is not None else (-1,))
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


KINDS = [kind for kind in CORRUPTIONS if kind != "none"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_strength_fits_the_corruption(kind):
    declared = CORRUPTIONS[kind]
    assert Experiment.of("deep", corruption=kind, corruption_strength=declared.maximum)
    for strength in (0, declared.minimum / 2):
        with pytest.raises(SettingError, match="Less changes nothing") as caught:
            Experiment.of("deep", corruption=kind, corruption_strength=strength)
        assert caught.value.field == "corruption_strength"
    with pytest.raises(SettingError, match=r"between 0\.01 and 1"):
        Experiment.of("deep", corruption="masking", corruption_strength=2.0)
    with pytest.raises(SettingError, match="a whole number between 2 and 3"):
        Experiment.of("deep", corruption="downscaling", corruption_strength=2.5)


@pytest.mark.parametrize("kind", KINDS)
def test_a_corruption_without_a_strength_takes_its_own(kind, key):
    recipe = AUTOENCODERS[key].recipe
    own = recipe["corruption_strength"] if recipe.get("corruption") == kind else None
    usual = own or CORRUPTIONS[kind].default
    values = Experiment.of(key, corruption=kind).to_dict()
    assert values["corruption_strength"] == usual
    del values["corruption_strength"]
    assert Experiment.from_dict(values).corruption_strength == usual


def test_classes_to_learn_are_those_of_the_data_set():
    assert Experiment.of("linear", normal=[3, 1, 3]).normal == (1, 3)
    assert Experiment.of("linear", normal=list(range(10))).normal == ()  # all
    with pytest.raises(SettingError) as caught:
        Experiment.of("linear", dataset="breast_cancer", normal=(2,))
    assert caught.value.field == "normal" and "no class number 2" in str(caught.value)
    elsewhere = "own-shop-16-grey-0123abcd"  # whose classes are not known here
    assert Experiment.of("linear", dataset=elsewhere, normal=(7,)).normal == (7,)


def test_an_experiment_of_an_earlier_version_is_read():
    values = Experiment.of("deep").to_dict()
    old = values | {"corruption": "downscaling", "corruption_strength": 0.5}
    with pytest.raises(SettingError):
        Experiment.from_dict(old)
    assert Experiment.from_saved(old) == Experiment.of("deep")
    for strength in (math.nan, math.inf, -1, 10**400, True, "2", None, [2]):
        with pytest.raises(SettingError):
            Experiment.from_saved(old | {"corruption_strength": strength})
    for wrong in ({}, [], values | {"corruption": []}, values | {"corruption": "fog"}):
        with pytest.raises(SettingError):
            Experiment.from_saved(wrong)


def test_a_gaussian_decoder_needs_clean_images():
    assert Experiment.of("variational", corruption="masking")
    with pytest.raises(SettingError, match="Gaussian decoder") as caught:
        Experiment.of("variational", {"decoder": "gaussian"}, corruption="masking")
    assert caught.value.field == "corruption"
