"""Units and leaders named in another order than the registered one (RULES.md section 11)."""

import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from .register_entries import Mention, Order, Register
from .register_posts import HEADS
from .register_remark import Remark

_CJK = "\u3400-\u9fff"
_SPACE = "[ \u3000\xa0]"
_JOIN = f"(?:、|{_SPACE}+|以及|和|与|及)"
# Between two names of one enumeration: how the first may end, what joins, others not in the order, the next one's post.
_BETWEEN = re.compile(
    f"(?:同志)?(?:（[^（）]{{0,20}}）)?{_SPACE}*{_JOIN}{_SPACE}*"
    f"(?:[{_CJK}]{{1,12}}(?:、|{_SPACE}+))*"
    f"(?:[{_CJK}]{{0,12}}(?:{HEADS}){_SPACE}?)?"
)
_PLAIN = re.compile(f"{_SPACE}*{_JOIN}{_SPACE}*")
_FARTHEST = 40
_OTHER_ORDER = re.compile("笔画|不分先后|随机|抽签|为序")


def remarks(register: Register, text: str, mentions: list[Mention], day: date | None) -> Iterator[Remark]:
    """Nothing where the text itself says by what it goes, and where one of several orders agrees."""
    orders = [order for order in register.orders if order.in_force(day)]
    if not orders or _OTHER_ORDER.search(text):
        return
    told: set[tuple[int, int]] = set()
    for order in orders:
        for chain in enumerations(text, mentions, order):
            place = chain[0].start, chain[-1].end
            if place in told or any(_agrees(chain, other) for other in orders):
                continue
            told.add(place)
            yield _remark(text, chain, order)


def enumerations(text: str, mentions: list[Mention], order: Order) -> Iterator[list[Mention]]:
    """Runs of two or more names of the order, joined as an enumeration is, each name once."""
    named = [mention for mention in mentions if not mention.wrong and mention.name in order.ranks]
    chain = named[:1]
    for mention in named[1:]:
        between = text[chain[-1].end : mention.start]
        joined = len(between) <= _FARTHEST and _BETWEEN.fullmatch(between)
        if joined and all(mention.name != other.name for other in chain):
            chain.append(mention)
            continue
        if len(chain) > 1:
            yield chain
        chain = [mention]
    if len(chain) > 1:
        yield chain


def _agrees(chain: list[Mention], order: Order) -> bool:
    ranks = [order.ranks.get(mention.name, -1) for mention in chain]
    return ranks[0] >= 0 and all(a < b for a, b in pairwise(ranks))


def _remark(text: str, chain: list[Mention], order: Order) -> Remark:
    sorted_chain = sorted(chain, key=lambda mention: order.ranks[mention.name])
    first, second = next((a, b) for a, b in pairwise(chain) if order.ranks[a.name] > order.ranks[b.name])
    named = "、".join(mention.name for mention in sorted_chain)
    title = f"“{order.title}”" + (f"（{order.period}）" if order.period else "")
    start, end = chain[0].start, chain[-1].end
    return Remark(
        "register.order",
        f"“{first.name}”排在了“{second.name}”前面，与登记的{title}不一致。登记的顺序是：{named}。请核对；确实无误的，请说明理由。",
        "单位和领导的排名有规定的顺序。",
        text[start:end],
        start,
        _reordered(text, chain, sorted_chain),
    )


def _reordered(text: str, chain: list[Mention], sorted_chain: list[Mention]) -> tuple[str, ...]:
    """The names changed round in their places; none where posts stand between them, which would stay behind."""
    joints = [text[one.end : other.start] for one, other in pairwise(chain)] + [""]
    if not all(_PLAIN.fullmatch(joint) for joint in joints[:-1]):
        return ()
    names = [text[mention.start : mention.end] for mention in sorted_chain]
    return ("".join(name + joint for name, joint in zip(names, joints, strict=True)),)
