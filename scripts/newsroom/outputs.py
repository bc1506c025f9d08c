"""An output's recipe -> its bytes, or the page job that a worker renders: pages, feeds, sitemaps, media, files of the host.

The only stage after check that reads sources again: bodies, pictures and documents, when a page shows them.
"""

from __future__ import annotations

import functools
import posixpath
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from .cards import CardText, draw_card
from .data_files import write_catalogue, write_figures_csv, write_figures_json, write_register
from .entity_pages import EntityPages
from .events import FEED_EVENTS
from .feeds import Channel, Entry, atom_feed, json_feed, make_tag
from .fingerprints import Output, hash_parts
from .frontmatter import split_article
from .ical import WrittenEvent, read_event, write_calendar, write_event
from .images import ImageError, publish_image
from .languages import Language
from .link import PICTURE_SUFFIXES
from .model import Story
from .ninjs import encode_feed
from .pages import Inputs
from .plan import Planner
from .project import Host, Project
from .publish import Put, Stager
from .render import Context, Renderer, SiteNames, render_batch
from .script_texts import write_search_texts, write_sight_texts
from .search_files import write_cards, write_entities, write_facets
from .sitemap import NewsPage, SitemapPage, news_sitemap, robots_txt, sitemap_index, sitemap_part
from .sources import SourceChanged, announce_sources, decode_source, read_source
from .terms import EncodedTexts
from .urls import Recipe, article_url, calendar_url, event_url, feed_folder, home_url, index_url, ninjs_feed_url, page_url

PAGE_KINDS = frozenset({"article", "ninjs", "event", "home", "list", "entity", "period", "calendar", "figures", "register", "search", "not-found", "root"})
"""What workers make."""
_EARLIEST_DATE = date(2000, 1, 1)
"""Of a feed that has no story."""


def read_body(root: Path, path: str) -> str:
    """The Markdown body of an article; raises SourceChanged."""
    try:
        parts = split_article(decode_source(read_source(root, path)))
    except UnicodeDecodeError as error:
        raise SourceChanged(f"{path} changed while the site was being built; build again") from error
    return parts.body if parts else ""


def stage_pages(state: tuple[Path, Context, EntityPages, Stager], outputs: Sequence[Output]) -> tuple[list[Put], EncodedTexts]:
    """Makes pages and stages them; for a process on this machine that has the whole site. With them the texts of their bodies."""
    root, context, pages, stager = state
    announce_sources(root, pages.list_sources(output.recipe for output in outputs))
    rendered = render_batch(context, [pages.make_job(output.recipe) for output in outputs])
    return [stager.put(output.path, page) for output, page in zip(outputs, rendered.pages, strict=True)], rendered.texts


class OutputMaker:
    """Makes the outputs of one build."""

    def __init__(self, project: Project, planner: Planner, languages: Mapping[str, Language], names: Mapping[str, SiteNames], host: Host, host_folder: Path) -> None:
        self._project = project
        self._planner = planner
        self._languages = languages
        self._names = names
        self._host = host
        self._host_folder = host_folder
        self._renderers: dict[tuple[str, int | None], Renderer] = {}
        self._events: dict[tuple[str, str], WrittenEvent] = {}
        readers = (functools.partial(read_body, project.root), planner.site.pictures.get)
        self.pages = EntityPages(planner, Inputs(languages, project.default_language, names, project.site_url, project.document_urls, *readers))

    def is_page(self, recipe: Recipe) -> bool:
        """True for what `pages` makes; the others come from make_content."""
        return recipe.kind in PAGE_KINDS

    def make_content(self, recipe: Recipe, read_file: Callable[[str], bytes] | None = None) -> bytes:
        """The bytes of an output that is not a page. read_file: path of a page's file that is made already -> its bytes."""
        match recipe.kind:
            case "host":
                return (self._host_folder / recipe.id).read_bytes()
            case "media":
                return self._make_media(recipe.id)
            case "card":
                return draw_card(self._describe_card(recipe))
            case "search-cards":
                return self._write_cards(recipe)
            case "search-entities":
                return write_entities(self._planner.authority, self._languages[recipe.language])
            case "search-facets":
                return self._write_facets(recipe.language)
            case "search-texts":
                return write_search_texts(self._languages[recipe.language])
            case "sight-texts":
                return write_sight_texts(self._languages[recipe.language])
            case "atom":
                return atom_feed(*self._describe_feed(recipe))
            case "json":
                return json_feed(*self._describe_feed(recipe))
            case "figures-csv":
                return write_figures_csv(self._planner, recipe.id, self._languages[recipe.language], site_url=self._project.site_url)
            case "figures-json" if recipe.id:
                return write_figures_json(self._planner, recipe.id, self._languages[recipe.language], site_url=self._project.site_url)
            case "figures-json":
                return write_catalogue(self._planner, self._languages[recipe.language], site_url=self._project.site_url)
            case "register-json":
                return write_register(self._planner, recipe.section, self._languages[recipe.language], site_url=self._project.site_url)
            case "calendar-feed":
                return self._write_calendar(recipe, read_file)
            case "ninjs-feed":
                return self._write_ninjs_feed(recipe.language)
            case "sitemap-news":
                return news_sitemap(self._list_news())
            case "sitemap":
                return sitemap_part(self._list_sitemap_pages(recipe))
            case "sitemap-index":
                return sitemap_index(self._date_sitemaps(), site_url=self._project.site_url)
            case "robots":
                return robots_txt(self._project.site_url)
            case _:
                raise AssertionError(recipe.kind)

    def read_text(self, recipe: Recipe) -> str:
        """The plain text of one article's body, when nobody remembers its terms."""
        shell = self.find_shell(recipe)
        renderer = self._renderers.get(shell)
        if renderer is None:
            renderer = self._renderers[shell] = Renderer(self.make_context([shell]))
        return renderer.read_text(self.pages.make_job(recipe))

    @functools.cached_property
    def common_words(self) -> set[str]:
        """The function words of all languages, which the search does without: a reader may ask in any."""
        return {word for language in self._languages.values() for word in language.text("search-common").split()}

    def make_context(self, shells: Iterable[tuple[str, int | None]]) -> Context:
        """What workers need to render pages that stand in these shells (language and depth)."""
        made = {(language, depth): self._host.render_shell(language, depth=depth) for language, depth in sorted(shells, key=repr)}
        templates = {path.name: path.read_text(encoding="utf-8") for folder in self._project.template_folders for path in sorted(folder.glob("*.html"))}
        base_path = "/" + self._project.site_url.split("://", 1)[-1].partition("/")[2]
        parts = [*(shell.digest for shell in made.values()), repr(sorted(templates.items())).encode(), repr(dict(self._names)).encode(), base_path.encode()]
        digest = hash_parts([*parts, *(language.digest for language in self._languages.values())])
        return Context(digest, templates, dict(self._languages), dict(self._names), made, base_path)

    def find_shell(self, recipe: Recipe) -> tuple[str, int | None]:
        """Language and depth of the shell that a page stands in; for what stands beside the page of a story, of that page's."""
        url = page_url(recipe._replace(kind="article") if recipe.kind in ("ninjs", "event") else recipe, self._planner.site)
        return recipe.language or self._project.default_language, None if url.endswith(".html") else url.count("/")

    def find_shells(self, recipes: Iterable[Recipe]) -> set[tuple[str, int | None]]:
        """Those of all these pages. Pages of one kind and section have addresses of one form, so one of each is asked."""
        forms = {(recipe.kind, recipe.language, recipe.section, bool(recipe.id), bool(recipe.year), bool(recipe.month)): recipe for recipe in recipes}
        return {self.find_shell(recipe) for recipe in forms.values()}

    # ------------------------------------------------------------ sources

    def _make_media(self, path: str) -> bytes:
        source = self._project.root / path
        if posixpath.splitext(path)[1].lower() in PICTURE_SUFFIXES:
            try:
                return publish_image(source)
            except ImageError as error:
                raise SourceChanged(f"{path}: {error.message}; {error.hint}") from error
        return source.read_bytes()

    def _describe_card(self, recipe: Recipe) -> CardText:
        language, names = self._languages[recipe.language], self._names[recipe.language]
        if not recipe.id:
            return CardText("", names.name, names.organization)
        story = self._planner.site.stories[recipe.id]
        kind = self._planner.authority.get("kinds", story.facts.kind or "").name(recipe.language)
        return CardText(f"{kind} · {language.date(story.date)}", story.versions[recipe.language].title, names.name)

    # ------------------------------------------------------------ search

    def _write_cards(self, recipe: Recipe) -> bytes:
        slugs = self._planner.search_buckets(recipe.language)[int(recipe.id)]
        return write_cards(((self._planner.search_ids[slug], self._planner.site.stories[slug]) for slug in slugs), recipe.language)

    def _write_facets(self, language: str) -> bytes:
        slugs = [slug for bucket in self._planner.search_buckets(language) for slug in bucket]
        return write_facets(((self._planner.search_ids[slug], self._planner.site.stories[slug].facts) for slug in slugs), self._planner.authority)

    # ------------------------------------------------------------ feeds and sitemaps

    def _describe_feed(self, recipe: Recipe) -> tuple[Channel, list[Entry]]:
        language = self._languages[recipe.language]
        names = self._names[language.code]
        folder = feed_folder(language.code, recipe.section, recipe.id)
        title = names.name
        if recipe.section:
            entity = self._planner.authority.get(recipe.section, recipe.id)
            title = language.text("feed-title", site=names.name, name=entity.name(language.code))
        home = self._project.site_url + folder
        channel = Channel(
            id=home, title=title, description=title, language=language.code, home_url=home, atom_url=f"{home}feed.xml",
            json_url=f"{home}feed.json", author=names.organization or names.name, updated=_EARLIEST_DATE,
        )  # fmt: skip
        stories = [self._planner.site.stories[slug] for slug in self._planner.index(recipe.section, recipe.id).newest]
        return channel, [self._make_entry(story, language) for story in stories]

    def _make_entry(self, story: Story, language: Language) -> Entry:
        article = story.version_for(language.code)
        authority = self._planner.authority
        names = [authority.get("kinds", story.facts.kind or ""), *(authority.get("regions", id) for id in story.facts.regions), *(authority.get("unions", id) for id in story.facts.unions)]
        return Entry(
            id=make_tag(self._project.site_url, story.year, f"{article.language}/{story.slug}"), title=article.title, summary=article.summary,
            url=self._project.site_url + article_url(article.language, story), published=story.date, updated=story.modified(language.code),
            categories=tuple(entity.name(language.code, story.date) for entity in names),
            language="" if article.language == language.code else article.language,
        )  # fmt: skip

    def _list_news(self) -> list[NewsPage]:
        stories = [self._planner.site.stories[slug] for slug in self._planner.list_news()]
        return [
            NewsPage(self._project.site_url + article_url(code, story), self._names[code].name, code, story.date, story.versions[code].title)
            for story in stories for code in self._project.languages if code in story.versions
        ]  # fmt: skip

    def _write_ninjs_feed(self, code: str) -> bytes:
        items = [self.pages.describe_item(slug, code) for slug in self._planner.index().newest]
        return encode_feed(self._project.site_url + ninjs_feed_url(code), title=self._names[code].name, language=code, items=items)

    # ------------------------------------------------------------ calendars

    def _write_calendar(self, recipe: Recipe, read_file: Callable[[str], bytes] | None) -> bytes:
        language = self._languages[recipe.language]
        title, page = language.text("calendar"), calendar_url(language.code)
        if recipe.section:
            title = language.text("period-title", name=title, period=self._planner.authority.get(recipe.section, recipe.id).name(language.code))
            page = index_url(language.code, recipe.section, recipe.id)
        slugs = self._planner.events.index(recipe.section, recipe.id).slugs[:FEED_EVENTS]
        events = [self._keep_event(slug, language, read_file) for slug in slugs]
        name = language.text("feed-title", site=self._names[language.code].name, name=title)
        return write_calendar(events, language=language.code, url=self._project.site_url + page, name=name)

    def _keep_event(self, slug: str, language: Language, read_file: Callable[[str], bytes] | None) -> WrittenEvent:
        """The event of a story, which several calendars have: out of its own file where that is made, else written once."""
        found = self._events.get((slug, language.code))
        if found is None:
            story = self._planner.site.stories[slug]
            found = read_event(read_file(event_url(language.code, story))) if read_file and language.code in story.versions else None
            found = self._events[slug, language.code] = found or write_event(self.pages.describe_event(slug, language))
        return found

    # ------------------------------------------------------------ sitemaps

    def _date_sitemaps(self) -> dict[str, date | None]:
        """The parts of the sitemap with their newest story; those of index pages and docs/ have no date."""
        stories = self._planner.site.stories
        dates: dict[str, date | None] = {f"sitemaps/{part}.xml": self._planner.find_newest_change(slugs) for part, slugs in self._planner.sitemap_parts().items()}
        if news := self._planner.list_news():
            dates["sitemaps/news.xml"] = stories[news[0]].date
        return dates | {f"sitemaps/{name}.xml": None for name in ("site", *(f"sections-{code}" for code in self._project.languages))}

    def _list_sitemap_pages(self, recipe: Recipe) -> list[SitemapPage]:
        """The pages of one part: stories of a period (id), index pages of a language, or else the root and docs/."""
        if recipe.language:
            return [self._describe_index(page) for page in self._planner.list_index_recipes(recipe.language)]
        if not recipe.id:
            return self._list_host_pages()
        pages = []
        for slug in self._planner.sitemap_parts()[recipe.id]:
            story = self._planner.site.stories[slug]
            urls = {code: self._project.site_url + article_url(code, story) for code in self._project.languages if code in story.versions}
            alternates = self._add_default(urls)
            pages += [SitemapPage(url, story.modified(code), alternates) for code, url in urls.items()]
        return pages

    def _list_host_pages(self) -> list[SitemapPage]:
        """The page at the root and the pages of docs/."""
        urls = {code: self._project.site_url + home_url(code) for code in self._project.languages}
        pages = [SitemapPage(self._project.site_url, alternates=(*urls.items(), ("x-default", self._project.site_url)))]
        documents = set(self._project.document_urls.values())
        for url in sorted(documents):
            rest = url.partition("/")[2]
            versions = {code: f"{self._project.site_url}{code}/{rest}" for code in self._project.languages if f"{code}/{rest}" in documents}
            pages.append(SitemapPage(self._project.site_url + url, alternates=self._add_default(versions)))
        return pages

    def _describe_index(self, recipe: Recipe) -> SitemapPage:
        urls = {code: self._project.site_url + page_url(recipe._replace(language=code), self._planner.site) for code in self._project.languages}
        return SitemapPage(urls[recipe.language], changed=self._planner.find_newest(recipe), alternates=self._add_default(urls))

    def _add_default(self, urls: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
        """hreflang of the versions that exist, and x-default: the default language's, else the first."""
        if not urls:
            return ()
        return (*urls.items(), ("x-default", urls.get(self._project.default_language) or next(iter(urls.values()))))
