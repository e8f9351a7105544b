"""What a letter says: the office's own wording or the built-in one, its 【words】 filled with the facts.

One way for both: a built-in letter is a template as an editor would write it (templates/letters/), so restoring it
gives the office something it can go on changing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from journal.models import Journal

from ..models import Letter, LetterTemplate

Kind = Letter.Kind
MOST_SUBJECT = 200
_PLACEHOLDER = re.compile(r"【([^【】\n]*)】")
_BRACKET = re.compile(r"[【】]")
_BLANK_LINES = re.compile(r"\n{3,}")

# Every word, what it stands for and an example: the help beside the template and the preview without a manuscript.
WORDS: dict[str, tuple[str, str]] = {
    "收信人": ("姓名，或者单位", "林晓舟"),
    "称呼": ("姓名加“同志”；单位照原名", "林晓舟同志"),
    "刊名": ("刊物名称", "示范季刊"),
    "编辑部": ("编辑部名称", "示范季刊编辑部"),
    "电话": ("编辑部电话", "0898-0000000"),
    "今天": ("发信日期", "2026年3月5日"),
    "题目": ("稿件标题；约稿、催稿时是选题", "榕树下的板凳会"),
    "收稿号": ("稿件的收稿号", "2026-0042"),
    "栏目": ("栏目名", "基层党建"),
    "类别": ("文字稿或图片稿", "文字稿"),
    "答复天数": ("多少天内答复", "30"),
    "代录说明": ("编辑部代为登记时，写明方式和日期", ""),
    "待补声明": ("缺声明时，写明缺哪几项、怎样补", ""),
    "意见": ("审稿意见", "1. 补一个例子。\n2. 核对数字。"),
    "期限": ("交回或交稿的日期", "3月14日"),
    "离期限": ("还有几天、今天到期或过了几天", "还有 3 天"),
    "期": ("为哪一期约稿", "2026年第2期"),
    "要求": ("选题的角度、篇幅、照片", "写清议事桌怎样办成事，2000 字左右，配照片两张。"),
    "链接": ("打开就能写稿的网址", "https://example.cn/invitation/…/"),
    "刊出期": ("稿件刊登在哪一期", "2026年第1期"),
    "份数": ("样刊册数", "2 册"),
    "件数": ("汇总了几件事", "2"),
    "内容": ("汇总的各件事", "一、催稿：《榕树下的板凳会》还有 3 天"),
}
_ALWAYS = ("收信人", "称呼", "刊名", "编辑部", "电话", "今天")
_MANUSCRIPT = ("题目", "收稿号", "栏目", "类别")
_COMMISSION = ("题目", "栏目", "期", "要求", "期限", "离期限", "链接")
_OF_KIND: dict[str, tuple[str, ...]] = {
    Kind.RECEIPT: (*_MANUSCRIPT, "答复天数", "代录说明", "待补声明"),
    Kind.RETURN: (*_MANUSCRIPT, "意见", "期限"),
    Kind.ACCEPT: _MANUSCRIPT,
    Kind.REJECT: (*_MANUSCRIPT, "意见"),
    Kind.WITHDRAW: _MANUSCRIPT,
    Kind.INVITE: _COMMISSION,
    Kind.REMINDER: _COMMISSION,
    Kind.OVERDUE: (*_MANUSCRIPT, "期限", "离期限"),
    Kind.SAMPLE: (*_MANUSCRIPT, "刊出期", "份数"),
    Kind.DIGEST: ("件数", "内容"),
}


@dataclass(frozen=True)
class Wording:
    """Subject and body with their 【words】; `own` where the office wrote it."""

    subject: str
    body: str
    own: bool = False


def words_for(kind: str) -> list[tuple[str, str, str]]:
    """The 【words】 a kind of letter knows: (word, what it stands for, example)."""
    return [(word, *WORDS[word]) for word in (*_ALWAYS, *_OF_KIND[kind])]


@cache
def built_in(kind: str) -> Wording:
    """The wording that comes with the program: the first line is the subject."""
    text = (Path(settings.BASE_DIR) / "templates" / "letters" / f"{Kind(kind).value}.txt").read_text("utf-8")
    subject, _, body = text.strip().partition("\n")
    return Wording(subject.strip(), body.strip("\n"))


def wording_of(kind: str) -> Wording:
    own = LetterTemplate.objects.filter(kind=kind).first()
    return Wording(own.subject, own.body, own=True) if own else built_in(kind)


def faults(kind: str, text: str) -> list[str]:
    """What is wrong with the 【words】 of a template, a sentence each."""
    known = {word for word, _, _ in words_for(kind)}
    found = list(dict.fromkeys(_PLACEHOLDER.findall(text)))
    told = []
    if unknown := [word for word in found if word not in known]:
        elsewhere = [word for word in unknown if word in WORDS]
        names = "".join(f"【{word}】" for word in unknown)
        why = f"{Kind(kind).label}里没有" if elsewhere == unknown else "不认识"
        told.append(f"{why}{names}，信里会原样出现。请从右边列出的词里选；只想强调，请改用〔〕或“”。")
    if _BRACKET.search(_PLACEHOLDER.sub("", text)):
        told.append("有一个【或】不成对。请补上另一半，例如【题目】。")
    return told


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put the facts in place, once: what an editor's opinion holds in 【】 is left alone.

    A line of nothing but empty words goes, and with it the gap it would leave.
    """
    lines = []
    for line in text.splitlines():
        filled = _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), line)
        if filled.strip() or not line.strip():
            lines.append(filled)
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def compose(submission, kind, *, commission=None, recipient=None, today=None, **context) -> tuple[str, str]:
    """Subject and body of a letter about a manuscript or a commission; editors may change the body before it goes out.

    `context`: opinion, due_on, missing (Declaration kinds), link, copies, items — whatever the kind has words for.
    """
    wording = wording_of(kind)
    values = facts(submission, commission, recipient, today or timezone.localdate(), **context)
    return _subject(fill(wording.subject, values)), fill(wording.body, values)


def example(kind: str, subject: str, body: str) -> tuple[str, str]:
    """A template filled with the examples, where there is no manuscript to show it with."""
    values = {word: demo for word, (_, demo) in WORDS.items()}
    return _subject(fill(subject, values)), fill(body, values)


def filled(wording: Wording, values: Mapping[str, str]) -> tuple[str, str]:
    return _subject(fill(wording.subject, values)), fill(wording.body, values)


def _subject(text: str) -> str:
    # A title of full length must not make the letter's subject too long for its column, nor break its line.
    return _one_line(text)[:MOST_SUBJECT]


def _one_line(text: str) -> str:
    return " ".join(text.split())


def day(on: date | None) -> str:
    return f"{on.month}月{on.day}日" if on else ""


def until(due_on: date | None, today: date) -> str:
    """How far a deadline is, the day itself included."""
    if due_on is None:
        return ""
    days = (due_on - today).days
    if days > 0:
        return f"还有 {days} 天"
    return "今天到期" if days == 0 else f"已经过了 {-days} 天"


def facts(submission, commission, recipient, today: date, **context) -> dict[str, str]:
    """The value of every word that can be told from these; the others are empty."""
    journal = Journal.objects.current()
    values = dict.fromkeys(WORDS, "") | {
        "刊名": journal.name,
        "编辑部": journal.office,
        "电话": journal.phone,
        "今天": f"{today.year}年{today.month}月{today.day}日",
    }
    if submission is not None:
        values |= _of_manuscript(submission)
        recipient = recipient or submission.contributor
    due_on = context.get("due_on")
    if commission is not None:
        values |= _of_commission(commission)
        recipient = recipient or commission.person
        due_on = due_on or commission.due_on
    name = recipient.name if recipient else values["收信人"]
    values |= {"收信人": name, "称呼": f"{name}同志" if recipient else values["称呼"]}
    values |= {"期限": day(due_on), "离期限": until(due_on, today)}
    values |= {"意见": context.get("opinion", "").strip(), "链接": context.get("link", "")}
    values["待补声明"] = _declarations_to_supply(context.get("missing", ()))
    if copies := context.get("copies"):
        values["份数"] = f"{copies} 册"
    if items := context.get("items"):
        values |= {"件数": str(len(items)), "内容": "\n\n".join(items)}
    return values


def _of_manuscript(submission) -> dict[str, str]:
    article = submission.article
    registered = submission.registered_by_id is not None
    told = f"，由编辑部代为登记（{submission.get_channel_display()}，{day(submission.received_on)}收到）"
    return {
        "题目": _one_line(submission.title),
        "收稿号": submission.receipt_number or "",
        "栏目": str(submission.section or ""),
        "类别": submission.get_kind_display(),
        "答复天数": str(submission.call.reply_days),
        "代录说明": told if registered else "",
        "刊出期": str(article.issue) if article and article.issue else "",
    }


def _of_commission(commission) -> dict[str, str]:
    # Asked of a unit alone, the unit is addressed; an invited person without an account has a name.
    name = commission.invitee or str(commission.unit or "")
    return {
        "题目": commission.topic,
        "栏目": str(commission.section),
        "期": str(commission.issue),
        "要求": commission.brief.strip(),
        "收信人": name or "作者",
        "称呼": f"{commission.invitee}同志" if commission.invitee else name or "作者同志",
    }


def _declarations_to_supply(missing) -> str:
    if not missing:
        return ""
    kinds = "、".join(kind.label for kind in missing)
    return (
        f"    还请补上这{len(missing)}项声明，补齐后才能录用：{kinds}。请登录后在“我的稿件”里勾选；"
        "不方便上网，打电话或回信告诉编辑部也行。"
    )
