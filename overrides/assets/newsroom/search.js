// Search of a site, for its own pages and for anybody else: openSearch({ base, language }). docs/handbook/search.md has the interface,
// docs/handbook/search-index.md the format of the files read here. Nothing of an index or an article is ever run as HTML.

import { fold, listKeys, listLooserKeys, makeKey, splitWords, squeeze } from "./keys.js";

const PAUSES = [0, 500, 1000, 2000, 4000];
const MOST_WORDS = 16;
const MOST_VERIFIED = 64;
const BATCH = 8;
const EXCERPT = 200;
const LEAD = 50;
const FACETS = ["region", "union", "kind", "year", "language"];

const unique = (list) => [...new Set(list)];
const mapAll = (list, make) => Promise.all([...list].map(make));
const keep = (map, name, make) => map.get(name) || map.set(name, make()).get(name);

export function openSearch({ base, language }) {
  const root = new URL(base, document.baseURI);
  const indexes = new Map();

  async function answer(text, { isTyping, facets, sort, languages = [language], limit = 10, offset = 0, excerpts = true, once }) {
    const open = (code) => keep(indexes, code, () => new SearchIndex(root, code)).opening;
    const [own, ...searched] = await mapAll([language].concat(languages), open);
    const entities = await own.readEntities();
    const query = parseQuery(text, isTyping, own.common);
    const found = await rank(query, searched);
    const names = Object.fromEntries(Object.entries(entities).map(([section, rows]) => [section.replace(/s$/, ""), new Map(rows)]));
    const describe = async ({ id, index }) => {
      const [, path, title = "", date, kind, regions = []] = (await index.findCard(id)) || [];
      return {
        url: new URL(path, root).href,
        language: index.language,
        title,
        titlePieces: cutPieces(title, findWords(title, found.keys[index.language], index.language)),
        date,
        kind: names.kind.get(kind) || kind,
        regions: regions.map((region) => names.region.get(region) || region),
        excerpt: [],
      };
    };

    let { hits } = found;
    const total = hits.length;
    let tried = total;
    if (query.phrases.length) {
      const likely = chooseBest(hits, MOST_VERIFIED, sort);
      hits = [];
      for (tried = 0; tried < likely.length && (facets || hits.length < offset + limit); tried += BATCH) {
        const batch = likely.slice(tried, tried + BATCH);
        const answers = await mapAll(batch, async (hit) => hasPhrases(await describe(hit), query.phrases));
        hits.push(...batch.filter((hit, number) => answers[number]));
      }
    }
    const counts = facets && (await countFacets(hits, facets, names, once));
    if (counts) hits = counts.hits;
    if (once) hits = chooseVersions(hits, language);
    const best = chooseBest(hits, offset + limit, sort).slice(offset);
    const results = (await mapAll(best, describe)).filter((result) => result.title);
    if (excerpts) await mapAll(results, async (result) => (result.excerpt = await readExcerpt(result, found.keys)));
    const corrected = await mapAll(found.corrected, async ({ word, key, index }) => {
      const hit = hits.find((each) => each.index === index);
      return { word, text: (hit && (await findSpelling(await describe(hit), key, word))) || key };
    });
    const cards = findEntities(unique(query.terms.concat(found.terms)), entities, language).map(({ score, ...entity }) => ({ ...entity, url: new URL(entity.url, root).href }));
    return { total: hits.length, isAtLeast: tried < total, results, entities: cards, facets: counts && counts.facets, corrected, dropped: found.dropped, apart: found.apart, keys: found.keys };
  }

  async function query(text, options = {}) {
    for (let tries = 0; ; tries++) {
      try {
        return await answer(String(text).slice(0, 1000), options);
      } catch (error) {
        if (error.name !== "StaleError" || tries === PAUSES.length) throw error;
        if (options.onUpdating) options.onUpdating();
        await new Promise((resolve) => setTimeout(resolve, PAUSES[tries]));
        for (const index of indexes.values()) index.reset();
      }
    }
  }

  return { query, readExcerpt };
}

// ---------------------------------------------------------------- the question

function parseQuery(text, isTyping, common = []) {
  const terms = [];
  const phrases = [];
  text.split(/["«»“”„]/).forEach((part, number, parts) => {
    const words = splitWords(part).slice(0, MOST_WORDS);
    const simple = words.filter((word) => !word.isWhole);
    const text = ` ${simple.map((word) => fold(word.text)).join(" ")} `;
    const isQuoted = number % 2 && parts[number + 1] !== undefined;
    if (isQuoted && simple.length) phrases.push({ text, words: simple });
    for (const word of words) {
      // A hyphenated word comes after its parts, and takes their place.
      const inner = words.filter((each) => word.isWhole && !each.isWhole && each.start >= word.start && each.end <= word.end);
      if (inner.length) terms.splice(-inner.length);
      terms.push({ text: word.text, isQuoted, choices: inner.length ? [[word], inner] : [[word]] });
    }
  });
  const last = terms[terms.length - 1];
  if (isTyping && last && text.endsWith(last.text)) last.isOpen = true;
  // Function words say nothing, unless they are quoted or all that is asked.
  const rest = terms.filter((term) => term.isQuoted || !common.includes(term.text.toLowerCase()));
  return { terms: (rest[0] ? rest : terms).slice(0, MOST_WORDS), phrases };
}

// ---------------------------------------------------------------- the articles that have all words

async function rank(query, indexes) {
  let { terms } = query;
  let found;
  let hits;
  const countStories = (place) => found.reduce((sum, lists) => sum + lists[place].scores.size, 0);
  const find = async () => {
    found = await mapAll(indexes, (index) => mapAll(terms, (term) => findTerm(term, index)));
    join();
  };
  const join = () => {
    hits = found.flatMap((lists, place) => {
      const scores = lists.length ? lists.map((each) => each.scores).reduce(intersect) : [];
      return Array.from(scores, ([id, score]) => ({ id, score, index: indexes[place] }));
    });
  };
  await find();
  if (!hits.length) {
    for (const term of terms) term.isLoose = true;
    await find();
  }
  let corrected = [];
  const dropped = [];
  const apart = [];
  if (!hits.length) {
    const known = terms.map((_, place) => countStories(place));
    // When all words are known, one that next to no story has may be wrong.
    const least = known.includes(0) ? 1 : 3;
    const kept = await mapAll(terms.entries(), async ([place, term]) => {
      const others = found.map((lists) => lists.filter((each, other) => other !== place && each.scores.size));
      const correction = known[place] < least && (await correctTerm(term, indexes, others, known[place]));
      if (correction) corrected.push(correction);
      else if (!known[place]) dropped.push(term.text);
      return correction || (known[place] && term);
    });
    terms = kept.filter(Boolean);
    query.phrases = query.phrases.filter((phrase) => phrase.words.every((word) => terms.some((term) => term.text === word.text)));
    await find();
  }
  // Words that no story has together: the most common one goes, as it says least; what stands in quotes stays.
  while (!hits.length) {
    const counts = terms.map((term, place) => (term.isQuoted ? 0 : countStories(place)));
    const most = counts.lastIndexOf(Math.max(...counts));
    if (!counts[most]) break;
    const [term] = terms.splice(most, 1);
    for (const lists of found) lists.splice(most, 1);
    // A correction that did not help is none: its word is unknown.
    corrected = corrected.filter((each) => each !== term);
    if (term.word) dropped.push(term.word);
    else apart.push(term.text);
    join();
  }
  const keys = Object.fromEntries(indexes.map((index, place) => [index.language, unique(found[place].flatMap((each) => each.keys))]));
  return { hits, terms, keys, corrected, dropped: dropped.concat(apart), apart };
}

// So many of the hits as a reader sees, in order.
function chooseBest(hits, count, sort) {
  return hits.sort((one, other) => (sort !== "date" && other.score - one.score) || other.id - one.id).slice(0, count);
}

// Of each story one hit: that in the reader's language, else the best.
function chooseVersions(hits, language) {
  const chosen = new Map();
  for (const hit of hits) {
    const other = chosen.get(hit.id);
    const isOwn = (each) => each.index.language === language;
    if (!other || isOwn(hit) || (!isOwn(other) && hit.score > other.score)) chosen.set(hit.id, hit);
  }
  return [...chosen.values()];
}

function keepBest(scores, id, score) {
  if (!(scores.get(id) >= score)) scores.set(id, score);
}

function intersect(one, other) {
  if (other.size < one.size) [one, other] = [other, one];
  const both = new Map();
  for (const [id, score] of one) if (other.has(id)) both.set(id, score + other.get(id));
  return both;
}

// The articles of an index with the term, each with its score, and the keys by which it stands there.
async function findTerm(term, index) {
  const scores = new Map();
  const keys = [];
  await mapAll(term.key && term.index !== index ? [] : term.choices, async (words) => {
    const found = await mapAll(words, async (word) => {
      const list = new Map();
      const add = (choices, weight) =>
        mapAll(choices, async (key) => {
          const { count, ids, impacts } = await index.findArticles(key);
          const factor = weight * Math.log(1 + (index.articles - count + 0.5) / (count + 0.5));
          if (count) keys.push(key);
          for (let place = 0; place < count; place++) keepBest(list, ids[place], factor * impacts[place]);
        });
      if (term.key) await add([term.key], 1);
      else await addChoices(word.text, term, index, list, add);
      return list;
    });
    for (const [id, score] of found.reduce(intersect)) keepBest(scores, id, score);
  });
  return { scores, keys };
}

// A hit counts less by what the word would be in another language, or by a word that begins so. What an index has no key for, or no story together
// with the other words, is looked for more loosely, and what is still being typed by fewer letters: the first of «бюджет» are not yet those of its key.
async function addChoices(word, term, index, list, add) {
  const [key, ...others] = listKeys(word, index.language);
  let start = squeeze(fold(word));
  const addOpen = async () => term.isOpen && start[1] && add(await index.completeKey(start), 0.5);
  await Promise.all([add(key ? [key] : [], 1), add(others, 0.7), addOpen()]);
  if (!list.size || term.isLoose) await add(listLooserKeys(word, index.language), 0.7);
  for (let tries = 3; term.isOpen && !list.size && start[3] && tries; tries--) {
    start = start.slice(0, -1);
    await addOpen();
  }
}

// ---------------------------------------------------------------- spelling

// The term by the nearest key, or by one that begins as the word does: if there is any by one that an article has with the other words, and a word
// that is known by no other.
async function correctTerm({ text, choices }, indexes, others, isKnown) {
  for (const [place, index] of indexes.entries()) {
    const key = makeKey(text, index.language);
    if (!/^[a-z]{4,}$/.test(key)) continue;
    const words = await index.readWords();
    const limit = key.length < 7 ? 1 : 2;
    const near = [];
    for (const word of words) {
      const distance = measureDistance(key, word, limit);
      // An equal first letter decides between keys that are equally near.
      if (word !== key && (distance <= limit || word.startsWith(key))) near.push([2 * distance + (word[0] !== key[0]), word]);
    }
    const byRate = ([one], [other]) => one - other;
    const rated = await mapAll(near.sort(byRate).slice(0, BATCH), async ([distance, word]) => {
      const { ids = [], count } = await index.findArticles(word);
      const isTogether = ids.some((id) => others[place].every(({ scores }) => scores.has(id)));
      return [distance - count / (index.articles + 1) - isTogether * BATCH, word];
    });
    const [best] = rated.sort(byRate);
    if (best && (!isKnown || best[0] < 0)) return { word: text, key: best[1], index, choices: choices.slice(0, 1) };
  }
}

// Letters to insert, delete, change or exchange with their neighbours; more than the limit when it is passed.
function measureDistance(one, other, limit) {
  if (Math.abs(one.length - other.length) > limit) return limit + 1;
  let before;
  let last = Array.from(`${other} `, (_, place) => place);
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (one[i - 1] !== other[j - 1]));
      if (before && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    if (Math.min(...row) > limit) return limit + 1;
    before = last;
    last = row;
  }
  return last[other.length];
}

// ---------------------------------------------------------------- facets

// Counts hits, or stories: those of several versions once.
async function countFacets(hits, chosen, names, once) {
  const picked = FACETS.filter((facet) => chosen[facet] && chosen[facet].length);
  const counts = Object.fromEntries(FACETS.map((facet) => [facet, new Map((chosen[facet] || []).map((id) => [id, new Set()]))]));
  const rows = new Map();
  await mapAll(unique(hits.map((hit) => hit.index)), async (index) => rows.set(index, await index.readFacets()));
  hits = hits.filter((hit) => {
    const values = rows.get(hit.index).get(hit.id);
    const failed = picked.filter((facet) => !values[facet].some((value) => chosen[facet].includes(value)));
    // What is chosen in a facet does not lessen the counts of its other values.
    for (const facet of failed[1] ? [] : failed[0] ? failed : FACETS) {
      for (const value of values[facet]) keep(counts[facet], value, () => new Set()).add(once ? hit.id : hit);
    }
    return !failed[0];
  });
  const facets = FACETS.map((facet) => {
    const list = Array.from(counts[facet], ([id, { size }]) => ({ id, name: (names[facet] && names[facet].get(id)) || id, count: size }));
    return [facet, list.sort((one, other) => (facet === "year" ? other.id - one.id : other.count - one.count))];
  });
  return { hits, facets: Object.fromEntries(facets) };
}

// ---------------------------------------------------------------- people, unions, regions that are asked for by name

function findEntities(terms, entities, language) {
  const asked = terms.map((term) => {
    const keys = term.key ? [term.key] : term.choices.flat().flatMap((word) => listKeys(word.text, language));
    const start = term.isOpen && squeeze(fold(term.text));
    return (part) => keys.includes(part) || (start && part.startsWith(start));
  });
  const found = [];
  for (const [section, rows] of Object.entries(entities)) {
    for (const [id, name, url, aliases = []] of rows) {
      const scores = aliases.map((alias) => {
        const parts = alias.split(" ");
        if (parts.every((part) => asked.some((isPart) => isPart(part)))) return parts.length;
        // Of a person's name a part is enough, if nothing else is asked.
        return section === "people" && asked.length && asked.every((isPart) => parts.some((part) => part[1] && isPart(part))) ? 0.5 : 0;
      });
      found.push({ section, id, name, url, score: Math.max(0, ...scores) });
    }
  }
  return found.filter((entity) => entity.score).sort((one, other) => other.score - one.score).slice(0, 3);
}

// ---------------------------------------------------------------- the text of an article's page

const pages = new Map();

// {title, summary, body, facts}, each on one line; empty when the page cannot be had.
function readPage(url) {
  return keep(pages, url, async () => {
    let html = "";
    try {
      const response = await fetch(url);
      if (response.ok) html = await response.text();
    } catch {
      pages.delete(url);
    }
    const tree = new DOMParser().parseFromString(html, "text/html");
    const [title, summary, body, facts] = ["h1", ".nr-standfirst", ".nr-body", ".nr-facts"].map((selector) => {
      const element = tree.querySelector(selector);
      // Cells and lines are words apart; numbers of footnotes are no words.
      if (element) for (const inner of element.querySelectorAll("p,li,td,th,dt,dd,br,sup")) inner.localName === "sup" ? inner.remove() : inner.after(" ");
      return element ? element.textContent.replace(/\s+/g, " ").trim() : "";
    });
    return { title, summary, body, facts };
  });
}

const keyByWord = new Map();

// The words of a text that have one of the keys, in their order.
function findWords(text, keys, language) {
  const wanted = new Set(keys);
  return splitWords(text)
    .map((word) => ({ ...word, key: keep(keyByWord, `${language} ${word.text}`, () => makeKey(word.text, language)) }))
    .filter((word) => wanted.has(word.key))
    .sort((one, other) => one.start - other.start || other.end - one.end);
}

// A stretch of a text as a list of {text, isMatch}.
function cutPieces(text, words, start = 0, end = text.length) {
  const pieces = [];
  const add = (piece, isMatch) => piece && pieces.push({ text: piece, isMatch });
  add(start ? "… " : "", false);
  for (const word of words) {
    if (word.start < start || word.end > end) continue;
    add(text.slice(start, word.start), false);
    add(text.slice(word.start, word.end), true);
    start = word.end;
  }
  add(text.slice(start, end) + (end < text.length ? " …" : ""), false);
  return pieces;
}

// The stretch that has the most of the keys; without any, how the article begins.
async function readExcerpt({ url, language }, keys) {
  const page = await readPage(url);
  let text = page.summary || page.body;
  let words = [];
  for (const each of [page.facts, page.summary, page.body]) {
    const found = findWords(each, keys[language], language);
    if (found.length) [text, words] = [each, found];
  }
  let best = 0;
  let start = 0;
  words.forEach((first, place) => {
    const near = words.slice(place, place + 40).filter((word) => word.end < first.start + EXCERPT - LEAD);
    const score = unique(near.map((word) => word.key)).length;
    if (score > best) [best, start] = [score, first.start];
  });
  start = start > LEAD ? Math.min(start, text.indexOf(" ", start - LEAD) + 1 || start) : 0;
  const end = start + EXCERPT < text.length ? Math.max(text.lastIndexOf(" ", start + EXCERPT), start + EXCERPT - LEAD) : text.length;
  return cutPieces(text, words, start, end);
}

async function hasPhrases({ url }, phrases) {
  const page = await readPage(url);
  const words = splitWords(`${page.title} | ${page.summary} | ${page.body} | ${page.facts}`).filter((word) => !word.isWhole);
  const text = ` ${words.map((word) => fold(word.text)).join(" ")} `;
  return phrases.every((phrase) => text.includes(phrase.text));
}

// How an article writes the word of a key that was asked for in another way.
async function findSpelling({ url, language, kind, regions }, key, asked) {
  const texts = [kind, ...regions, ...Object.values(await readPage(url))];
  const measure = (text) => measureDistance(fold(text), fold(asked), 9);
  const words = findWords(texts.join(" "), [key], language).map((word) => word.text);
  return words.sort((one, other) => measure(one) - measure(other))[0];
}

// ---------------------------------------------------------------- the files of an index

const CRC = Array.from({ length: 256 }, (_, sum) => {
  for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  return sum;
});

function sumBytes(bytes) {
  let sum = -1;
  for (const byte of bytes) sum = (sum >>> 8) ^ CRC[(sum ^ byte) & 255];
  return (~sum & 0xffffff).toString(16).padStart(6, "0");
}

const readText = (bytes) => new TextDecoder().decode(bytes);
const readJson = (bytes) => JSON.parse(readText(bytes));

// A function that gives the next number, or that many of the next bytes.
function readNumbers(bytes, place = 8) {
  return (count) => {
    if (count >= 0) return bytes.subarray(place, (place += count));
    let number = 0;
    for (let unit = 1; ; unit *= 128) {
      const byte = bytes[place++];
      number += (byte & 127) * unit;
      if (byte < 128) return number;
    }
  };
}

function readShard(bytes) {
  const next = readNumbers(bytes);
  const shard = new Map();
  let key = "";
  for (let count = next(); count; count--) {
    key = key.slice(0, next()) + readText(next(next()));
    shard.set(key, { count: next(), bytes: next() });
  }
  for (const entry of shard.values()) entry.bytes = next(entry.bytes);
  return shard;
}

function readWords(bytes) {
  let word = "";
  return readText(bytes).split("\n").map((line) => (word = word.slice(0, line.charCodeAt(0) - 97) + line.slice(1)));
}

class SearchIndex {
  constructor(base, language) {
    this.folder = new URL(`search/${language}/`, base);
    this.files = new Map();
    this.reset("no-cache", "default");
  }

  // Forgets the header, and from now on passes the caches of the browser.
  reset(headerCache = "reload", cache = "reload") {
    this.cache = cache;
    this.opening = this.load("index.json", headerCache, (bytes) => {
      const header = readJson(bytes);
      if (header.format !== 1) throw RangeError(header.format);
      return Object.assign(this, header);
    });
    this.opening.catch(() => {});
  }

  async load(name, cache, decode) {
    try {
      const response = await fetch(new URL(name, this.folder), { cache });
      if (response.ok) return decode(new Uint8Array(await response.arrayBuffer()));
    } catch {
      // no network, cut off, of another build: the same to a reader
    }
    throw Object.assign(new Error(name), { name: "StaleError" });
  }

  read(path, sums, decode, place = 0) {
    const sum = sums.slice(place * 6, place * 6 + 6);
    const name = `${path}?${sum}`;
    return keep(this.files, name, () => {
      const loading = this.load(name, this.cache, (bytes) => {
        if (sumBytes(bytes.subarray(path.endsWith("bin") ? 8 : 0)) !== sum) throw RangeError(sum);
        return decode(bytes);
      });
      loading.catch(() => this.files.delete(name));
      return loading;
    });
  }

  readEntities() {
    return this.read("entities.json", this.sums.entities, readJson);
  }

  readWords() {
    return this.read("words.txt", this.sums.words, readWords);
  }

  // Id -> a list of values for each facet.
  async readFacets() {
    const entities = await this.readEntities();
    return this.read("facets.bin", this.sums.facets, (bytes) => {
      const next = readNumbers(bytes);
      const list = (section, length) => Array.from({ length }, () => entities[section][next()][0]);
      const rows = new Map();
      for (let count = next(), id = 0; count; count--) {
        id += next();
        const year = new Date(Date.UTC(1900, 0, 1 + id / this.factor)).toISOString().slice(0, 4);
        rows.set(id, { kind: list("kinds", 1), region: list("regions", next()), union: list("unions", next()), year: [year], language: [this.language] });
      }
      return rows;
    });
  }

  // The last shard that does not begin after the key.
  findShard(key) {
    return this.words.filter((name) => name <= key).pop();
  }

  readShard(prefix) {
    return this.read(`w/${prefix.replace("$", "-")}.bin`, this.sums.w, readShard, this.words.indexOf(prefix));
  }

  // The articles that have a key: {count, ids, impacts}.
  async findArticles(key) {
    const prefix = this.findShard(`${key}$`);
    const entry = (prefix && (await this.readShard(prefix)).get(key)) || { count: 0 };
    if (entry.bytes && !entry.ids) {
      const next = readNumbers(entry.bytes, 0);
      let id = 0;
      entry.impacts = new Uint8Array(entry.count);
      entry.ids = entry.impacts.reduce((ids, _, place) => {
        const number = next();
        entry.impacts[place] = number & 15;
        ids[place] = id += Math.floor(number / 16);
        return ids;
      }, []);
    }
    return entry;
  }

  // The twenty keys of most articles that begin so; none when they lie in more than four files.
  async completeKey(start) {
    const prefixes = unique([...this.words.filter((name) => name.startsWith(start)), this.findShard(`${start}$`)]).filter(Boolean);
    if (prefixes.length > 4) return [];
    const shards = await mapAll(prefixes, (prefix) => this.readShard(prefix));
    const found = shards.flatMap((shard) => [...shard]).filter(([key]) => key.startsWith(start));
    return found.sort((one, other) => other[1].count - one[1].count).slice(0, 20).map(([key]) => key);
  }

  // [id, path, title, date, kind, regions]; nothing for an article that is not there.
  async findCard(id) {
    const after = this.cards.findIndex((first) => first > id);
    const bucket = (after < 0 ? this.cards.length : after) - 1;
    return (await this.read(`c/${bucket}.json`, this.sums.c, readJson, bucket)).find((card) => card[0] === id);
  }
}
