"""The worker processes: a local cluster of our own, or an existing one by its address."""

import atexit
import logging
import os
import threading

SCHEDULER = "AUTOENCODER_STUDIO_SCHEDULER"  # environment: address of an existing scheduler
SLOTS = "AUTOENCODER_STUDIO_SLOTS"  # environment: trainings at a time of our own cluster
CALLS = {"calls": 1}
JOBS = {"jobs": 1}


class WorkersUnavailable(RuntimeError):
    """No worker answers; the text says what to try."""


class Workers:
    """A Dask client that is connected in the background; `wake` returns at once.

    Calls and jobs each have a worker of their own, told apart by Dask resources.
    """

    def __init__(self):
        self._client = None
        self._problem: Exception | None = None
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def wake(self) -> None:
        """Begins to connect, once."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._connect, daemon=True)
                self._thread.start()

    def client(self, patience: float = 60.0):
        """The connected `distributed.Client`.

        Raises:
            WorkersUnavailable: it could not be connected in `patience` seconds.
        """
        self.wake()
        self._thread.join(patience)
        if self._client is None:
            raise WorkersUnavailable(
                f"The workers could not be started ({self._problem or 'no answer yet'}). "
                "Finished results can still be looked at; try again in a moment."
            )
        return self._client

    @property
    def failed(self) -> bool:
        """Whether they could not be started, and will not be."""
        return self._problem is not None

    def close(self) -> None:
        """Ends the local workers, or leaves the cluster."""
        if self._client is not None:
            cluster = self._client.cluster
            # what is still under way ends with the server, and is meant to: no error for its log
            logging.getLogger("distributed.scheduler").setLevel(logging.CRITICAL)
            self._client.close()
            if cluster is not None:
                cluster.close()

    def _connect(self) -> None:
        try:
            import dask
            from distributed import Client

            # a worker that dies takes its training with it: never start that again unasked
            dask.config.set({"distributed.scheduler.allowed-failures": 0})
            address = os.environ.get(SCHEDULER)
            client = Client(address or local_cluster(), set_as_default=False)
            atexit.register(self.close)
            self._client = client
        except Exception as problem:  # told to whoever asks for the client
            self._problem = problem


def local_cluster():
    """A scheduler in this process and worker processes on loopback: calls', and one a slot."""
    from distributed import Nanny, Scheduler, SpecCluster

    def worker(resources: dict[str, int]) -> dict:
        options = {
            "nthreads": 1,
            "resources": resources,
            "host": "127.0.0.1",
            "memory_limit": 0,
            "dashboard_address": "127.0.0.1:0",
            "preload": ("aecore.compute.preload",),
            "env": {"TF_CPP_MIN_LOG_LEVEL": "3"},
            "silence_logs": "ERROR",
        }
        return {"cls": Nanny, "options": options}

    return SpecCluster(
        scheduler={
            "cls": Scheduler,
            "options": {"host": "127.0.0.1", "port": 0, "dashboard_address": "127.0.0.1:0"},
        },
        workers={
            "calls": worker(CALLS),
            **{f"jobs-{slot}": worker(JOBS) for slot in range(1, own_slots() + 1)},
        },
        silence_logs="ERROR",
    )


def own_slots() -> int:
    """How many trainings our own cluster takes at a time: one, or what the environment says."""
    text = os.environ.get(SLOTS, "1")
    return min(64, max(1, int(text))) if text.isdecimal() else 1
