"""The office's preferred terms, and texts shaped to slow the checks down."""

from collections.abc import Iterator
from itertools import product

from journal.models import Content
from journal.text.blocks import from_plain
from submissions.checks import run_checks
from submissions.checks.house_style import HouseStyle
from submissions.checks.register import check_register
from submissions.checks.register_entries import Order, Register, Tenure
from submissions.checks.terms import Term, TermList
from submissions.manuscript import Manuscript

from .harness import Measured, bench, milliseconds

ISSUE_LENGTH = 67_000  # characters of the real issue 2021 No. 3 (RULES.md section 9)
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
def a_thousand_persons() -> Iterator[Measured]:
    """A register of a thousand persons in their order, and a text as long as an issue that names one every 67 characters:
    each in a post, among them wrong ones."""
    parts = ("赵钱孙李周吴郑王冯陈", "一二三四五六七八九十", "甲乙丙丁戊己庚辛壬癸")
    names = ["".join(parts) for parts in product(*parts)]
    register = Register(
        tenures=tuple(Tenure(person=name, post="镇长", unit=f"第{n}镇") for n, name in enumerate(names)),
        orders=(Order(title="排名", names=tuple(names)),),
    )
    filling = "到会听了大家的意见，逐条记下来，能办的当场定下来谁来办、哪天办完，一时办不了的说明原因，下个月再议，"
    lines = [f"{'书记' if n % 50 == 0 else '镇长'}{name}{filling}"[:66] + "。" for n, name in enumerate(names)]
    text = "\n".join("".join(lines[n : n + 10]) for n in range(0, len(lines), 10))
    text = (text * (ISSUE_LENGTH // len(text) + 1))[:ISSUE_LENGTH]
    style = HouseStyle(register=register)
    manuscript = Manuscript(content=Content(title="题", html=from_plain(text)), house_style=style)
    yield Measured(
        f"姓名职务 1,000 人，{len(text):,} 字", 1_000, milliseconds(lambda: list(check_register(manuscript)), 3)
    )


@bench
def hostile_texts() -> Iterator[Measured]:
    """The slowest of the hostile shapes: 60,000 characters take seconds; what grows with the square takes minutes."""
    slowest = 0.0
    for unit in (*HOSTILE, None):
        words = (unit * 60_000)[:60_000] if unit else '"' + "人" * 200_000
        manuscript = Manuscript(content=Content(title="题", html=from_plain(words)), section_name="基层党建")
        slowest = max(slowest, milliseconds(lambda one=manuscript: run_checks(one), 1))
    yield Measured("刁难的文字，最慢的一种", 8_000, slowest)
