"""Russian words in their cases, adjectives that agree with them, and the sentences made of these."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from itertools import zip_longest
from typing import NamedTuple

from .names import RUSSIAN_NAMES, list_given_names, list_places, list_surnames
from .prose import NUMBERS, Drawer, Joined, Lexicon, Ranked, Source, list_weights

CASES = ("nom", "gen", "dat", "acc", "ins", "loc")

ACTORS = """
профсоюз председатель работник совет комитет лидер депутат центр представитель специалист инженер завод энергетик металлург шахтёр строитель
фонд водитель инспектор юрист отдел эксперт журналист бухгалтер диспетчер механик сварщик банк фельдшер агроном лесник руководитель
работодатель партнёр участник делегат ветеран активист секретарь житель родитель
""".split()
THINGS = """
договор форум вопрос труд закон район рудник карьер цех порт аэропорт склад колледж университет музей театр стадион клуб праздник
конкурс спор конфликт протест ответ отчёт план проект документ устав протокол приказ график режим срок период этап процесс стандарт налог
бюджет тариф оклад доход расход долг взнос штраф риск случай ущерб шум газ металл цемент урожай хлеб транспорт вагон кран насос прибор
инструмент костюм респиратор журнал сайт портал сервис семинар тренинг курс урок опрос анализ результат показатель объём рост регион сектор
холдинг магазин рейс маршрут мост парк призыв кодекс съезд резерв запас груз причал тоннель турнир концерт альбом архив
""".split()
FEMALES = """
работа зарплата охрана защита программа система проверка поддержка встреча отрасль область безопасность комиссия федерация организация
конференция компания администрация делегация индексация пенсия станция травма премия надбавка выплата льгота норма мера сумма цена смена
бригада шахта фабрика больница школа библиотека ферма улица задача цель проблема причина услуга роль часть ситуация стратегия экономика
политика практика книга газета страница выставка занятость ответственность задолженность инфляция медицина техника энергетика наука культура
страховка поликлиника резолюция инструкция методика лаборатория типография экскурсия трасса плотина турбина труба каска
""".split()
NEUTERS = """
соглашение собрание решение предложение заседание предприятие учреждение объединение управление министерство правительство производство
руководство право место дело общество условие оборудование образование развитие участие обучение лечение нарушение требование заявление
обращение повышение снижение сокращение восстановление партнёрство сотрудничество хозяйство строительство единство топливо средство
""".split()
ADJECTIVES = """
новый трудовой социальный коллективный отраслевой первичный региональный областной городской республиканский международный профсоюзный
общественный государственный производственный безопасный справедливый важный главный основной общий совместный трёхсторонний местный
ежегодный денежный минимальный средний высокий низкий большой малый крупный опасный вредный тяжёлый лёгкий полный открытый точный активный
опытный молодой первый последний очередной прошлый будущий постоянный временный обязательный бесплатный правовой финансовый экономический
технический цифровой медицинский культурный спортивный научный учебный национальный сельский сложный простой прежний здешний
""".split()
VERBS = """
обсудил принял подписал поддержал предложил рассмотрел утвердил подготовил направил создал открыл избрал отметил объяснил получил проверил
улучшил повысил сохранил защитил организовал представил оценил изучил завершил продолжил начал изменил дополнил вручил выслушал собрал
выделил построил выплатил восстановил потребовал обеспечил опубликовал посетил пригласил сравнил подсчитал запустил
""".split()
PREFIXES = "авто электро гидро тепло энерго радио видео агро нефте газо метро фото".split()
"""Rare words are made with these: энергосистема, автопарк."""
ADVERBS = """
сегодня вчера недавно теперь затем кроме_того в_этом_году в_прошлом_году за_три_года с_начала_года в_ходе_встречи по_итогам_года прежде_всего
в_частности в_то_же_время как_правило в_последние_месяцы нередко по_его_словам на_практике в_результате
""".split()

SENTENCES = """
{adv} {an.nom_m} {past} {an.acc}.
{an.nom_p} {past_p} {an.acc} {n.gen}.
{person} {past}, что {n.nom_p} в {an.loc} {past_p} {an.acc}.
В {an.loc} {past_p} {num} предложений о {an.loc}.
{n.nom_p} {n.gen} {past_p} {an.acc} и {n.acc}.
По мнению {surname_gen}, {an.nom_m} {n.gen} {past} {n.acc} {an.gen}.
Для {an.gen} нужны {an.nom_p} и {an.nom_p}.
В {year} году {n.nom_m} {past} {an.acc} {n.gen}, а {n.nom_p} {past_p} {n.acc}.
{adv} {n.nom_p} {past_p} {an.acc} вместе с {an.ins}.
Речь шла о {n.loc} {an.gen} и о {an.loc}.
В селе {place} {past_p} {an.acc} для {num} человек.
{an.nom_m} не {past} {n.acc}, поэтому {n.nom_p} {past_p} {an.acc}.
Между {an.ins} и {an.ins} остаётся {percent} процентов {n.gen}.
Об этом {past} {person}, {adv} {past} и {n.acc}.
Благодаря {an.dat} {n.nom_p} {past_p} {an.acc} на {percent} процентов.
{an.nom_p} {n.gen} получили {num} тысяч тенге: {n.nom_m} {past} {n.acc}.
К {an.dat} {past_p} {n.acc} {n.gen}, {adv} {past_p} {an.acc}.
Вместе с {surname_ins} {n.nom_p} {past_p} {an.acc}, {surname_dat} вручили награду.
{n.nom_p} {past_p} {an.acc} {n.gen}; {n.nom_m} {past} {an.acc}.
""".strip().split("\n")

LEADS = """
{@day} {@inside} {n.nom_p} {past_p} {an.acc}. {@union} поддержал {an.acc} {n.gen}.
{@day} {@inside} прошло заседание, на котором {num} участников {past_p} {an.acc}.
{@inside} {an.nom_m} {past} {an.acc}. Об этом {@day} сообщил {@union}.
{@day} {@union} {past} {an.acc}; {@inside} {past_p} {n.acc} {n.gen}.
""".strip().split("\n")

TITLES = """
{an.nom_m} {@inside} {past} {an.acc}
{n.nom_p} {n.gen} {@inside} {past_p} {an.acc}
{num} участников {past_p} {an.acc} {n.gen}
{an.nom_p} {past_p} {an.acc} {@inside}
Как {an.nom_m} {past} {n.acc} {n.gen}
{person} {past} {an.acc} {@inside}
""".strip().split("\n")

HEADINGS = "{an.nom}|{n.nom} и {n.nom}|{n.nom} {an.gen}|{an.nom_p} {n.gen}|О {an.loc}|{n.nom} для {an.gen}".split("|")

POINTS = "{an.nom}|{an.nom} {n.gen}|{n.nom} и {n.nom}|{n.nom} для {an.gen}|{an.nom_p} {n.gen}|{n.nom_p} сёл {place} и {place}".split("|")

MONTHS = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split()


# ---------------------------------------------------------------- endings

_VOWELS = "аеёиоуыэюя"
_ENDINGS = {
    "hard": ("", "а", "у", "", "ом", "е", "ы", "ов", "ам", "ы", "ами", "ах"),
    "soft": ("ь", "я", "ю", "ь", "ем", "е", "и", "ей", "ям", "и", "ями", "ях"),
    "yod": ("й", "я", "ю", "й", "ем", "е", "и", "ев", "ям", "и", "ями", "ях"),
    "a": ("а", "ы", "е", "у", "ой", "е", "ы", "", "ам", "ы", "ами", "ах"),
    "iya": ("я", "и", "и", "ю", "ей", "и", "и", "й", "ям", "и", "ями", "ях"),
    "sign": ("ь", "и", "и", "ь", "ью", "и", "и", "ей", "ям", "и", "ями", "ях"),
    "o": ("о", "а", "у", "о", "ом", "е", "а", "", "ам", "а", "ами", "ах"),
    "ie": ("е", "я", "ю", "е", "ем", "и", "я", "й", "ям", "я", "ями", "ях"),
}
"""Singular, then plural, in the order of CASES."""

_ADJECTIVE_ENDINGS = {
    "m": ("ый", "ого", "ому", "ый", "ым", "ом"), "f": ("ая", "ой", "ой", "ую", "ой", "ой"),
    "n": ("ое", "ого", "ому", "ое", "ым", "ом"), "p": ("ые", "ых", "ым", "ые", "ыми", "ых"),
}  # fmt: skip


def decline(noun: str, gender: str) -> tuple[str, ...]:
    """Twelve forms: singular and plural in the order of CASES."""
    pattern = _find_pattern(noun, gender)
    stem = noun if pattern == "hard" else noun[:-1]
    forms = [respell(stem, ending) for ending in _ENDINGS[pattern]]
    if pattern == "a":
        forms[7] = insert_vowel(stem)
    return tuple(forms)


def _find_pattern(noun: str, gender: str) -> str:
    if gender == "m":
        return {"й": "yod", "ь": "soft"}.get(noun[-1], "hard")
    if gender == "n":
        return "ie" if noun.endswith("ие") else "o"
    return "sign" if noun.endswith("ь") else "iya" if noun.endswith("ия") else "a"


def respell(stem: str, ending: str) -> str:
    """After к, г, х and the hushers ы becomes и; after the hushers and ц unstressed о becomes е (-ей for -ов)."""
    if ending.startswith("ы") and stem[-1] in "кгхжчшщ":
        ending = f"и{ending[1:]}"
    elif ending.startswith("о") and stem[-1] in "жчшщц":
        ending = "ей" if ending == "ов" and stem[-1] != "ц" else f"е{ending[1:]}"
    return stem + ending


def insert_vowel(stem: str) -> str:
    """The genitive plural without ending: проверк becomes проверок."""
    if stem[-1] != "к" or stem[-2] in "аеёиоуыэюя":
        return stem
    return f"{stem[:-1]}{'е' if stem[-2] in 'жчшщ' else 'о'}к"


def decline_surname(surname: str, case: str) -> str:
    """gen, dat or ins of a man's surname in -ов or a woman's in -ова; others do not change."""
    if surname.endswith(("ов", "ев")):
        return surname + {"gen": "а", "dat": "у", "ins": "ым"}[case]
    return f"{surname[:-1]}ой" if surname.endswith(("ова", "ева")) else surname


def agree(adjective: str, gender: str) -> tuple[str, ...]:
    """The six cases of an adjective for m, f, n or p (plural)."""
    stem, last = adjective[:-2], adjective[-2:]
    endings = _ADJECTIVE_ENDINGS[gender]
    if adjective.endswith("ний"):
        forms = [stem + ending[0].translate(_SOFT_LETTERS) + ending[1:] for ending in endings]
    elif last == "ой":
        forms = [stem + (f"и{ending[1:]}" if ending[0] == "ы" and stem[-1] in "кгхш" else ending) for ending in endings]
    else:
        forms = [respell(stem, ending) for ending in endings]
    if gender == "m":
        forms[0] = forms[3] = adjective
    return tuple(forms)


_SOFT_LETTERS = str.maketrans("ыоау", "иеяю")


# ---------------------------------------------------------------- the lexicon


class _Agreeing:
    """An adjective and a noun in one case."""

    def __init__(self, nouns: Ranked[tuple[str, str]], adjectives: dict[str, Ranked[str]]) -> None:
        self._nouns, self._adjectives = nouns, adjectives

    def draw(self, source: Source) -> str:
        word, gender = self._nouns.draw(source)
        return f"{self._adjectives[gender].draw(source)} {word}"


class _Nouns:
    """A noun alone."""

    def __init__(self, nouns: Ranked[tuple[str, str]]) -> None:
        self._nouns = nouns

    def draw(self, source: Source) -> str:
        return self._nouns.draw(source)[0]


class _Noun(NamedTuple):
    gender: str
    is_actor: bool
    forms: tuple[str, ...]
    weight: float


@functools.cache
def _list_nouns() -> list[_Noun]:
    """The lists interleaved, so that every gender is frequent; then rarer compounds."""
    groups = ((ACTORS, "m", True), (THINGS, "m", False), (FEMALES, "f", False), (NEUTERS, "n", False))
    lists = [[(gender, is_actor, decline(noun, gender)) for noun in nouns] for nouns, gender, is_actor in groups]
    common = [noun for rank in zip_longest(*lists) for noun in rank if noun]
    rare = [(gender, False, decline(prefix + noun, gender)) for prefix in PREFIXES for nouns, gender, _ in groups[1:] for noun in nouns if noun[0] not in _VOWELS]
    weights = list_weights(len(common), rare=len(rare))
    return [_Noun(*noun, weight) for noun, weight in zip([*common, *rare], weights, strict=True)]


def _pick_forms(case: int, choose: Callable[[bool, bool], bool]) -> Ranked[tuple[str, str]]:
    """The (form, gender of agreement) pairs of a case for which choose(acts by itself, is plural) holds."""
    pairs, weights = [], []
    for noun in _list_nouns():
        for is_plural in (False, True):
            if choose(noun.is_actor, is_plural):
                pairs.append((noun.forms[case + 6 * is_plural], "p" if is_plural else noun.gender))
                weights.append(noun.weight * (0.5 if is_plural else 1))
    return Ranked(pairs, weights=weights)


def _list_forms() -> Iterator[tuple[str, int, Ranked[tuple[str, str]]]]:
    """(code, case, forms) of every slot that takes a noun: those that act are nom_m (one) and nom_p (many), and never acc."""
    for case, code in enumerate(CASES):
        yield code, case, _pick_forms(case, lambda is_actor, is_plural: not is_actor)
    yield "nom_m", 0, _pick_forms(0, lambda is_actor, is_plural: is_actor and not is_plural)
    yield "nom_p", 0, _pick_forms(0, lambda is_actor, is_plural: is_actor and is_plural)


def make_lexicon() -> Lexicon:
    drawers: dict[str, Drawer] = dict(NUMBERS)
    for code, case, nouns in _list_forms():
        adjectives = {gender: Ranked([agree(adjective, gender)[case] for adjective in ADJECTIVES]) for gender in "mfnp"}
        drawers[f"n.{code}"] = _Nouns(nouns)
        drawers[f"an.{code}"] = _Agreeing(nouns, adjectives)
    surnames = list_surnames(RUSSIAN_NAMES)
    drawers |= {
        "past": Ranked(VERBS), "past_p": Ranked(f"{verb}и" for verb in VERBS),
        "adv": Ranked(adverb.replace("_", " ") for adverb in ADVERBS),
        "person": Joined(Ranked(list_given_names(RUSSIAN_NAMES)), Ranked(surnames)),
        "place": Ranked(list_places(RUSSIAN_NAMES)),
    }  # fmt: skip
    drawers |= {f"surname_{case}": Ranked(decline_surname(surname, case) for surname in surnames) for case in ("gen", "dat", "ins")}
    return Lexicon(
        drawers, LEADS, SENTENCES, TITLES, HEADINGS, POINTS,
        links=("Эту тему поднимали и раньше: {@link}.", "Подробнее об этом — в материале {@link}.", "О том, как {n.nom_p} {past_p} {n.acc}, написано здесь: {@link}."),
        notes=("{an.nom_m} {past} {n.acc} в {year} году.", "О {an.loc} {past_p} {an.nom_p}."), columns=("Показатель", "Число", "Год"),
        fixture_note="Этот текст составила программа для измерений; всё сказанное в нём вымышлено.",
        write_day=lambda year, month, day: f"{day} {MONTHS[month - 1]} {year} года",
    )  # fmt: skip
