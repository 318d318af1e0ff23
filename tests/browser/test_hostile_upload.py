"""Ten people go on working while one uploads the worst there is."""

import psutil
import pytest
from attacking import attack, check_refusals
from server import check_log, serving

from benchmarks.visitors import all_visits, apart, visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]
VISITORS, PAGES = 10, 2
MOST_GROWN = 300 * 2**20  # bytes of the server: 25 MB a visitor, and what is uploaded


def workers(server: psutil.Process) -> set[psutil.Process]:
    """The processes that train and answer calls, which Dask spawned."""
    found = server.children(recursive=True)
    return {child for child in found if "spawn_main" in " ".join(child.cmdline())}


def test_ten_visitors_go_on_while_one_uploads_the_worst(chromium, tmp_path):
    with serving(tmp_path) as server:
        apart(visit(server.url, 99, 3, {}))  # what is read once is read
        process = psutil.Process(server.process.pid)
        pages = attack(chromium, server.url, tmp_path)  # whose model was seen by the calls worker
        before, held = workers(process), process.memory_info().rss
        assert len(before) >= 2
        times, errors = apart(all_visits(server.url, VISITORS, PAGES))
        assert errors == [] and sum(map(len, times.values())) == VISITORS * PAGES
        check_refusals(pages)
        assert workers(process) >= before  # nobody's worker ended
        assert process.memory_info().rss - held < MOST_GROWN
        for page in pages.values():
            assert page.worries == []
            page.context.close()
        check_log(server.log)
