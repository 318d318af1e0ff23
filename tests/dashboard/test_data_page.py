"""The Data page and shared links through Streamlit's own test harness."""

import tomllib
from pathlib import Path

import pytest
from made_sets import collect, record, tabulate
from opening import button, html, open_page, words
from photos import photo
from streamlit.runtime.scriptrunner import StopException
from streamlit.runtime.state import SessionStateProxy
from ugly import encoded, zipped

from aecore.dashboard.data.making import UPLOAD_MB
from aecore.data.datasets import load, source
from aecore.data.limits import COLLECTION
from aecore.data.own import own_directory, own_keys, put_aside
from aecore.environment import MEMORY
from aecore.training.experiment import Experiment
from aecore.training.link import to_link

ROOT = Path(__file__).parents[2]
PICTURE = '<img src="data:image/png'  # not the curves of series that ship


def upload(app, files: dict[str, bytes]):
    uploader = next(u for u in app.file_uploader if u.key.startswith("data.files"))
    return uploader.set_value([(name, data, "image/png") for name, data in files.items()]).run()


def pictures(app) -> int:
    return html(app).count(PICTURE)


def test_the_upload_limit_is_written_in_one_place():
    config = tomllib.loads((ROOT / ".streamlit/config.toml").read_text("utf-8"))
    assert config["server"]["maxUploadSize"] == UPLOAD_MB
    assert COLLECTION.total_bytes == UPLOAD_MB * 2**20
    assert COLLECTION.words in words(open_page("data"))


def test_what_is_at_hand_is_shown_and_nothing_downloaded(monkeypatch):
    monkeypatch.setattr("aecore.data.datasets._load_whole", None)
    key = collect(40, folders=("good", "bad"), levels=(0, 4095))
    app = open_page("data")
    assert not app.exception and not app.error and not app.warning
    assert pictures(app) == 10 + 10 + 10  # the user's, MNIST and the 8×8 digits
    text = words(app)
    assert "40 images, 28 × 28 colour" in text and "bad (20), good (20)" in text
    assert "Images of more than 8 bits: 0 is black, 4,095 is white." in text
    assert text.splitlines().count("Downloaded when first used.") == 2
    assert own_keys() == [key]


def test_train_on_it_opens_the_form_with_the_set_chosen():
    key = collect()
    app = open_page("data")
    app.selectbox(key=f"data.{key}.type").set_value("sparse").run()
    button(app, f"data.{key}.train").click().run()
    assert app.title[0].value.endswith("Sparse")
    assert app.selectbox(key="sparse.set.dataset").value == key
    assert dict(app.query_params)["dataset"] == key


def types_offered(app, key: str) -> list[str]:
    return app.selectbox(key=f"data.{key}.type").options


def test_a_table_is_listed_with_its_columns_and_first_rows():
    key = tabulate()
    app = open_page("data")
    text = words(app)
    assert not app.exception and not app.error
    assert "**People**" in text and "120 rows × 4 columns" in text
    assert "Learnt: 2 numbers, 1 category, 1 date" in text
    assert "12 cells missing (2.5%)" in text and "Label: state, of which ok is normal" in text
    assert "bad (14)" in text and "ok (106)" in text
    shown = app.dataframe[0].value
    assert list(shown.columns) == ["Größe", "weight", "town"]  # as many as there is room for
    assert shown.town[0] and shown.weight[3] == ""
    assert "Convolutional" not in types_offered(app, key)
    button(app, f"data.{key}.train").click().run()
    assert app.title[0].value.endswith("Undercomplete")
    assert app.selectbox(key="undercomplete.set.dataset").value == key


def test_a_series_is_listed_with_its_windows_as_curves():
    shipped = html(open_page("data")).count("image/svg+xml")
    key = record()
    app = open_page("data")
    text = words(app)
    assert not app.exception and not app.error
    assert "1,200 steps, 1 h apart, 2 channels" in text
    assert "Windows of 24 steps, stride 6" in text and "Channels: load, heat" in text
    assert html(app).count("image/svg+xml") == shipped + 6
    assert app.selectbox(key=f"data.{key}.type").value == "convolutional"


@pytest.mark.parametrize("make", [tabulate, record])
def test_tables_and_series_are_deleted_and_put_back(make):
    key = make()
    app = open_page("data")
    button(app, f"data.{key}.delete").click().run()
    assert own_keys() == [] and not app.exception
    button(app, "data.undo").click().run()
    assert own_keys() == [key] and not app.exception and not app.error


@pytest.mark.parametrize("make", [tabulate, record])
def test_a_damaged_table_or_series_is_a_sentence(make):
    (own_directory() / make() / "values.bin").write_bytes(b"short")
    app = open_page("data")
    assert "is damaged" in app.error[0].value and not app.exception


def test_delete_and_undo():
    key = collect()
    app = open_page("data")
    button(app, f"data.{key}.delete").click().run()
    assert own_keys() == [] and "Deleted: Screws" in app.info[0].value
    button(app, "data.undo").click().run()
    assert own_keys() == [key] and not app.info and not app.exception
    button(app, f"data.{key}.delete").click().run()
    button(app, "data.undo.close").click().run()
    assert own_keys() == [] and not app.info


def test_deleting_can_be_undone_after_leaving_the_page():
    key = collect()
    app = open_page("data")
    with pytest.MonkeyPatch.context() as patch:

        def leave(*_):
            raise StopException  # as Streamlit does at the next look into the session

        def leaving(key):
            aside = put_aside(key)
            for access in ("__getitem__", "__setitem__", "__contains__"):
                patch.setattr(SessionStateProxy, access, leave)
            return aside

        patch.setattr("aecore.data.own.put_aside", leaving)
        button(app, f"data.{key}.delete").click().run()
    assert own_keys() == [] and "Deleted: Screws" in app.run().info[0].value
    button(app, "data.undo").click().run()
    assert own_keys() == [key] and not app.exception


def test_a_set_is_made_and_what_was_refused_is_told():
    good = {f"photos/{i}.jpg": encoded(photo(i, 60 + i, 50), "JPEG") for i in range(24)}
    bad = {"notes/text.jpg": b"not a picture", "notes/empty.png": b""}
    app = upload(open_page("data"), {"all.zip": zipped((good | bad).items())})
    assert pictures(app) == 10 + 10 + 10  # the preview
    app.text_input(key="data.name").set_value("My *photos*").run()
    button(app, "data.make").click().run()
    app.run()
    (key,) = own_keys()
    assert source(key).shape == (32, 32, 3) and source(key).title == "My *photos*"
    assert "24 images of 32 × 32 colour" in app.success[0].value
    assert "19 for training, 1 for validation, 4 for testing" in app.success[0].value
    data = load(key)
    assert [len(part) for part in (data.training, data.validation, data.test)] == [19, 1, 4]
    assert "2 files could not be used" in app.warning[0].value
    assert pictures(app) == 10 + 10 + 10  # of the set: the form is empty again
    assert "text.jpg" in app.warning[0].value and "empty.png" in app.warning[0].value
    button(app, "data.made.next.train").click().run()
    assert app.selectbox(key="convolutional.set.dataset").value == key


def test_what_is_missing_is_told_before_it_is_pressed():
    few = {f"{i}.png": encoded(photo(i), "PNG") for i in range(3)}
    app = open_page("data")
    assert button(app, "data.make").disabled
    assert "Still needed: a name and 20 images." in words(app)
    app = upload(app, few | {"x.png": b"x"})
    assert button(app, "data.make").disabled
    assert "Still needed: a name and 16 more images." in words(app)
    app.text_input(key="data.name").set_value("Few").run()
    assert "Still needed: 16 more images." in words(app)


def test_too_few_images_that_can_be_used_is_a_sentence():
    few = {f"{i}.png": encoded(photo(i), "PNG") for i in range(3)}
    app = upload(open_page("data"), few | {f"x{i}.png": b"x" for i in range(17)})
    app.text_input(key="data.name").set_value("Few").run()
    assert "Still needed" not in words(app)
    button(app, "data.make").click().run()
    app.run()  # the harness cannot rerun a fragment
    assert "at least 20 images; 3 could be used" in app.error[0].value
    assert own_keys() == [] and not app.exception


def test_the_preview_follows_the_settings():
    app = upload(open_page("data"), {"a.png": encoded(photo(1), "PNG")})
    pictures = {html(app)}
    app.segmented_control(key="data.channels").set_value(1).run()
    pictures.add(html(app))
    app.segmented_control(key="data.ink").set_value(True).run()
    pictures.add(html(app))
    app.segmented_control(key="data.polarity").set_value("invert").run()
    pictures.add(html(app))
    assert len(pictures) == 4 and not app.exception


def test_a_size_is_suggested_taken_and_checked():
    app = upload(
        open_page("data"), {f"{i}.png": encoded(photo(i, 90, 60), "PNG") for i in range(20)}
    )
    button(app, "data.suggested").click().run()
    sizes = [app.number_input(key=f"data.{side}") for side in ("height", "width")]
    assert [size.value for size in sizes] == [60, 90] and app.selectbox(
        key="data.size"
    ).value == "other"
    assert not any(b.key == "data.suggested" for b in app.button)
    sizes[0].set_value(7).run()
    assert "between 8 and 512 pixels; they were 7 × 90" in app.error[0].value
    assert not any(b.key == "data.make" for b in app.button)
    app.number_input(key="data.height").set_value(30).run()
    app.text_input(key="data.name").set_value("Wide").run()
    button(app, "data.make").click().run()
    app.run()
    assert source(own_keys()[0]).shape == (30, 90, 3) and not app.exception
    assert "20 images, 30 × 90 colour" in words(app.run())


def test_what_a_set_will_take_is_told_beforehand(monkeypatch):
    monkeypatch.setenv(MEMORY, "3")
    images = {f"{i}.png": encoded(photo(i, 30, 20), "PNG") for i in range(200)}
    app = upload(open_page("data"), {"all.zip": zipped(images.items())})
    assert not app.warning and "on disk" not in words(app)
    app.selectbox(key="data.size").set_value("other").run()
    app.number_input(key="data.height").set_value(300).run()
    app.number_input(key="data.width").set_value(512).run()
    assert not app.warning and "200 images of 300 × 512 colour: 92.2 MB on disk" not in words(app)
    app.number_input(key="data.height").set_value(512).run()
    assert "200 images of 512 × 512 colour: 157.3 MB on disk" in words(app)
    monkeypatch.setenv(MEMORY, "2")
    app.run()
    assert "GB of memory and more. Only 2.0 GB is available here" in app.warning[0].value


def test_a_link_sets_the_form_once():
    experiment = Experiment.of(
        "deep", {"latent_size": 9, "encoder_layers": (64, 32)}, dataset="digits", seed=5, epochs=3
    )
    app = open_page("deep", view="Train", **to_link(experiment))
    assert app.number_input(key="deep.set.latent_size").value == 9
    assert app.text_input(key="deep.set.encoder_layers").value == "64, 32"
    assert app.selectbox(key="deep.set.dataset").value == "digits"
    assert app.number_input(key="deep.set.seed").value == 5
    app.number_input(key="deep.set.latent_size").set_value(11).run()
    assert app.number_input(key="deep.set.latent_size").value == 11
    assert dict(app.query_params)["latent_size"] == "11"
    button(app, "deep.defaults").click().run()
    app.run()
    assert app.number_input(key="deep.set.latent_size").value == 30
    assert set(dict(app.query_params)) == {"view"}
    assert any("view=Train" in code.value for code in app.code)


def test_what_a_link_cannot_say_is_told_and_the_rest_used():
    gone = "own-gone-28-grey-01234567"
    app = open_page(
        "sparse", view="Train", epochs="-4", dataset=gone, latent_size="200", penalty="[x](y)"
    )
    said = app.warning[0].value
    assert "Epochs must lie between" in said and "Sparsity penalty must be" in said and gone in said
    assert r"\[x\]\(y\)" in said and not app.exception
    assert app.number_input(key="sparse.set.latent_size").value == 200
    assert app.number_input(key="sparse.set.epochs").value == 20
    assert app.selectbox(key="sparse.set.dataset").value == "mnist"
    app.run()
    assert app.warning
    button(app, "sparse.defaults").click().run()
    app.run()
    assert not app.warning


@pytest.mark.parametrize("count, batch, epochs", [(24, 8, 500), (200, 16, 111)])
def test_few_steps_are_told_and_mended(count, batch, epochs):
    key = collect(count)
    app = open_page("convolutional", view="Train", dataset=key)
    assert "only 7 steps" in app.info[0].value
    button(app, "convolutional.steps").click().run()
    assert app.number_input(key="convolutional.set.batch_size").value == batch
    assert app.number_input(key="convolutional.set.epochs").value == epochs
    assert app.number_input(key="convolutional.set.learning_rate").value == 5e-4
    assert not app.info


def test_many_images_and_few_epochs_are_a_choice():
    app = open_page("convolutional", view="Train", epochs="1")
    assert not app.info


def test_an_unfinished_set_outlives_another_page():
    app = upload(open_page("data"), {f"{i}.png": encoded(photo(i), "PNG") for i in range(3)})
    app.text_input(key="data.name").set_value("Bolts").run()
    app.selectbox(key="data.size").set_value(64).run()
    before = html(app)
    app.switch_page("pages/linear.py").run()
    app.switch_page("pages/data.py").run()
    assert app.text_input(key="data.name").value == "Bolts"
    assert app.selectbox(key="data.size").value == 64
    assert html(app) == before and "2.png" in words(app).replace("\\", "")
    upload(app, {"more.png": encoded(photo(9), "PNG")})  # and more can be added
    assert html(app).count(PICTURE) == before.count(PICTURE) + 1
    button(app, "data.remove").click().run()
    assert "2.png" not in words(app).replace("\\", "") and not app.exception


def test_more_than_a_visitor_may_upload_is_refused_and_the_rest_kept(monkeypatch):
    monkeypatch.setattr("aecore.dashboard.data.making.MOST_UPLOADED", 100_000)
    app = upload(open_page("data"), {"small.png": encoded(photo(0), "PNG")})
    upload(app, {"large.png": bytes(100_000)})
    assert "the limit is 100 kB" in app.warning[0].value
    assert "small.png" in words(app) and "large.png" not in words(app)
