"""English words and the sentences made of them."""

from __future__ import annotations

from .names import LATIN_NAMES, list_given_names, list_places, list_surnames
from .prose import NUMBERS, Drawer, Joined, Lexicon, Ranked, list_weights

NOUNS = """
union worker agreement wage member meeting forum council contract employer region safety committee organization federation right question
plan programme project law proposal decision demand resolution dispute conflict strike protest dialogue negotiation partner partnership
chairman deputy delegate leader specialist expert lawyer inspector engineer teacher doctor nurse driver miner builder welder mechanic
accountant librarian journalist veteran activist student parent resident family child workplace enterprise company factory plant mine
quarry workshop depot station port airport hospital clinic school college university library museum theatre stadium farm warehouse shop
bank ministry government parliament state city district village house road bridge budget fund tax price tariff income cost debt bonus
allowance payment pension benefit insurance holiday sanatorium camp award prize competition festival anniversary training course seminar
lecture survey study report result figure share level growth cut reduction increase norm standard rule instruction schedule order period
term stage quarter deadline inspection violation accident injury risk damage dust noise gas coal oil copper metal steel cement grain
cotton wool milk bread water energy grid pipe turbine pump crane machine tool device helmet suit respirator glove wagon engine vehicle
route website portal service platform technology innovation product market investment economy reform policy strategy goal direction step
opportunity achievement shortcoming difficulty reason trust unity justice equality responsibility experience knowledge science practice
example tradition history future generation youth woman citizen neighbour letter complaint answer statement interview article photograph
exhibition book newspaper magazine page congress commission charter branch centre association department office board team shift crew
""".split()
ADJECTIVES = """
new social collective regional primary international national local industrial safe fair important main common joint tripartite yearly
minimum average high low large small dangerous harmful heavy light full open exact active experienced young first last next past future
permanent temporary mandatory voluntary free legal financial economic technical digital medical cultural sporting scientific educational
public rural urban difficult simple modern strong deep wide sectoral professional labour productive healthy decent equal clear regular
""".split()
VERBS = """
discussed adopted signed supported held proposed considered approved prepared sent created opened elected noted explained achieved received
checked improved raised kept protected organized presented assessed studied finished continued began changed amended awarded heard gathered
allocated built paid restored demanded ensured published visited invited compared counted launched defended reduced reviewed planned met
""".split()
INFINITIVES = """
discuss adopt sign support hold propose consider approve prepare send create open elect explain achieve receive check improve raise keep
protect organize present assess study finish continue begin change amend hear gather allocate build pay restore ensure publish visit invite
""".split()
ADVERBS = """
today yesterday recently now then this_year last_year in_practice as_a_rule in_particular at_the_same_time since_the_start_of_the_year
within_three_years during_the_meeting according_to_him as_a_result in_recent_months above_all often after_that
""".split()

SENTENCES = """
{adv} the {a} {n} {past} the {a} {pl}.
The {a} {pl} of the {n} {past} {an} for every {n}.
{person} {past} that the {pl} in the {a} {n} {past} the {n}.
At the {n} {num} {pl} about the {a} {n} were heard.
In the view of {surname}, the {a} {n} must {inf} the {pl}.
To {inf} the {a} {n}, {pl} and {a} {pl} are needed.
In {year} the {n} {past} the {a} {n}, and the {pl} {past} the {n}.
{adv} the {pl} {past} {an} together with the {a} {n}.
In the village of {place} the {pl} {past} the {n} for {num} people.
The {a} {n} did not {inf} the {n}, so the {pl} {past} the {a} {n}.
Between the {pl} and the {a} {pl} there remain {percent} per cent of the {n}.
This was {past} by {person}, who also {past} the {pl}.
Thanks to the {a} {n} the {pl} {past} the {n} by {percent} per cent.
It is important to {inf} the {n} and to {inf} the {a} {pl}.
The {n} of the {n} {past} {num} {pl}; the {a} {pl} {past} them.
The {pl} asked the {n} to {inf} {aa} {n}, and {adv} the {n} {past} it.
""".strip().split("\n")

LEADS = """
On {@day} the {pl} {@inside} {past} the {a} {n}. {@union} supported the {n}.
On {@day} {an} was held {@inside}, where {num} {pl} {past} the {a} {n}.
The {a} {n} {@inside} {past} the {pl}, {@union} said on {@day}.
On {@day} {@union} {past} the {a} {n}; {@inside} the {pl} {past} the {n}.
""".strip().split("\n")

TITLES = """
{a} {n} {@inside} {past} the {pl}
{pl} {@inside} {past} {aa} {n}
{num} {pl} {past} the {n} of the {n}
How the {a} {n} {past} the {pl}
{person} {past} the {n} {@inside}
{n} and {n} {past} by the {a} {pl}
""".strip().split("\n")

HEADINGS = "{a} {n}|{n} and {n}|The {n} of the {n}|{a} {pl}|To {inf} the {n}|{pl} for the {a} {n}".split("|")

POINTS = "{a} {n}|{a} {pl}|{n} of the {n}|{n} and {n}|to {inf} the {a} {n}|{pl} of {place} and {place}".split("|")

MONTHS = "January February March April May June July August September October November December".split()

PREFIXES = "co re sub pre counter micro".split()
"""Rare words are made with these: subcommittee."""

_PLURALS = {"child": "children", "woman": "women"}


def make_plural(noun: str) -> str:
    if noun in _PLURALS:
        return _PLURALS[noun]
    if noun.endswith("man"):
        return f"{noun[:-3]}men"
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("s", "x", "ch", "sh")) else f"{noun}s"


def add_article(word: str) -> str:
    is_vowel = word[0] in "aeiou" and not word.startswith(("uni", "use", "eu"))
    return f"{'an' if is_vowel else 'a'} {word}"


def make_lexicon() -> Lexicon:
    surnames = list_surnames(LATIN_NAMES)
    nouns = [*NOUNS, *(prefix + noun for prefix in PREFIXES for noun in NOUNS if noun[0] not in "aeiou")]
    weights = list_weights(len(NOUNS), rare=len(nouns) - len(NOUNS))
    drawers: dict[str, Drawer] = NUMBERS | {
        "n": Ranked(nouns, weights=weights), "an": Ranked(map(add_article, nouns), weights=weights), "pl": Ranked(map(make_plural, nouns), weights=weights),
        "a": Ranked(ADJECTIVES), "aa": Ranked(map(add_article, ADJECTIVES)),
        "past": Ranked(VERBS), "inf": Ranked(INFINITIVES), "adv": Ranked(adverb.replace("_", " ") for adverb in ADVERBS),
        "person": Joined(Ranked(list_given_names(LATIN_NAMES)), Ranked(surnames)), "surname": Ranked(surnames), "place": Ranked(list_places(LATIN_NAMES)),
    }  # fmt: skip
    return Lexicon(
        drawers, LEADS, SENTENCES, TITLES, HEADINGS, POINTS,
        links=("The subject was raised before: {@link}.", "More about this in {@link}.", "How the {pl} {past} the {n} is told in {@link}."),
        notes=("The {a} {n} {past} it in {year}.", "The {pl} of the {n} were {past} by the {a} {n}."), columns=("Measure", "Number", "Year"),
        fixture_note="A program made this text up for measurements; nothing in it is true.",
        write_day=lambda year, month, day: f"{day} {MONTHS[month - 1]} {year}",
    )  # fmt: skip
