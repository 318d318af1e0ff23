"""Models in and out: `import` and `export`."""

import shutil
from pathlib import Path

from aecore.commands.interrupting import load_keras
from aecore.commands.options import add_command, add_directory, add_json, add_measured_run, store_of
from aecore.commands.printing import as_rows, complain, print_json, show
from aecore.data.datasets import SOURCES
from aecore.data.images.intake import Unusable
from aecore.data.own import own_keys
from aecore.exchange.archive import FileRefused
from aecore.exchange.bundle import SUFFIX, is_bundle, pack
from aecore.models import AUTOENCODERS, SettingError
from aecore.runs.files import write_whole
from aecore.runs.origin import DOUBTFUL, RANGES
from aecore.runs.run import RunDamaged
from aecore.runs.series import figures


def add_exchange(commands) -> None:
    """Adds the commands of this file."""
    parser = add_command(commands, "export", export)
    add_measured_run(parser)
    parser.add_argument(
        "--out",
        metavar="FILE",
        help="its suffix is the format: .keras, .tflite or .run.zip; default: RUN.keras",
    )
    add_directory(parser)
    parser = add_command(commands, "import", import_)
    parser.add_argument("file", metavar="FILE", help="a .run.zip file or any Keras model (.keras)")
    foreign = parser.add_argument_group("Keras models")
    foreign.add_argument(
        "--dataset", metavar="KEY", help="data set to measure it on; default: the first that fits"
    )
    foreign.add_argument(
        "--layer", metavar="NAME", help="layer whose output is the code; default: the narrowest"
    )
    foreign.add_argument(
        "--type", choices=tuple(AUTOENCODERS), help="page that shows it; default: the type found"
    )
    foreign.add_argument(
        "--range",
        choices=RANGES,
        help="range of the pixels that it takes, as --range=-1..1; default: the one that fits best",
    )
    add_directory(parser)
    add_json(parser)


def import_(options) -> int:
    """Imports a run's file, or a Keras model that was trained elsewhere."""
    path = Path(options.file)
    load_keras()
    try:
        content = path.read_bytes()
        id = _bring_in(content, options)
    except OSError as problem:
        return _refuse(path.name, f"it cannot be read ({problem.strerror})", options.json)
    except FileRefused as problem:
        return _refuse(path.name, str(problem), options.json)
    run = store_of(options).get(id)
    head = {"run": id, "path": str(run.path), "type": run.key, "dataset": run.dataset}
    if run.origin is not None:
        head |= {"layer": run.origin.layer, "takes": run.origin.takes, "gives": run.origin.gives}
        if run.origin.doubtful:
            complain([Unusable(path.name, DOUBTFUL)])
    show(head | figures(run), options.json)
    return 0


def _bring_in(content: bytes, options) -> str:
    from aecore.exchange.bring_in import bring_in, inspect

    choices = {name: getattr(options, name) for name in ("dataset", "layer", "type", "range")}
    given = [name for name, value in choices.items() if value is not None]
    if is_bundle(content):
        if given:
            raise SettingError(given[0], "A run's file brings its own; leave out --{}.", given[0])
        return bring_in(content, options.file, store_of(options))
    known = (*SOURCES, *own_keys())
    if options.dataset is not None and options.dataset not in known:
        raise SettingError(
            "dataset",
            "There is no data set {!r}; there are: {}.",
            options.dataset,
            ", ".join(known),
        )
    at = None
    if options.layer is not None:
        anatomy = inspect(content, options.file).anatomy
        assert anatomy is not None  # only a run's own file has none
        places = {anatomy.layers[cut].name: cut for cut in reversed(anatomy.cuts)}
        if options.layer not in places:
            names = ", ".join(reversed(places))
            raise SettingError(
                "layer", "There is no layer {!r} to cut at; there are: {}.", options.layer, names
            )
        at = places[options.layer]
    store = store_of(options)
    return bring_in(content, options.file, store, options.dataset, at, options.type, options.range)


def _refuse(name: str, reason: str, as_json: bool) -> int:
    refusals = [Unusable(name, reason)]
    complain(refusals)
    if as_json:
        print_json({"run": None, "refused": as_rows(refusals)})
    return 1


def export(options) -> None:
    """Exports a model as .keras or .tflite (LiteRT), or the whole run as .run.zip."""
    run = store_of(options).get(options.run)
    if not run.model_path.exists():
        raise RunDamaged("{} has no model yet: it is {}.", run.id, run.status().state)
    out = Path(options.out or f"{run.id}.keras")
    if out.name.endswith(SUFFIX):
        content = pack(run)
        write_whole(out, lambda partial: partial.write_bytes(content))
    elif out.suffix == ".tflite":
        load_keras()
        from aecore.exchange.bring_in import litert

        content = litert(str(run.path))
        write_whole(out, lambda partial: partial.write_bytes(content))
    elif out.suffix == ".keras":
        write_whole(out, lambda partial: shutil.copyfile(run.model_path, partial))
    else:
        raise SettingError(
            "out", "{} must end in .keras, .tflite or {}: it tells the format.", out.name, SUFFIX
        )
    print(out)
