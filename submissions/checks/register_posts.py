"""A registered person with a post: does the register know it on that day? (RULES.md section 11)

Texts name posts beside the person: 区委书记何为, 何为（区委书记）, 何为书记. They shorten them, and put words before
them that are no part of them; so a post counts as wrong only where it plainly differs, and silence is the rule.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from .register_entries import LEVELS, Mention, Register, Tenure
from .register_remark import Remark

HEADS = (
    "书记|主任|部长|局长|市长|区长|县长|镇长|乡长|州长|省长|村长|院长|校长|所长|处长|科长|股长|站长|秘书长|会长|主席|"
    "委员长|组长|队长|主编|总编辑|总经理|经理|董事长|厂长|行长|检察长|司令员|政委|参谋长|专员|馆长|台长|社长|理事长|"
    "园长|厅长|司长|署长|关长|庭长"
)
_RANK = "(?:常务副|第一|副|代理|代|执行)?"
_TITLE_END = re.compile(f"{_RANK}(?:{HEADS})$")
# 主任务 and 部长期 are no posts.
_TITLE_AFTER = re.compile(f"{_RANK}(?:{HEADS})(?![务期远效足久])")
_RUN_BEFORE = re.compile(r"([\u3400-\u9fff\u30070-9A-Za-z·]+(?:、[\u3400-\u9fff\u30070-9A-Za-z·]+)*)[ \u3000]?$")
_IN_BRACKETS = re.compile(r"[ \u3000]?[（(]([^（）()\n]{1,60})[)）]")
_PARTS = re.compile(r"[、，,；;]|兼(?:任)?")
# A post of the past or to come, and a name that only begins like one: 太原, 平原.
_NOT_NOW = re.compile(
    r"时任|曾任|历任|前任|卸任|离任|候任|拟任|任前|已故|退休|(?:^|[，、（])前|(?<![太中平高草五三开])原"
)
_LEAD_IN = re.compile(".*[由在对向与是]")
_ORGANS = LEVELS + "委部局办厅府会院校站所队社处室科道团党组"
# What follows a name of two characters where it is a whole name and not the beginning of a longer one.
_NAME_ENDS = re.compile(
    r"$|[^\u3400-\u9fff]|同志|先生|女士|一行|主持|出席|参加|讲话|强调|指出|表示|介绍|要求|宣布|致辞|带队|带领|率|调研|"
    r"深入|前往|来到|陪同|会见|代表|认为|说|在|和|与|及|等|的|到|赴|作了|作|对|向|就|从|是|也"
)
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵周吴徐孙朱胡郭林何郑罗宋谢唐韩曹许邓萧冯曾程蔡彭潘袁董余苏叶吕魏蒋杜丁沈姜范傅钟卢汪戴崔陆廖姚邱谭贾邹熊孟秦阎薛侯雷段郝邵毛顾赖武贺尹钱施龚"
)


@dataclass(frozen=True)
class Claim:
    """What a text says somebody is: the phrase that ends in the title, and the title with its rank."""

    phrase: str
    title: str


def remarks(register: Register, text: str, mentions: list[Mention], day: date | None) -> Iterator[Remark]:
    last = 0
    for mention in mentions:
        before, last = text[max(last, mention.start - 48) : mention.start], mention.end
        tenures = register.tenures_of.get(mention.name, []) if not mention.wrong else []
        if not tenures:
            continue
        for claims, start, end in (_claims_before(before, text, mention), _claims_after(before, text, mention)):
            claim, known = _contradiction(claims, tenures, day, register.places)
            if claim is not None:
                start = max(start, mention.start - 20)
                yield _remark(text[start:end], start, mention.name, claim, known)
                break


def _remark(quote: str, offset: int, name: str, claim: Claim, known: list[Tenure]) -> Remark:
    said = _LEAD_IN.sub("", claim.phrase)
    entries = "；".join(str(tenure) for tenure in known[:3])
    return Remark(
        "register.post",
        f"“{name}”的职务“{said}”与登记的不一致。登记的是：{entries}。请核对；确实无误的，请说明理由。",
        "姓名、职务不能错；写的是过去的职务，请加“时任”或“原”。",
        quote,
        offset,
    )


def _claims_before(before: str, text: str, mention: Mention) -> tuple[list[Claim], int, int]:
    """The posts right before the name, the nearest last; none before what may be the beginning of a longer name."""
    run = _RUN_BEFORE.search(before)
    if run is None or not whole_name(text, mention):
        return [], mention.start, mention.end
    claims: list[Claim] = []
    for part in reversed(_PARTS.split(run[1])):
        claim = _claim(part)
        if claim is None:
            break
        claims.insert(0, claim)
    if not claims or _NOT_NOW.search(run[1]):
        return [], mention.start, mention.end
    length = sum(len(claim.phrase) + 1 for claim in claims) - 1 + len(run[0]) - len(run[1])
    return claims, mention.start - length, mention.end


def _claims_after(before: str, text: str, mention: Mention) -> tuple[list[Claim], int, int]:
    """何为（区委书记）, 何为书记. 何为任区委书记 tells a story of some other day and is no claim."""
    nothing = [], mention.start, mention.end
    if starts_inside_name(before):
        return nothing
    bracket = _IN_BRACKETS.match(text, mention.end)
    if bracket:
        if _NOT_NOW.search(bracket[1]):
            return nothing
        claims = [claim for part in _PARTS.split(bracket[1]) if (claim := _claim(part.strip()))]
        return claims, mention.start, bracket.end()
    title = _TITLE_AFTER.match(text, mention.end)
    if title and not _NOT_NOW.search(before[-6:]):
        return [Claim(title[0], title[0])], mention.start, title.end()
    return nothing


def _claim(phrase: str) -> Claim | None:
    title = _TITLE_END.search(phrase)
    return Claim(phrase, title[0]) if title else None


def whole_name(text: str, mention: Mention) -> bool:
    """王伟 before 明 may be 王伟明: a name of two characters counts only where what follows cannot belong to it."""
    return len(mention.name) > 2 or _NAME_ENDS.match(text, mention.end) is not None


def starts_inside_name(before: str) -> bool:
    """李 before 王伟: the name may be a longer one."""
    return before[-1:] in _SURNAMES and before != ""


def is_former(before: str) -> bool:
    """What stands right before a post makes it one of the past, or another one (副)."""
    return before.endswith("副") or _NOT_NOW.search(before[-4:]) is not None


def _contradiction(claims: list[Claim], tenures: list[Tenure], day: date | None, places: frozenset[str]):
    """(claim, entries) of the first claim that the entries of that day speak against, else (None, [])."""
    current = [tenure for tenure in tenures if tenure.in_force(day)]
    amount = sum(len(_posts(tenure)) for tenure in current)
    wrong = [claim for claim in claims if not any(bears_out(claim, tenure, places) for tenure in current)]
    for claim in wrong:
        if any(bears_out(claim, tenure, places) for tenure in tenures):
            return claim, current or [tenure for tenure in tenures if bears_out(claim, tenure, places)]
        # Beside the one post that is listed and right, another may be held that is not listed. And who has no post
        # on that day, and never had this one, is simply not known.
        if current and (amount > 1 or len(wrong) == len(claims)):
            return claim, current
    return None, []


def _posts(tenure: Tenure) -> list[str]:
    return [post for post in _PARTS.split(tenure.post) if post]


def bears_out(claim: Claim, tenure: Tenure, places: frozenset[str]) -> bool:
    return any(_agrees(claim, tenure.unit + post, post, places) for post in _posts(tenure))


def _agrees(claim: Claim, full: str, post: str, places: frozenset[str]) -> bool:
    """A claim may be shorter than the post, and have other words before it; what both name has to be the same."""
    if _names_other_place(claim.phrase, full, places):
        return False
    known = _TITLE_END.search(post)
    if known and known[0] != claim.title:
        return False
    if full.endswith(claim.phrase) or (claim.phrase.endswith(post) and (post == full or post != claim.title)):
        return True
    same = _common_ending(claim.phrase, full)
    if same < len(claim.title) or same == len(full):
        return same == len(full)
    said, registered = claim.phrase[:-same], full[:-same]
    if said[-1] in LEVELS and registered[-1] in LEVELS:
        return False
    if same == len(claim.title):
        return said[-1] not in _ORGANS
    first = claim.phrase[-same]
    if first == "委":
        return said[-1] not in _ORGANS + "工纪政"
    return first in LEVELS or registered[-1] in _ORGANS


def _names_other_place(phrase: str, full: str, places: frozenset[str]) -> bool:
    said = {place for place in places if place in phrase}
    registered = {place for place in places if place in full}
    return bool(said and registered and not said & registered) and bool(
        {place[-1] for place in said} & {place[-1] for place in registered}
    )


def _common_ending(one: str, other: str) -> int:
    pairs = zip(reversed(one), reversed(other), strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
