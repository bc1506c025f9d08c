"""Kazakh forms of a word to one stem, in the letters of keys.fold (ASCII, one for several Kazakh letters).

Endings are cut where the letter before allows them, again and again, until none is left: a noun that only looks like a form
(шығын, майдан) ends where its own forms end. So the stem is what all forms share, not what a grammar would write. Endings that
derive another word stay: жұмысшы and салалық are not жұмыс and сала. keys.js has the same tables under the same names.
"""

from __future__ import annotations

VOICELESS = "pktshfcbvgd"
"""Last letters after which endings begin with т, қ, к or п: h ends sh and ch, and б, в, г, д end loan words only."""

ENDINGS = """
aeiour: lar ler
lmnzj: dar der
*: tar ter tin ka ke ti ta te tagi tegi tan ten pen kan ken kanin kenin
aeioumn: nin
lrzjiu: din
aeioulrmnzj: ga ge da de
aeiulrmnzj: dagi degi
aeio: ni si
lrmnzjiu: di gan gen
lrmnzj: ganin genin
aeioulrzj: dan den
mn: nan nen
aeioulrmn: men
zjbvgd: ben
lrmnzjiu*: i
n: in
i: n na ne nda nde nan nen ndagi ndegi
lrmnzj*: imiz iniz adi edi
aeiou: miz niz
ae: di>u gan>u gen>u ganin>u genin>u itin>u
dt: andi>au endi>eu angan>au engen>eu anadi>au enedi>eu anu>au enu>eu
lrmnzjbgptksh: il u
i: u
"""
"""Letters that may stand before, then endings; `ending>what stands in its place`; * is VOICELESS.

Plural, cases, possession, cases after possession of the third person (after i); then verbs. A verb whose stem ends in a vowel becomes its
infinitive (қолдады: қолдау), so that its -да is not taken for a case. Some of its passives are read as the verb itself (қабылданды:
қабылдау), and so is -ыл (ұсынылды: ұсын). Converbs (-ып) and -атын stay: кәсіп and азаматын would suffer.
"""
SHORT_STEMS = "ai al an ar as at eg el er et ip is it oi on ot su ui ul un"
"""Two letters that can be a stem: ай, ал, ән, ар, ас, ат, ег, ел, ер, ет, іп, іс, ит, ой, он, от, су, үй, ұл, ұн."""
IRREGULAR = """
halk>halik orn>orin kasiporn>kasiporin mulk>mulik erk>erik kulk>kulik nark>narik park>parik tirk>tirik kirk>kirik
kaup>kauip arp>arip aip>aiip kurp>kurip kulp>kulip gurp>gurip kalp>kalip auz>auiz daus>dauis konl>konil
ern>erin murn>murin oki>oku jilg>jil osu>os karagand>karagandi karaganda>karagandi kizilord>kizilorda
"""
"""What is left of a word that loses a vowel or an ending in some of its forms > its stem."""
PROTECTED = """
kazakstan kazahstan turkistan ozbekstan turkimenstan tajikstan kirgizstan pakistan auganstan undistan tatarstan
oskemen taldikorgan jezkazgan jambil tobil
muhtar tolegen dastan aristan madina zarina amina alina
adres algis altin aina baska biznes brigada dapter dari egin elu gender idis jakin jasil jauin jeli jilu joldas kagida kaktigis karai karindas kauli kazina kelin
kenes kiska kizil komanda kongres konil korgan korgasin kozkaras kures maidan master matin medicina mezgil moin okiga osi otbasi otin paida
peil pikirtalas proces progres sabil sauda shagin shahta shahter shigin sogis talas tasil taskin tender tenge teri toraga tulga turgin ules
adis egis otandas urdis bakilau belgileu burgilau darileu jasau jinau kabil karau sinau surau talkilau toleu
"""
"""Stems that look like a form of another word: countries, places, people, other nouns, verbs. Where one is reached nothing more is cut."""

_OPEN = frozenset("aeiou")


def _read_endings() -> dict[str, list[tuple[str, str]]]:
    """Ending -> the letters it may stand behind and what stands in its place."""
    endings: dict[str, list[tuple[str, str]]] = {}
    for line in ENDINGS.split("\n")[1:-1]:
        before, _, entries = line.replace("*", VOICELESS).partition(": ")
        for entry in entries.split():
            ending, _, kept = entry.partition(">")
            endings.setdefault(ending, []).append((before, kept))
    return endings


_ENDINGS = _read_endings()
_LENGTHS_BY_LAST_LETTER = {
    letter: sorted({len(ending) for ending in _ENDINGS if ending[-1] == letter}, reverse=True) for letter in {ending[-1] for ending in _ENDINGS}
}
"""How long the endings are that end in a letter, the longest first."""
_BEFORE_LOST_LETTER = {"n": "aeo", "t": "kpsf", "d": "lrmnzj"}
_VOICELESS_BY_LETTER = {"g": "k", "b": "p"}
_SHORT_STEMS = frozenset(SHORT_STEMS.split())
_IRREGULAR = dict(entry.split(">") for entry in IRREGULAR.split())
_PROTECTED = frozenset(PROTECTED.split()).union(_IRREGULAR, _IRREGULAR.values())


def stem_kazakh(word: str) -> str:
    """The word without its endings."""
    shorter = cut_ending(word)
    while shorter != word:
        word, shorter = shorter, cut_ending(shorter)
    return word


def cut_ending(word: str) -> str:
    """The word without its longest ending; a shorter one is cut when that leaves a protected stem, and none of a protected word."""
    shorter = word
    if word in _PROTECTED:
        return word
    for length in _LENGTHS_BY_LAST_LETTER.get(word[-1:], ()):
        ending = word[-length:]
        for before, kept in _ENDINGS.get(ending, ()):
            if len(word) > length + 1 and word[-length - 1] in before:
                stem = word[:-length]
                if stem + kept in _PROTECTED:
                    return stem + kept
                if shorter is word and _may_cut(stem, ending):
                    shorter = stem + kept
                break
    return shorter


def _may_cut(stem: str, ending: str) -> bool:
    if len(stem) < 3:
        return stem in _SHORT_STEMS
    if _OPEN.isdisjoint(stem):
        return False
    if ending == "si":
        return _is_before_si(stem)
    return ending not in ("adi", "edi") or _ends_in_consonant_verb(stem)


def _is_before_si(stem: str) -> bool:
    """Not when с is the stem's own: жұмыс-ы, әріптес-і; after і only where a stem is likely to end so (басшы-сы, жарғы-сы, объекті-сі)."""
    if stem[-1] == "i":
        return stem.endswith(("shi", "di", "gi", "ji", "ki", "fti", "kti"))
    return len(stem) < 6 or stem[-3:] not in ("kta", "kte", "pta", "pte")


def _ends_in_consonant_verb(stem: str) -> bool:
    """Whether -ады is the present of this stem (құр-ады) and not the past of one in а (қабылда-ды, тоқта-ды)."""
    if sum(letter in _OPEN for letter in stem) == 1:
        return stem[-2] in _OPEN or stem.endswith(("sh", "ch", "rt"))
    return (stem[-1] not in "ld" or (stem.endswith("il") and stem[-3] not in _OPEN)) and (stem[-1] != "t" or stem[-2] not in VOICELESS)


def finish_stem(stem: str) -> str:
    """The stem as a key has it: without what its last letters still owe to the forms it comes from.

    A glide falls away (қолдау, қолдай, жағдай) and so does н after an open vowel (орман: орманы could be орма-ны), т and д after
    a consonant (проект: проекті could be проек-ті); г and б are к and п (кітабы, кітап).
    """
    if len(stem) > 3 and stem[-1] in "iu" and stem[-2] in "aeo":
        stem = stem[:-1]
    if stem in _PROTECTED or len(stem) < 3:
        return _IRREGULAR.get(stem, stem)
    if len(stem) > 3 and stem[-2] in _BEFORE_LOST_LETTER.get(stem[-1], ""):
        stem = stem[:-1]
    return stem[:-1] + _VOICELESS_BY_LETTER.get(stem[-1], stem[-1])
