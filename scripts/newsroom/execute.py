"""Batches of work on any `concurrent.futures.Executor`: in this process, a pool of processes, or a cluster.

Keeps a bounded number of batches under way, so that a build of any size needs little memory, and gives results in order.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from itertools import islice
from typing import TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")

BATCHES_AHEAD = 3
"""Batches handed out beyond those the workers are busy with."""
POOL_THRESHOLD = 400
"""Fewer jobs than this are done here: starting a pool takes longer than doing them."""


class Tasks:
    """Runs batches; starts a pool only when there is enough to do. Use as a context manager."""

    def __init__(self, *, jobs: int = 0, executor: Executor | None = None) -> None:
        """jobs: number of processes, 0 for one a core. executor: used instead of a pool, and not shut down."""
        self._workers = jobs or os.cpu_count() or 1
        self._executor = executor
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Tasks:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def run(self, function: Callable[[list[Job]], Result], jobs: Iterable[Job], *, count: int, batch_size: int) -> Iterator[Result]:
        """function(batch) for every batch of the jobs, in their order. `count` is the number of jobs."""
        batches = _cut(jobs, batch_size)
        executor = self._choose_executor(count)
        if executor is None:
            yield from map(function, batches)
            return
        running: deque[Future[Result]] = deque()
        for batch in batches:
            running.append(executor.submit(function, batch))
            if len(running) >= self._workers + BATCHES_AHEAD:
                yield running.popleft().result()
        while running:
            yield running.popleft().result()

    def _choose_executor(self, count: int) -> Executor | None:
        if self._executor is not None:
            return self._executor
        if self._workers == 1 or count < POOL_THRESHOLD:
            return None
        if self._pool is None:
            self._pool = ProcessPoolExecutor(self._workers, mp_context=multiprocessing.get_context("spawn"))
        return self._pool


def _cut(jobs: Iterable[Job], size: int) -> Iterator[list[Job]]:
    iterator = iter(jobs)
    while batch := list(islice(iterator, size)):
        yield batch
