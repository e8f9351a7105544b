"""The office's preferred terms, and texts shaped to slow the checks down."""

from collections.abc import Iterator
from itertools import product

from journal.models import Content
from journal.text.blocks import from_plain
from submissions.checks import run_checks
from submissions.checks.terms import Term, TermList
from submissions.manuscript import Manuscript

from .harness import Measured, bench, milliseconds

# Shapes of text on which a careless expression looks at each passage again and again.
HOSTILE = (
    ".",
    "人...等",
    "人—",
    "议事树下 办事门前 ",
    "（",
    "（”",
    "”",
    "13800138000，",
    "人,",
    "“甲”、",
    "(人",
    "近300余人",
)


@bench
def five_thousand_terms() -> Iterator[Measured]:
    characters = [chr(0x4E00 + n) for n in range(80)]
    pairs = ["".join(pair) for pair in product(characters, repeat=2)][:5000]
    terms = TermList(tuple(Term(f"{pair}错", f"{pair}对", exceptions=(f"{pair}错例",)) for pair in pairs))
    text = (("".join(pairs[::7]) + "，没有。" + "".join(f"{pair}错" for pair in pairs[::400])) * 3)[:3_000]
    yield Measured("统一用语 5,000 条，3,000 字", 20, milliseconds(lambda: terms.find(text)))
    yield Measured("统一用语 5,000 条，60,000 字", 400, milliseconds(lambda: terms.find(text * 20), 3))


@bench
def hostile_texts() -> Iterator[Measured]:
    """The slowest of the hostile shapes: 60,000 characters take seconds; what grows with the square takes minutes."""
    slowest = 0.0
    for unit in (*HOSTILE, None):
        words = (unit * 60_000)[:60_000] if unit else '"' + "人" * 200_000
        manuscript = Manuscript(content=Content(title="题", html=from_plain(words)), section_name="基层党建")
        slowest = max(slowest, milliseconds(lambda one=manuscript: run_checks(one), 1))
    yield Measured("刁难的文字，最慢的一种", 8_000, slowest)
