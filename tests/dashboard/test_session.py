"""What travels between the files of the dashboard: only through `session.py`."""

import ast
import itertools
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from small import small_experiment
from streamlit.testing.v1 import AppTest
from waiting import PATIENCE

from aecore.runs.store import RunStore

DASHBOARD = Path(__file__).parents[2] / "aecore" / "dashboard"


def session_keys(source: str) -> tuple[set[str], set[str]]:
    """Keys that code spells: those it reads or sets, and those of its widgets; {} is filled in."""
    named: dict[str, set[str]] = {}

    def spelt(node) -> set[str]:
        match node:
            case ast.Constant(value=str(text)):
                return {text}
            case ast.JoinedStr(values=parts):
                return {"".join(each) for each in itertools.product(*map(spelt, parts))}
            case ast.FormattedValue(value=inner):
                return spelt(inner) or {"{}"}
            case ast.Name(id=name):
                return named.get(name, set())
        return set()

    nodes = list(ast.walk(ast.parse(source)))
    for node in nodes:
        for name, value in assigned(node):
            named[name] = named.get(name, set()) | spelt(value)
    used = set().union(*(spelt(key) for node in nodes for key in keys_used(node)))
    widgets = {
        key
        for node in nodes
        if isinstance(node, ast.keyword) and node.arg == "key"
        for key in spelt(node.value)
    }
    return {key for key in used if key.strip("{}")}, {key for key in widgets if key.strip("{}")}


def assigned(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    if not isinstance(node, ast.Assign):
        return
    for target in node.targets:
        match target, node.value:
            case ast.Name(id=name), value:
                yield name, value
            case ast.Tuple(elts=names), ast.Tuple(elts=values):
                pairs = zip(names, values, strict=True)
                yield from ((each.id, value) for each, value in pairs if isinstance(each, ast.Name))


def keys_used(node: ast.AST) -> list[ast.AST]:
    state = "session_state"
    match node:
        case ast.Subscript(value=ast.Attribute(attr=name), slice=key) if name == state:
            return [key]
        case ast.Compare(left=key, comparators=[ast.Attribute(attr=name)]) if name == state:
            return [key]
        case ast.Call(func=ast.Attribute(value=ast.Attribute(attr=name)), args=[first, *_]) if (
            name == state
        ):
            return first.keys if isinstance(first, ast.Dict) else [first]
        case ast.Call(func=ast.Name(id="lasting" | "remembered"), args=[key, *_]):
            return [key]
    return []


def may_be(key: str, other: str) -> bool:
    """Whether one key, filled in, can be the other."""
    pattern = r"[^.]+".join(map(re.escape, other.split("{}")))
    return bool(re.fullmatch(pattern, key.replace("{}", "x")))


def shared_keys(sources: dict[str, str]) -> list[tuple[str, str, str]]:
    """(file, other file, key) where both spell a key that at least one of them reads or sets."""
    found, keys = [], {file: session_keys(source) for file, source in sources.items()}
    for one, other in itertools.permutations(keys, 2):
        for key in keys[one][0]:
            if any(may_be(key, each) or may_be(each, key) for each in set().union(*keys[other])):
                found.append((one, other, key))
    return found


def test_no_two_files_spell_the_same_key():
    sources = {
        str(path.relative_to(DASHBOARD)): path.read_text(encoding="utf-8")
        for path in DASHBOARD.rglob("*.py")
    }
    assert shared_keys(sources) == []
    widgets = Counter(key for source in sources.values() for key in session_keys(source)[1])
    assert [key for key, files in widgets.items() if files > 1] == []


def test_a_key_that_two_files_spell_is_found():
    form = 'WIDGET = f"{key}.set.{name}"\nst.text_input("Name", key=WIDGET)'
    for code in (
        'st.session_state[f"{kind}.set.dataset"] = key',
        'old = st.session_state.pop(f"{kind}.set.dataset", None)',
        'if "deep.set.seed" in st.session_state: pass',
        'st.session_state.update({"deep.set.seed": 1})',
        'st.toggle("On", **lasting("deep.set.on"))',
        'ONE, TWO = "deep.set.one", "two"\nst.session_state[ONE] = st.session_state[TWO]',
    ):
        assert shared_keys({"form.py": form, "other.py": code}), code
        assert not shared_keys({"form.py": form, "other.py": code.replace(".set.", ".own.")})


def script(run):
    """Two runs: the first asks for things, the second takes them."""
    import numpy as np
    import streamlit as st

    from aecore.dashboard import session

    key = run.key
    if "first" not in st.session_state:
        st.session_state["first"] = True
        session.want_view("Errors"), session.want_run(key, run.id)
        session.watch_run(key, "a"), session.watch_run(key, "b"), session.watch_run(key, "a")
        images = np.zeros((1, 8, 8, 1), np.float32)
        session.give_images(run, session.Given(("x.png",), images, ("none", 0.0)))
        session.note("Done.")
        return
    session.dismiss_run(key, "a")
    session.take_wanted_view(("Train",))
    st.session_state["elsewhere"] = st.session_state.get(session.VIEW)
    session.take_wanted_view(("Train", "Errors"))
    st.session_state["taken"] = (
        st.session_state[session.VIEW],
        session.take_wanted_run("another"),
        session.take_wanted_run(key),
        session.take_wanted_run(key),
        session.watched_ids(key),
        session.given_images(run),
        session.take_notes(),
        session.take_notes(),
    )
    session.give_images(run, None)
    st.session_state["forgotten"] = session.given_images(run)


def test_what_one_run_asks_for_the_next_one_takes_once(tmp_path):
    run = RunStore(tmp_path).create(small_experiment("linear"))
    app = AppTest.from_function(script, args=(run,), default_timeout=PATIENCE).run().run()
    assert not app.exception
    assert app.session_state["elsewhere"] is None  # no tab of that page
    view, other, wanted, again, watched, given, notes, none = app.session_state["taken"]
    assert (view, other, wanted, again) == ("Errors", None, run.id, None)
    assert watched == ("b",) and (notes, none) == (["Done."], [])
    assert given.names == ("x.png",) and np.array_equal(given.images, np.zeros((1, 8, 8, 1)))
    assert app.session_state["forgotten"] is None


def giving(runs):
    import numpy as np
    import streamlit as st

    from aecore.dashboard import session

    session.MOST_GIVEN = 10_000
    for number in (0, 1, 2, 0, 3):
        images = np.zeros((1, 32, 32, 1), np.float32)  # 4,096 bytes
        session.give_images(runs[number], session.Given((f"{number}.png",), images, ("none", 0.0)))
    st.session_state["kept"] = [session.given_images(run) is not None for run in runs]
    session.MOST_GIVEN = 2**28


def test_images_given_to_many_runs_are_bounded_by_their_bytes(tmp_path):
    runs = [RunStore(tmp_path).create(small_experiment("linear")) for _ in range(4)]
    app = AppTest.from_function(giving, args=(runs,), default_timeout=PATIENCE).run()
    assert not app.exception
    assert app.session_state["kept"] == [True, False, False, True]
