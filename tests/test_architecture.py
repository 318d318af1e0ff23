"""Imports go one way, and the web server never loads TensorFlow."""

import ast
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from string import Formatter

ROOT = Path(__file__).parent.parent
CORE = {
    *("data", "models", "training", "analysis", "detection", "compression", "generation"),
    *("transfer", "figures", "runs"),
}
MAY_IMPORT = {  # room → rooms of aecore it may import
    "environment": {"data"},  # every room may read it
    "data": set(),
    "models": {"data"},
    "training": {"data", "models"},
    "analysis": {"data", "models", "training"},
    "detection": {"data", "models", "training", "analysis"},
    "compression": {"data", "models", "training", "analysis"},
    "generation": {"data", "models", "training", "analysis"},
    "transfer": {"data", "models", "training", "analysis"},
    "figures": {"data", "analysis", "detection", "compression"},
    "runs": {
        *("data", "models", "training", "analysis", "detection", "compression", "generation"),
        "transfer",
    },
    "exchange": CORE,
    "shipped": CORE,
    "compute": {*CORE, "exchange", "shipped"},
    "commands": {*CORE, "exchange", "shipped", "compute"},
    "dashboard": {*CORE, "exchange", "shipped", "compute"},
    "__main__": {"commands"},
    "__init__": set(),
}
BELOW = {"private", "session", "services", "parts", "frame"}
MAY_IMPORT_WITHIN = {  # room of the dashboard → other rooms of it that it may import
    "__init__": set(),
    "private": set(),
    "session": {"private"},
    "services": {"private", "session"},
    "parts": {"private", "session", "services"},
    "frame": {"private", "session", "services", "parts"},
    **dict.fromkeys(
        ("home", "model", "types", "train", "applications", "runs", "sweeps", "data"), BELOW
    ),
}
FILES = sorted((ROOT / "aecore").rglob("*.py"))
DASHBOARD = [path for path in FILES if "dashboard" in path.parts]
TESTS = sorted((ROOT / "tests").rglob("*.py"))
PAGES = [ROOT / "app.py", *sorted((ROOT / "pages").glob("*.py"))]


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imports(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module)
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def room(path: Path) -> str:
    return path.relative_to(ROOT / "aecore").parts[0].removesuffix(".py")


def test_imports_go_one_way():
    for path in FILES:
        names = imports(path)
        rooms = {name.split(".")[1] for name in names if name.startswith("aecore.")}
        upwards = rooms - {room(path), "environment"} - MAY_IMPORT[room(path)]
        assert (named(path), upwards) == (named(path), set())
        not_here = {"streamlit"} if room(path) != "dashboard" else set()
        if room(path) in ("figures", "dashboard"):
            not_here |= {"keras", "tensorflow"}
        outside = {name.split(".")[0] for name in names}
        assert (named(path), outside & not_here) == (named(path), set())


def test_rooms_of_the_dashboard_share_only_what_lies_below_them():
    for path in DASHBOARD:
        own = path.relative_to(ROOT / "aecore" / "dashboard").parts[0].removesuffix(".py")
        names = [name.split(".") for name in imports(path)]
        rooms = {name[2] for name in names if name[:2] == ["aecore", "dashboard"] and name[2:]}
        upwards = rooms - {own} - MAY_IMPORT_WITHIN[own]
        assert (named(path), upwards) == (named(path), set())


def test_nothing_else_lies_flat_in_the_dashboard():
    flat = {path.name for path in (ROOT / "aecore" / "dashboard").glob("*.py")}
    assert flat == {"__init__.py", "session.py", "services.py"}


def test_pages_import_the_dashboard_only():
    for path in PAGES:
        rooms = {name.split(".")[1] for name in imports(path) if name.startswith("aecore.")}
        assert (named(path), rooms) == (named(path), {"dashboard"})


def test_files_stay_short():
    long = {named(path): len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    assert {name: lines for name, lines in long.items() if lines > 260} == {}


def test_what_the_server_imports_loads_no_tensorflow():
    modules = (
        "aecore.models",
        "aecore.training.experiment",
        "aecore.runs.store",
        "aecore.compute.jobs",
        "aecore.compute.calls",
        "aecore.exchange.keras_file.anatomy",
        "aecore.exchange.bundle",
        *(".".join(path.relative_to(ROOT).with_suffix("").parts) for path in DASHBOARD),
        "aecore.__main__",
    )
    code = """
import importlib, sys
for module in sys.argv[1:]:
    importlib.import_module(module)
    if heavy := {"keras", "tensorflow", "sklearn", "openTSNE"} & set(sys.modules):
        sys.exit(f"{module} loads {heavy}")
"""
    done = subprocess.run(
        [sys.executable, "-c", code, *modules], cwd=ROOT, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_tests_import_no_other_tests():
    """What several share stands in a conftest.py, or in a module that is no test."""
    for path in TESTS:
        tests = [name for name in imports(path) if name.split(".")[-1].startswith("test_")]
        assert (named(path), tests) == (named(path), [])


def test_no_two_tests_have_the_same_file_name():
    """Pytest imports a test by its name alone."""
    names = Counter(path.name for path in TESTS if path.name.startswith("test_"))
    assert [name for name, count in names.items() if count > 1] == []


def test_every_type_has_its_page():
    from aecore.models import AUTOENCODERS

    assert {path.stem for path in (ROOT / "pages").glob("*.py")} == {
        *("anomalies", "compression", "data", "features", "generation", "runs", "sweeps"),
        *AUTOENCODERS,
    }
    for key in AUTOENCODERS:
        assert f'type_page("{key}", ABOUT' in (ROOT / "pages" / f"{key}.py").read_text("utf-8")


def refusals() -> dict[str, int]:
    """The names of all classes of refusals → which argument of theirs is the sentence."""
    classes = {
        node.name: node
        for path in FILES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef)
    }
    found = {"Refusal": 0}
    for _ in classes:  # until nothing derives from what was found any more
        for name, node in classes.items():
            bases = [base.id for base in node.bases if isinstance(base, ast.Name)]
            for base in set(bases) & set(found):
                made = [part for part in node.body if getattr(part, "name", "") == "__init__"]
                names = [argument.arg for argument in made[0].args.args[1:]] if made else []
                found[name] = names.index("sentence") if made else found[base]
    return found


def is_literal(node: ast.expr) -> bool:
    """Whether a text stands in the source: written out, a constant, or one or the other of them."""
    if isinstance(node, ast.IfExp):
        return is_literal(node.body) and is_literal(node.orelse)
    if isinstance(node, ast.BinOp):
        return is_literal(node.left) and is_literal(node.right)
    if isinstance(node, ast.Name):
        return node.id.isupper()
    return isinstance(node, ast.Constant)


REFUSALS = refusals()


def test_what_varies_in_a_refusal_is_kept_apart_from_its_sentence():
    """Not `FileRefused(f"{name} is cut off.")`, but `FileRefused("{} is cut off.", name)`."""
    nodes = ((path, node) for path in FILES for node in ast.walk(tree(path)))
    for path, node in nodes:
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", None))
        if name not in REFUSALS or len(node.args) <= REFUSALS[name]:
            continue
        sentence, *parts = node.args[REFUSALS[name] :]
        where = f"{named(path)}:{node.lineno}"
        assert is_literal(sentence), f"{where}: the sentence is a literal, the rest are parts of it"
        if isinstance(sentence, ast.Constant):
            fields = [field for _, field, *_ in Formatter().parse(sentence.value)]
            assert len(parts) == len(fields) - fields.count(None), f"{where}: a part for each {{}}"


def test_every_refusal_derives_from_the_one_class():
    """Pages and command line tell what derives from it, and take all else for a fault."""
    direct = {
        node.name
        for path in FILES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef)
        and {"Exception", "ValueError", "RuntimeError", "TypeError", "KeyError", "OSError"}
        & {getattr(base, "id", "") for base in node.bases}
    }
    assert direct == {"Refusal", "_Stopped"}  # the latter never leaves its file
    assert len(REFUSALS) > 15


def shows_an_error_itself(function: ast.AST) -> bool:
    """Whether an error that is caught gets into a text by itself, where nothing escapes it."""
    caught = {n.name for n in ast.walk(function) if isinstance(n, ast.ExceptHandler) and n.name}
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("str", "repr"):
            parts = node.args
        elif isinstance(node, ast.FormattedValue):
            parts = [node.value]
        else:
            continue
        if any(isinstance(part, ast.Name) and part.id in caught for part in parts):
            return True
    return False


def test_pages_show_errors_as_sentences_with_all_that_strangers_wrote_escaped():
    """Not `st.error(str(problem))`, but `st.error(sentence_of(problem))`."""
    for path in [*DASHBOARD, *PAGES]:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef):
                assert not shows_an_error_itself(node), f"{named(path)}:{node.lineno}"


EMOJI = re.compile("[\U0001f000-\U0001faff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\u25b6\ufe0f]")
SOURCES = [
    path
    for pattern in ("aecore/**/*.py", "aecore/**/*.js", "pages/*.py", "app.py", "*.md")
    for path in sorted(ROOT.glob(pattern))
]


def test_no_emoji_stands_in_sources():
    """A machine without an emoji font would show empty boxes."""
    assert [named(path) for path in SOURCES if EMOJI.search(path.read_text("utf-8"))] == []


def test_private_names_of_libraries_stand_in_one_file_a_library():
    """There, each has its reason, and a test that fails when the library changes."""
    undocumented = ("keras.src", "streamlit.runtime")
    ours = ("self", "cls", "os", "other")  # os._exit is documented
    for path in FILES:
        if path.stem.endswith("_private") or path.parent.name == "private":
            continue
        private = [name for name in imports(path) if name.startswith(undocumented)]
        assert (named(path), private) == (named(path), [])
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Attribute) and re.match("_[a-z]", node.attr):
                owner = ast.unparse(node.value)
                where = f"{named(path)}:{node.lineno} {owner}.{node.attr}"
                assert owner.split(".")[0] in ours, where


def asks_for_a_kind(path: Path) -> list[str]:
    """Comparisons with the key of a kind of data, or with a kind itself."""
    from aecore.data.kinds import KINDS

    names = {"IMAGES", "TABLE", "SERIES"}

    def is_kind(node: ast.AST) -> bool:
        if isinstance(node, ast.Tuple | ast.List | ast.Set):
            return any(map(is_kind, node.elts))
        if isinstance(node, ast.Constant):
            return node.value in KINDS
        return ast.unparse(node).removesuffix(".key").split(".")[-1] in names

    found = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Compare):
            sides = zip(node.ops, [node.left, *node.comparators], node.comparators, strict=False)
            for op, left, right in sides:
                within = isinstance(op, ast.In | ast.NotIn)
                if is_kind(right) or (is_kind(left) and not within):
                    found.append(ast.unparse(node))
        if isinstance(node, ast.MatchValue) and is_kind(node.value):
            found.append(ast.unparse(node))
    return found


def test_nobody_asks_which_kind_of_data_it_is():
    """What differs by kind is a field of `Kind`, or stands in a registry by its key."""
    asking = {named(path): asks_for_a_kind(path) for path in FILES if path.name != "kinds.py"}
    assert {name: places for name, places in asking.items() if places} == {}


def test_asking_for_a_kind_is_noticed(tmp_path):
    asking = tmp_path / "asking.py"
    asking.write_text(
        'kind.key == "table"; "series" != key; kind is TABLE; key in ("image", x)\n'
        'kind.key == kinds.SERIES.key\n"table" in values\n'
        'match key:\n    case "series":\n        pass\n',
        encoding="utf-8",
    )
    assert len(asks_for_a_kind(asking)) == 6
