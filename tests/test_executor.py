"""Checking and rendering give the same bytes on any executor: in this process, threads, processes, a Dask cluster."""

from __future__ import annotations

import builtins
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import Mock

import pytest

import newsroom.build
import newsroom.cluster
import newsroom.execute
import newsroom.intake
import newsroom.workspace
from newsroom.cluster import open_cluster
from newsroom.execute import Beside, TaskError, Tasks
from site_factory import ROOT, Draft, SiteProject, compare_trees, read_tree

Tree = dict[str, bytes | None]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> SiteProject:
    project = SiteProject(tmp_path_factory.mktemp("executor") / "project")
    for number in range(8):
        body = {"kk": f"[Басқа](../2022/story-{(number + 1) % 8}.kk.md)\n\n## Бөлім {number}"}
        project.write_story(Draft(f"story-{number}", regions=["south"][: number % 2], people=["asanov"], figures=[number], bodies=body))
    return project


@pytest.fixture(scope="module")
def clean(project: SiteProject) -> Tree:
    return project.build_clean(project.root)


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many batches, and a pool, for a small site too."""
    monkeypatch.setattr(newsroom.intake, "CHECK_BATCH", 3)
    monkeypatch.setattr(newsroom.build, "RENDER_BATCH", 7)
    monkeypatch.setattr(newsroom.execute, "POOL_THRESHOLD", 2)


pytestmark = pytest.mark.usefixtures("small_batches")


def build_with(project: SiteProject, tasks: Tasks, **options: Any) -> Tree:
    """The tree of a clean build with these tasks."""
    site = project.root / "other-site"
    for path in (site, project.find_state(site)):
        shutil.rmtree(path, ignore_errors=True)
    project.build(site=site, tasks=tasks, **options)
    return read_tree(site)


# ---------------------------------------------------------------- on one machine


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_own_processes(project: SiteProject, clean: Tree, jobs: int) -> None:
    """Any number of processes makes the same site."""
    assert compare_trees(build_with(project, Tasks(jobs=jobs)), clean) == []


def test_spawned_processes(project: SiteProject, clean: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    """So do processes that are started and not forked, as on Windows and macOS, or beside other threads."""
    started: list[str] = []
    choose = newsroom.execute._choose_context
    monkeypatch.setattr(newsroom.execute, "_choose_context", lambda: started.append((context := choose()).get_start_method()) or context)
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        assert compare_trees(build_with(project, Tasks(jobs=2)), clean) == []
    finally:
        done.set()
        thread.join()
    assert set(started) == {"spawn"}


@pytest.mark.parametrize("kind", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_executor_of_somebody_else(project: SiteProject, clean: Tree, kind: type[Executor], switch_often: None) -> None:
    """So does any executor of concurrent.futures; it is not shut down."""
    context = {"mp_context": newsroom.execute.multiprocessing.get_context("spawn")} if kind is ProcessPoolExecutor else {}
    with kind(3, **context) as executor:  # type: ignore[call-arg]
        assert compare_trees(build_with(project, Tasks(executor=executor)), clean) == []
        assert executor.submit(int, "1").result() == 1


@pytest.fixture
def switch_often() -> Iterator[None]:
    """Threads take turns every few instructions."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


class ImmediateExecutor(Executor):
    """Runs everything when it is submitted."""

    def submit(self, function: Any, /, *arguments: Any, **options: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(function(*arguments, **options))
        return future


def test_batches_ahead_are_bounded() -> None:
    """Batches are cut and handed out as results are taken, so that a build of any size needs little memory."""
    taken = 0
    cut: list[int] = []
    jobs = (cut.append(number) or number for number in range(1000))
    for result in Tasks(jobs=2, executor=ImmediateExecutor()).run(add, 10, jobs, count=1000, batch_size=10):
        assert result == [number + 10 for number in range(taken * 10, taken * 10 + 10)]
        taken += 1
        assert len(cut) <= 10 * (taken + 2 + newsroom.execute.BATCHES_AHEAD)
    assert taken == 100


def test_work_begins_before_results_are_asked_for() -> None:
    """Workers are busy while the one who handed out the work does something else."""
    cut: list[int] = []
    jobs = (cut.append(number) or number for number in range(1000))
    results = Tasks(jobs=2, executor=ImmediateExecutor()).run(add, 10, jobs, count=1000, batch_size=10)
    assert len(cut) >= 20
    assert sum(map(len, results)) == 1000


def add(state: int, batch: list[int]) -> list[int]:
    return [state + number for number in batch]


def end_process(state: int, batch: list[int]) -> list[int]:
    if 50 in batch:
        os.kill(os.getpid(), signal.SIGKILL)
    return batch


def test_lost_process_of_a_pool() -> None:
    """A worker of our own that is killed (for lack of memory, most likely) ends the build with one plain line."""
    with pytest.raises(TaskError, match="lack of memory"):
        list(Tasks(jobs=2).run(end_process, 0, range(100), count=100, batch_size=10))


def test_waiting_batches_are_cancelled() -> None:
    """When a build stops, an executor of somebody else's is not left with its work."""
    blocked = threading.Event()
    with ThreadPoolExecutor(1) as executor:
        submitted: list[Future[Any]] = []
        submit = executor.submit
        executor.submit = lambda *arguments: submitted.append(submit(*arguments)) or submitted[-1]  # type: ignore[method-assign, assignment]
        results = Tasks(jobs=1, executor=executor).run(wait_for, None, [None, blocked, None, None], count=4, batch_size=1)
        next(results)
        results.close()
        blocked.set()
    assert [future.cancelled() for future in submitted][-1]


def wait_for(state: None, batch: list[threading.Event | None]) -> None:
    for event in batch:
        if event is not None:
            event.wait(10)


# ---------------------------------------------------------------- a Dask cluster


class Cluster(NamedTuple):
    url: str
    workers: list[int]


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """A real one, of two processes."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "scripts"), str(ROOT / "tests")])}
    command = [sys.executable, str(Path(__file__).with_name("dask_cluster.py"))]
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None and process.stdout is not None
        yield Cluster(**json.loads(process.stdout.readline()))
        process.stdin.close()
        process.wait(60)


def test_cluster(project: SiteProject, clean: Tree, cluster: Cluster) -> None:
    """A cluster makes the same site."""
    with open_cluster(cluster.url) as tasks:
        assert compare_trees(build_with(project, tasks), clean) == []
    assert project.run("build", "--executor", cluster.url).exit_code == 0
    assert compare_trees(read_tree(project.site), clean) == []


def test_lost_worker_of_a_cluster(project: SiteProject, clean: Tree, cluster: Cluster) -> None:
    """A worker that is killed in the middle costs its batches another try, and nothing else."""
    killed: list[int] = []

    def kill(stage: str, done: int, total: int) -> None:
        if stage == "rendering pages" and 0 < done < total and not killed:
            killed.append(cluster.workers[0])
            os.kill(cluster.workers[0], signal.SIGKILL)

    with open_cluster(cluster.url) as tasks:
        assert compare_trees(build_with(project, tasks, progress=kill), clean) == []
    assert killed


def test_nobody_answers(project: SiteProject, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a scheduler at the address the build ends with one line."""
    monkeypatch.setattr(newsroom.cluster, "CONNECT_SECONDS", 0.5)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"dask://127.0.0.1:{taken.getsockname()[1]}"
        result = project.run("build", "--executor", url)
    assert (result.exit_code, result.output) == (2, f"error: no Dask scheduler answers at {url} within 0.5 seconds\n")


@pytest.mark.parametrize("url", ["dask://", "dask://host", "dask://host:port", "tcp://host:8786", "host:8786", "dask://host:1/path"])
def test_address_of_a_cluster(project: SiteProject, url: str) -> None:
    """Anything but dask://host:port is refused with the right form."""
    result = project.run("build", "--executor", url)
    assert (result.exit_code, result.output) == (2, f'error: "{url}" is not the address of a cluster; write dask://host:port\n')


def test_extra_is_missing(project: SiteProject, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra package the message says how to get it."""
    real_import = builtins.__import__

    def refuse(name: str, *arguments: Any, **options: Any) -> Any:
        if name.partition(".")[0] == "distributed":
            raise ModuleNotFoundError(f"No module named {name!r}")
        return real_import(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", refuse)
    result = project.run("build", "--executor", "dask://127.0.0.1:8786")
    assert (result.exit_code, result.output) == (2, 'error: --executor needs one more package: pip install "mkdocs-newsroom[dask]"\n')


def test_workers_of_another_version(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers that would make other pages are refused."""
    with monkeypatch.context() as patch:
        patch.setattr(newsroom.workspace, "version", lambda name: "0")
        newsroom.workspace.digest_program.cache_clear()
        with pytest.raises(TaskError, match="another version"), open_cluster(cluster.url):
            pass
    newsroom.workspace.digest_program.cache_clear()


# ---------------------------------------------------------------- beside this process


def test_work_beside_is_done_in_another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(newsroom.execute, "_can_fork", lambda: True)
    assert Beside(os.getppid).result() == os.getpid()


@pytest.mark.parametrize("harm", ["ended", "error", "no fork"])
def test_work_that_is_not_done_beside_is_done_here(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], harm: str) -> None:
    """A process that is killed, one whose function raises, and a system where forking is not safe."""
    monkeypatch.setattr(newsroom.execute, "_can_fork", lambda: harm != "no fork")
    here = os.getpid()

    def work() -> int:
        if os.getpid() != here:
            if harm == "ended":
                os.kill(os.getpid(), signal.SIGKILL)
            raise ValueError
        return here

    assert Beside(work).result() == here
    assert capfd.readouterr() == ("", "")


def test_lost_page_is_noticed_beside_a_text_edit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(newsroom.workspace, "_MANY_OUTPUTS", 1)
    looked = Mock(side_effect=Beside)
    monkeypatch.setattr(newsroom.workspace, "Beside", looked)
    project = SiteProject(tmp_path / "project")
    project.write_story(Draft("forum"))
    project.write_story(Draft("pact"))
    project.build()
    for lost in ("", "kk/news/2022/pact/index.html"):
        if lost:
            (project.site / lost).unlink()
        project.write_story(Draft("forum", bodies={"kk": f"Мәтін {lost}."}))
        looked.reset_mock()
        project.build()
        assert looked.call_count == 1
        assert compare_trees(read_tree(project.site), project.build_clean(project.root)) == []
