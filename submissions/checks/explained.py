"""Every rule as contributors read it, generated from the rules and their examples, never written a second time."""

from dataclasses import dataclass
from functools import cache

from . import run_checks
from .examples import DUPLICATE_EXAMPLES, EXAMPLES
from .findings import LEVEL_LABELS
from .patterns import PATTERNS

# Headings in the order of the page; the beginnings of the codes that belong under each.
_GROUPS = (
    ("标点", "中文的标点都是全角，成对的要成对。", ("mark.", "space.")),
    ("数字和日期", "写全、写准，范围两头都带单位。", ("number.", "event.")),
    ("层次序号", "依次用“一、”“（一）”“1.”“（1）”，不跳、不重。", ("heading.",)),
    ("称谓、用语、名录", "统一用语表、人员和单位名录由编辑部维护，例子里的人和单位是编的。", ("person.", "term.", "register.")),
    ("标题、正文、署名", "对应表单上的各栏。", ("title.", "subtitle.", "body.", "length.", "section.", "byline.", "affiliation.", "note.")),
    ("推荐文章的出处", "只查推荐自其他报刊、网站的文章。", ("source.",)),
    ("照片", "按像素和拟印的尺寸算，不看文件里标的分辨率。", ("picture", "photo.")),
    (
        "查重",
        "核对和提交时，与编辑部已有的文字比一遍；例子比的是编辑部收到过的《榕树下的“板凳会”》。您自己撤回的、没有采用的稿件可以再投，"
        "推荐文章与它的原文相同也是对的，这些只提示，不用改。",
        ("duplicate.",),
    ),
    ("个人信息", "刊物会发到各单位，个人号码不登。", ("privacy.",)),
)  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """One rule as it would be told of its wrong example."""

    code: str
    level: str
    message: str
    why: str
    wrong: str
    right: str

    @property
    def label(self) -> str:
        return LEVEL_LABELS[self.level]


@dataclass(frozen=True)
class Group:
    name: str
    about: str
    rules: tuple[Rule, ...]


@cache
def explained() -> tuple[Group, ...]:
    """All rules, grouped; within a group in the order of the checks."""
    rules = [_of_pattern(pattern) for pattern in PATTERNS] + [_of_example(example) for example in EXAMPLES]
    rules += [_of_duplicate(example) for example in DUPLICATE_EXAMPLES]
    return tuple(
        Group(name, about, tuple(rule for rule in rules if rule.code.startswith(codes)))
        for name, about, codes in _GROUPS
    )


def _of_pattern(pattern) -> Rule:
    return Rule(pattern.code, pattern.level, pattern.message, pattern.why, pattern.wrong, pattern.right)


def _of_example(example) -> Rule:
    """Told in the check's own words: what it says of the wrong example."""
    finding = next(one for one in run_checks(example.build(example.wrong)) if one.code == example.code)
    return Rule(example.code, finding.level, finding.message, finding.why, example.wrong, example.right)


def _of_duplicate(example) -> Rule:
    (finding,) = example.findings(example.wrong)
    return Rule(example.code, finding.level, finding.message, finding.why, example.wrong, example.right)
