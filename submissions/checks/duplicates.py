"""Whether the office already has a text: what a writer or an editor is told of near-duplicates (RULES.md 9).

Not one of CHECKS, which look at a manuscript alone: this asks the index of all texts.
"""

from dataclasses import dataclass, replace
from types import SimpleNamespace

from django.utils import timezone

from journal.duplicates import Match, query
from journal.models import Article, Content, Journal, Text
from journal.text.blocks import plain_text
from journal.text.fingerprint import DUPLICATE, PARTIAL, SAME_TITLE, Shingled, passages
from submissions.models import Submission
from submissions.states import State

from . import in_order, run_checks
from .findings import ADVICE, WARNING, Finding

# The office itself, for commands run on its own machine, where nobody is signed in.
OFFICE = SimpleNamespace(is_editorial=True, is_member=True, pk=None)
_MOST = 5  # findings: who sees five need not see the sixth
KIND_LABELS = {DUPLICATE: "重复", PARTIAL: "部分相同", SAME_TITLE: "同题异文"}
_QUOTE = 60  # characters of the passage shown
_WHY = "同一篇文字不宜重复刊登；引用、转载要注明出处。"
_ENDED = (State.WITHDRAWN, State.REJECTED)
_UNNAMED = "编辑部已收到的另一篇稿件"


@dataclass(frozen=True)
class Standing:
    """What the reader may know of a matched text: what to call it, whether it is an own manuscript, and whether it is
    the published piece that a recommended manuscript names as its source."""

    name: str = ""
    own: Submission | None = None
    is_source: bool = False


def all_findings(submission: Submission, manuscript) -> list[Finding]:
    """Every check and the near-duplicates, as the writer is told of them: on 核对 and when handing in.

    Saving a draft runs the checks alone: comparing with the archive is done once the writer is through.
    """
    found = run_checks(manuscript)
    source = manuscript.source_name if manuscript.is_recommended else None
    found += duplicate_findings(manuscript.content, submission.text, reader=submission.contributor, source=source)
    return in_order(found)


def duplicate_findings(
    content: Content, exclude_text: Text | None = None, *, reader=None, source: str | None = None
) -> list[Finding]:
    """Findings on texts that share words or the title with this one, the closest first.

    exclude_text is the text's own row, once it has one. reader is the person who will read the findings: titles of
    what others sent in stay with the editors, so without a reader only what everyone may read is named. source is the
    paper or site a recommended piece was printed in, None for an original one.
    """
    matches = closest(content, exclude_text)
    standings = _standings(matches, reader, source)
    return [told(content, match, standings[match.text.pk], source) for match in matches]


def closest(content: Content, exclude_text: Text | None = None) -> list[Match]:
    """The few matches worth telling of, the closest first."""
    return query(content, exclude_text)[:_MOST]


def names_for(matches: list[Match], reader) -> dict[int, str]:
    """How to speak of the matched texts this person may know of, by the text's id."""
    return {pk: one.name for pk, one in _standings(matches, reader, None).items() if one.name}


def _standings(matches: list[Match], reader, source: str | None) -> dict[int, Standing]:
    titles = {match.text.pk: f"《{match.title}》" for match in matches}
    if not titles:
        return {}
    editorial = getattr(reader, "is_editorial", False)
    articles = Article.objects.filter(text__in=titles).select_related("issue")
    submissions = Submission.objects.filter(text__in=titles).exclude(receipt_number=None)
    if not editorial:
        articles = articles.visible_to(reader)
        submissions = submissions.filter(contributor=getattr(reader, "pk", None))
    found = {pk: Standing(title if editorial else "") for pk, title in titles.items()}
    for one in submissions:
        own = one if one.contributor_id == getattr(reader, "pk", None) else None
        found[one.text_id] = Standing(f"收稿号 {one.receipt_number} 的稿件{titles[one.text_id]}", own)
    for article in articles:
        where = f"{article.issue}" if article.issue else "稿库"
        is_source = bool(article.issue and article.issue.is_published and _names_journal(source))
        name = f"{where}的{titles[article.text_id]}"
        found[article.text_id] = replace(found[article.text_id], name=name, is_source=is_source)
    return found


def _names_journal(source: str | None) -> bool:
    """A recommended piece may come from the journal itself."""
    return source is not None and Journal.objects.current().name in source


def told(content: Content, match: Match, standing: Standing = Standing(), source: str | None = None) -> Finding:
    """One match as its finding."""
    if match.kind == SAME_TITLE:
        return _same_title(content, match, standing)
    about = f"text {match.text.pk}"
    if standing.is_source:
        said = f"{told_share(match, standing.name)}，出处写的也是它：这是推荐文章的原文，相同是对的。请核对期号。"
        return Finding("duplicate.source", ADVICE, said, about=about)
    if standing.own is not None and standing.own.state in _ENDED:
        return Finding("duplicate.earlier", ADVICE, _told_earlier(match, standing), about=about)
    whole = match.kind == DUPLICATE
    block, offset, quote = _longest(content, match)
    return Finding(
        "duplicate.text" if whole else "duplicate.partial",
        WARNING,
        f"{told_share(match, _called(standing))}。{_next_step(standing, source, whole=whole)}",
        _WHY,
        quote=quote,
        block=block,
        offset=offset,
        about=about,
    )


def _same_title(content: Content, match: Match, standing: Standing) -> Finding:
    return Finding(
        "duplicate.title",
        ADVICE,
        f"{_called(standing)}用了同样的标题，正文不同。标题可以保留；想让读者分得清，可以换一个，或加副标题。",
        quote=content.title,
        offset=0,
        field="title",
        about=f"text {match.text.pk}",
    )


def _called(standing: Standing) -> str:
    if standing.own is not None and standing.own.article_id is None:
        return f"您自己{standing.name}（{standing.own.label}）"
    return standing.name or _UNNAMED


def _told_earlier(match: Match, standing: Standing) -> str:
    """The writer's own text that came to nothing is no offence: what it is, and that one may send it again."""
    own = standing.own
    day = f"{timezone.localtime(own.decided_at):%Y年%-m月%-d日}"
    if own.state == State.WITHDRAWN:
        return f"{told_share(match, f'您{day}撤回的{standing.name}')}。撤回以后可以重新投，不用说明。"
    return f"{told_share(match, f'您投过、{day}没有采用的{standing.name}')}。改过以后可以再投，编辑会把两篇并排看。"


def told_share(match: Match, name: str) -> str:
    """The larger of the two shares, told as what it is a share of."""
    if match.comparison.forward >= match.comparison.backward:
        return f"正文约 {match.comparison.forward:.0%} 与{name}相同"
    return f"{name}约 {match.comparison.backward:.0%} 的文字出现在正文里"


def _next_step(standing: Standing, source: str | None, *, whole: bool) -> str:
    if not whole:
        return "请核对相同的段落，引用的注明出处；属于上级文件、会议的统一表述，请说明理由后提交。"
    if standing.own is not None and standing.own.article_id is None:
        return "同一篇不用再投：要改的，等退修时改，或者先撤回那一篇；不是同一篇的，请说明理由后提交。"
    if source is not None:
        return "也许已经有人推荐过。仍要推荐的，请说明理由后提交。"
    return "如果是同一篇，请不要重复投稿；如果是修改稿，请说明理由后提交。"


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
