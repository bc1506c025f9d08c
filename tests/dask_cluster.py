"""A Dask cluster of two worker processes on this machine, for test_executor.

Prints one line of JSON, {"url": …, "workers": [process ids]}, and ends when its standard input does.
"""

from __future__ import annotations

import json
import logging
import sys

from distributed import LocalCluster


def main() -> None:
    options = {"n_workers": 2, "threads_per_worker": 1, "host": "127.0.0.1", "dashboard_address": None, "silence_logs": logging.CRITICAL}
    with LocalCluster(**options) as cluster:
        address = cluster.scheduler_address.removeprefix("tcp://")
        print(json.dumps({"url": f"dask://{address}", "workers": [nanny.pid for nanny in cluster.workers.values()]}), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
