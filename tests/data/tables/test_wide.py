"""Long lists of ratings turned wide: the same numbers at the crossing of user and item."""

import numpy as np
import pytest

from aecore.data.datasets import forget, load
from aecore.data.limits import Refused
from aecore.data.own import own_source
from aecore.data.samples import read_samples
from aecore.data.tables import wide
from aecore.data.tables.making import Plan
from aecore.data.tables.uploads import look_at
from aecore.data.tables.wide import FEWEST_RATINGS, Long, find_long, make_wide

HEADER = "user_id,movie,rating,timestamp"
LONG = Long("user_id", "movie", "rating")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("AUTOENCODER_STUDIO_DATA", str(tmp_path))
    forget()
    yield tmp_path
    forget()


def listed(users: int = 40, items: int = 12, seed: int = 0) -> dict[tuple[int, str], int]:
    rng = np.random.default_rng(seed)
    rated = {(int(u), f"film {i}"): int(rng.integers(1, 6))
             for u in range(users) for i in range(items) if rng.random() < 0.6}  # fmt: skip
    return rated | {(0, "seldom"): 3, (1, "seldom"): 4}


def written(rated, more=()) -> bytes:
    order = np.random.default_rng(1).permutation(len(rated))
    rows = [(*pair, stars) for pair, stars in rated.items()]
    rows = [rows[place] for place in order] + list(more)
    return "\n".join([HEADER, *(f"{u},{m},{r},{99 + u}" for u, m, r in rows)]).encode()


def made_of(content: bytes, long: Long = LONG):
    look = look_at("r.csv", content)
    return look, make_wide(
        "r.csv", content, Plan("Films", look.dialect, tuple(enumerate(look.columns))), long
    )


def test_a_long_list_is_found_and_turned(folder):
    rated = listed()
    look, made = made_of(written(rated))
    assert find_long(look) == LONG
    assert made.rows == 40 and [c.kind for c in made.table.columns] == ["number"] * 12
    assert any("1 of 13 items was left out" in note for note in made.notes)
    values = np.fromfile(folder / made.key / "values.bin").reshape(made.rows, -1)
    names = [column.name for column in made.table.columns]
    # users come in the order in which they are first in the file
    first = [line.split(",")[0] for line in written(rated).decode().splitlines()[1:]]
    users = [int(user) for user in dict.fromkeys(first)]
    for row, user in enumerate(users):
        for column, name in enumerate(names):
            np.testing.assert_equal(values[row, column], float(rated.get((user, name), np.nan)))
    data = load(made.key)
    assert data.training.images.shape[1] == 12 and np.isnan(data.training.images).any()
    assert read_samples(folder / made.key, own_source(made.key))


def test_ratings_may_have_a_unit(folder):
    content = written({pair: f"{rating} stars" for pair, rating in listed().items()})
    look, made = made_of(content)
    assert find_long(look) == LONG
    assert {column.unit for column in made.table.columns} == {"{} stars"}
    values = np.fromfile(folder / made.key / "values.bin")
    assert np.nanmin(values) == 1 and np.nanmax(values) == 5


def test_of_a_pair_that_is_there_twice_the_mean_is_taken(folder):
    rated = listed()
    rated[(3, "film 2")] = 1
    _, made = made_of(written(rated, [(3, "film 2", 5)]))
    assert any(note.startswith("1 rating repeats a pair") for note in made.notes)
    values = np.fromfile(folder / made.key / "values.bin").reshape(made.rows, -1)
    column = [c.name for c in made.table.columns].index("film 2")
    assert 3.0 in values[:, column]


def test_items_are_left_out_where_the_table_would_be_too_large(monkeypatch):
    monkeypatch.setattr(wide, "MOST_CELLS", 40 * 7)
    _, made = made_of(written(listed()))
    assert len(made.table.columns) == 7
    assert any("6 of 13 items were left out" in note for note in made.notes)


def test_more_users_than_a_category_may_have_are_kept():
    users = 10_050
    rated = {(u, f"film {i}"): (u + i) % 5 for u in range(users) for i in range(2)}
    _, made = made_of(written(rated))
    assert made.rows == users


@pytest.mark.parametrize(
    "content",
    [
        b"town,state,size\n" + b"Ulm,ok,1\nUlm,ok,2\nBonn,bad,3\n" * 5,
        b"name,kind,size\n" + b"\n".join(b"n%d,%s,%d" % (i, b"ab"[i % 2 :][:1], i * i % 7)
                                        for i in range(30)),
        b"a,b,c\n" + b"\n".join(b"%d,%d,%d" % (i, i * i % 9, i * i % 7) for i in range(30)),
    ],
    ids=["pairs twice", "a name a row", "numbers"],
)  # fmt: skip
def test_what_is_no_long_list_is_not_taken_for_one(content):
    assert find_long(look_at("t.csv", content)) is None


@pytest.mark.parametrize(
    "long, told",
    [
        (Long("user_id", "user_id", "rating"), "three different"),
        (Long("user_id", "film", "rating"), "three different"),
        (Long("user_id", "timestamp", "rating"), f"at least {FEWEST_RATINGS} ratings"),
    ],
)
def test_what_cannot_be_turned_is_refused(long, told):
    rated = {(u, "film"): u % 5 for u in range(4)} | {(5, "other"): 3}
    with (
        pytest.raises(Refused, match=told)
        if "least" in told
        else pytest.raises(Exception, match=told)
    ):
        made_of(written(rated), long)
