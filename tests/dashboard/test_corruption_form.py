"""The strength of a corruption follows its kind, wherever the form stands."""

import pytest
from opening import open_page

from aecore.data.corruption import CORRUPTIONS
from aecore.runs.store import RunStore

KINDS = [kind for kind in CORRUPTIONS if kind != "none"]


@pytest.mark.parametrize("page", ["deep", "sweeps"])
def test_choosing_a_kind_sets_its_bounds_and_its_usual_strength(page):
    query = {"view": "Train"} if page == "deep" else {"type": "deep"}
    app = open_page(page, **query)
    for kind in KINDS:
        app.selectbox(key="deep.set.corruption").set_value(kind).run()
        strength, declared = app.number_input(key="deep.set.corruption_strength"), CORRUPTIONS[kind]
        assert (strength.value, strength.step) == (declared.default, declared.step), kind
        assert f"{declared.minimum:g} to {declared.maximum:g}" in strength.help
        assert not app.error and not app.exception
    app.number_input(key="deep.set.corruption_strength").set_value(0.5).run()
    assert "a whole number between 2 and 3; it was 0.5" in app.error[0].value.replace("\\", "")
    app.selectbox(key="deep.set.corruption").set_value("none").run()
    assert not app.error


def test_the_recipes_own_corruption_has_the_recipes_strength():
    app = open_page("denoising", view="Train")
    strength = app.number_input(key="denoising.set.corruption_strength")
    assert strength.value == 0.5
    app.selectbox(key="denoising.set.corruption").set_value("downscaling").run()
    assert app.number_input(key="denoising.set.corruption_strength").value == 2.0
    app.selectbox(key="denoising.set.corruption").set_value("gaussian").run()
    assert app.number_input(key="denoising.set.corruption_strength").value == 0.5


def test_what_was_chosen_is_what_is_trained(tmp_path):
    app = open_page("deep", view="Train", dataset="digits")
    app.selectbox(key="deep.set.corruption").set_value("downscaling").run()
    next(b for b in app.button if b.key == "deep.train").click().run()
    (run,) = RunStore(tmp_path / "runs").runs()
    assert run.corruption == ("downscaling", 2.0)


def test_strengths_to_vary_follow_the_kind():
    app = open_page("sweeps", type="deep")
    app.selectbox(key="deep.set.corruption").set_value("gaussian").run()
    app.selectbox(key="sweeps.deep.vary.0").set_value("corruption_strength").run()
    values = "sweeps.deep.values.corruption_strength"
    assert app.text_input(key=values).value == "0.25, 0.5, 1"
    app.selectbox(key="deep.set.corruption").set_value("downscaling").run()
    assert app.text_input(key=values).value == "2, 3"
    assert not app.error and not app.exception
    app.text_input(key=values).set_value("0.5, 2").run()
    assert "changes nothing" in app.error[0].value


@pytest.mark.parametrize("kind", KINDS)
def test_the_slider_of_corruption_moves_in_steps_of_its_kind(kind):
    app = open_page("deep")
    app.selectbox(key="deep.corrupt.kind").set_value(kind).run()
    slider, declared = app.slider(key=f"deep.corrupt.{kind}"), CORRUPTIONS[kind]
    assert (slider.value, slider.step) == (declared.default, declared.step)
    assert slider.min == (declared.minimum if declared.whole else 0)
