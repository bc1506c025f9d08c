"""A Dask cluster as the place where articles are checked and pages rendered, for sites that outgrow one machine.

Needs the extra `mkdocs-newsroom[dask]`, here and on the workers. Whoever can reach a Dask scheduler can run programs on its
machines: it belongs into a closed network.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from .execute import TaskError, Tasks
from .workspace import digest_program

if TYPE_CHECKING:
    from distributed import Client

CONNECT_SECONDS = 10
RETRIES = 3
"""Of one batch; a batch whose worker is lost goes to another one in any case."""
BATCHES_PER_THREAD = 2
"""One that is worked on, and one that waits beside it."""


@contextmanager
def open_cluster(url: str) -> Iterator[Tasks]:
    """Tasks for the workers of the scheduler at dask://host:port; raises TaskError."""
    address = _read_url(url)
    try:
        from distributed import Client, KilledWorker
        from distributed.comm import CommClosedError
    except ImportError as error:
        raise TaskError('--executor needs one more package: pip install "mkdocs-newsroom[dask]"') from error
    try:
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, TimeoutError) as error:
        raise TaskError(f"no Dask scheduler answers at {url} within {CONNECT_SECONDS} seconds") from error
    with client:
        threads = _count_threads(client, url)
        try:
            yield Tasks(jobs=BATCHES_PER_THREAD * threads, executor=client.get_executor(pure=False, retries=RETRIES))
        except KilledWorker as error:
            raise TaskError(f"the workers of {url} are lost again and again, perhaps for lack of memory") from error
        except CommClosedError as error:
            raise TaskError(f"the connection to {url} is lost; build again") from error


def _read_url(url: str) -> str:
    """The scheduler's address as Dask writes it."""
    parts = urlsplit(url)
    try:
        is_right = parts.scheme == "dask" and parts.hostname and parts.port and not (parts.path or parts.query or parts.username)
    except ValueError:
        is_right = False
    if not is_right:
        raise TaskError(f'"{url}" is not the address of a cluster; write dask://host:port')
    return f"tcp://{parts.netloc}"


def _count_threads(client: Client, url: str) -> int:
    """Of all workers; refuses workers that would make other pages than this program."""
    try:
        client.wait_for_workers(1, timeout=CONNECT_SECONDS)
        digests = client.run(digest_program)
    except TimeoutError as error:
        raise TaskError(f"the cluster at {url} has no workers") from error
    except ImportError as error:
        raise TaskError(f"the workers of {url} lack the program ({error}); install mkdocs-newsroom there") from error
    if set(digests.values()) != {digest_program()}:
        raise TaskError(f"the workers of {url} have another version of the program, of its packages or of Python; install the same there")
    return sum(client.nthreads().values())
