"""The front page of a language: what front.py chose, in words. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from itertools import pairwise

from .article_pages import ArticlePages
from .authority import MAXIMUM_TILE, Entity, Kind, Region
from .calendar_pages import view_events
from .languages import Language
from .render import PageJob
from .urls import Recipe, article_url, calendar_url, figures_url, index_url
from .views import CountedLink, FigureLine, HomeView, Phrase, PictureView, Strip, Tile

HEAT_STEPS = (1, 3, 10)
"""A region's stories of the last year from which its tile on the front page is darker."""


class HomePages(ArticlePages):
    """Makes the front pages too."""

    def _make_home(self, recipe: Recipe, language: Language) -> PageJob:
        front = self._planner.front
        cards = self._view_cards(front.newest, language)
        view = HomeView(
            lead=cards[0] if cards else None,
            picture=self._view_lead_picture(front.newest[0], language) if cards else None,
            newest=cards[1:],
            strips=tuple(self._view_strip(kind, slugs, language) for kind, slugs in front.strips.items()),
            tiles=tuple(self._view_tiles(front.recent, language)),
            steps=("0", *(f"{low}–{high - 1}" for low, high in pairwise(HEAT_STEPS)), f"{HEAT_STEPS[-1]}+"),
            unions=self._count_entities("unions", language, is_short=True),
            years=self._count_years("", "", language),
            coming=view_events(front.coming, self._planner, language),
            past=view_events(front.past, self._planner, language),
            calendar_url=calendar_url(language.code),
            figures=tuple(self._view_figure_line(slug, place, language) for slug, place in front.figures),
            figures_url=figures_url(language.code),
        )
        names = self._inputs.names[language.code]
        return self._wrap(recipe, "home.html", view, self._make_head(recipe, names.name, language.text("home-description", organization=names.organization), nodes=self._describe.site(language)))

    def _view_lead_picture(self, slug: str, language: Language) -> PictureView | None:
        story = self._site.stories[slug]
        return next(self._view_pictures(story, story.version_for(language.code)), None)

    def _view_strip(self, id: str, slugs: tuple[str, ...], language: Language) -> Strip:
        kind = self._authority.get("kinds", id)
        assert isinstance(kind, Kind)
        link = CountedLink(kind.plural_name(language.code), index_url(language.code, "kinds", id), len(self._planner.index("kinds", id).slugs))
        return Strip(link, self._view_cards(slugs, language))

    def _view_tiles(self, recent: Mapping[str, int], language: Language) -> Iterator[Tile]:
        """The regions of today from north to south, those without a place last; a place belongs to the first region that claims it."""
        taken: set[tuple[int, int]] = {(0, 0)}
        for region in sorted(self._authority.entities("regions"), key=_place_tile):
            assert isinstance(region, Region)
            place = (0, 0) if region.tile in taken else region.tile
            taken.add(place)
            if region.until is None:
                count = recent.get(region.id, 0)
                label = region.label.get(language.code) or region.short_name(language.code)
                yield Tile(region.iso, label, index_url(language.code, "regions", region.id), count, bisect_right(HEAT_STEPS, count), *place)

    def _view_figure_line(self, slug: str, place: int, language: Language) -> FigureLine:
        story = self._site.stories[slug]
        figure, article = story.facts.figures[place], story.version_for(language.code)
        scopes = [("regions", figure.region), ("unions", figure.union)]
        scope = ", ".join(self._authority.get(section, id).short_name(language.code, figure.as_of) for section, id in scopes if id)
        return FigureLine(self._view_figure(figure, language), figures_url(language.code, "measures", figure.measure), figure.as_of, scope, Phrase(article.title, article.language), article_url(article.language, story))


def _place_tile(region: Entity) -> tuple[int, int]:
    """Row and column; far below for a region without a place."""
    assert isinstance(region, Region)
    return region.tile if region.tile != (0, 0) else (MAXIMUM_TILE + 1, 0)
