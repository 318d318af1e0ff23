"""The worker processes: a local cluster, or an existing one at an address."""

import atexit
import logging
import threading

from aecore import environment
from aecore.compute.memory import memory_limit
from aecore.compute.preload import TENSORFLOW
from aecore.compute.queue import JOB
from aecore.data.refusal import Refusal

CALLS = {"calls": 1}
ASIDE = {"calls": 0}  # a worker that answers calls, beside those
STARTING_SECONDS = 300.0  # that workers may take to start: importing TensorFlow on a busy machine
SETTINGS = {
    # a training whose worker dies is not started again unasked
    "distributed.scheduler.allowed-failures": 0,
    # a worker that dies is restarted, however long that takes on a busy machine; by default Dask
    # gives up after 15 seconds, and then nothing would be trained any more
    "distributed.deploy.lost-worker-timeout": "365 days",
    # Dask's plain HTTP pages would tell every user of this machine whose runs are trained
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    # a worker's memory is its model's: there is nothing to spill to disk or to wait for
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    # at rest nobody looks a hundred times a second at what runs, or fifty times at the clock
    "distributed.worker.profile.enabled": False,
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.system-monitor.interval": "5s",
    # a model lies on the worker that asked for it: there are no copies to clear away
    "distributed.scheduler.active-memory-manager.start": False,
}


class WorkersUnavailable(Refusal):
    """There are no workers; the text says what to try."""


class Workers:
    """A Dask client that connects in the background; `wake` returns at once.

    Calls and jobs have workers of their own, distinguished by Dask resources. A connection to an
    existing scheduler that is lost is restored at the next request.
    """

    def __init__(self):
        self._client = None
        self._problem: Exception | None = None
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._closed = False
        self.address = environment.scheduler()

    def wake(self) -> None:
        """Starts to connect, unless that is done or in progress."""
        with self._lock:
            if self._closed:
                return
            if self._client is not None and self._client.status in ("closing", "closed"):
                self._client = self._thread = None
            ended = self._thread is not None and not self._thread.is_alive()
            if self._thread is None or (ended and self._client is None and self.address):
                self._thread = threading.Thread(target=self._connect, daemon=True)
                self._thread.start()

    def client(self, patience: float = STARTING_SECONDS):
        """The connected `distributed.Client`.

        Raises:
            WorkersUnavailable: it could not be connected in `patience` seconds.
        """
        self.wake()
        if self._thread is not None:
            self._thread.join(patience)
        client = self._client
        if client is None or client.status != "running":
            if problem := self.problem:
                raise WorkersUnavailable("{}", problem)
            raise WorkersUnavailable(
                "The workers are still starting: reload the page in a moment. Finished results can "
                "be seen meanwhile."
            )
        return client

    @property
    def problem(self) -> str:
        """Why there are no workers, in a sentence; empty if there is no known problem."""
        if self._client is not None and self._client.status == "running":
            return ""
        if self._closed:
            return "The dashboard was closed."
        if self.address and (self._problem or self._client is not None):
            return f"The scheduler at {self.address} does not answer; trying again."
        if self._problem is None:
            return ""
        return (
            f"The workers could not be started ({self._problem}). Finished results can still be "
            "looked at; start the dashboard again to train."
        )

    @property
    def failed(self) -> bool:
        """Whether they could not be started, and will not be retried."""
        return self._closed or (self._problem is not None and not self.address)

    def close(self) -> None:
        """Ends the local workers, or disconnects from the cluster, permanently."""
        with self._lock:
            self._closed = True
        if self._client is not None:
            cluster = self._client.cluster
            # running tasks end with the server as intended: no errors for its log
            logging.getLogger("distributed.scheduler").setLevel(logging.CRITICAL)
            self._client.close()
            if cluster is not None:
                cluster.close()

    def _connect(self) -> None:
        try:
            import dask.config
            from distributed import Client

            dask.config.set(SETTINGS)
            if self.address:  # with the security that Dask's settings say
                client = Client(self.address, set_as_default=False)
            else:
                cluster = local_cluster()
                client = Client(cluster, security=cluster.security, set_as_default=False)
            atexit.register(self.close)
            self._client, self._problem = client, None
        except Exception as problem:  # reported when the client is requested
            self._problem = problem


def local_cluster():
    """A scheduler in this process and worker processes on loopback: one for calls, one per slot.

    Temporary TLS keys keep other users of the machine out.
    """
    from distributed import Nanny, Scheduler, SpecCluster
    from distributed.security import Security

    security = Security.temporary()
    ours = {"host": "127.0.0.1", "protocol": "tls", "security": security}

    def worker(resources: dict[str, int]) -> dict:
        options = {
            **ours,
            "nthreads": 1,
            "resources": resources,
            "memory_limit": memory_limit(),
            "dashboard": False,
            "dashboard_address": "127.0.0.1:0",
            "preload": ("aecore.compute.preload",),
            "env": TENSORFLOW,
            "silence_logs": "ERROR",
        }
        return {"cls": Nanny, "options": options}

    return SpecCluster(
        scheduler={
            "cls": Scheduler,
            "options": {
                **ours,
                "port": 0,
                "dashboard": False,
                "dashboard_address": "127.0.0.1:0",
            },
        },
        workers={
            "calls": worker(CALLS),
            **{f"jobs-{slot}": worker({JOB: 1}) for slot in range(1, environment.slots() + 1)},
        },
        security=security,
        silence_logs="ERROR",  # pyright: ignore[reportArgumentType]  # declared as a bool
    )


def takers(client) -> list[str]:
    """The addresses of the workers for calls."""
    workers = client.scheduler_info(n_workers=-1)["workers"]
    return [address for address, worker in workers.items() if "calls" in worker["resources"]]
