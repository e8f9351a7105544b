"""补录: a review that was signed on paper, written down by a colleague (RULES.md section 3, small-office profile)."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from journal.models import Approval, SignedSheet
from members.models import User
from members.roles import REVIEWERS

from .models import Submission


@dataclass(frozen=True)
class Paper:
    """Who signed and when (a day, not in the future), the scan of the sheet, why it is recorded afterwards."""

    signer: str
    signed_on: date
    sheet: SignedSheet
    reason: str


def account_of(signer: str) -> User | None:
    """The one reviewer's account of this name; None for a signer without one, or where two share the name."""
    found = [user for user in User.objects.filter(name=signer.strip(), is_active=True) if user.roles & REVIEWERS]
    return found[0] if len(found) == 1 else None


def objection(paper: Paper, submission: Submission, today: date | None = None) -> str:
    """Why the sheet cannot be recorded for this manuscript; empty where it can."""
    if not paper.signer.strip():
        return "请写明签字人是谁。"
    if not paper.reason.strip():
        return "请写明为什么补录，例如“主编不在线，在清样上签字”。"
    if paper.signed_on > (today or timezone.localdate()):
        return "签字日期还没有到，请核对。"
    received = submission.received_on or timezone.localdate(submission.submitted_at)
    if paper.signed_on < received:
        return f"签字日期早于收稿日期（{received:%Y年%-m月%-d日}），请核对。"
    signer, names = paper.signer.strip(), {submission.contributor.name}
    names |= {line["name"] for line in submission.text.current.bylines if line.get("kind") == "person"}
    if signer in names:
        return f"{signer}是这篇稿件的作者，自己的稿件不能自己审。"
    return ""


def fields(paper: Paper, recorder) -> dict:
    """What an Approval keeps of it: the signer counts as the holder of the stage, the recorder as who wrote it down."""
    return {
        "person": account_of(paper.signer) or recorder,
        "recorded_by": recorder,
        "signer": paper.signer.strip()[: Approval._meta.get_field("signer").max_length],
        "signed_on": paper.signed_on,
        "scan": paper.sheet,
    }
