"""`pretrain`: trains the models that ship with the program."""

from collections.abc import Iterable

from aecore.commands.interrupting import load_keras
from aecore.commands.options import add_command
from aecore.commands.training import ProgressBar, print_figures
from aecore.data.refusal import Refusal
from aecore.models import AUTOENCODERS


def add_pretrain(commands) -> None:
    """Adds the command of this file."""
    parser = add_command(commands, "pretrain", pretrain)
    parser.add_argument("names", nargs="*", metavar="NAME", help="default: all")
    part = parser.add_mutually_exclusive_group()
    part.add_argument("--studies", action="store_true", help="only what each type's own tab shows")
    part.add_argument(
        "--series", action="store_true", help="only the comparisons on the type's page"
    )
    part.add_argument("--generation", action="store_true", help="only what samples are drawn from")
    part.add_argument("--detector", action="store_true", help="only how a detector judges")
    part.add_argument(
        "--classifier", action="store_true", help="only the classifier that compares digits"
    )


def pretrain(options) -> int:
    """Trains the shipped models again, or repeats only their measurements."""
    load_keras()
    from aecore.compute.shipping import (
        ship,
        ship_classifier,
        ship_detector,
        ship_generation,
        ship_series,
        ship_studies,
    )
    from aecore.generation.study import NotGenerated
    from aecore.shipped.recipes import RECIPES

    if options.classifier:
        print(f"Classifies {ship_classifier():.2%} of the test images rightly.")
        return 0
    known: Iterable[str] = AUTOENCODERS if options.series else RECIPES
    if options.detector:
        known = [name for name, (_, _, settings) in RECIPES.items() if "normal" in settings]
    for name in options.names or known:
        if name not in known:
            raise Refusal("There is no {!r}; there are: {}.", name, ", ".join(known))
        if options.studies:
            ship_studies(name)
            continue
        if options.generation:
            try:
                ship_generation(name)
            except NotGenerated as problem:
                print(f"{name}: {problem}")
            continue
        if options.detector:
            print(f"{name}: {_verdict(ship_detector(name))}")
            continue
        with ProgressBar(quiet=False) as bar:
            if options.series:
                ship_series(name, bar)
            else:
                print_figures(ship(name, bar), as_json=False)
    return 0


def _verdict(found) -> str:
    """Whether a detector is better than what needs no network, in words."""
    from aecore.detection.baselines import BASELINES
    from aecore.detection.verdict import sentence, verdict

    compared = verdict(found.truth, found.scores, found.baselines)
    return sentence(compared, "The network", BASELINES[compared.baseline].title)
