"""Batches of work on any `concurrent.futures.Executor`: in this process, a pool of processes, or a cluster.

Keeps a bounded number of batches under way, so that a build of any size needs little memory, and gives results in order.
"""

from __future__ import annotations

import functools
import gc
import multiprocessing
import multiprocessing.connection
import multiprocessing.context
import os
import pickle
import signal
import sys
import threading
import zlib
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ProcessPoolExecutor
from contextlib import suppress
from itertools import islice
from typing import Any, Generic, TypeVar, cast

Job = TypeVar("Job")
Result = TypeVar("Result")
State = TypeVar("State")

BATCHES_AHEAD = 3
"""Batches handed out beyond those the workers are busy with."""
POOL_THRESHOLD = 400
"""Fewer jobs than this are done here: starting a pool takes longer than doing them."""
MEMORY_BYTES = 600_000_000
"""Of the jobs under way whose weight is known. With the site in memory a build stays below 1 GiB."""


class TaskError(Exception):
    """Work could not be done, through no fault of the content; the message is for people."""


class Tasks:
    """Runs batches; starts a pool only when there is enough to do."""

    def __init__(self, *, jobs: int = 0, executor: Executor | None = None) -> None:
        """jobs: number of processes, 0 for one a core. executor: used instead of a pool, and not shut down; jobs then says how many
        batches it can work on at the same time."""
        self.workers = jobs or os.cpu_count() or 1
        self.executor = executor

    def run(self, function: Callable[[State, list[Job]], Result], state: State, jobs: Iterable[Job], *, count: int, batch_size: int,
            pool_from: int | None = None, weigh: Callable[[Job], int] | None = None) -> Generator[Result, None, None]:  # fmt: skip
        """function(state, batch) for every batch of the jobs, in their order. The first batches are handed out before this returns: workers are
        busy with them while the caller does something else. `count` is the number of jobs; with fewer than
        pool_from (POOL_THRESHOLD) they are done here, when they are asked for. weigh: bytes of memory that a job takes; those under way take MEMORY_BYTES, or are one alone.

        A pool's processes get the state once, when they start; an executor of somebody else's gets it packed with every batch,
        and each of its processes unpacks it once. Raises TaskError when workers are lost.
        """
        results = self._run(function, state, jobs, count, batch_size, POOL_THRESHOLD if pool_from is None else pool_from, weigh)
        next(results)
        return cast(Generator[Result, None, None], results)

    def _run(self, function: Callable[[State, list[Job]], Result], state: State, jobs: Iterable[Job], count: int, batch_size: int, pool_from: int,
             weigh: Callable[[Job], int] | None) -> Generator[Result | None, None, None]:  # fmt: skip
        """None when the workers have all they can take, then the results."""
        batches = _cut(jobs, batch_size)
        if self.executor is not None:
            packed = zlib.compress(pickle.dumps((function, state)), level=1)
            yield from self._hand_out(self.executor, functools.partial(_run_packed, packed), batches, weigh)
        elif self.workers == 1 or count < pool_from:
            yield None
            yield from (function(state, batch) for batch in batches)
        else:
            gc.freeze()  # a forked process shares what the collector does not touch
            try:
                with ProcessPoolExecutor(self.workers, mp_context=_choose_context(), initializer=_install, initargs=(function, state)) as pool:
                    yield from self._hand_out(pool, _run_installed, batches, weigh)
            finally:
                gc.unfreeze()

    def _hand_out(self, executor: Executor, function: Callable[[list[Job]], Result], batches: Iterable[list[Job]], weigh: Callable[[Job], int] | None) -> Iterator[Result | None]:
        running: deque[Future[Result]] = deque()
        weights: deque[int] = deque()
        has_begun = False
        try:
            for batch in batches:
                weight = sum(map(weigh, batch)) if weigh else 0
                while running and (sum(weights) + weight > MEMORY_BYTES or len(running) >= self.workers + BATCHES_AHEAD):
                    if not has_begun:
                        has_begun = True
                        yield None
                    weights.popleft()
                    yield running.popleft().result()
                running.append(executor.submit(function, batch))
                weights.append(weight)
            if not has_begun:
                yield None
            while running:
                yield running.popleft().result()
        except (BrokenExecutor, CancelledError) as error:
            raise TaskError("a worker was ended from outside, perhaps for lack of memory; build again, with --jobs 1 if it stays so") from error
        finally:
            for future in running:
                future.cancel()


_installed: tuple[Callable[[Any, list[Any]], Any], Any] | None = None


def _install(function: Callable[[Any, list[Any]], Any], state: Any) -> None:
    """In a new process of a pool: keeps what it works with, leaves Ctrl-C to the parent, and ends when the parent is killed."""
    global _installed
    _installed = (function, state)
    gc.disable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Without it an orphan would wait for work forever, and keep the lock of the build, which it inherited."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    multiprocessing.connection.wait([parent.sentinel])
    os._exit(1)


def _run_installed(batch: list[Any]) -> Any:
    assert _installed is not None
    function, state = _installed
    return function(state, batch)


_unpacked: tuple[bytes, Callable[[Any, list[Any]], Any], Any] | None = None
"""The last packed function and state, and what was in it."""


def _run_packed(packed: bytes, batch: list[Any]) -> Any:
    """In a process of somebody else's executor: runs a batch, with function and state unpacked when they are new."""
    global _unpacked
    known = _unpacked
    if known is None or known[0] != packed:
        known = _unpacked = (packed, *pickle.loads(zlib.decompress(packed)))
    _, function, state = known
    return function(state, batch)


def _choose_context() -> multiprocessing.context.BaseContext:
    """Forking is fastest, since the state need not be sent."""
    return multiprocessing.get_context("fork" if _can_fork() else "spawn")


def _can_fork() -> bool:
    """It is safe only without other threads."""
    return sys.platform == "linux" and threading.active_count() == 1


class Beside(Generic[Result]):
    """What a function gives: worked out in a forked process while this one goes on, or, where forking is not safe, here when it is asked for."""

    def __init__(self, function: Callable[[], Result]) -> None:
        self._function = function
        self._receiver: multiprocessing.connection.Connection | None = None
        if _can_fork():
            context = multiprocessing.get_context("fork")
            self._receiver, sender = context.Pipe(duplex=False)
            context.Process(target=_send_result, args=(function, sender), daemon=True).start()
            sender.close()

    def result(self) -> Result:
        """Raises what the function raises. Of a process that was ended from outside, the work is done here."""
        if self._receiver is not None:
            with suppress(EOFError, OSError), self._receiver:
                return cast(Result, self._receiver.recv())
        return self._function()


def _send_result(function: Callable[[], Any], sender: multiprocessing.connection.Connection) -> None:
    """In a forked process: leaves Ctrl-C to the parent, and errors too, which will meet them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(Exception):
        sender.send(function())


def _cut(jobs: Iterable[Job], size: int) -> Iterator[list[Job]]:
    iterator = iter(jobs)
    while batch := list(islice(iterator, size)):
        yield batch
