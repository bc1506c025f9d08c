"""Kazakh words with their endings, and the sentences made of them.

Endings follow vowel harmony and the last sound of the stem (plural, six cases, possessive of the third person; verbs in past,
participle, converb and infinitive). Stems that lose a vowel (халық, халқы) are written with both forms.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from .names import KAZAKH_NAMES, list_given_names, list_places, list_surnames
from .prose import NUMBERS, Drawer, Joined, Lexicon, Ranked, list_weights

_BACK, _FRONT = "аоұыяёю", "әеөүіэи"
_VOWELS = "аәоөұүыіеэяёюи"
_VOICELESS = "кқпстфхцчшщбвгд"
_VOICED_BY_LETTER = {"к": "г", "қ": "ғ", "п": "б"}

NOUNS = """
кәсіподақ жұмыскер еңбек ұйым кеңес төраға мүше қызметкер кәсіпорын/кәсіпорн жалақы халық/халқ ұжым шарт келісім отырыс форум мәселе өкіл
жұмыс облыс қала аудан ел аймақ сала мекеме құқық заң талап ұсыныс шешім қауіпсіздік жағдай бағдарлама жоба құжат қарар жиналыс
конференция құрылтай федерация бірлестік орталық комиссия министрлік үкімет әкімдік парламент депутат мемлекет қоғам серіктес әріптестік
келіссөз дау жанжал ереуіл наразылық өтініш шағым хат жауап сұрақ пікір көзқарас көмек қолдау кепілдік жеңілдік төлем сыйақы
үстемеақы айлық табыс баға салық бюджет қор қаржы шығын берешек зейнетақы жәрдемақы сақтандыру демалыс шипажай мереке сайыс
байқау жарыс спартакиада марапат алғыс мақтау медаль жастар ардагер басшы маман дәрігер мұғалім ұстаз кенші металлург мұнайшы
энергетик құрылысшы жүргізуші теміржолшы диспетчер инженер механик дәнекерлеуші аспаз тігінші кітапханашы журналист бухгалтер
заңгер сарапшы инспектор мейіргер фельдшер агроном орманшы шахта зауыт фабрика кеніш карьер цех учаске станция депо порт әуежай
мектеп балабақша колледж университет емхана аурухана дәріхана кітапхана театр мұражай клуб стадион ферма шаруашылық қойма дүкен
жабдық құрал техника көлік вагон локомотив кран станок қазан құбыр желі турбина генератор қондырғы каска костюм респиратор қолғап
жарақат апат оқиға тәуекел зиян шаң шу түтін газ көмір мұнай мыс қорғасын алтын темір болат цемент астық мақта жүн сүт ет нан су
тәжірибе білім ғылым оқу сабақ курс семинар тренинг дәріс зерттеу сауалнама нәтиже көрсеткіш үлес сан пайыз жыл ай апта күн сағат
мерзім кезең тоқсан кезек тәртіп ереже жарғы норма стандарт нұсқау әдістеме кесте жоспар есеп баяндама хабарлама мәлімдеме мақала
сұхбат бейнежазба сурет көрме кітап газет журнал сайт портал қосымша платформа цифрландыру технология инновация өндіріс өнім экспорт
нарық бәсеке инвестиция экономика реформа саясат стратегия мақсат міндет бағыт қадам мүмкіндік жетістік кемшілік қиындық себеп
сенім бірлік ынтымақ әділдік теңдік жауапкершілік бақылау тексеру түсінік ақпарат дерек мысал үлгі дәстүр тарих болашақ ұрпақ отбасы
бала ана әйел азамат тұрғын ауыл үй пәтер жол көпір алаң көше бақ өзен көл тау дала ауа күз көктем жаз қыс
""".split()

VERBS = """
айт өт қатыс қабылда талқыла бекіт ұсын өткіз құр қол_қой хабарла атап_өт көтер шеш сайла ұйымдастыр дайында жүргіз бер ал көрсет
қолда қорға арттыр жақсарт күшейт кеңейт дамыт төле индексте талап_ет тексер анықта түзет енгіз өзгерт толықтыр жалғастыр
баста аяқта орында бағала есепте салыстыр түсіндір жаз жібер тапсыр қара тыңда сөйле бас_қос кездес кел бар қайт шық жина бөл
сақта қамтамасыз_ет жаса ізде біл үйрен үйрет оқы емде жөнде сал тарт жүкте жеткіз ауыстыр тоқтат бақыла
""".split()

ADJECTIVES = """
жаңа еңбек әлеуметтік салалық ұжымдық бастауыш жергілікті өңірлік республикалық халықаралық кәсіби негізгі маңызды басты қоғамдық
мемлекеттік жеке жалпы бірлескен үшжақты өндірістік қауіпсіз зиянды ауыр жеңіл әділ лайықты толық ашық нақты тиімді белсенді тәжірибелі
жас үлкен кіші орта ірі шағын ұзақ қысқа алғашқы соңғы келесі өткен алдағы жылдық айлық апталық тұрақты уақытша міндетті ерікті тегін
ақылы заңды құқықтық қаржылық экономикалық техникалық цифрлық медициналық мәдени спорттық ғылыми тәрбиелік ақпараттық ұлттық аумақтық
қалалық ауылдық аудандық облыстық күрделі қарапайым жоғары төмен сапалы арнайы ортақ бұрынғы қазіргі заманауи терең кең күшті
""".split()

ADVERBS = """
бүгін кеше биыл былтыр енді қазір жақында бұрын ертең әрдайым жиі кейде алдымен содан_кейін сонымен_қатар сондай-ақ оның_ішінде бұдан_бөлек
әсіресе негізінен шын_мәнінде нәтижесінде осыған_байланысты жыл_басынан_бері соңғы_айларда үш_жыл_ішінде отырыс_барысында
""".split()

SENTENCES = """
{adv} {gen} {p} {a} {acc} {past}.
{a} {pl} {loc} {a} {pacc} {past}.
{person} {gen} {pacc} {conv}, {a} {acc} {past}.
{gen} {pdat} {num} {n} {past}, {gen} {pacc} {pl} {past}.
{adv} {a} {abl} {a} {p} {past}, {loc} {inf} {a} {n} болды.
Оның айтуынша, {gen} {p} {part} {pl} {dat} {past}.
{a} {n} {conv}, {gen} {pacc} {inf} қажет.
{person} {a} {loc} {num} {gen} {pacc} {past} және {dat} {a} {acc} {past}.
{year} жылы {gen} {ploc} {part} {n} {a} {dat} {past}.
{ins} {n} арасында {a} {n} {past}.
{gen} {p} {a} {loc} {past}, бірақ {gen} {pacc} {inf} үшін {n} керек.
{place} ауылында {num} {n} {a} {ins} {past}.
{part} {pl} {gen} {pacc} {inf} туралы {acc} {past}.
Бұл {a} {n} {gen} {pdat} {part} {pl} үшін {past}.
{adv} {gen} {pins} {num} {n} {past}; {a} {n} {abl} {past}.
{surname_gen} пікірінше, {a} {p} {loc} {gen} {pacc} {inf} тиіс.
{a} {gen} {p} мен {a} {p} {dat} {past}.
{acc} {inf} бойынша {a} {n} {num} {dat} {past}, ал {pl} {a} {acc} {past}.
Сонымен қатар {gen} {ploc} {a} {pl} {past}, {gen} {p} {percent} пайызға {past}.
{person} {place} стансасындағы {gen} {pacc} {past}.
{place_abl} келген {pl} {surname_dat} {a} {acc} тапсырды.
{place_loc} {surname_acc} {a} {pl} қарсы алды, {surname_ins} бірге {acc} {past}.
{place_dat} {num} {n} жіберілді.
""".strip().split("\n")

LEADS = """
{@day} {@inside} {a} {n} {past}. {@union} {gen} {pacc} {past}.
{@day} {gen} {p} {@inside} {past}, оған {num} {n} {past}.
{@inside} {a} {gen} {p} {past}. Бұл туралы {@day} {@union} хабарлады.
{@day} {@union} {a} {acc} {past}; {@inside} {num} {n} {past}.
""".strip().split("\n")

TITLES = """
{@inside} {a} {n} {past}
{gen} {p} {@inside} {past}
{@inside} {num} {n} {a} {acc} {past}
{a} {gen} {p} {inf} туралы {n}
{n} мен {n}: {@inside} {a} {p} {past}
{person} {gen} {pacc} {past}
""".strip().split("\n")

HEADINGS = """
{gen} {p}
{a} {n}
{n} мен {n}
{a} {gen} {p}
{acc} {inf} жолдары
{loc} {part} {n}
""".strip().split("\n")

POINTS = """
{gen} {pacc} {inf}
{a} {pl}
{a} {gen} {p}
{dat} {part} {n}
{acc} {inf} және {acc} {inf}
{place} мен {place} {pl}
""".strip().split("\n")

MONTHS = "қаңтарда ақпанда наурызда сәуірде мамырда маусымда шілдеде тамызда қыркүйекте қазанда қарашада желтоқсанда".split()


# ---------------------------------------------------------------- endings


def is_back(stem: str) -> bool:
    """Whether the stem takes back vowels, by its last vowel that tells."""
    for letter in reversed(stem):
        if letter in _BACK or letter in _FRONT:
            return letter in _BACK
    return True


def add_plural(stem: str) -> str:
    return f"{stem}{choose_dental(stem)}{'а' if is_back(stem) else 'е'}р"


def choose_dental(stem: str) -> str:
    """First letter of -лар, -лық and -лы after the stem."""
    return "т" if stem[-1] in _VOICELESS else "д" if stem[-1] in "лмнңжз" else "л"


def add_possessive(stem: str, *, base: str = "") -> str:
    """Of the third person. base: the stem without the vowel that it loses before this ending."""
    narrow = "ы" if is_back(stem) else "і"
    if stem[-1] in _VOWELS:
        return f"{stem}с{narrow}"
    return (base or soften(stem)) + narrow


def soften(stem: str) -> str:
    """The stem before a vowel: к, қ, п become г, ғ, б."""
    return stem[:-1] + _VOICED_BY_LETTER.get(stem[-1], stem[-1])


def add_case(word: str, case: str) -> str:
    """gen, dat, acc, loc, abl or ins of a stem or plural."""
    last = word[-1]
    wide, narrow = ("а", "ы") if is_back(word) else ("е", "і")
    is_vowel, is_voiceless, is_nasal = last in _VOWELS, last in _VOICELESS, last in "мнң"
    dental = "т" if is_voiceless else "д"
    match case:
        case "gen":
            return f"{word}{'н' if is_vowel or is_nasal else dental}{narrow}ң"
        case "dat":
            return word + (("қ" if is_back(word) else "к") if is_voiceless else ("ғ" if is_back(word) else "г")) + wide
        case "acc":
            return f"{word}{'н' if is_vowel else dental}{narrow}"
        case "loc":
            return f"{word}{dental}{wide}"
        case "abl":
            return f"{word}{'н' if is_nasal else dental}{wide}н"
        case _:
            return word + ("пен" if is_voiceless else "бен" if last in "жз" else "мен")


def add_possessive_case(word: str, case: str) -> str:
    """The case of a word that already has the possessive of the third person."""
    wide = "а" if is_back(word) else "е"
    endings = {"gen": "ның" if wide == "а" else "нің", "dat": f"н{wide}", "acc": "н", "loc": f"нд{wide}", "abl": f"н{wide}н", "ins": "мен"}
    return word + endings[case]


def decline_name(name: str, case: str) -> str:
    """The case of a surname; -ұлы and -қызы (his son, his daughter) are possessives."""
    return add_possessive_case(name, case) if name.endswith(("ұлы", "қызы")) else add_case(name, case)


def conjugate(verb: str, form: str) -> str:
    """past, part (-ған), conv (-ып) or inf (-у) of a verb's stem; `_` joins a compound verb."""
    lead, _, stem = verb.replace("_", " ").rpartition(" ")
    lead = f"{lead} " if lead else ""
    wide, narrow = ("а", "ы") if is_back(stem) else ("е", "і")
    is_vowel, is_voiceless = stem[-1] in _VOWELS, stem[-1] in _VOICELESS
    match form:
        case "past":
            return f"{lead}{stem}{'т' if is_voiceless else 'д'}{narrow}"
        case "part":
            return lead + stem + (("қ" if is_voiceless else "ғ") if wide == "а" else ("к" if is_voiceless else "г")) + wide + "н"
        case "conv":
            return f"{lead}{stem}п" if is_vowel else f"{lead}{soften(stem)}{narrow}п"
        case _:
            return f"{lead}{stem[:-1]}ю" if stem[-1] == "й" else f"{lead}{stem[:-1] if stem[-1] in 'ыі' else soften(stem)}у"


# ---------------------------------------------------------------- the lexicon


class _Noun(NamedTuple):
    stem: str
    base: str
    """The stem as the possessive takes it when it loses a vowel; empty for most."""
    weight: float


def list_nouns() -> list[_Noun]:
    """The nouns by frequency, then the rarer ones that are derived from them: who does it (-шы), what it makes (-лық)."""
    common = [(stem, base) for stem, _, base in (noun.partition("/") for noun in dict.fromkeys(NOUNS))]
    stems = [stem for stem, _ in common]
    roots = [stem for stem in stems if not stem.endswith(("шы", "ші", "қ", "к"))]
    derived = dict.fromkeys(derive(root, suffix) for suffix in ("шы", "лық") for root in roots)
    rare = [word for word in derived if word not in stems]
    weights = list_weights(len(common), rare=len(rare))
    return [_Noun(*pair, weight) for pair, weight in zip([*common, *((word, "") for word in rare)], weights, strict=True)]


def derive(stem: str, suffix: str) -> str:
    """The stem with -шы, -лық, -лы or -сыз, in harmony with it."""
    if not is_back(stem):
        suffix = suffix.replace("ы", "і").replace("қ", "к")
    return f"{stem}{choose_dental(stem)}{suffix[1:]}" if suffix[0] == "л" else stem + suffix


def _list_cases(case: str) -> Iterator[tuple[str, float]]:
    """A case of every noun (empty: its stem), of the singular and the plural, with its weight."""
    for noun in list_nouns():
        plural = add_plural(noun.stem)
        yield add_case(noun.stem, case), noun.weight
        yield add_case(plural, case), noun.weight * 0.5


def _list_possessives(case: str) -> Iterator[tuple[str, float]]:
    for noun in list_nouns():
        for possessive, share in ((add_possessive(noun.stem, base=noun.base), 1.0), (add_possessive(add_plural(noun.stem)), 0.4)):
            yield (add_possessive_case(possessive, case) if case else possessive), noun.weight * share


def _weigh(pairs: Iterator[tuple[str, float]]) -> Ranked[str]:
    words, weights = zip(*pairs, strict=True)
    return Ranked(words, weights=weights)


def make_lexicon() -> Lexicon:
    nouns = list_nouns()
    qualities = [derive(noun.stem, suffix) for suffix in ("лы", "сыз") for noun in nouns if not noun.base]
    drawers: dict[str, Drawer] = NUMBERS | {case: _weigh(_list_cases(case)) for case in ("gen", "dat", "acc", "loc", "abl", "ins")}
    drawers |= {f"p{case}": _weigh(_list_possessives(case)) for case in ("", "dat", "acc", "loc", "ins")}
    drawers |= {form: Ranked(conjugate(verb, form) for verb in VERBS) for form in ("past", "part", "conv", "inf")}
    surnames, places = list_surnames(KAZAKH_NAMES), list_places(KAZAKH_NAMES)
    drawers |= {
        "n": Ranked([noun.stem for noun in nouns], weights=[noun.weight for noun in nouns]),
        "pl": Ranked([add_plural(noun.stem) for noun in nouns], weights=[noun.weight for noun in nouns]),
        "a": Ranked([*ADJECTIVES, *qualities], weights=list_weights(len(ADJECTIVES), rare=len(qualities))),
        "adv": Ranked(adverb.replace("_", " ") for adverb in ADVERBS),
        "person": Joined(Ranked(list_given_names(KAZAKH_NAMES)), Ranked(surnames)), "place": Ranked(places),
    }  # fmt: skip
    drawers |= {f"surname_{case}": Ranked(decline_name(surname, case) for surname in surnames) for case in ("gen", "dat", "acc", "ins")}
    drawers |= {f"place_{case}": Ranked(add_case(place, case) for place in places) for case in ("dat", "loc", "abl")}
    return Lexicon(
        drawers, LEADS, SENTENCES, TITLES, HEADINGS, POINTS,
        links=("Бұл тақырып бұрын да көтерілген: {@link}.", "Толығырақ {@link} материалынан оқыңыз.", "{gen} {p} туралы {@link} жазылған."),
        notes=("{gen} {p} {year} жылы {past}.", "{a} {n} туралы {gen} {ploc} айтылған."), columns=("Көрсеткіш", "Саны", "Жылы"),
        fixture_note="Бұл мәтінді өлшеу үшін бағдарлама құрастырған; онда айтылғанның бәрі ойдан шығарылған.",
        write_day=lambda year, month, day: f"{year} жылғы {day} {MONTHS[month - 1]}",
    )  # fmt: skip
