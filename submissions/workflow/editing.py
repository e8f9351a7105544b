"""改稿: the office edits a manuscript that waits for its review. Before acceptance the text is still its writer's.

What is out with its writer is never edited. Every edit is a version (DESIGN.md 9). A substantive one ends the reviews
that were passed and 保密审查, and the manuscript goes back to 初审; 校样改动 leaves them (DESIGN.md 3). After acceptance the
text is the article's and is edited there (journal.versions).
"""

from django.db import transaction
from django.utils import timezone

from journal import duplicates, versions
from journal.models import Content, Text, TextVersion
from members.models import Event

from .. import assigning
from ..models import Submission
from ..refusals import Refused
from ..states import AWAITING_REVIEW, Action, Stage
from .handing_in import refuse_unkeepable
from .moving import lock, move, require

EDITED = "改稿"


class EditedMeanwhile(Refused):
    def __init__(self, latest: TextVersion):
        self.latest = latest
        who = latest.author or "同事"
        super().__init__(
            f"您打开以后，{who}保存了第 {latest.number} 版，您的改动还没有保存。下面是您写的，最下方是新的一版。"
            "请把两边合在一起再保存；各版都留着，不会丢。"
        )


def edit(
    submission: Submission, editor, content: Content, *, seen: int, reason: str, substantive: bool, at=None
) -> TextVersion:
    """Save the edited content as a version; `seen` is the id of the version the page was opened with.

    Raises EditedMeanwhile, Refused (not waiting for review, nothing changed, no reason), PermissionDenied.
    """
    at = at or timezone.now()
    with transaction.atomic():
        lock(submission)
        require(editor, "submissions.edit", submission)
        if submission.state not in AWAITING_REVIEW:
            raise Refused(f"这篇稿件{submission.label}，编辑不能在这里改。您写的还在下面，可以复制。")
        # No joins: a locked row is read anew after waiting for it, what was joined to it is not.
        text = Text.objects.select_for_update().get(pk=submission.text_id)
        if text.current_id != seen:
            raise EditedMeanwhile(text.current)
        if not reason.strip():
            raise Refused("请写明改了什么、为什么改，作者和同事会看到。")
        refuse_unkeepable(content, "保存")
        if content.digest == text.current.digest:
            raise Refused("和现在的文字一样，没有改动，不用保存。")
        version = versions.save_edited(text, content, editor, reason.strip(), substantive=substantive, at=at)
        submission.text = text
        duplicates.index_text(text)
        note = f"第 {version.number} 版，{reason.strip()}（{versions.told_kind(substantive)}）"
        Event.objects.record(editor, EDITED, submission, note=note, data={"version": version.number}, at=at)
        if substantive and submission.stage != Stage.FIRST:
            holder = assigning.duty_holder(submission, Stage.FIRST)
            note = f"第 {version.number} 版是实质改动，从初审重新审起。"
            changes = {"stage": Stage.FIRST, "waiting_since": at, "assignee": holder}
            move(submission, Action.REOPEN, editor, at=at, note=note, **changes)
    return version
