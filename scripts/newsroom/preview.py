"""The site in memory, for `newsroom serve`: pages are made when they are asked for, and a saved file changes only what it is in.

An edit that leaves a story's facts alone replaces one article in the site; any other edit links all articles again. Neither
renders or writes anything. What the reader sees is a Snapshot, which never changes: a request works on the one it took.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from .authority import Authority
from .build import Prepared, Workspace, name_site, prepare
from .check import check_article, locate_finding
from .languages import Language
from .link import Finding, find_broken_targets, link_site
from .markup import heading_ids
from .model import Article, Site, Story
from .outputs import OutputMaker, read_body
from .plan import Planner, Recipe, Settings, find_recipe
from .problems import Problem, Report
from .project import Host, Project
from .render import Renderer, SiteNames
from .sources import SourceFile, find_source, scan_sources

HostMaker = Callable[[Mapping[str, Language], Mapping[str, SiteNames]], Host]


class Answer(NamedTuple):
    """What a URL leads to."""

    content: bytes
    suffix: str
    """Of the file's name, for its type."""
    is_found: bool = True


@dataclass(frozen=True)
class Snapshot:
    """The site at one moment."""

    maker: OutputMaker
    renderer: Renderer
    problems: tuple[Problem, ...]
    number: int
    """Grows with every change."""

    def answer(self, url: str) -> Answer | None:
        """The file for a site path ("kk/news/2022/forum/", "kk/feed.xml"); None when the generator makes no such file."""
        recipe = find_recipe(url, self.maker.planner)
        if recipe is None:
            return None
        if self.maker.is_page(recipe):
            return Answer(self.renderer.render(self.maker.pages.make_job(recipe)), ".html")
        return Answer(self.maker.make_content(recipe), Path(url).suffix)
