"""Scripts as they are published: fewer bytes, the same doing."""

from __future__ import annotations

import re

import pytest

from newsroom.scripts import ScriptError, shorten_script
from site_factory import ROOT

FOLDER = ROOT / "overrides" / "assets" / "newsroom"


@pytest.mark.parametrize(
    ("source", "published"),
    [
        ("// Why.\nlet a = 1; // too\n\n\n/* and\nthis */ a  +=  2;\n", "let a=1;a+=2;\n"),
        ("a = b + +c - -d + e++ + ++f;\n", "a=b+ +c- -d+e++ + ++f;\n"),
        ('f("// no  comment", \'it\\\'s /* none */\');\n', 'f("// no  comment",\'it\\\'s /* none */\');\n'),
        ("x = `  two\n  lines ${ a  + `${ b }` } // text`;\n", "x=`  two\n  lines ${a+`${b}`} // text`;\n"),
        ("x = a / b / c; y = /[/'\"`]  \\/x/g.test(z);\n", "x=a/b/c;y=/[/'\"`]  \\/x/g.test(z);\n"),
        ("return /a b/ . test (x)\n", "return/a b/.test(x)\n"),
        ("a()\nb()\n", "a()\nb()\n"),
        ("f(() => {\n  a()\n    .b()\n})\n\n", "f(()=>{a().b()})\n"),
    ],
)
def test_comments_and_spaces_go(source, published):
    """Comments, indentation and spaces go; texts, patterns and the ends of lines without a semicolon stay."""
    assert shorten_script(source) == published


@pytest.mark.parametrize(
    ("source", "published"),
    [
        ("function f() { const total = 1; return total; }", "function f(){const a=1;return a;}"),
        ("f((first, ...others) => first(others))", "f((a,...b)=>a(b))"),
        ("f((first = [second]) => first)", "f((a=[second])=>a)"),
        ("f(function (event) { event.event = document; })", "f(function(a){a.event=document;})"),
        ("f(({ first, second: { third }, other = 1 }) => first + third + other)", "f(({first:a,second:{third:b},other:c=1})=>a+b+c)"),
        ("f((text) => ({ text, key: text, [text]: text.text }))", "f((a)=>({text:a,key:a,[a]:a.text}))"),
        ("f((word) => `word ${word} ${`${word}`}`)", "f((a)=>`word ${a} ${`${a}`}`)"),
        ("f((one, other) => (one ? other : one))", "f((a,b)=>(a?b:a))"),
        ("{ let place; place = 1; f(place); }", "{let a;a=1;f(a);}"),
        ("for (const [name, value] of list) f(name, value)", "for(const[a,b]of list)f(a,b)"),
        ("try { f() } catch (error) { g(error) }", "try{f()}catch(a){g(a)}"),
    ],
)
def test_names_of_a_script_alone_are_short(source, published):
    """Constants, variables and parameters get a letter; properties, keys, globals and texts keep their names."""
    assert shorten_script(source) == f"{published}\n"


@pytest.mark.parametrize(
    ("source", "published"),
    [
        ("function openMenu() {}\nvar state = 1;", "function openMenu(){}\nvar state=1;\n"),
        ("export const limit = 1;\nconst other = limit;", "export const limit=1;const A=limit;\n"),
        ("export async function find() { await find(); }", "export async function find(){await find();}\n"),
        ('import { fold, keys as all } from "./keys.js";\nconst fine = fold(all);', 'import{fold,keys as all}from"./keys.js";const A=fold(all);\n'),
        ("const first = 1;\nexport { first };", "const first=1;export{first};\n"),
        ("class Index { size = 1; read(size) { return this.size; } }\nexport default Index", "class Index{size=1;read(size){return this.size;}}\nexport default Index\n"),
        ("export {};\nconst [first] = list;\nfunction one(word) { return word + first; }\nfunction two(text) { return one(text) + first; }",
         "export{};const[A]=list;function B(a){return a+A;}\nfunction C(a){return B(a)+A;}\n"),
        ("f(() => { const a = 1; const longer = a; })", "f(()=>{const a=1;const b=a;})\n"),
    ],
)
def test_names_that_others_see_stay(source, published):
    """What is exported, imported, a method, a field or a global function of a plain script keeps its name; no letter is taken twice."""
    assert shorten_script(source) == published


@pytest.mark.parametrize("source", ['"never closed', "`never closed", "f(", "f)", "(]", "`${`", "x = @\n'"])
def test_what_cannot_be_read_is_refused(source):
    """A script with a mistake is told, not guessed at."""
    with pytest.raises(ScriptError):
        shorten_script(source)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.js")), ids=lambda path: path.name)
def test_own_scripts_keep_what_others_use(path):
    """Of our scripts: a second time changes nothing but names, and exports, imports, properties and texts are all there."""
    source = path.read_text("utf-8")
    published = shorten_script(source)
    plain = re.sub(r"^\s*//.*$", "", source, flags=re.MULTILINE)
    for pattern in (r"(?<!\.)\.[a-zA-Z]\w+", r"export (?:async )?\w+ \w+", r"aria-\w+", r"nr-[\w-]+"):
        assert sorted(re.findall(pattern, published)) == sorted(re.findall(pattern, plain)), pattern
    assert len(shorten_script(published)) == len(published) < 0.7 * len(source)
