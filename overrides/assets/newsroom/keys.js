// scripts/newsroom/keys.py, kazakh.py and snowball.py for the browser, with the same tables; what is done and why stands there.

const LONGEST_KEY = 64;
const SHORTEST_GUESS = 4;
const LONGEST_ENDING = 7;

const splitTable = (table) => table.trim().split(/\s+/);
const readSet = (table) => new Set(splitTable(table));
const readTable = (table) => new Map(splitTable(table).map((entry) => `${entry}>`.split(">")));
const translate = (word, table) => Array.from(word, (letter) => (table.has(letter) ? table.get(letter) : letter)).join("");

// ---------------------------------------------------------------- words

const LETTER = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0259\u1e00-\u1eff\u0400-\u0481\u048a-\u052f";
const MARK = "\u0300-\u036f\u0483-\u0489";
const HIDDEN = "\u00ad\u034f\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff";
const APOSTROPHE = "'`\u00b4\u02b9\u02bc\u2018\u2019\u2032";
const HYPHEN = "\u2010\u2011-";
const GROUP = " ,'\u00a0\u2009\u202f\u2019";

const TOKEN = new RegExp(
  `[${LETTER}](?:[${LETTER}${MARK}]|[${HIDDEN}${APOSTROPHE}]{1,3}(?=[${LETTER}${MARK}]))*` +
    `|[1-9][0-9]{0,2}([${GROUP}])[0-9]{3}(?:\\1[0-9]{3})*(?![0-9])|[0-9]+`,
  "g"
);

export function splitWords(text) {
  const words = [];
  let parts = [];
  const joinParts = () => {
    if (parts.length > 1) {
      const start = parts[0].start;
      const end = parts[parts.length - 1].end;
      words.push({ text: text.slice(start, end), start, end, isWhole: true });
    }
    parts = [];
  };
  for (const found of text.matchAll(TOKEN)) {
    const word = { text: found[0], start: found.index, end: found.index + found[0].length, isWhole: false };
    const isNumber = /[0-9]/.test(word.text);
    const last = parts[parts.length - 1];
    if (last && (isNumber || word.start !== last.end + 1 || !HYPHEN.includes(text[last.end]))) joinParts();
    words.push(word);
    if (!isNumber) parts.push(word);
  }
  joinParts();
  return words;
}

// ---------------------------------------------------------------- one script

const LETTERS = readTable(`
а>a ә>a б>b в>v г>g ғ>g д>d е>e ё>e э>e ж>j з>z и>i й>i і>i ы>i к>k қ>k л>l м>m н>n ң>n о>o ө>o п>p р>r с>s т>t у>u ұ>u ү>u ф>f х>h һ>h
ц>c ч>ch ш>sh щ>sh ъ> ь> ю>iu я>ia є>e ґ>g q>k w>u x>ks '>
`);
const LATIN = readTable("ı>i ł>l ø>o đ>d æ>ae ß>ss ŋ>n ə>a ş>sh š>sh ç>ch č>ch ž>j ý>u");
const LOOKALIKES = "aа bв cс eе hһ iі kк mм oо pр tт xх yу";
const SPELLINGS = `
s+h*(?:c+h+)+>sh k+h+>h g+h+>g zh+>j d+j>j ts(?!h)>c
^u(?=mir|te[bgkmpsu]|sk(?:en|$))>o ^tu(?=le[gbpu])>to ^bu(?=ke[in])>bo ^dui(?=s)>du mirza>murza
`;

const SPELLING_PATTERNS = [...readTable(SPELLINGS)].map(([pattern, letters]) => [new RegExp(pattern, "g"), letters]);
const LATIN_BY_CYRILLIC = new Map(splitTable(LOOKALIKES).map((pair) => [pair[1], pair[0]]));
const CYRILLIC_BY_LATIN = new Map(splitTable(LOOKALIKES).map((pair) => [pair[0], pair[1]]));
const VOWEL_AFTER_Y = { a: "a", e: "ie", o: "e", u: "u" };
const VOWEL_AFTER_SIGN = { ю: "у", я: "а" };
const ONE_MARK = new RegExp(`[${MARK}]`);
const NOT_SEARCHED = new RegExp(`[^${LETTER}${MARK}0-9${APOSTROPHE}]`, "g");
const IS_ASCII = /^[\0-\x7f]*$/;

function makePlain(letter) {
  if (/[a-z0-9]/.test(letter) || LETTERS.has(letter)) return letter;
  if (letter.search(NOT_SEARCHED) === 0 || ONE_MARK.test(letter)) return "";
  if (APOSTROPHE.includes(letter)) return "'";
  if (LATIN.has(letter)) return LATIN.get(letter);
  const parts = [letter.toLowerCase(), letter.normalize("NFKD")].find((each) => each !== letter);
  return parts ? makeAllPlain(parts) : letter.charCodeAt(0).toString(16);
}

const makeAllPlain = (letters) => Array.from(letters, makePlain).join("");

function writePlain(word) {
  if (ONE_MARK.test(word)) word = word.replace(NOT_SEARCHED, "").normalize("NFC");
  const plain = makeAllPlain(word).slice(0, LONGEST_KEY);
  if (IS_ASCII.test(plain)) return plain;
  if (/^[ivxхі]{2,}$/.test(plain)) return translate(plain, LATIN_BY_CYRILLIC);
  const latin = plain.match(/[a-z]/g);
  if (!latin) return plain;
  return translate(plain, latin.length > plain.match(/[\u0400-\u052f]/g).length ? LATIN_BY_CYRILLIC : CYRILLIC_BY_LATIN);
}

function foldPlain(plain) {
  let folded = plain.replace(/([бвгджзклмнпрстфхцчшщ])(?:[ьъ]?([юя])|[ьъ]е)/g, (all, before, soft) => before + (VOWEL_AFTER_SIGN[soft] || "ие"));
  folded = translate(folded, LETTERS);
  folded = folded.replace(/([bcdfghjklmnprstvz])y([aeo]|u(?!ly))/g, (all, before, vowel) => before + VOWEL_AFTER_Y[vowel]);
  folded = folded.replace(/ye/g, "e").replace(/y/g, "i");
  for (const [pattern, letters] of SPELLING_PATTERNS) folded = folded.replace(pattern, letters);
  return folded.replace(/([aeiou])\1+/g, "$1").slice(0, LONGEST_KEY);
}

export const fold = (word) => foldPlain(writePlain(word));

export function squeeze(folded) {
  if (/^[0-9]*$/.test(folded)) return folded;
  let key = folded.replace(/([aeioul])h/g, "$1k").replace(/([ptkshfc])b/g, "$1p").replace(/([ptkshfc])g/g, "$1k");
  key = key.replace(/([aeo]u)i(?=[^aeiou])/g, "$1");
  key = key[0] + key.slice(1).replace(/(.)\1+/g, "$1");
  return key.replace(/(...[oe]v)a$/, "$1");
}

// ---------------------------------------------------------------- keys

const NOT_RUSSIAN = "ёәғқңөұүһієґ";
const RUSSIAN_STEMS = readSet(`
аким архив ветеран граждан журнал канал медал металл наем объем опыт печат подъем портал прием призыв причал режим состав устав экзамен
сеним адам азим алим ислам карим касим касым кассим рахим салим актау атирау атырау кентау костана
`);
const RUSSIAN_IRREGULAR = readTable(`
аб>аба костан>костана уровен>уровн камен>камн корен>корн парен>парн угол>угл ветер>ветр сестер>сестр медсестер>медсестр мат>матер
писем>письм окон>окн стекол>стекл земел>земл гражданин>граждан детьм>дет людьм>люд времен>врем
дня>ден дней>ден дни>ден дню>ден дням>ден днем>ден
`);
for (const [stem] of RUSSIAN_IRREGULAR) RUSSIAN_STEMS.add(stem);
// The first letter of LETTERS that gives a key's.
const RUSSIAN = new Map([...LETTERS].reverse().map(([letter, latin]) => [latin, letter]));
for (const letter of NOT_RUSSIAN) RUSSIAN.set(letter, RUSSIAN.get(LETTERS.get(letter)));
RUSSIAN.set("'", "").set("y", "й");
const ENGLISH_SPELLINGS = readTable("labour>labor programme>program centre>center defence>defense theatre>theater colour>color neighbour>neighbor");
const ENGLISH_IRREGULAR = readTable("children>child buses>bus gases>gas paid>pay built>build sent>send met>meet lost>lose given>give taken>take struck>strike");

const KAZAKH_LETTER = /[әғқңөұүһі]/;

export function makeKey(word, language) {
  const plain = writePlain(word);
  const folded = foldPlain(plain);
  if (/[0-9]/.test(folded)) return squeeze(folded);
  let key = folded;
  if (language === "kk") key = finishStem(stemKazakh(folded));
  else if (language === "ru") key = foldPlain(reduceRussian(writeRussian(plain, folded)));
  else if (language === "en") key = foldPlain(reduceEnglish(IS_ASCII.test(plain) ? plain : folded));
  return squeeze(key.length > 1 ? key : folded);
}

export function listKeys(word, language) {
  const keys = [makeKey(word, language)];
  const plain = writePlain(word);
  const folded = foldPlain(plain);
  if (!/[0-9]/.test(folded)) {
    for (const stem of guessStems(plain, folded, language)) {
      if (stem.length >= SHORTEST_GUESS) keys.push(makeKey(stem, language));
    }
  }
  return [...new Set(keys)].filter(Boolean);
}

export function listLooserKeys(word, language) {
  const stem = language === "kk" ? finishStem(stemKazakh(fold(word))) : "";
  const shorter = [1, 2].map((length) => stem.slice(0, -length)).filter((each) => each[1] && /^(?:[aei]?t|s|i?[pm]|[smbpn][ae]|i[ns])$/.test(stem.slice(each.length)));
  const longer = stem && ["at", "et", "ip", "p"].map((ending) => stem + ending);
  return [...new Set([...shorter, ...shorter.map(stemKazakh), ...longer].map(finishStem).map(squeeze))];
}

function guessStems(plain, folded, language) {
  const stems = [];
  if (language !== "kk") {
    for (let word = folded, shorter = cutEnding(word); shorter !== word; word = shorter, shorter = cutEnding(word)) stems.push(shorter);
  }
  if (language !== "ru" && !KAZAKH_LETTER.test(plain)) {
    const russian = writeRussian(plain, folded);
    let base = russian.replace(/([ое]в|[иы]н)(?:а|у|ым|е|ой|ы|ых|ыми)$/, "$1");
    if (base === russian && !/[ое]в$/.test(russian)) {
      base = foldPlain(cut(russian, NOUNS, russian.search(RUSSIAN_VOWEL) + 1 || russian.length));
      stems.push(base + (/[aeiou]$/.test(base) ? "i" : "a"));
    }
    stems.push(foldPlain(base));
  }
  if (language !== "en" && IS_ASCII.test(plain)) stems.push(foldPlain(reduceEnglish(plain)));
  return stems;
}

function writeRussian(plain, folded) {
  if (!IS_ASCII.test(plain) && !KAZAKH_LETTER.test(plain)) return translate(plain, RUSSIAN);
  return folded.replace(/([aeou])i(?=[^aeiou].)/g, "$1y").replace(/sh|ch|[a-z]/g, (letter) => RUSSIAN.get(letter));
}

function reduceRussian(word) {
  if (RUSSIAN_STEMS.has(word.slice(0, -1))) word = word.slice(0, -1);
  let surname = "";
  let shortest = 2;
  while (!RUSSIAN_STEMS.has(word)) {
    if (!surname && /(?:^|[^ео])ев$/.test(word)) surname = word;
    const stem = stemRussian(word);
    if (stem === word || stem.length < shortest) break;
    word = stem;
    shortest = 3;
  }
  if (surname && word.length < SHORTEST_GUESS) return surname;
  return RUSSIAN_IRREGULAR.get(word) || word.replace(/^(.+[^аеиоуыэюя](?=ец)|..+(?:[^аеиоуыэюя](?=ок)|[жчш](?=ек)))[ое]([кц])$/, "$1$2");
}

function reduceEnglish(word) {
  for (const [british, american] of ENGLISH_SPELLINGS) {
    if (word.startsWith(british)) word = american + word.slice(british.length);
  }
  word = word.replace(/(....)is(?=e|ing|ation)/, "$1iz").replace(/(^|s|t|[clr]e|air|wo)men$/, "$1man");
  return stemEnglish(ENGLISH_IRREGULAR.get(word) || word);
}

// ---------------------------------------------------------------- Kazakh

const VOICELESS = "pktshfcbvgd";
const ENDINGS = `
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
`;
const SHORT_STEMS = readSet("ai al an ar as at eg el er et ip is it oi on ot su ui ul un");
const IRREGULAR = readTable(`
halk>halik orn>orin kasiporn>kasiporin mulk>mulik erk>erik kulk>kulik nark>narik park>parik tirk>tirik kirk>kirik
kaup>kauip arp>arip aip>aiip kurp>kurip kulp>kulip gurp>gurip kalp>kalip auz>auiz daus>dauis konl>konil
ern>erin murn>murin oki>oku jilg>jil osu>os karagand>karagandi karaganda>karagandi kizilord>kizilorda
`);
const PROTECTED = readSet(`
kazakstan kazahstan turkistan ozbekstan turkimenstan tajikstan kirgizstan pakistan auganstan undistan tatarstan
oskemen taldikorgan jezkazgan jambil tobil
muhtar tolegen dastan aristan madina zarina amina alina
adres algis altin aina baska biznes brigada dapter dari egin elu gender idis jakin jasil jauin jeli jilu joldas kagida kaktigis karai karindas kauli kazina kelin
kenes kiska kizil komanda kongres konil korgan korgasin kozkaras kures maidan master matin medicina mezgil moin okiga osi otbasi otin paida
peil pikirtalas proces progres sabil sauda shagin shahta shahter shigin sogis talas tasil taskin tender tenge teri toraga tulga turgin ules
adis egis otandas urdis bakilau belgileu burgilau darileu jasau jinau kabil karau sinau surau talkilau toleu
`);
for (const [form, stem] of IRREGULAR) PROTECTED.add(form).add(stem);

const VOICELESS_BY_LETTER = { g: "k", b: "p" };
const BEFORE_LOST_LETTER = { n: "aeo", t: "kpsf", d: "lrmnzj" };

const endings = new Map();
for (const line of ENDINGS.trim().split("\n")) {
  const [before, entries] = line.replace("*", VOICELESS).split(": ");
  for (const entry of entries.split(" ")) {
    const [ending, kept = ""] = entry.split(">");
    endings.set(ending, [...(endings.get(ending) || []), [before, kept]]);
  }
}

function stemKazakh(word) {
  const shorter = cutEnding(word);
  return shorter === word ? word : stemKazakh(shorter);
}

function cutEnding(word) {
  let shorter = word;
  if (PROTECTED.has(word)) return word;
  for (let length = Math.min(LONGEST_ENDING, word.length - 2); length > 0; length--) {
    const stem = word.slice(0, -length);
    const ending = word.slice(-length);
    const rule = (endings.get(ending) || []).find(([before]) => before.includes(stem[stem.length - 1]));
    if (!rule) continue;
    if (PROTECTED.has(stem + rule[1])) return stem + rule[1];
    if (shorter === word && mayCut(stem, ending)) shorter = stem + rule[1];
  }
  return shorter;
}

function mayCut(stem, ending) {
  if (stem.length < 3) return SHORT_STEMS.has(stem);
  if (!/[aeiou]/.test(stem)) return false;
  if (ending === "si") return !/i$|...[kp]t[ae]$/.test(stem) || /(?:sh|[dgjk]|[fk]t)i$/.test(stem);
  return (ending !== "adi" && ending !== "edi") || endsInConsonantVerb(stem);
}

function endsInConsonantVerb(stem) {
  if (stem.match(/[aeiou]/g).length === 1) return /[aeiou].$|sh$|ch$|rt$/.test(stem);
  if (stem.endsWith("t")) return !VOICELESS.includes(stem[stem.length - 2]);
  return !/[ld]$/.test(stem) || /[^aeiou]il$/.test(stem);
}

function finishStem(stem) {
  if (stem.length > 3 && /[aeo][iu]$/.test(stem)) stem = stem.slice(0, -1);
  if (PROTECTED.has(stem) || stem.length < 3) return IRREGULAR.get(stem) || stem;
  const before = BEFORE_LOST_LETTER[stem[stem.length - 1]] || "";
  if (stem.length > 3 && before.includes(stem[stem.length - 2])) stem = stem.slice(0, -1);
  const last = stem[stem.length - 1];
  return stem.slice(0, -1) + (VOICELESS_BY_LETTER[last] || last);
}

// ---------------------------------------------------------------- Snowball: Russian

const GERUNDS = readTable("в>а вши>а вшись>а ив ивши ившись ыв ывши ывшись");
const REFLEXIVES = readTable("ся сь");
const ADJECTIVES = readTable("ее ие ые ое ими ыми ей ий ый ой ем им ым ом его ого ему ому их ых ую юю ая яя ою ею");
const PARTICIPLES = readTable("ем>а нн>а вш>а ющ>а щ>а ивш ывш ующ");
const VERBS = readTable(`
ла>а на>а ете>а йте>а ли>а й>а л>а ем>а н>а ло>а но>а ет>а ют>а ны>а ть>а ешь>а нно>а
ила ыла ена ейте уйте ите или ыли ей уй ил ыл им ым ен ило ыло ено ят ует уют ит ыт ены ить ыть ишь ую ю
`);
const NOUNS = readTable("а ев ов ие ье е иями ями ами еи ии и ией ей ой ий й иям ям ием ем ам ом о у ах иях ях ы ь ию ью ю ия ья я");
const DERIVATIONS = readTable("ост ость");
const SUPERLATIVES = readTable("ейш ейше");

function markRegion(word, vowel, start) {
  for (let index = start + 1; index < word.length; index++) {
    if (!vowel.test(word[index]) && vowel.test(word[index - 1])) return index + 1;
  }
  return word.length;
}

const RUSSIAN_VOWEL = /[аеиоуыэюя]/;

function stemRussian(word) {
  const start = word.search(RUSSIAN_VOWEL) + 1;
  if (!start) return word;
  let stem = cut(word, GERUNDS, start);
  if (stem === word) {
    word = cut(word, REFLEXIVES, start);
    stem = cut(word, ADJECTIVES, start);
    if (stem !== word) stem = cut(stem, PARTICIPLES, start);
    if (stem === word) stem = cut(word, VERBS, start);
    if (stem === word) stem = cut(word, NOUNS, start);
  }
  if (/и$/.test(stem) && stem.length > start) stem = stem.slice(0, -1);
  const second = markRegion(word, RUSSIAN_VOWEL, markRegion(word, RUSSIAN_VOWEL, 0));
  stem = cut(stem, DERIVATIONS, Math.max(start, second));
  const without = cut(stem, SUPERLATIVES, start);
  if (without !== stem || /н$/.test(stem)) return /нн$/.test(without) && without.length > start + 1 ? without.slice(0, -1) : without;
  return /ь$/.test(stem) && stem.length > start ? stem.slice(0, -1) : stem;
}

function cut(word, table, start) {
  for (let length = Math.min(LONGEST_ENDING, word.length - start); length > 0; length--) {
    const kept = table.get(word.slice(-length));
    if (kept === undefined) continue;
    const stem = word.slice(0, -length);
    return kept && !(stem.length > start && /[ая]$/.test(stem)) ? word : stem;
  }
  return word;
}

// ---------------------------------------------------------------- Snowball: English

const ENGLISH_EXCEPTIONS = readTable(`
skis>ski skies>sky idly>idl gently>gentl ugly>ugli early>earli only>onli singly>singl
sky>sky news>news howe>howe atlas>atlas cosmos>cosmos bias>bias andes>andes
`);
const INVARIABLE = readSet("inning outing canning herring earring evening proceed exceed succeed");
const LONG_BEGINNINGS = splitTable("gener commun arsen past univers later emerg organ inter");
const STEP_2 = readTable(`
tional>tion enci>ence anci>ance abli>able entli>ent izer>ize ization>ize ational>ate ation>ate ator>ate alism>al aliti>al alli>al
fulness>ful ousli>ous ousness>ous iveness>ive iviti>ive biliti>ble bli>ble ogi>og ogist>og fulli>ful lessli>less li
`);
const STEP_3 = readTable("tional>tion ational>ate alize>al icate>ic iciti>ic ical>ic ful ness ative");
const STEP_4 = readTable("al ance ence er ic able ible ant ement ment ent ism ate iti ous ive ize ion");

const ENGLISH_VOWEL = /[aeiouy]/;

function stemEnglish(word) {
  if (word.length < 3 || ENGLISH_EXCEPTIONS.has(word)) return ENGLISH_EXCEPTIONS.get(word) || word;
  word = word.replace(/^'/, "").replace(/^y|([aeiouy])y/g, (found) => found.slice(0, -1) + "Y");
  const beginning = LONG_BEGINNINGS.find((each) => word.startsWith(each));
  const first = beginning ? beginning.length : markRegion(word, ENGLISH_VOWEL, 0);
  const second = markRegion(word, ENGLISH_VOWEL, first);
  word = cutPlural(word);
  if (!INVARIABLE.has(word)) {
    word = cutVerb(word, first);
    if (word.length > 2 && /[^aeiouy][yY]$/.test(word)) word = word.slice(0, -1) + "i";
    word = derive(word, STEP_2, first, second);
    word = derive(word, STEP_3, first, second);
    word = derive(word, STEP_4, second, second);
    word = cutFinal(word, first, second);
  }
  return word.replace(/Y/g, "y");
}

function endsInShortSyllable(stem) {
  return stem === "past" || /^[aeiouy][^aeiouy]$|[^aeiouy][aeiouy][^aeiouywxY]$/.test(stem);
}

function cutPlural(word) {
  word = word.replace(/'s'$|'s$|'$/, "");
  if (/sses$/.test(word)) return word.slice(0, -2);
  if (/ie[ds]$/.test(word)) return word.slice(0, word.length > 4 ? -2 : -1);
  return /[aeiouy].+s$/.test(word) && !/[us]s$/.test(word) ? word.slice(0, -1) : word;
}

function cutVerb(word, first) {
  const found = /(?:eed|ing|ed)(?:ly)?$/.exec(word);
  if (!found) return word;
  const stem = word.slice(0, found.index);
  if (found[0].startsWith("eed")) return stem.length >= first ? stem + "ee" : word;
  if (!ENGLISH_VOWEL.test(stem)) return word;
  if (found[0] === "ing" && /^[^aeiouy]y$/.test(stem)) return stem[0] + "ie";
  if (/(?:at|bl|iz)$/.test(stem)) return stem + "e";
  if (/(?:bb|dd|ff|gg|mm|nn|pp|rr|tt)$/.test(stem)) return /^[aeo]..$/.test(stem) ? stem : stem.slice(0, -1);
  return stem.length === first && endsInShortSyllable(stem) ? stem + "e" : stem;
}

const BEFORE_ENDING = { ogi: /l$/, li: /[cdeghkmnrt]$/, ion: /[st]$/ };

function derive(word, table, start, second) {
  for (let length = LONGEST_ENDING; length > 0; length--) {
    const stem = word.slice(0, -length);
    const ending = word.slice(-length);
    if (!table.has(ending)) continue;
    const stays = stem.length < (ending === "ative" ? second : start) || !(BEFORE_ENDING[ending] || /$/).test(stem);
    return stays ? word : stem + table.get(ending);
  }
  return word;
}

function cutFinal(word, first, second) {
  const stem = word.slice(0, -1);
  if (word.endsWith("e") && (stem.length >= second || (stem.length >= first && !endsInShortSyllable(stem)))) return stem;
  return word.endsWith("ll") && stem.length >= second ? stem : word;
}
