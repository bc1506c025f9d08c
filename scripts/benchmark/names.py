"""Names of people and villages that nobody bears in particular, put together from Kazakh roots: the long tail of a vocabulary.

Each is spelled in Kazakh, Russian or Latin letters, the way passports and maps do it.
"""

from __future__ import annotations

from collections.abc import Mapping

FIRST_ROOTS = """
Нұр Бек Ай Жан Ер Төле Сүйін Құт Бақ Дәу Мұрат Арыс Тоқ Қуан Қайыр Есен Аман Жақсы Ораз Досы Келді Сері Бай Ақ Қара Алтын Күміс Темір
Болат Тұр Саты Ескен Сейіт Әбді Қаді Рүс Дос Жолды Мәді Сағын
""".split()
LAST_ROOTS = """
бек болат жан лан хан тай ғали мұрат сұлтан бай ғазы берген кен дос мырза қожа сейіт тас бол тілек жол құл әлі нияз
""".split()
WOMEN = """
Айгүл Гүлнар Жанар Сәуле Динара Айжан Гүлмира Мәдина Раушан Шолпан Алма Әсел Меруерт Назгүл Айнұр Жібек Зәуре Қарлығаш Балжан Ботагөз
Гауһар Дана Жұлдыз Зарина Инкар Камила Ләззат Майра Нәзира Перизат Сандуғаш Толғанай Ұлжан Үміт Фариза Шынар Ырысты
""".split()
PLACE_FIRST = "Ақ Қара Көк Сары Қызыл Жаңа Тас Ұзын Бес Үш Қос Алтын Мың Кең Терең Ащы Тұзды Құм Бай Шұбар Боз Жетім Ескі Төрт Аша".split()
PLACE_LAST = "су төбе бұлақ жар тау көл өзек кент құдық арал дала сай бел қорған тоғай қамыс жол ағаш шоқы бастау өткел мола төр".split()

KAZAKH_NAMES: Mapping[str, str] = {}
"""No letter changes."""
RUSSIAN_NAMES = {
    "ә": "а", "ғ": "г", "қ": "к", "ң": "н", "ө": "о", "ұ": "у", "ү": "у", "һ": "х", "і": "и",
}  # fmt: skip
LATIN_NAMES = {
    "а": "a", "ә": "a", "б": "b", "в": "v", "г": "g", "ғ": "g", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "i", "й": "i", "к": "k", "қ": "k",
    "л": "l", "м": "m", "н": "n", "ң": "n", "о": "o", "ө": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ұ": "u", "ү": "u", "ф": "f",
    "х": "kh", "һ": "h", "ч": "ch", "ш": "sh", "щ": "sh", "ы": "y", "і": "i", "э": "e", "ю": "yu", "я": "ya", "ь": "", "ъ": "",
}  # fmt: skip


def spell(name: str, letters: Mapping[str, str]) -> str:
    """The Kazakh name in other letters."""
    return "".join(letters.get(letter, letter) for letter in name.lower()).capitalize()


def list_men() -> list[str]:
    """First names of men, in Kazakh; those early in the list are drawn most."""
    return [first + last for last in LAST_ROOTS for first in FIRST_ROOTS if first.lower() != last]


def list_given_names(letters: Mapping[str, str]) -> list[str]:
    """Names of men and women in turn."""
    men = list_men()[: 4 * len(WOMEN)]
    names = [name for index, woman in enumerate(WOMEN) for name in (woman, *men[4 * index : 4 * index + 4])]
    return [spell(name, letters) for name in names]


def list_surnames(letters: Mapping[str, str]) -> list[str]:
    """After every man's name, those of his sons and daughters: -ов and -ова, -ұлы and -қызы."""
    return [spell(surname, letters) for name in list_men() for surname in (add_surname_ending(name), f"{add_surname_ending(name)}а", f"{name}ұлы", f"{name}қызы")]


def add_surname_ending(name: str) -> str:
    """The surname after a man's name: Нұрбеков, Нұрбаев, Нұрғалиев."""
    if name[-1] == "й":
        return f"{name[:-1]}ев"
    return f"{name}ев" if name[-1] in "иіаы" else f"{name}ов"


def list_places(letters: Mapping[str, str]) -> list[str]:
    return [spell(first + last, letters) for last in PLACE_LAST for first in PLACE_FIRST]
