"""A project as mkdocs.yml describes it, and MkDocs as its Host: the meeting point of build with theme.

Says what the shells and the pages of docs/ depend on (digest), so that MkDocs runs only when one of these changed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from .drawings import FOLDER as DRAWINGS_FOLDER
from .fingerprints import hash_parts
from .fonts import find_fonts
from .languages import STRINGS_FOLDER, Language
from .project import Host, Project
from .render import TEMPLATES_FOLDER, SiteNames
from .shell import Shell
from .sources import digest_bytes
from .theme import Document, HostError, Theme, build_host, create_frame, find_documents, load_config, read_settings

if TYPE_CHECKING:
    from .theme import MkDocsConfig

STATE_FOLDER = ".newsroom"
"""In the project's folder: what the generator keeps for itself. May be deleted when no build runs."""

_HOST_PACKAGES = ("mkdocs", "mkdocs-material", "markdown", "jinja2", "pymdown-extensions")

HostMaker = Callable[[Mapping[str, Language], Mapping[str, SiteNames]], Host]


def open_project(config_file: Path, *, site_dir: Path | None = None) -> tuple[Project, HostMaker]:
    """The project of a configuration file, and what makes its host; raises theme.HostError."""
    config = load_config(config_file, site_dir=site_dir.resolve() if site_dir else None)
    project = describe_project(config)
    return project, lambda languages, names: MkDocsHost(config, project, languages, names)


def open_preview(config_file: Path, address: str) -> tuple[Project, HostMaker]:
    """The same for a preview at that address, which keeps a store of its own and writes no site."""
    config = load_config(config_file)
    config.site_url = address  # for the pages of docs/ and the 404 pages too
    project = describe_project(config, state_name="preview")
    return project, lambda languages, names: MkDocsHost(config, project, languages, names)


def describe_project(config: MkDocsConfig, *, state_name: str = "") -> Project:
    """What MkDocs' configuration and the plugin's options say. state_name: folder of the store when the site folder is temporary."""
    options = config.plugins["newsroom"].config
    root = Path(config.config_file_path).resolve().parent
    site_dir = Path(config.site_dir).resolve()
    overrides = Path(config.theme.custom_dir) / "newsroom" if config.theme.custom_dir else None
    codes = tuple(options.languages)
    documents = find_documents(Path(config.docs_dir), languages=codes)
    articles_dir, docs_dir = Path(options.articles_dir).resolve(), Path(config.docs_dir).resolve()
    for name, folder in (("articles_dir", articles_dir), ("docs_dir", docs_dir)):
        if root not in folder.parents:
            raise HostError(f"{name} must be a folder inside of {root}, not {folder}")
    for name, folder in (("articles_dir", articles_dir), ("docs_dir", docs_dir), ("custom_dir", Path(config.theme.custom_dir or docs_dir).resolve())):
        if site_dir == folder or folder in site_dir.parents or site_dir in folder.parents:
            raise HostError(f"site_dir {site_dir} and {name} {folder} stand in each other; choose another folder for the site")
    docs_prefix = docs_dir.relative_to(root).as_posix()
    return Project(
        root=root,
        articles_dir=articles_dir,
        site_dir=site_dir,
        pictures_dir=root / STATE_FOLDER / DRAWINGS_FOLDER,
        state_dir=root / STATE_FOLDER / (state_name or digest_bytes(os.fsencode(site_dir)).hex()[:12]),
        site_url=urljoin(config.site_url or "http://localhost/", "./"),
        languages=codes,
        default_language=options.default_language,
        site_names=dict(options.names),
        publisher=options.publisher,
        document_urls={f"{docs_prefix}/{document.path}": document.url for document in documents},
        docs_dir=docs_dir,
        override_folders=(Path(config.theme.custom_dir),) if config.theme.custom_dir else (),
        strings_folders=(STRINGS_FOLDER, *([overrides / "strings"] if overrides else [])),
        template_folders=(TEMPLATES_FOLDER, *([overrides / "templates"] if overrides else [])),
    )


class MkDocsHost:
    """MkDocs with Material, for one project in its languages."""

    def __init__(self, config: MkDocsConfig, project: Project, languages: Mapping[str, Language], names: Mapping[str, SiteNames], *, is_preview: bool = False) -> None:
        self._config = config
        self.project = project
        self._is_preview = is_preview
        self._languages = languages
        self._names = names

    @cached_property
    def theme(self) -> Theme:
        frames = {code: create_frame(language, self._names[code], documents=self._documents) for code, language in self._languages.items()}
        return Theme(self._config, frames, default_language=self.project.default_language, is_preview=self._is_preview)

    @cached_property
    def digest(self) -> bytes:
        return hash_parts([self.shell_digest, find_fonts().digest, *_digest_folder(Path(self._config.docs_dir))])

    @cached_property
    def shell_digest(self) -> bytes:
        parts = [read_settings(Path(self._config.config_file_path)).encode(), repr(dict(self._names)).encode(), bytes([self._is_preview])]
        parts += [f"{package} {version(package)}".encode() for package in _HOST_PACKAGES]
        parts.append(repr(self._documents).encode())  # the navigation shows their titles
        if self._config.theme.custom_dir:
            parts += _digest_folder(Path(self._config.theme.custom_dir))
        return hash_parts(parts)

    @cached_property
    def _documents(self) -> tuple[Document, ...]:
        return find_documents(Path(self._config.docs_dir), languages=self.project.languages)

    def render_shell(self, language: str, *, depth: int | None) -> Shell:
        return self.theme.render_shell(language, depth=depth)

    def build(self, staging: Path) -> None:
        build_host(self._config, staging, self.theme)


def _digest_folder(folder: Path) -> list[bytes]:
    parts = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        parts += [path.relative_to(folder).as_posix().encode(), digest_bytes(path.read_bytes())]
    return parts
