"""The versions of a text: what changed between two, which approvals stand, an older one restored, reviews done anew.

`save_edited` is how the office changes an accepted text: a substantive change reopens its reviews, a proof correction
(校样改动) leaves them (DESIGN.md 3, RULES.md section 3). Nothing is ever overwritten: restoring makes a version too.
"""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from journal.text.blocks import parse
from journal.text.diff import Row
from journal.text.diff import compare as compare_texts
from members.models import Event, User
from members.roles import Role

from . import assembly, duplicates
from .models import Approval, Article, Byline, Content, Issue, Journal, Text, TextVersion

Kind = Approval.Kind
REVIEW_ROLES = {Kind.FIRST: Role.EDITOR, Kind.SECOND: Role.MANAGING_EDITOR, Kind.FINAL: Role.CHIEF_EDITOR}
REOPENED = (*Approval.REVIEWS, Kind.SECRECY)  # what a substantive change asks for anew
FINAL_TEXT = (Kind.READ_THROUGH, Kind.PRINT)  # these hold for one digest and no other
REGISTERED = "代录"  # the reason of a version whose author typed in what somebody else wrote (submissions.workflow)


class VersionRefused(Exception):
    """The step cannot be taken; the message says why and what to do next."""


class MovedOn(VersionRefused):
    def __init__(self):
        super().__init__("正文刚刚被同事改过，这一步没有做。请看最新的版本，再决定。您写的还在。")


def fields_of(content: Content) -> dict[str, str]:
    """What stands around the body, by the name people know it under."""
    return {
        "肩题": content.kicker,
        "标题": content.title,
        "副标题": content.subtitle,
        "署名": "　".join(_signed(line) for line in content.bylines),
        "作者说明": content.author_note,
        "来源说明": content.source_note,
        "文末署名": content.credits,
    }


def _signed(line: dict) -> str:
    affiliation = f"（{line['affiliation']}）" if line.get("affiliation") else ""
    return line["name"] + affiliation + ("［单位］" if line["kind"] == Byline.Kind.UNIT else "")


def compare(old: Content, new: Content) -> list[Row]:
    """Rows of the comparison: fields first, then the blocks of the body with captions and tables."""
    return compare_texts(fields_of(old), fields_of(new), parse(old.html), parse(new.html))


def standing(text: Text) -> dict[str, Approval]:
    """Approval.Kind → the approval that holds for the text as it is now.

    通读 and 付印 hold for the digest they were given on alone; 保密审查 and proofs until a substantive change; the three
    reviews until an editor's substantive change revokes them (a contributor's new version was asked for in review).
    The parts of a composite were reviewed with it: its reviews speak for a part that was not changed in substance.
    """
    found = _held(text)
    part = Article.objects.filter(text=text, parent__isnull=False).select_related("parent__text__current").first()
    if part is not None and not text.versions.filter(substantive=True).exists():
        whole = _held(part.parent.text)
        found = {kind: approval for kind, approval in whole.items() if kind in REOPENED} | found
    return found


def _held(text: Text) -> dict[str, Approval]:
    rows = Approval.objects.on(text).passed().select_related("version", "person").defer("version__html")
    unchanged = set(Approval.objects.on(text).in_force().values_list("pk", flat=True))
    found: dict[str, Approval] = {}
    for row in rows.order_by("at", "pk"):
        if row.kind in FINAL_TEXT:
            holds = row.version.digest == text.current.digest
        else:
            holds = row.kind in (*Approval.REVIEWS, Kind.ENDORSEMENT) or row.pk in unchanged
        if holds:
            found[row.kind] = row
    return found


def at_stake(text: Text) -> list[Approval]:
    """The reviews a substantive change would reopen, in their order; none for a text that has not passed one."""
    held = standing(text)
    return [held[kind] for kind in REOPENED if kind in held]


def save_edited(text: Text, content: Content, by, reason: str, *, substantive=True, at=None) -> TextVersion:
    """A version made by the office. A substantive one revokes the reviews that stood on the text, with an event.

    Call inside a transaction that holds the text's row; unchanged content gives the current version back. Raises
    VersionRefused once the text has been published: from then on `corrections` alone changes it.
    """
    if Article.objects.filter(text=text, issue__state__in=(Issue.State.PUBLISHED, Issue.State.WITHDRAWN)).exists():
        raise VersionRefused("这篇文章已经刊发，正文和署名照登不改。发现差错，请按更正办理。")
    at = at or timezone.now()
    before = text.current_id
    version = text.save_version(content, by, reason, at=at, substantive=substantive)
    if version.pk == before or not substantive:
        return version
    given = Q(kind=Kind.SECRECY) | Q(kind__in=Approval.REVIEWS, decision=Approval.Decision.PASSED)
    reopened = Approval.objects.on(text).standing().filter(given)
    labels = [Kind(kind).label for kind in REOPENED if kind in set(reopened.values_list("kind", flat=True))]
    if labels:
        reopened.update(revoked_at=at)
        subject = Article.objects.filter(text=text).first() or text
        note = f"第 {version.number} 版是实质改动，{'、'.join(labels)}要重新办理：{reason}"
        Event.objects.record(by, "须重审", subject, note=note, data={"version": version.number}, at=at)
    return version


def told_kind(substantive: bool) -> str:
    return "实质改动" if substantive else "校样改动"


def edit_article(article: Article, text: Text, content: Content, by, reason: str, *, substantive=True) -> TextVersion:
    """`save_edited`, with what follows for the article: its listed facts, bylines, 查重, the audit trail."""
    signed_anew = content.bylines != text.current.bylines
    version = save_edited(text, content, by, reason, substantive=substantive)
    article.take_over(content)
    article.save()
    if signed_anew:
        line = article.bylines.filter(kind=Byline.Kind.PERSON).select_related("unit").first()
        assembly.sign(article, content.bylines, unit=line.unit if line else None)
    duplicates.index_text(text)
    note = f"{reason}（{told_kind(substantive)}）"
    Event.objects.record(by, "改稿", article, note=note, data={"version": version.number})
    return version


@transaction.atomic
def restore(article: Article, version: TextVersion, by, *, seen: int, reason: str, substantive: bool) -> TextVersion:
    """Make the content of an older version current again, as a new version.

    seen: id of the version that was current on the page. Raises MovedOn, VersionRefused, PermissionDenied.
    """
    if not by.has_perm("journal.change_article"):
        raise PermissionDenied
    if not reason.strip():
        raise VersionRefused("请写明为什么恢复，再恢复。")
    # No joins: a locked row is read anew after waiting for it, what was joined to it is not.
    text = Text.objects.select_for_update().get(pk=article.text_id)
    if text.current_id != seen or version.text_id != text.pk:
        raise MovedOn
    article = Article.objects.get(pk=article.pk)
    if article.issue is not None and not article.issue.is_open:
        raise VersionRefused(
            f"{article.issue}{article.issue.get_state_display()}，正文不能再改。请先由主任或主编退回编辑。"
        )
    if version.digest == text.current.digest:
        raise VersionRefused(f"第 {version.number} 版和现在的文字一样，不用恢复。")
    told = f"恢复第 {version.number} 版：{reason.strip()}"[:100]
    return edit_article(article, text, version.content, by, told, substantive=substantive)


def missing_reviews(article: Article) -> list[Kind]:
    """The reviews an article still needs before it can be printed, in their order; none once it is published."""
    return reviews_missing([article])[article.pk]


def reviews_missing(articles: Iterable[Article]) -> dict[int, list[Kind]]:
    """Article id → `missing_reviews`, in a constant number of queries. Articles need `issue` loaded.

    A part that was not changed in substance was reviewed with its composite.
    """
    articles = list(articles)
    texts = {article.text_id for article in articles}
    held: dict[int, set[str]] = {}
    passed = Approval.objects.passed().filter(version__text__in=texts, kind__in=Approval.REVIEWS)
    for text, kind in passed.order_by().values_list("version__text", "kind"):
        held.setdefault(text, set()).add(kind)
    parts = {article.text_id for article in articles if article.parent_id}
    rewritten = set(TextVersion.objects.filter(text__in=parts, substantive=True).values_list("text", flat=True))
    missing: dict[int, list[Kind]] = {}
    for article in articles:
        done = article.withdrawn_at or (article.issue is not None and article.issue.came_out)
        whole = article.parent_id and article.text_id not in rewritten
        missing[article.pk] = (
            [] if done or whole else [kind for kind in Approval.REVIEWS if kind not in held.get(article.text_id, ())]
        )
    return missing


def awaiting_review():
    """Articles not yet published that lack one of the three reviews (`missing_reviews`), in one query."""
    passed = Approval.objects.passed().filter(version__text=OuterRef("text"))
    lacking = Q()
    for kind in Approval.REVIEWS:
        lacking |= ~Exists(passed.filter(kind=kind))
    changed = TextVersion.objects.filter(text=OuterRef("text"), substantive=True)
    rows = Article.objects.filter(withdrawn_at=None).exclude(
        issue__state__in=(Issue.State.PUBLISHED, Issue.State.WITHDRAWN)
    )
    return rows.filter(lacking, Q(parent=None) | Exists(changed))


def writers(text: Text) -> set[int]:
    """Ids of the accounts whose own writing it is: they review it at no stage (RULES.md section 3)."""
    # The journal does not import submissions; where one came in as one, the relation knows who sent it.
    submission = getattr(text, "submission", None)
    if submission is not None:
        return {submission.contributor_id}
    parent = Article.objects.filter(text=text, parent__isnull=False).select_related("parent__text").first()
    if parent is not None:
        return writers(parent.parent.text)
    first = text.versions.order_by("number").first()
    return {first.author_id} if first and first.author_id and first.reason != REGISTERED else set()


def objection(article: Article, actor: User, *, reason: str = "") -> str:
    """Why this person cannot do the next review of the article; empty where nothing stands in the way.

    reason: why one person holds two stages, which the small-office profile asks for.
    """
    missing = missing_reviews(article)
    if not missing:
        return "三审都有效，不用再审。"
    stage = missing[0]
    if REVIEW_ROLES[stage] not in actor.roles:
        return f"现在等{REVIEW_ROLES[stage].label}做{stage.label}，您的身份不办这一步。"
    if actor.pk in writers(article.text):
        return f"这是您自己的稿件，不能自己审。请同事做{stage.label}。"
    held = Approval.objects.on(article.text).passed().filter(kind__in=Approval.REVIEWS).held_by(actor).first()
    if held is None:
        return ""
    if not Journal.objects.current().small_office:
        return f"您已经做过这篇文章的{held.get_kind_display()}，三审不能由同一个人做。请转给同事。"
    return "" if reason.strip() else f"您已经做过{held.get_kind_display()}。一人多岗，请写明原因。"


@transaction.atomic
def review(article: Article, actor, *, seen: int, passed: bool, opinion: str, reason: str = "", at=None) -> Approval:
    """Do the next missing review on the article's text as it is; `seen` is the version that was read.

    Not passed: the opinion is kept and the text waits to be edited or restored. Raises MovedOn, VersionRefused,
    PermissionDenied.
    """
    if not actor.is_reviewer:
        raise PermissionDenied
    held = Text.objects.select_for_update().get(pk=article.text_id)
    article = Article.objects.select_related("issue").get(pk=article.pk)
    if held.current_id != seen:
        raise MovedOn
    if not opinion.strip():
        raise VersionRefused("请写下审稿意见。")
    if problem := objection(article, actor, reason=reason):
        raise VersionRefused(problem)
    stage = missing_reviews(article)[0]
    decision = Approval.Decision.PASSED if passed else Approval.Decision.RETURNED
    at = at or timezone.now()
    approval = Approval.objects.create(
        kind=stage,
        version_id=held.current_id,
        person=actor,
        decision=decision,
        opinion=opinion.strip(),
        reason=reason.strip()[:200],
        at=at,
    )
    told = opinion.strip() + (f"（一人多岗：{reason.strip()}）" if reason.strip() else "")
    Event.objects.record(actor, f"重审{approval}", article, note=told, at=at)
    return approval
