"""保密审查: who read a text for secrets, when, with what conclusion, on what basis (RULES.md sections 1, 3, 7).

A manuscript is not accepted without it; what came another way (an editor's own piece, an import) is not published
without it. Its conclusion narrows who may read and never widens it (DESIGN.md 6): 仅内部 keeps an article 内部 in a 公开
issue, 不予刊发 keeps it out of print. A substantive change asks for it anew: what stands is told by `in_force`.

An issue that was printed before it came here (`importing`) is out already as internal material: it is published 内部
without a review of ours, which its event says. Imported as 公开, the approval that the import names (who, basis) stands
for the whole issue and is kept with it; a conclusion recorded for one of its articles narrows that article all the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from members.models import Event

from .models import Article, Issue, SignedSheet, Text, TextVersion
from .models.text import Approval

Conclusion = Approval.Conclusion
WIDTH = (Conclusion.NONE, Conclusion.INTERNAL, Conclusion.PUBLIC)  # from the narrowest
PLACE = "请在“保密审查”页里登记"


class SecrecyRefused(Exception):
    """The review cannot be recorded; the message says why and what to do next."""


@dataclass(frozen=True)
class Finding:
    """What a person concluded. signer, signed_on and scan: where the conclusion was signed on paper (补录)."""

    conclusion: str
    basis: str
    opinion: str = ""
    signer: str = ""
    signed_on: date | None = None
    scan: SignedSheet | None = None


@transaction.atomic
def record(text: Text, actor, finding: Finding, *, seen: int | None = None, at=None) -> Approval:
    """Record the review of the text as it stands; an earlier one in force is revoked, and kept.

    `seen` is the id of the version that was read. The event is about the article, or the text where it has none yet.
    Raises SecrecyRefused, PermissionDenied.
    """
    if not actor.has_perm("journal.review_secrecy", text):
        raise PermissionDenied
    _complete(finding)
    at = at or timezone.now()
    # Held, so that the version that was read stays the current one until this is written; no joins in a lock.
    held = Text.objects.select_for_update().get(pk=text.pk)
    if seen is not None and held.current_id != seen:
        raise SecrecyRefused("正文刚刚被同事改过。请重新看一遍现在的正文，再登记保密审查。您填的内容还在。")
    article = Article.objects.filter(text=text).first()
    if article is not None and article.issue is not None and article.issue.came_out:
        raise SecrecyRefused(f"《{article}》已在{article.issue}刊发，不能再改保密审查。有问题请按撤下办理。")
    before = standing(text)
    _standing_of(text).update(revoked_at=at)
    refused = finding.conclusion == Conclusion.NONE
    approval = Approval.objects.create(
        kind=Approval.Kind.SECRECY,
        version_id=held.current_id,
        person=actor,
        decision=Approval.Decision.REJECTED if refused else Approval.Decision.PASSED,
        conclusion=finding.conclusion,
        basis=finding.basis.strip(),
        opinion=finding.opinion.strip(),
        signer=finding.signer.strip(),
        signed_on=finding.signed_on,
        scan=finding.scan,
        recorded_by=actor if finding.signer.strip() else None,
        at=at,
    )
    Event.objects.record(
        actor,
        Approval.Kind.SECRECY.label,
        article or text,
        before=before.get_conclusion_display() if before else "未审查",
        after=approval.get_conclusion_display(),
        note="；".join(part for part in (f"依据：{approval.basis}", approval.opinion, _on_paper(approval)) if part),
        at=at,
    )
    return approval


def _complete(finding: Finding) -> None:
    if finding.conclusion not in Conclusion.values:
        raise SecrecyRefused("请先选定结论：可公开、仅内部，或者不予刊发。")
    if not finding.basis.strip():
        raise SecrecyRefused("请写明依据，例如“单位保密审查表”“《保密法》和本部门定密清单”。")
    signed = (finding.signer.strip(), finding.signed_on)
    if any(signed) and not all(signed):
        raise SecrecyRefused("纸上签过的，请把签字人和签字日期都填上。")
    if finding.scan is not None and not all(signed):
        raise SecrecyRefused("传了扫描件，请写明签字人和签字日期。")
    if finding.signed_on and finding.signed_on > timezone.localdate():
        raise SecrecyRefused("签字日期还没有到，请核对。")


def _on_paper(approval: Approval) -> str:
    return f"{approval.signer} {approval.signed_on} 签字" if approval.signer else ""


def _standing_of(text: Text):
    return Approval.objects.on(text).standing().filter(kind=Approval.Kind.SECRECY)


def standing(text: Text) -> Approval | None:
    """The 保密审查 in force of one text; None where there is none, or the text was changed in substance since."""
    return Approval.objects.on(text).in_force().filter(kind=Approval.Kind.SECRECY).order_by("at", "pk").last()


def objection(text: Text) -> str:
    """Why a manuscript cannot be accepted now, with the next step; empty where nothing stands in the way."""
    found = standing(text)
    if found is None:
        overtaken = Approval.objects.on(text).filter(kind=Approval.Kind.SECRECY).exists()
        reason = "保密审查以后又作了实质改动，要重新审查" if overtaken else "还没有作保密审查"
        return f"这篇稿件{reason}，不能录用。{PLACE}，再通过终审。"
    if found.conclusion == Conclusion.NONE:
        return "这篇稿件的保密审查结论是不予刊发，不能录用。请退稿；结论有变的，请重新登记保密审查。"
    return ""


@dataclass(frozen=True)
class Standing:
    """What the reviews in force say of an article. conclusion is empty where none speaks for it."""

    approval: Approval | None
    conclusion: str

    @property
    def is_missing(self) -> bool:
        return not self.conclusion

    @property
    def is_refused(self) -> bool:
        return self.conclusion == Conclusion.NONE

    @property
    def label(self) -> str:
        return Conclusion(self.conclusion).label if self.conclusion else "未审查"


def standings(articles: Iterable[Article]) -> dict[int, Standing]:
    """Article id → what stands, in a constant number of queries.

    A composite was reviewed as one text: its review speaks for the parts it was split into, until a part is changed in
    substance or has a review of its own; the narrower of the two counts. Articles need `parent` loaded.
    """
    articles = list(articles)
    texts = {article.text_id for article in articles}
    texts |= {article.parent.text_id for article in articles if article.parent is not None}
    rows = Approval.objects.filter(kind=Approval.Kind.SECRECY, version__text__in=texts).in_force()
    rows = rows.select_related("person", "scan", "version").defer("version__html").order_by("at", "pk")
    own = {approval.version.text_id: approval for approval in rows}
    rewritten = set(
        TextVersion.objects.filter(text__in=texts, substantive=True).values_list("text", flat=True).distinct()
    )
    return {article.pk: _standing(article, own, rewritten) for article in articles}


def _standing(article: Article, own: dict[int, Approval], rewritten: set[int]) -> Standing:
    found = own.get(article.text_id)
    whole = own.get(article.parent.text_id) if article.parent is not None else None
    if found is None and (whole is None or article.text_id in rewritten):
        return Standing(None, "")
    speaking = [approval for approval in (found, whole) if approval is not None]
    narrowest = min(speaking, key=lambda approval: WIDTH.index(Conclusion(approval.conclusion)))
    return Standing(narrowest, narrowest.conclusion)


def of_issue(issue: Issue) -> list[tuple[Article, Standing]]:
    """Every article of an issue that is not withdrawn, parts too, in printed order, with what stands."""
    articles = Article.objects.filter(issue=issue, withdrawn_at=None).in_printed_order()
    articles = list(articles.select_related("parent", "section", "text__current").defer("text__current__html"))
    found = standings(articles)
    return [(article, found[article.pk]) for article in articles]


def publishing_objection(issue: Issue, *, printed: bool = False) -> str:
    """Why an issue cannot be published for its 保密审查, naming the articles; empty where nothing stands in the way.

    printed: it was printed elsewhere before (an import), so reviews are not asked for, but one that refuses is obeyed.
    """
    rows = of_issue(issue)
    refused = [article for article, found in rows if found.is_refused]
    if refused:
        return f"保密审查结论是不予刊发的有{_named(refused)}。请先退回编辑，移出后再刊发。"
    missing = [] if printed else [article for article, found in rows if found.is_missing]
    if missing:
        return f"还没有作保密审查（或审查以后又作了实质改动）的有{_named(missing)}。{PLACE}，再刊发。"
    return ""


def _named(articles: list[Article]) -> str:
    shown = "".join(f"《{article}》" for article in articles[:8])
    return shown + (f"等 {len(articles)} 篇" if len(articles) > 8 else f" {len(articles)} 篇")
