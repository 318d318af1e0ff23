"""Experiments in links: short, readable, and checked like everything that comes from outside."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aecore.data.corruption import CORRUPTIONS
from aecore.models import AUTOENCODERS, SettingError
from aecore.training.experiment import Experiment
from aecore.training.link import link_names, read_link, to_link

OWN = "own-screws-32-colour-0123abcd"


def from_link(key, parameters):
    """The experiment of a link in which nothing is wrong; else the first problem is raised."""
    experiment, problems = read_link(key, parameters)
    if problems:
        raise problems[0]
    return experiment


def values_of(settings_class, name: str) -> st.SearchStrategy:
    declared, kind = settings_class.declared()[name], settings_class.type_of(name)
    if kind is bool:
        return st.booleans()
    if kind is str:
        return st.sampled_from([*declared.choices, *([OWN] if declared.also else [])])
    if kind is int:
        return st.integers(declared.minimum, declared.maximum)
    if kind is float:
        return st.floats(declared.minimum, declared.maximum)
    sizes = st.integers(int(declared.minimum), int(declared.maximum))
    return st.lists(sizes, max_size=8).map(tuple)


@st.composite
def experiments(draw) -> Experiment:
    """Experiments of all types, a few settings changed at random."""
    key = draw(st.sampled_from(list(AUTOENCODERS)))
    kind = AUTOENCODERS[key]
    names = draw(st.lists(st.sampled_from(link_names(key)), unique=True, max_size=6))
    own = {n: draw(values_of(kind, n)) for n in names if n in kind.declared()}
    rest = {n: draw(values_of(Experiment, n)) for n in names if n not in own}
    experiment = Experiment.of(key)
    for name, value in own.items():  # one by one: some do not go together
        try:
            changed = type(experiment.autoencoder).from_dict(
                experiment.autoencoder.to_dict() | {name: value}
            )
            experiment = experiment.replace(autoencoder=changed)
        except SettingError:
            continue
    for name, value in rest.items():
        try:
            experiment = experiment.replace(**{name: value})
        except SettingError:
            continue
    return experiment


@given(experiments())
@settings(max_examples=300)
def test_there_and_back_is_the_same_experiment(experiment):
    link = to_link(experiment)
    assert from_link(experiment.autoencoder.key, link) == experiment
    assert all(isinstance(value, str) and 0 < len(value) <= 100 for value in link.values())


def test_every_setting_of_every_type_survives(key):
    kind, changed = AUTOENCODERS[key], 0
    for name in link_names(key):
        settings_class = kind if name in kind.declared() else Experiment
        for value in _others(settings_class, name):
            try:
                experiment = from_link(key, {name: value})
            except SettingError:
                continue  # it needs another setting beside it
            assert to_link(experiment) in ({}, {name: value})
            changed += to_link(experiment) == {name: value}
    assert changed > len(link_names(key)) / 2


def _others(settings_class, name: str) -> list[str]:
    declared, kind = settings_class.declared()[name], settings_class.type_of(name)
    if kind is bool:
        return ["true", "false"]
    if kind is str:
        return list(declared.choices)
    return ["7"] if kind is int else ["0.0625"] if kind is float else ["16,8", "none"]


def test_defaults_make_an_empty_link_and_changes_a_readable_one(key):
    assert to_link(Experiment.of(key)) == {}
    assert from_link(key, {}) == Experiment.of(key)
    changed = Experiment.of("deep", {"encoder_layers": (512, 256), "latent_size": 16},
                            dataset=OWN, epochs=10, learning_rate=0.01)  # fmt: skip
    assert to_link(changed) == {
        "encoder_layers": "512,256", "latent_size": "16", "dataset": OWN,
        "learning_rate": "0.01", "epochs": "10",
    }  # fmt: skip


@pytest.mark.parametrize("kind", [kind for kind in CORRUPTIONS if kind != "none"])
def test_a_link_to_a_corruption_alone_takes_its_usual_strength(kind):
    assert from_link("deep", {"corruption": kind}) == Experiment.of("deep", corruption=kind)
    half = Experiment.of("deep", corruption="blur", corruption_strength=0.5)  # another's usual
    assert from_link("deep", to_link(half)) == half
    experiment, problems = read_link("deep", {"corruption": kind, "corruption_strength": "0"})
    assert "changes nothing" in str(problems[0])
    assert experiment == Experiment.of("deep", corruption=kind)


def test_other_names_are_left_alone():
    assert from_link("deep", {"run": "x", "view": "Train", "penalty": "kl"}) == Experiment.of(
        "deep"
    )


@pytest.mark.parametrize(
    "name, value",
    [
        ("epochs", "many"), ("epochs", "2.5"), ("epochs", "1_000"), ("epochs", "٣"),
        ("epochs", "0"), ("epochs", "9" * 90), ("epochs", "9" * 5000), ("epochs", ""),
        ("learning_rate", "nan"), ("learning_rate", "1e999"), ("learning_rate", "1e-3 "),
        ("encoder_layers", "512;256"), ("encoder_layers", "1," * 40), ("encoder_layers", ","),
        ("encoder_layers", "2,2,2,2,2,2,2,2,2"), ("dataset", "own-../x-28-grey-01234567"),
        ("dataset", "<script>"), ("loss", "likelihood"), ("activation", "relu\n"),
        ("seed", "-1"), ("corruption_strength", "0.5,0.5"),
    ],
    ids=lambda text: text[:24],
)  # fmt: skip
def test_a_bad_value_is_named_and_the_rest_kept(name, value):
    with pytest.raises(SettingError) as caught:
        from_link("deep", {name: value})
    assert caught.value.field == name and len(str(caught.value)) < 300
    experiment, problems = read_link("deep", {name: value, "latent_size": "9"})
    assert [problem.field for problem in problems] == [name]
    assert experiment == Experiment.of("deep", {"latent_size": 9})


def test_what_does_not_go_together_falls_back_to_what_does():
    experiment, problems = read_link("sparse", {"penalty": "top-k", "k": "4000", "epochs": "3"})
    assert problems and "latent size" in str(problems[0])
    assert experiment.epochs == 3 and experiment.autoencoder.penalty == "top-k"


@given(st.dictionaries(st.sampled_from(link_names("denoising")), st.text(max_size=120)))
def test_any_text_ends_in_an_experiment(parameters):
    experiment, problems = read_link("denoising", parameters)
    assert from_link("denoising", to_link(experiment)) == experiment
    unchanged = {name for name in parameters if name not in to_link(experiment)}
    told = {problem.field for problem in problems}
    for name in unchanged - told:  # left out without a word: it was the default, or lost
        assert told or from_link("denoising", {name: parameters[name]}) == experiment


def test_no_such_type():
    with pytest.raises(SettingError, match="no type"):
        read_link("transformer", {})
