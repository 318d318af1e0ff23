"""What all tests share: quiet Keras and small data."""

import gc
import os
import signal
import sys

import pytest
from hypothesis import HealthCheck, settings

from aecore.compute.preload import import_keras

# networks this small take longer to optimize than to train; what each test starts does likewise
os.environ["XLA_FLAGS"] = (
    "--xla_backend_optimization_level=0 --xla_llvm_disable_expensive_passes=true "
    + os.environ.get("XLA_FLAGS", "")
)
import_keras()
# a busy machine is no failure
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")
# a suite started in the background ignores Ctrl-C, and so would the commands that it interrupts
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# a failure in what tests share tells its values, too
pytest.register_assert_rewrite("detecting", "forging", "oidc", "seeing", "server", "waiting")

from small import small_experiment  # noqa: E402

from aecore.analysis import latent  # noqa: E402
from aecore.compute.training import train  # noqa: E402
from aecore.data.datasets import Dataset, load  # noqa: E402
from aecore.models import AUTOENCODERS  # noqa: E402
from aecore.runs.run import Run  # noqa: E402
from aecore.runs.store import RunStore  # noqa: E402


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """With `-n 2` all stories share one browser and server, and each file has its fixtures once."""
    from xdist.scheduler import LoadScopeScheduling

    class ByRoom(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return "stories" if "/browser/" in nodeid else nodeid.split("::", 1)[0]

    return ByRoom(config, log)


@pytest.fixture(scope="module", autouse=True)
def short_collections():
    """What TensorFlow keeps of each training is not gone through again by the next collections."""
    yield
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def main_module():
    """AppTest leaves its script as the main module, which every process started later imports."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.fixture(scope="session", autouse=True)
def quick_maps():
    """The map of a training's report is drawn in fewer steps; gives the usual ones."""
    usual = {"EXAGGERATED": latent.EXAGGERATED, "STEPS": latent.STEPS}
    latent.EXAGGERATED, latent.STEPS = 10, 20
    return usual


@pytest.fixture(scope="session")
def digits() -> Dataset:
    """The 8×8 digits."""
    return load("digits")


@pytest.fixture(params=AUTOENCODERS)
def key(request) -> str:
    """The key of each type in turn."""
    return request.param


@pytest.fixture(scope="session")
def trained(tmp_path_factory):
    """A finished run of each type by its key, trained when it is first asked for; not to change."""
    store, runs = RunStore(tmp_path_factory.mktemp("trained")), {}

    def of(key: str) -> Run:
        if key not in runs:
            runs[key] = store.create(small_experiment(key))
            assert train(runs[key]).state == "finished"
        return runs[key]

    return of


@pytest.fixture(scope="session")
def grey(tmp_path_factory) -> Run:
    """A finished run whose decoder has a distribution over grey values; not to change."""
    store = RunStore(tmp_path_factory.mktemp("grey"))
    run = store.create(small_experiment("variational", {"decoder": "beta-binomial"}))
    assert train(run).state == "finished"
    return run
