"""Whether the office already has a text: what a writer or an editor is told of near-duplicates (RULES.md 9).

Not one of CHECKS, which look at a manuscript alone: this asks the index of all texts.
"""

from types import SimpleNamespace

from journal.duplicates import Match, query
from journal.models import Article, Content, Text
from journal.text.blocks import plain_text
from journal.text.fingerprint import DUPLICATE, PARTIAL, SAME_TITLE, Shingled, passages
from submissions.models import Submission

from .findings import ADVICE, WARNING, Finding

# The office itself, for commands run on its own machine, where nobody is signed in.
OFFICE = SimpleNamespace(is_editorial=True, is_member=True, pk=None)
_MOST = 5  # findings: who sees five need not see the sixth
KIND_LABELS = {DUPLICATE: "重复", PARTIAL: "部分相同", SAME_TITLE: "同题异文"}
_QUOTE = 60  # characters of the passage shown
_WHY = "同一篇文字不宜重复刊登；引用、转载要注明出处。"


def duplicate_findings(content: Content, exclude_text: Text | None = None, *, reader=None) -> list[Finding]:
    """Findings on texts that share words or the title with this one, the closest first.

    exclude_text is the text's own row, once it has one. reader is the person who will read the findings: titles of
    what others sent in stay with the editors, so without a reader only what everyone may read is named.
    """
    matches = closest(content, exclude_text)
    named = names_for(matches, reader)
    return [_finding(content, match, named.get(match.text.pk, "")) for match in matches]


def closest(content: Content, exclude_text: Text | None = None) -> list[Match]:
    """The few matches worth telling of, the closest first."""
    return query(content, exclude_text)[:_MOST]


def names_for(matches: list[Match], reader) -> dict[int, str]:
    """How to speak of the matched texts this person may know of, by the text's id."""
    titles = {match.text.pk: f"《{match.title}》" for match in matches}
    articles = Article.objects.filter(text__in=titles).select_related("issue")
    submissions = Submission.objects.filter(text__in=titles).exclude(receipt_number=None)
    if not getattr(reader, "is_editorial", False):
        articles = articles.visible_to(reader)
        submissions = submissions.filter(contributor=getattr(reader, "pk", None))
    named = {one.text_id: f"收稿号 {one.receipt_number} 的稿件{titles[one.text_id]}" for one in submissions}
    for article in articles:
        where = f"{article.issue}" if article.issue else "稿库"
        named[article.text_id] = f"{where}的{titles[article.text_id]}"
    if getattr(reader, "is_editorial", False):
        return titles | named
    return named


def _finding(content: Content, match: Match, name: str) -> Finding:
    if match.kind == SAME_TITLE:
        found = f"{name}用了同样的标题" if name else "编辑部已收到的另一篇稿件用了同样的标题"
        return Finding(
            "duplicate.title",
            ADVICE,
            f"{found}，正文不同。标题可以保留；想让读者分得清，可以换一个，或加副标题。",
            quote=content.title,
        )
    name = name or "编辑部已收到的另一篇稿件"
    whole = match.kind == DUPLICATE
    block, offset, quote = _longest(content, match)
    return Finding(
        "duplicate.text" if whole else "duplicate.partial",
        WARNING,
        f"{told_share(match, name)}。{_next_step(whole)}",
        _WHY,
        quote=quote,
        block=block,
        offset=offset,
    )


def told_share(match: Match, name: str) -> str:
    """The larger of the two shares, told as what it is a share of."""
    if match.comparison.forward >= match.comparison.backward:
        return f"正文约 {match.comparison.forward:.0%} 与{name}相同"
    return f"{name}约 {match.comparison.backward:.0%} 的文字出现在正文里"


def _next_step(whole: bool) -> str:
    if whole:
        return "如果是同一篇，请不要重复投稿；如果是修改稿或推荐转载，请说明理由后提交。"
    return "请核对相同的段落，引用的注明出处；属于上级文件、会议的统一表述，请说明理由后提交。"


def _longest(content: Content, match: Match) -> tuple[int | None, int | None, str]:
    """The block, the offset in it and the beginning of the longest common passage."""
    text = plain_text(content.html)
    common = passages(Shingled(text), Shingled(plain_text(match.version.html)))
    if not common:
        return None, None, ""
    start, end, _, _ = max(common, key=lambda passage: passage.end - passage.start)
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", start)
    end = min(end, start + _QUOTE, line_end if line_end >= 0 else len(text))
    return text.count("\n", 0, start), start - line_start, text[start:end]
