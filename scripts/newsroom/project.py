"""What a build must know of a project: its folders, languages and names, and the host that frames its pages.

Types only. theme makes a Project from mkdocs.yml and implements Host with MkDocs; no other module imports MkDocs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from .shell import Shell


@dataclass(frozen=True, slots=True)
class Project:
    """One site's settings. All paths are absolute."""

    root: Path
    """Folder of mkdocs.yml; the paths of problems are relative to it."""
    articles_dir: Path
    site_dir: Path
    state_dir: Path
    """Where the store of this site folder stands; may be deleted at any time."""
    pictures_dir: Path
    """Where drawn pictures are kept, for all site folders; may be deleted at any time."""
    site_url: str
    """Absolute, with a slash at the end."""
    languages: tuple[str, ...]
    default_language: str
    site_names: Mapping[str, str]
    """Language -> name of the site."""
    publisher: str
    """Id of an organization; empty when there is none."""
    document_urls: Mapping[str, str]
    """Path of each page of docs/, relative to the root -> its site path."""
    docs_dir: Path
    override_folders: tuple[Path, ...]
    """Folders that change the host's frame."""
    strings_folders: tuple[Path, ...]
    """Folders of interface strings, later ones win."""
    template_folders: tuple[Path, ...]
    """Folders of page templates, later ones win."""


class Host(Protocol):
    """What frames our pages and renders docs/: MkDocs today."""

    @property
    def digest(self) -> bytes:
        """Changes with everything that the host's own files depend on."""

    @property
    def shell_digest(self) -> bytes:
        """Changes with everything that a shell depends on; not with the text of a page of docs/."""

    def render_shell(self, language: str, *, depth: int | None) -> Shell:
        """The shell of a language for pages that many folders deep; None: with absolute links."""

    def build(self, staging: Path) -> None:
        """Renders docs/ and the assets into an empty folder; raises HostError."""
