"""Tables of scikit-learn and of openml.org become CSV files like any other."""

import gzip
import json
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit

import pytest
import sklearn.datasets
from sklearn.datasets import _openml

from aecore.__main__ import main
from aecore.data.own import own_keys, own_source
from aecore.data.refusal import Refusal
from aecore.data.splits import DataUnavailable
from aecore.data.tables.catalogue import SCIKIT, number_of, scikit_csv, write_openml
from aecore.data.tables.uploads import look_at

SIZES = {"wine": (178, 14), "iris": (150, 5), "diabetes": (442, 11), "digits": (1797, 65)}


@pytest.fixture
def downloaded(tmp_path, monkeypatch):
    """Has openml.org's Iris lie where scikit-learn keeps what it has downloaded, and no network."""
    files = Path(sklearn.datasets.__file__).parent / "tests/data/openml/id_61"
    words = json.loads(gzip.decompress((files / "api-v1-jd-61.json.gz").read_bytes()))
    data = urlsplit(words["data_set_description"]["url"]).path.strip("/")
    places = {
        "api/v1/json/data/61": "api-v1-jd-61.json.gz",
        "api/v1/json/data/features/61": "api-v1-jdf-61.json.gz",
        "api/v1/json/data/qualities/61": "api-v1-jdq-61.json.gz",
        data: "data-v1-dl-61.arff.gz",
    }
    for place, name in places.items():
        path = tmp_path / "kept/openml/openml.org" / f"{place}.gz"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((files / name).read_bytes())
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path / "kept"))

    def unreachable(*_, **__):
        raise URLError("there is no network here")

    monkeypatch.setattr(_openml, "urlopen", unreachable)
    monkeypatch.setattr(_openml.time, "sleep", lambda seconds: None)


@pytest.mark.parametrize("name", SCIKIT)
def test_tables_of_scikit_learn_have_all_rows_and_their_classes(name):
    seen = look_at(f"{name}.csv", scikit_csv(name))
    assert (seen.rows, len(seen.columns)) == SIZES[name] and not seen.refused
    last = seen.columns[-1]
    assert (last.name, last.kind) == (
        ("target", "number") if name == "diabetes" else ("class", last.kind)
    )


def test_a_table_of_openml_is_read_from_what_was_downloaded(downloaded, tmp_path):
    path = tmp_path / "it.csv"
    assert write_openml(61, str(path)) == "iris"
    seen = look_at("iris.csv", path.read_bytes())
    kinds = {column.name: column.kind for column in seen.columns}
    assert seen.rows == 150 and kinds == {
        "sepallength": "number", "sepalwidth": "number", "petallength": "number",
        "petalwidth": "number", "class": "category",
    }  # fmt: skip


@pytest.mark.filterwarnings("ignore:A network error occurred")
def test_what_cannot_be_fetched_is_told(downloaded, tmp_path):
    with pytest.raises(
        DataUnavailable, match=r"table 1 of openml\.org could not be fetched .*no net"
    ):
        write_openml(1, str(tmp_path / "it.csv"))
    with pytest.raises(DataUnavailable, match="no table 'housing'; there are: wine"):
        scikit_csv("housing")
    assert (number_of("openml:61"), number_of("a.csv"), number_of("openml")) == (61, None, None)
    for text in ("openml:", "openml:-1", "openml:x", "openml:12345678901"):
        with pytest.raises(Refusal, match="has a number"):
            number_of(text)


def test_the_command_line_takes_them_like_files(downloaded, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("AUTOENCODER_STUDIO_DATA", str(tmp_path / "sets"))
    assert main(["data", "add", "openml:61", "--name", "Flowers", "--label", "class"]) == 0
    assert main(["data", "add", "sklearn:wine", "--name", "Wine", "--label", "class"]) == 0
    assert main(["data", "add", "sklearn:nothing", "--name", "N"]) != 0
    assert "no table 'nothing'" in capsys.readouterr().err
    described = {own_source(key).title: own_source(key) for key in own_keys()}
    assert described["Flowers"].classes == ("Iris-setosa", "Iris-versicolor", "Iris-virginica")
    assert described["Wine"].shape == (13,) and len(described["Wine"].classes) == 3
