"""What the review page shows beside the text: the conversation with the contributor, and 单位审核."""

from .. import endorsing, messaging, returning
from ..forms import EndorsementForm
from ..models import Submission
from ..states import AWAITING_REVIEW, State


def panels(request, submission: Submission) -> dict:
    """What the review page shows of the conversation and of 单位审核; opening the page counts as reading."""
    user = request.user
    conversation = messaging.opened_by(user, submission)
    past = list(endorsing.endorsements(submission))
    standing = endorsing.endorsement_of(submission)
    needed = endorsing.is_needed(submission)
    waiting = [one.pk for one in conversation if not (one.from_office or one.settled_at or one.asks_until)]
    may_record = user.has_perm("submissions.record_endorsement", submission) and submission.state in AWAITING_REVIEW
    return {
        "conversation": conversation,
        "may_answer": user.has_perm("submissions.answer", submission),
        "last_waiting": max(waiting, default=None),
        "asked": returning.request_of(submission) if submission.state == State.RETURNED else None,
        "longest_message": messaging.LONGEST,
        "endorsements": past,
        "endorsement": standing,
        "endorsement_needed": needed,
        "may_endorse": may_record and standing is None,
        "endorsement_form": EndorsementForm(initial={"version": submission.text.current_id}),
    }
