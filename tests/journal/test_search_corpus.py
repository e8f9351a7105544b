"""Everything that holds the words is found, and nothing else: against a plain scan of laws and of the real issue."""

import random
import re
from collections.abc import Callable

import opencc
import pytest
from django.conf import settings

from bench.search import fill
from journal import search
from journal.models import Article
from journal.text.bigrams import normalize
from journal.text.blocks import plain_text

ARTICLES = 300
HAN = "\u3007\u3400-\u9fff"
BY_HAND = (
    *("国务院", "人民", "的", "公民", "第十二条", "12条", "2018年", "ISO", "app", "WTO", "kg", "％"),
    *(
        "人民 法院",
        "人民 -法院",
        "“人民法院”",
        "人民，法院",
        "環境保護",
        "國務院",
        "\uff29\uff33\uff2f",
        "3％",
        "-人民",
        "本法自",
        "\u3007",
    ),
    *(
        "乾隆",
        "乾净",
        "中华人民共和国 国务院 公布",
        "条 -第一条",
        "罚款 处",
        "“处 罚款”",
        "a",
        "工作 党建 -人民",
        "二\u3007",
        "二○",
    ),
)

Matches = Callable[[str], bool]


def plain(phrase: str) -> Matches:
    """Whether a field shows the phrase: its runs one after another, between two runs of one kind something that is
    neither letter nor digit; a run of letters or digits stands as a whole."""
    runs = re.findall(rf"[{HAN}]+|[^\W_{HAN}]+", normalize(phrase))
    pattern, before = "", None
    for run in runs:
        han = bool(re.match(f"[{HAN}]", run))
        between = "" if before is None else rf"[^\w{HAN}]" + ("+" if han == before else "*")
        edge = rf"[^\W_{HAN}]"
        pattern += between + (re.escape(run) if han else f"(?<!{edge}){re.escape(run)}(?!{edge})")
        before = han
    return re.compile(pattern).search


def scan(query: str, fields: dict[int, tuple[str, ...]]) -> set[int]:
    """The ids a reader would expect, by reading every text."""
    wanted, unwanted = [], []
    for minus, quoted, word in re.findall(r"(-)?(?:“([^”]*)”|(\S+))", query):
        (unwanted if minus else wanted).append(plain(quoted or word))
    wanted = [match for match in wanted if match.__self__.pattern]

    def holds(match: Matches, texts: tuple[str, ...]) -> bool:
        return any(match(text) for text in texts)

    return {
        pk
        for pk, texts in fields.items()
        if wanted
        and all(holds(match, texts) for match in wanted)
        and not any(holds(match, texts) for match in unwanted)
    }


def queries(texts: list[str]) -> list[str]:
    """Words of all kinds cut from the texts, always the same ones, and some that stand nowhere."""
    pick = random.Random(7)
    runs = [run for text in texts for run in re.findall(f"[{HAN}]{{2,}}", text)]
    latin = sorted({run for text in texts for run in re.findall(r"[A-Za-z0-9]+", text)})
    to_traditional = opencc.OpenCC("s2t").convert

    def piece(longest: int = 6) -> str:
        run = pick.choice(runs)
        length = min(len(run), pick.randint(2, longest))
        start = pick.randint(0, len(run) - length)
        return run[start : start + length]

    def wide(word: str) -> str:
        return "".join(chr(ord(letter) + 0xFEE0) for letter in word)

    def mixed() -> str:
        text = pick.choice(texts)
        found = re.findall(rf"[{HAN}]{{1,3}}[A-Za-z0-9]+[{HAN}]{{1,2}}", text)
        return pick.choice(found) if found else piece()

    makers = {
        piece: 90,
        lambda: piece(2): 30,
        lambda: pick.choice(runs)[:1]: 15,
        lambda: f"{piece(2)} {piece(2)}": 30,
        lambda: f"{piece(2)} -{piece(2)}": 20,
        lambda: f"“{piece(8)}”": 15,
        lambda: pick.choice(latin): 10,
        lambda: wide(pick.choice(latin)).lower(): 5,
        mixed: 15,
        lambda: to_traditional(piece()): 15,
        lambda: pick.choice(runs)[0] + pick.choice(runs)[-1]: 20,
    }
    return [make() for make, many in makers.items() for _ in range(many)] + list(BY_HAND)


def fields_of(articles) -> dict[int, tuple[str, ...]]:
    found = {}
    for article in articles.select_related("text__current").prefetch_related("bylines"):
        titles = (article.kicker, article.title, article.contents_title, article.subtitle)
        signed = [part for line in article.bylines.all() for part in (line.name, line.affiliation)]
        found[article.pk] = tuple(normalize(text) for text in (*titles, *signed, plain_text(article.text.current.html)))
    return found


def wrong(asked: list[str]) -> dict[str, tuple[set[int], set[int]]]:
    """Per query what is missing and what is too much."""
    readable = search.published()
    fields = fields_of(readable)
    found = {query: set(search.search(query, readable).ids) for query in asked}
    expected = {query: scan(query, fields) for query in asked}
    return {
        query: (expected[query] - found[query], found[query] - expected[query])
        for query in asked
        if found[query] != expected[query]
    }


@pytest.mark.django_db
def test_recall_and_precision_over_the_laws_are_one():
    if settings.CORPUS_DIR is None:
        pytest.skip("没有 CORPUS_DIR（法律文本）")
    fill(ARTICLES)
    search.rebuild()
    asked = queries([plain_text(article.text.current.html) for article in Article.objects.order_by("pk")[:80]])
    assert len(asked) >= 200
    assert wrong(asked) == {}


@pytest.mark.django_db
def test_many_are_found_in_the_same_order_as_few(monkeypatch):
    """A word that stands nearly everywhere is answered another way; page by page it tells the same."""
    if settings.CORPUS_DIR is None:
        pytest.skip("没有 CORPUS_DIR（法律文本）")
    fill(120)
    search.rebuild()
    readable = search.published()
    for query in ("工作", "规定", "国务院 规定", "工作 -国务院", "条"):
        few = search.search(query, readable)
        assert few.few
        with monkeypatch.context() as patch:
            patch.setattr(search, "MOST_COUNTED", 3)
            many = search.search(query, readable)
            if len(few.ids) > 3:
                assert not many.few
            paged = [article.pk for start in range(0, 120, 20) for article in many[start : start + 20]]
        assert paged == few.ids, query
