"""Hostile files take no memory or time out of proportion, measured in a process of its own."""

import json
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from ugly import HOSTILE, LARGEST
from waiting import PATIENCE

ROOT = Path(__file__).parents[2]
MB = 2**20
MOST_MEMORY = 400 * MB
MOST_SECONDS = 15  # of the processor, so that a busy machine does no harm
A_PIXEL = 16  # bytes an honest image may take for each of its pixels while it is read
CHILD = """
import json, resource, struct, sys
import scipy.ndimage
sys.path.insert(0, "tests")
from reading_here import read_here
from aecore.data.images.preparation import Preparation

def usage():  # bytes at the peak (Linux counts in kB), seconds of the processor
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_maxrss * (1 if sys.platform == "darwin" else 1024), used.ru_utime

def read(content):
    result = read_here([("a", content)], (28, 28, 1), Preparation())
    return ["an image" for _ in result.images] + [bad.reason for bad in result.refusals]

read(b"x")
if sys.platform == "linux":  # a hard stop
    resource.setrlimit(resource.RLIMIT_AS, (3 * 2**30, 3 * 2**30))
while size := sys.stdin.buffer.read(8):
    content = sys.stdin.buffer.read(struct.unpack("<q", size)[0])
    before, start = usage()
    found = read(content)
    after, end = usage()
    print(json.dumps([found, after - before, end - start]), flush=True)
"""


@pytest.fixture(scope="module")
def read():
    """Sends a file to the process: (outcomes, bytes its peak grew by, seconds to read it once)."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )

    def send(content: bytes) -> tuple[list[str], int, float]:
        child.stdin.write(struct.pack("<q", len(content)) + content)
        child.stdin.flush()
        return tuple(json.loads(child.stdout.readline()))

    yield send
    child.stdin.close()
    assert child.wait(PATIENCE) == 0


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_takes_little(read, name):
    make, outcome = HOSTILE[name]
    found, memory, seconds = read(make())
    assert outcome in found[0]
    assert memory < MOST_MEMORY
    assert seconds < MOST_SECONDS


@pytest.mark.parametrize("name", LARGEST)
def test_the_largest_images_take_memory_in_proportion(read, name):
    found, memory, seconds = read(LARGEST[name]())
    assert found == ["an image"]
    assert memory < A_PIXEL * 36 * 10**6
    assert seconds < MOST_SECONDS
