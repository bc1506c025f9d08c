"""Words of a text and the keys under which the search finds them, whatever their spelling, script and ending.

A key is ASCII. `fold` brings every script and spelling to the same letters; `make_key` also cuts the endings of one language:
кәсіподақтың, касиподак and kásipodaqqa are all kasipodak. A build keys each word of an index with the language of that index. The
browser does the same in overrides/assets/newsroom/keys.js, which has the same tables under the same names; tests/keys/ holds both
to one list of words. No I/O and no memory: whoever keys a whole archive keeps what is keyed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from .kazakh import cut_ending, finish_stem, stem_kazakh
from .snowball import cut_russian_noun, stem_english, stem_russian

LANGUAGES = ("kk", "ru", "en")
"""Languages whose endings are known; words of any other are folded only."""
LONGEST_KEY = 64

# ---------------------------------------------------------------- words

LETTER = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0259\u1e00-\u1eff\u0400-\u0481\u048a-\u052f"
"""Latin and Cyrillic. Letters of other scripts are not searched for."""
MARK = "\u0300-\u036f\u0483-\u0489"
"""Accents that are characters of their own."""
HIDDEN = "\u00ad\u034f\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
"""Soft hyphens, joiners, marks of direction: within a word they are nothing."""
APOSTROPHE = "'`\u00b4\u02b9\u02bc\u2018\u2019\u2032"
HYPHEN = "\u2010\u2011-"
GROUP = " ,'\u00a0\u2009\u202f\u2019"
"""What may stand between the thousands of a number. Not a dot: 10.10.2022 is a date."""

_TOKEN = re.compile(
    f"[{LETTER}](?:[{LETTER}{MARK}]|[{HIDDEN}{APOSTROPHE}]{{1,3}}(?=[{LETTER}{MARK}]))*"
    f"|[1-9][0-9]{{0,2}}([{GROUP}])[0-9]{{3}}(?:\\1[0-9]{{3}})*(?![0-9])|[0-9]+"
)
_HYPHEN = re.compile(f"[{HYPHEN}]")


@dataclass(frozen=True, slots=True)
class Word:
    """A word or a number of a text."""

    text: str
    start: int
    """Where it begins in the text, in characters; in JavaScript, in UTF-16 units."""
    end: int
    is_whole: bool = False
    """True for a hyphenated word as a whole, after its parts: Нұр-Сұлтан, which is so found as Нұрсұлтан."""


def split_words(text: str) -> list[Word]:
    """The words and numbers of a text in their order.

    Letters and digits never share a word (260-тан, COVID19). A number may have its thousands apart: 35,994 and 35 994 are one
    number; 10.10.2022 is three, so that 2022 is found. A hyphenated word gives its parts, then, if they are letters, the whole.
    """
    words: list[Word] = []
    parts: list[Word] = []
    for found in _TOKEN.finditer(text):
        word = Word(found[0], found.start(), found.end())
        is_number = "0" <= found[0][0] <= "9"
        if parts and (is_number or word.start != parts[-1].end + 1 or not _HYPHEN.match(text, parts[-1].end)):
            words += _join_parts(text, parts)
            parts = []
        words.append(word)
        if not is_number:
            parts.append(word)
    return words + _join_parts(text, parts)


def _join_parts(text: str, parts: list[Word]) -> list[Word]:
    if len(parts) < 2:
        return []
    start, end = parts[0].start, parts[-1].end
    return [Word(text[start:end], start, end, is_whole=True)]


# ---------------------------------------------------------------- one script

LETTERS = """
а>a ә>a б>b в>v г>g ғ>g д>d е>e ё>e э>e ж>j з>z и>i й>i і>i ы>i к>k қ>k л>l м>m н>n ң>n о>o ө>o п>p р>r с>s т>t у>u ұ>u ү>u ф>f х>h һ>h
ц>c ч>ch ш>sh щ>sh ъ> ь> ю>iu я>ia є>e ґ>g q>k w>u x>ks '>
"""
"""Letter > how a key writes it. Kazakh vowels that readers without a Kazakh keyboard do not tell apart are one."""
LATIN = "ı>i ł>l ø>o đ>d æ>ae ß>ss ŋ>n ə>a ş>sh š>sh ç>ch č>ch ž>j ý>u"
"""Latin letters that are not just a-z with an accent; ş, ı, ŋ and ý as Kazakh alphabets have them."""
LOOKALIKES = "aа bв cс eе hһ iі kк mм oо pр tт xх yу"
"""A Latin letter, then the Cyrillic one that looks the same."""
SPELLINGS = """
s+h*(?:c+h+)+>sh k+h+>h g+h+>g zh+>j d+j>j ts(?!h)>c
^u(?=mir|te[bgkmpsu]|sk(?:en|$))>o ^tu(?=le[gbpu])>to ^bu(?=ke[in])>bo ^dui(?=s)>du mirza>murza
"""
"""Patterns for several letters that are one sound, however the word was written: Zhambyl, Джамбул, Mangghystau, Ғани. In the second line roots
of names that Russian writes with у for ө: Умирзаков, Утегенов, Ускенбаев, Тулегенов, Букейханов; then Дюсенов and Мурзаев. Snowball may have
left only the beginning: Ускенов is уск."""

_CYRILLIC_LETTER = re.compile("[\u0400-\u052f]")
_LATIN_LETTER = re.compile("[a-z]")
_SMALL_OR_DIGIT = re.compile("[a-z0-9]")
_MARK = re.compile(f"[{MARK}]")
_NOT_SEARCHED = re.compile(f"[^{LETTER}{MARK}0-9{APOSTROPHE}]")
_ROMAN_NUMBER = re.compile("[ivxхі]{2,}")
_SOFTENED = re.compile("([бвгджзклмнпрстфхцчшщ])(?:[ьъ]?([юя])|[ьъ]е)")
_MAY_BE_SOFTENED = re.compile("[юяьъ]")
_PLAIN_BY_SOFT = {"ю": "у", "я": "а", None: "ие"}
_SOFT_Y = re.compile("([bcdfghjklmnprstvz])y([aeo]|u(?!ly))")
_Y_AND_VOWEL = {"a": "a", "e": "ie", "o": "e", "u": "u"}
_MAY_HAVE_SPELLING = re.compile("[kgz]h|ch|dj|ts|^[bdt]?u|mirza")
_SAME_VOWELS = re.compile(r"([aeiou])\1+")
_LOOSE = re.compile(r"[aeioul]h|[ptkshfc][bg]|[aeo]ui|(.)\1|[oe]va$")
_H_AFTER_VOWEL = re.compile("([aeioul])h")
_B_AFTER_VOICELESS = re.compile("([ptkshfc])b")
_G_AFTER_VOICELESS = re.compile("([ptkshfc])g")
_WEAK_VOWEL = re.compile("([aeo]u)i(?=[^aeiou])")
_SAME_LETTERS = re.compile(r"(.)\1+")
_WOMAN_SURNAME = re.compile("(...[oe]v)a$")


def _read_letters(table: str) -> dict[str, str]:
    return dict(entry.split(">") for entry in table.split())


_LETTERS = _read_letters(LETTERS)
_FROM_LATIN = _read_letters(LATIN)
_SPELLINGS = tuple((re.compile(pattern), letters) for pattern, letters in _read_letters(SPELLINGS).items())
_LETTER_TABLE = str.maketrans(_LETTERS)
_LATIN_BY_CYRILLIC = str.maketrans({pair[1]: pair[0] for pair in LOOKALIKES.split()})
_CYRILLIC_BY_LATIN = str.maketrans({pair[0]: pair[1] for pair in LOOKALIKES.split()})


class _Plain(dict[int, str]):
    """Code point -> a-z, a letter of LETTERS, a digit, the plain apostrophe or nothing; worked out when first met."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        if _NOT_SEARCHED.match(letter) or _MARK.match(letter):
            plain = ""
        elif letter in APOSTROPHE:
            plain = "'"
        elif _SMALL_OR_DIGIT.match(letter) or letter in _LETTERS:
            plain = letter
        elif letter in _FROM_LATIN:
            plain = _FROM_LATIN[letter]
        elif (parts := letter.lower()) != letter or (parts := unicodedata.normalize("NFKD", letter)) != letter:
            plain = parts.translate(self)
        else:
            plain = f"{code:x}"
        self[code] = plain
        return plain


_PLAIN = _Plain()


def fold(word: str) -> str:
    """The word in the letters of keys, with its endings: a-z and 0-9, at most 64; empty when it has no letter that is searched for.

    The first letters of a word give the first letters of its fold, so keys are found by what a
    reader has typed so far; it is then squeezed as keys are.
    """
    return _fold_plain(_write_plain(word))


def _write_plain(word: str) -> str:
    """Small letters, of one script where two are mixed: Latin a-z, Cyrillic as in LETTERS; digits and plain apostrophes."""
    if _MARK.search(word):
        word = unicodedata.normalize("NFC", _NOT_SEARCHED.sub("", word))
    plain = word.translate(_PLAIN)[:LONGEST_KEY]
    if plain.isascii():
        return plain
    if _ROMAN_NUMBER.fullmatch(plain):
        return plain.translate(_LATIN_BY_CYRILLIC)
    if _LATIN_LETTER.search(plain):
        is_latin = len(_LATIN_LETTER.findall(plain)) > len(_CYRILLIC_LETTER.findall(plain))
        return plain.translate(_LATIN_BY_CYRILLIC if is_latin else _CYRILLIC_BY_LATIN)
    return plain


def _fold_plain(plain: str) -> str:
    if _MAY_BE_SOFTENED.search(plain):
        plain = _SOFTENED.sub(lambda found: found[1] + _PLAIN_BY_SOFT[found[2]], plain)
    folded = plain.translate(_LETTER_TABLE)
    if "y" in folded:
        folded = _SOFT_Y.sub(lambda found: found[1] + _Y_AND_VOWEL[found[2]], folded).replace("ye", "e").replace("y", "i")
    if _MAY_HAVE_SPELLING.search(folded):
        for pattern, letters in _SPELLINGS:
            folded = pattern.sub(letters, folded)
    return _SAME_VOWELS.sub(r"\1", folded)[:LONGEST_KEY]


def squeeze(folded: str) -> str:
    """The fold without what writers of one name do not agree on, as the last step to a key.

    Бақыт and Бахыт, Балқаш and Балхаш, Сәтбаев and Сатпаев, Бауыржан and Бауржан, Алла and Ала, Есебаев and Есебаева are spelled alike.
    """
    if not _LOOSE.search(folded) or folded.isdigit():
        return folded
    key = _H_AFTER_VOWEL.sub(r"\1k", folded)
    key = _G_AFTER_VOICELESS.sub(r"\1k", _B_AFTER_VOICELESS.sub(r"\1p", key))
    key = _WEAK_VOWEL.sub(r"\1u", key)
    key = key[:1] + _SAME_LETTERS.sub(r"\1", key[1:])
    return _WOMAN_SURNAME.sub(r"\1", key)


# ---------------------------------------------------------------- keys

NOT_RUSSIAN = "ёәғқңөұүһієґ"
"""Letters of LETTERS that Snowball's Russian does not know. It sees the first letter that a key writes as it writes them: а for ә, к for қ."""
RUSSIAN_STEMS = """
аким архив ветеран граждан журнал канал медал металл наем объем опыт печат подъем портал прием призыв причал режим состав устав экзамен
сеним адам азим алим ислам карим касим касым кассим рахим салим актау атирау атырау кентау костана
"""
"""Stems that Snowball takes for a form of something shorter; those of names in the second line. Where one is reached, nothing more is cut."""
RUSSIAN_IRREGULAR = """
аб>аба костан>костана уровен>уровн камен>камн корен>корн парен>парн угол>угл ветер>ветр сестер>сестр медсестер>медсестр мат>матер
писем>письм окон>окн стекол>стекл земел>земл гражданин>граждан детьм>дет людьм>люд времен>врем
дня>ден дней>ден дни>ден дню>ден дням>ден днем>ден
"""
"""Stems, and forms of день, as Snowball leaves them > the stem of all forms."""
ENGLISH_SPELLINGS = "labour>labor programme>program centre>center defence>defense theatre>theater colour>color neighbour>neighbor"
"""Beginnings as British writers spell them > American ones."""
ENGLISH_IRREGULAR = "children>child buses>bus gases>gas paid>pay built>build sent>send met>meet lost>lose given>give taken>take struck>strike"

SHORTEST_GUESS = 4
"""Letters that a stem has at least when the language of the word is a guess."""

_HAS_DIGIT = re.compile("[0-9]")
_LOOSE_ENDING = re.compile("[aei]?t|s|i?[pm]|[smbpn][ae]|i[ns]")
"""жаз-ат(ын), but азамат(ын); аш-ып, but кәсіп; кітаб-ым, but білім; кел-ме(йді), but мекеме."""
_SURNAME_ENDINGS = ("ов", "ев")
_SURNAME_CASE = re.compile("([ое]в|[иы]н)(?:а|у|ым|е|ой|ы|ых|ыми)$")
_OPEN_VOWELS = ("a", "e", "o", "u", "i")
_RUSSIAN = {"y": "й"} | {latin: letter for letter, latin in reversed(_LETTERS.items())}
_RUSSIAN_TABLE = str.maketrans({latin: letter for latin, letter in _RUSSIAN.items() if len(latin) == 1} | {letter: _RUSSIAN[_LETTERS[letter]] for letter in NOT_RUSSIAN} | {"'": ""})
_RUSSIAN_LETTERS = re.compile("sh|ch|[a-z]")
_GLIDE = re.compile("([aeou])i(?=[^aeiou].)")
_RUSSIAN_VOWELS = frozenset("аеиоуыэюя")
_RUSSIAN_IRREGULAR = _read_letters(RUSSIAN_IRREGULAR)
_RUSSIAN_STEMS = frozenset(RUSSIAN_STEMS.split()).union(_RUSSIAN_IRREGULAR)
_ENGLISH_SPELLINGS = tuple(_read_letters(ENGLISH_SPELLINGS).items())
_BRITISH_BEGINNINGS = tuple(british for british, _ in _ENGLISH_SPELLINGS)
_BRITISH_VERB = re.compile("(?<=....)is(?=e|ing|ation)")
_ENGLISH_IRREGULAR = _read_letters(ENGLISH_IRREGULAR)
_MEN = re.compile("(^|s|t|[clr]e|air|wo)men$")
_KAZAKH_LETTER = re.compile("[әғқңөұүһі]")


def make_key(word: str, language: str) -> str:
    """The key of a word in an index of this language; empty for a word without letters that are searched for.

    All forms of a word that share a key share its first two letters, by which an index is divided.
    """
    plain = _write_plain(word)
    if _HAS_DIGIT.search(plain):
        return squeeze(_fold_plain(plain))
    match language:
        case "kk":
            key = finish_stem(stem_kazakh(_fold_plain(plain)))
        case "ru":
            key = _fold_plain(_reduce_russian(_write_russian(plain)))
        case "en":
            key = _fold_plain(_reduce_english(_write_english(plain)))
        case _:
            key = ""
    return squeeze(key if len(key) > 1 else _fold_plain(plain))


def list_keys(word: str, language: str) -> list[str]:
    """The keys to look up for a word that a reader typed, in an index of this language; the surest first.

    A reader may type Сатпаевым where the index has Kazakh, or Сәтбаевтың where it has Russian. So the word's own key comes first,
    then those of the stems that it may have in another language. What only these find should count less.
    """
    keys = [make_key(word, language)]
    plain = _write_plain(word)
    folded = _fold_plain(plain)
    if not _HAS_DIGIT.search(plain):
        keys += [make_key(stem, language) for stem in _guess_stems(plain, folded, language) if len(stem) >= SHORTEST_GUESS]
    return [key for key in dict.fromkeys(keys) if key]


def list_looser_keys(word: str, language: str) -> list[str]:
    """Keys to look up when an index has none of `list_keys`: of a Kazakh stem without an ending that an index cannot cut, as words end so too,
    or with one."""
    stem = finish_stem(stem_kazakh(fold(word))) if language == "kk" else ""
    shorter = [stem[:-length] for length in (1, 2) if len(stem) > length + 1 and _LOOSE_ENDING.fullmatch(stem[-length:])]
    longer = [stem + ending for ending in ("at", "et", "ip", "p")] if stem else []
    return list(dict.fromkeys(squeeze(finish_stem(each)) for each in (*shorter, *map(stem_kazakh, shorter), *longer)))


def _guess_stems(plain: str, folded: str, language: str) -> Iterator[str]:
    """Stems that the word may have in each other language whose letters it has, for names above all: only their cases are cut."""
    if language != "kk":
        yield from _list_shorter_kazakh(folded)
    if language != "ru" and not _KAZAKH_LETTER.search(plain):
        yield from _list_russian_bases(_write_russian(plain))
    if language != "en" and plain.isascii():
        yield _fold_plain(_reduce_english(plain))


def _list_shorter_kazakh(folded: str) -> Iterator[str]:
    """The word without its last ending, without its last two, ..."""
    shorter = cut_ending(folded)
    while shorter != folded:
        yield shorter
        folded, shorter = shorter, cut_ending(shorter)


def _list_russian_bases(word: str) -> Iterator[str]:
    """What a Russian form may be the case of: Сатпаевым of Сатпаев, Канышем of Каныш, Астаны of Астана, Костаная of Костанай."""
    base = _SURNAME_CASE.sub(r"\1", word)
    if base == word and not word.endswith(_SURNAME_ENDINGS):
        base = _fold_plain(cut_russian_noun(word))
        yield base + ("i" if base[-1:] in _OPEN_VOWELS else "a")
    yield _fold_plain(base)


# ---------------------------------------------------------------- Russian


def _write_russian(plain: str) -> str:
    """The word in Russian letters, whatever its own; Suleimenov and Сүлейменов like Сулейменов, with й."""
    if plain.isascii() or _KAZAKH_LETTER.search(plain):
        folded = _GLIDE.sub(r"\1y", _fold_plain(plain))
        return "".join(_RUSSIAN[letter] for letter in _RUSSIAN_LETTERS.findall(folded))
    return plain.translate(_RUSSIAN_TABLE)


def _reduce_russian(word: str) -> str:
    """What Snowball leaves of the word when it is asked again and again, so that Сатпаев and Сатпаеву end alike."""
    if word[:-1] in _RUSSIAN_STEMS:  # ветераны, of which Snowball would cut -ны
        word = word[:-1]
    surname, shortest = "", 2
    while word not in _RUSSIAN_STEMS:
        if not surname and word.endswith("ев") and word[-3:-2] not in ("е", "о"):
            surname = word
        stem = stem_russian(word)
        if stem == word or len(stem) < shortest:
            break
        word, shortest = stem, 3
    if surname and len(word) < SHORTEST_GUESS:
        return surname
    return _RUSSIAN_IRREGULAR.get(word) or _drop_fleeting_vowel(word)


def _drop_fleeting_vowel(stem: str) -> str:
    """рынок like рынка, отец like отца, казахстанец like казахстанцы, проверок and поддержек like проверка and поддержка."""
    if len(stem) > (3 if stem.endswith("ц") else 4) and stem[-3] not in _RUSSIAN_VOWELS and (stem[-2:] in ("ок", "ец") or stem[-3:] in ("жек", "чек", "шек")):
        return stem[:-2] + stem[-1]
    return stem


# ---------------------------------------------------------------- English


def _write_english(plain: str) -> str:
    return plain if plain.isascii() else _fold_plain(plain)


def _reduce_english(word: str) -> str:
    if word.startswith(_BRITISH_BEGINNINGS):
        for british, american in _ENGLISH_SPELLINGS:
            if word.startswith(british):
                word = american + word[len(british) :]
    word = _MEN.sub(r"\1man", _BRITISH_VERB.sub("iz", word, count=1))
    return stem_english(_ENGLISH_IRREGULAR.get(word, word))
