"""Words with all their forms, by which the search keys are tested and measured: `python -m benchmark.key_words` writes tests/keys/.

The lists stand here, the forms come from declension (Kazakh), russian and english, all of which write words from grammar and know
nothing of how keys cut them. Run it after a change of keys or lists, then read what changed in the files it wrote. A word that is
in vectors.tsv stays there; those of articles come in when these are named: `python -m benchmark.key_words ../articles/2022/*.md`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from newsroom.keys import make_key, split_words

from . import english, kazakh, russian
from .declension import CASES, FORMS, VERB_FORMS, conjugate, decline, decline_name, read_noun

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / "tests" / "keys"
VECTORS = FOLDER / "vectors.tsv"

KAZAKH_NOUNS = """
адам азамат айып/ айна ақпарат ақша алаң алма алтын анкета апта апат арал арба арман арыз астана асхана ат ата атау атақ ауа аудан ауыз/ауз
аурухана ауыл ауысым ақпан ақыл алғыс аттестат әдіс әдет әділет әже әзіл әйел әке әкім әлем ән әріп/әрп әріптес әскер баға бағдар бағыт база
байланыс бақ бақша бала балық банк!< басқарма бастама басшы баспа батыр баян бейне белгі береке берешек бет бидай бизнес билік бинт биржа
биші бөлім бөлме бөлшек бригада бұйрық бұлақ бұлт бұрыш буын бюджет бірлік білім білік біліктілік вагон вакансия визит волонтер газ газет
ғалым ғарыш ғасыр ғимарат ғылым гараж герой гүл дала дауыс/даус дақыл дәрі дәрігер дәстүр дәлел дәптер дене дерек деңгей демалыс денсаулық
диплом диспетчер директор доктор доллар дос дүкен дүние дерт депо депутат дән егін егіс ел елші емтихан емхана есеп есік ет еңбек ереже
ереуіл ерік/ерк ерін/ерн естелік еден жаз жаза жайлау жақ жалақы жанар жапырақ жарақат жарғы жарнама жарыс жаттығу жауап жауын жағдай жел
желі жем жеміс жер жетекші жетістік жиын жинақ жоба жол жолдас жоспар журнал жұлдыз жұма жұмыс жұмыскер жүк жүрек жүйе жүргізуші жыл жылу
жылдық жүз заң заңгер зат зауыт зейнетақы зерттеу зиян зал ине инженер инфляция институт ит ізденіс іс кабинет кадр калий камера капитал
карта кеме кемпір кеңес кеніш керуен кесте кешен кітап кітапхана клуб! кодекс колледж комбинат комиссия компания конкурс көз көлем көлік
көше көпір көрме көктем көл көмек көңіл/көңл көрініс күз күн күш кәсіп кәсіпкер кәсіподақ кәсіпорын/кәсіпорн келісім кен кір күдік күзетші
қағаз қағида қала қалам қалпақ қан қанат қар қарар қаражат қаржы қарсылық қаулы қауым қауіп/қауп қор қора қорғау қоғам қозы қол қолдау қонақ
қосымша қоян құқық құрал құрам құрылтай құрылыс құрылым құс құн құдық құжат қыз қыс қызмет қызметкер қызыл лагерь! лимит лицей логистика
мақала мақсат мақта маман мал мамыр мандат марапат мәдениет мәжіліс мәлімет мәселе мектеп медаль! меже мекеме мемлекет мереке мерзім меншік
министр! миллион мінез міндет мойын/мойн мотор мұғалім мұнай мұрағат мұрын/мұрн мүдде мүлік/мүлк мүмкіндік мүше мінбер наз нан нарық/нарқ
наурыз негіз норма нота нұсқа нұсқау ниет нәтиже облыс ой ойын оқу оқушы оқиға он орган орман орын/орн орта орталық отан отбасы отын отырыс
опера офис өзгеріс өзен өкіл өлең өлім өмір өндіріс өнер өнім өңір өркен өрт өсім өтініш өтем өткел пайда пайыз пакет палата парақ парк!<
партия паспорт патша педагог! пенсия пікір платформа пойыз полиция порт! пошта премия президент программа процесс пәтер пән радио район
рақмет реактор редактор резерв! рейс ресурс реформа роль!< рұқсат рет сабақ сағат сайлау сала салық сан сана санат сапа сапар саясат саяхат
сарапшы секретарь! семинар сенім серіктес серік сессия сот соғыс спорт! станция стадион стиль! студент су сұрақ сұхбат сүт сыйақы сынып
сыныптас сөз сөмке сатушы сауда сейсенбі себеп сәлем сәуір табыс тағам тақырып талап тамыз тапсырма тарау тарих> тас тау таңба тәжірибе
тәртіп тәуекел тәсіл теңге теңіз телефон темір тендер терезе төлем төраға той топ топырақ торап тонна төбе транспорт! трактор тренинг! тұз
тұлға тұрғын түн түрік түс түтін тұрмыс тіл тіркеу тізім тор тоқсан ұйым ұжым ұл ұлт ұн ұсыныс ұстаз ұшақ ұрпақ үй үкім үкімет үлгі үлес
үміт үн үндеу үстел университет учаске фабрика факультет федерация ферма филиал форма форум фестиваль футбол хабар хабарлама халық/халқ хат
хан химия хатшы цех! цемент центр! цифр> чемпион чек! шай шағым шара шарт шаруа шахта шахтер шегара шекара шеберхана шешім шикізат штаб!
шығармашылық шығын шық шыны шыдам шөп шуақ шешу ынтымақ ыдыс ынта ырғақ экономика экран энергия эксперт әдістеме айырма аймақ ақсақал арна
атом әуежай бақылау балабақша басым бедел бұқара дағдарыс дау диқан жәрдемақы жанжал жеңілдік жиналыс кепілдік кезең құрмет лауазым мұрагер
нысан орынбасар пікірталас саммит сертификат серпін сілтеме тариф төрелік ұстаным үрдіс шипажай шоғыр ізгілік
"""
"""As declension.read_noun takes them."""

LATE_NOUNS = """
кеңсе дәліз үстеме бөлме тақта саты баспалдақ шатыр іргетас қабырға төсек көрпе жастық кілем ыдыс қасық шанышқы пышақ қазан шелек өкпе
бүйрек бауыр тамақ тамыр тіс мұрт сақал қабақ кірпік иық тізе білек саусақ тырнақ сүйек тері қойшы малшы диқан балықшы аңшы ұшқыш жүзуші
күйші ақын жазушы суретші мүсінші сазгер әнші бәйге көкпар күрес шахмат доп сызық айналма тоғыз жиырма отыз түйе сиыр бұзау құлын бота
тауық қаз үйрек көгершін бүркіт тұлпар арлан қасқыр түлкі бұғы марал қамыс терек қайың емен шырша алмұрт өрік жүзім қауын қарбыз сәбіз
пияз сарымсақ бұршақ тасымал жеткізілім айналым несие кепіл өсімпұл айыппұл өтемақы күнкөріс кедейлік теңсіздік өкілеттік сенат прокурор
тергеу айыптау кінә түрме зертхана пробирка микроскоп формула теорема физика химия биология толқын дауыл боран найзағай жаңбыр тұман аяз
қырау мұз құйын сел көшкін бейсенбі дүйсенбі жексенбі желтоқсан маусым шілде міндеттеме нұсқаулық қағидат талдау жіктеу топтама сауалнама
қорытынды ұйғарым слесарь электрик токарь дәнекерлеуші бұрғылаушы экскаватор бульдозер самосвал конвейер электровоз спикер модератор
брифинг вебинар хештег блогер подкаст ынталандыру көтермелеу қолпаштау жазалау босату ауыстыру қысқарту жиен нағашы құда келін күйеу әпке
іні аға апай бөбек нәресте жасөспірім бозбала бойжеткен сарбаз офицер генерал полк! жеңіс батырлық
"""
"""Written when the rules of newsroom.kazakh were ready; two of them are protected since."""

KAZAKH_VERBS = """
айт өт қатыс қабылда талқыла бекіт ұсын өткіз құр хабарла көтер шеш сайла ұйымдастыр дайында жүргіз бер ал көрсет қолда қорға арттыр жақсарт
күшейт кеңейт дамыт төле индексте тексер анықта түзет енгіз өзгерт толықтыр жалғастыр баста аяқта орында бағала есепте салыстыр түсіндір жаз
жібер тапсыр қара тыңда сөйле кездес кел бар қайт шық жина бөл сақта жаса ізде біл үйрен үйрет оқы емде жөнде сал тарт жүкте жеткіз ауыстыр
тоқтат бақыла істе қойыл құрыл ашыл аш қабылдан талқылан өткізіл ұсыныл бекітіл тап тік сұра жауапта атқар басқар көмектес келіс бас бол тұр
жүр отыр ойла сөйлес қуан кір көр мақта марапатта сына сынал еңбекте зерде зертте таныс таныстыр қолдан пайдалан жетілдір төмендет қысқар
қысқарт шекте
"""

RUSSIAN_NOUNS = """
рынок/рынк/m список/списк/m участок/участк/m поселок/поселк/m порядок/порядк/m подарок/подарк/m недостаток/недостатк/m
казахстанец/казахстанц/m немец/немц/m столбец/столбц/m продавец/продавц/m
"""
"""Masculine nouns that lose a vowel: the stem before endings stands behind the stroke."""

NAMES = """
Сәтбаев | Сатпаев Сатпаева Сатпаеву Сатпаевым Сатпаеве | Satpaev Satpayev Satbaev Satbayev
Қуаныш | Куаныш Куаныша Куанышу Куанышем Куаныше | Kuanysh Quanysh Kuanish
Бақытжан | Бахытжан Бахытжана Бахытжану Бахытжаном Бакытжан | Bakytzhan Bakhytzhan Baqytjan
Әбдірайым | Абдирайым Абдирайыма Абдирайыму Абдирайымом | Abdirayim Abdirayym Abdiraiym
Тоқаев | Токаев Токаева Токаеву Токаевым Токаеве | Tokayev Tokaev Toqayev
Қасым | Касым Касыма Касыму Касымом | Kassym Kasym Qasym
Жомарт | Жомарт Жомарта Жомарту Жомартом | Jomart Zhomart
Дәулеталин | Даулеталин Даулеталина Даулеталину Даулеталиным | Dauletalin Däuletalin
Сатыбалды | Сатыбалды | Satybaldy
Нұрлан | Нурлан Нурлана Нурлану Нурланом Нурлане | Nurlan
Бердіғали> | Бердигали | Berdigali Berdiğali
Өмірәлі | Омирали | Omirali
Есебаева | Есебаева Есебаевой Есебаеву | Yesebayeva Esebaeva
Мұхамбетов | Мухамбетов Мухамбетова Мухамбетову Мухамбетовым | Mukhambetov Muhambetov
Қалиев | Калиев Калиева Калиеву Калиевым | Kaliev Kaliyev
Бекбас | Бекбас Бекбаса Бекбасу Бекбасом | Bekbas
Бекжанов | Бекжанов Бекжанова Бекжанову Бекжановым | Bekzhanov Bekjanov
Қыдырманов | Кыдырманов Кыдырманова Кыдырманову Кыдырмановым | Kydyrmanov Qydyrmanov
Сермағамбетов | Сермагамбетов Сермагамбетова Сермагамбетову | Sermagambetov
Өксікбаев | Оксикбаев Оксикбаева Оксикбаеву | Oxikbayev Oksikbayev
Мұқашев | Мукашев Мукашева Мукашеву Мукашевым | Mukashev
Құсайынов | Кусаинов Кусаинова Кусаинову Кусаиновым | Kussainov Kusainov
Жарылқасынұлы | Жарылкасынулы | Zharylkasynuly Jarylqasynuly
Ләззат | Ляззат Лаззат | Lyazzat Lazzat
Гүлнар | Гульнар Гулнар | Gulnar
Жұмабаев | Жумабаев Джумабаев Жумабаева Джумабаеву | Zhumabayev Jumabaev Dzhumabayev
Бауыржан | Бауыржан Бауржан Бауыржана Бауржану Бауржаном | Bauyrzhan Baurzhan Bauirjan
Мұхтар | Мухтар Мухтара Мухтару Мухтаром | Mukhtar Muhtar
Алматы | Алматы | Almaty
Астана | Астана Астаны Астане Астану Астаной | Astana
Шымкент | Шымкент Шымкента Шымкенту Шымкентом Шымкенте | Shymkent
Қызылорда | Кызылорда Кызылорды Кызылорде Кызылорду Кызылордой | Kyzylorda Qyzylorda
Қарағанды | Караганда Караганды Караганде Караганду Карагандой | Karaganda Qaragandy
Қостанай | Костанай Костаная Костанаю Костанаем Костанае | Kostanay Kostanai Qostanai
Атырау | Атырау | Atyrau
Маңғыстау | Мангистау Мангыстау | Mangystau Mañğystau
Павлодар | Павлодар Павлодара Павлодару Павлодаром Павлодаре | Pavlodar
Жезқазған | Жезказган Жезказгана Жезказгану Жезказганом Жезказгане | Zhezkazgan Jezqazgan
Талдықорған | Талдыкорган Талдыкоргана Талдыкоргану Талдыкорганом | Taldykorgan Taldyqorgan
Қызмет | Кызмет Кызмета Кызмету | Qyzmet Kyzmet
Ынтымақ | Ынтымак Ынтымака Ынтымаку Ынтымаком | Yntymaq Yntymak
Сенім | Сеним Сенима Сениму Сенимом | Senim
"""
"""A name in Kazakh, as declension.decline_name takes it | in Russian, in its cases and spellings | in Latin letters."""

ENGLISH_VERBS = """
work support sign adopt discuss propose approve prepare open elect note explain receive check improve raise keep protect organise present
assess study finish continue change amend allocate pay restore demand ensure publish visit invite compare count launch defend reduce
review plan strike negotiate employ dismiss train retire injure insure index bargain represent vote
"""


def list_kazakh_nouns() -> Iterator[tuple[str, list[str]]]:
    """The entry of each noun and its FORMS."""
    for entry in KAZAKH_NOUNS.split():
        yield entry, decline(read_noun(entry))


def list_late_nouns() -> Iterator[tuple[str, list[str]]]:
    for entry in LATE_NOUNS.split():
        yield entry, decline(read_noun(entry))


def list_kazakh_verbs() -> Iterator[tuple[str, list[str]]]:
    for verb in KAZAKH_VERBS.split():
        yield verb, conjugate(verb)


def list_names() -> Iterator[tuple[str, dict[str, list[str]]]]:
    """The Kazakh name, then its forms and spellings by language."""
    for line in NAMES.strip().splitlines():
        name, russian_forms, latin_forms = (part.strip() for part in line.split("|"))
        yield name.rstrip(">"), {"kk": decline_name(name), "ru": russian_forms.split(), "en": latin_forms.split()}


def list_russian_words() -> Iterator[tuple[str, str, list[str]]]:
    """Part of speech, word, forms; the words are those of the benchmark's corpus and some that lose a vowel."""
    genders = ((russian.ACTORS, "m"), (russian.THINGS, "m"), (russian.FEMALES, "f"), (russian.NEUTERS, "n"))
    for nouns, gender in genders:
        yield from (("noun", noun, list(dict.fromkeys(russian.decline(noun, gender)))) for noun in nouns)
    for entry in RUSSIAN_NOUNS.split():
        noun, stem, gender = entry.split("/")
        yield "noun", noun, [noun, *dict.fromkeys(form for form in russian.decline(stem, gender) if form != stem)]
    for adjective in russian.ADJECTIVES:
        yield "adjective", adjective, list(dict.fromkeys(form for gender in "mfnp" for form in russian.agree(adjective, gender)))


def list_english_words() -> Iterator[tuple[str, str, list[str]]]:
    for noun in english.NOUNS:
        plural = english.make_plural(noun)
        yield "noun", noun, [noun, plural, f"{noun}'s", f"{plural}’"]
    for verb in ENGLISH_VERBS.split():
        stem = verb.removesuffix("e")
        third = english.make_plural(verb)
        doubled = f"{verb}{verb[-1]}" if verb in ("plan",) else stem
        past = f"{verb[:-1]}ied" if third.endswith("ies") else f"{'paid' if verb == 'pay' else 'kept' if verb == 'keep' else f'{doubled}ed'}"
        yield "verb", verb, [verb, third, past, f"{doubled}ing"]


def write_files(articles: Iterable[Path] = ()) -> list[Path]:
    vectors = list_vectors(articles)
    return [
        _write_table("nouns.tsv", ("noun", *FORMS), ((entry, *forms) for entry, forms in list_kazakh_nouns())),
        _write_table("names.tsv", ("name", *CASES), ((name, *forms["kk"]) for name, forms in list_names())),
        _write_table("verbs.tsv", ("stem", *VERB_FORMS), ((verb, *forms) for verb, forms in list_kazakh_verbs())),
        _write_table("vectors.tsv", ("language", "word", "key"), vectors),
    ]


def list_vectors(articles: Iterable[Path]) -> list[tuple[str, str, str]]:
    """Language, word and key: of all lists, of what vectors.tsv had before, of these articles."""
    words = [(line.split("\t")[0], line.split("\t")[1]) for line in VECTORS.read_text(encoding="utf-8").split("\n")[1:-1]]
    kazakh_words = (*list_kazakh_nouns(), *list_late_nouns(), *list_kazakh_verbs())
    words += [("kk", form) for _, forms in kazakh_words for form in forms]
    words += [(language, form) for _, forms in list_names() for language, spellings in forms.items() for form in spellings]
    words += [("ru", form) for _, _, forms in list_russian_words() for form in forms]
    words += [("en", form) for _, _, forms in list_english_words() for form in forms]
    words += [("kk", word) for word in (*kazakh.ADJECTIVES, *kazakh.NOUNS) if "/" not in word]
    for path in articles:
        language = path.suffixes[0].removeprefix(".")
        words += [(language, word.text) for word in split_words(path.read_text(encoding="utf-8")) if word.text.isprintable()]
    return [(language, word, make_key(word, language)) for language, word in sorted(set(words))]


def _write_table(name: str, header: tuple[str, ...], rows: Iterator[tuple[str, ...]] | list[tuple[str, str, str]]) -> Path:
    path = FOLDER / name
    path.write_text("".join("\t".join(row) + "\n" for row in (header, *rows)), encoding="utf-8", newline="\n")
    return path


if __name__ == "__main__":
    for written in write_files(map(Path, sys.argv[1:])):
        sys.stdout.write(f"{written.relative_to(ROOT)}\n")
