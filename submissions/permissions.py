"""Who may do what to a submission. Views, templates and the admin ask `user.has_perm(name, submission)`."""

import rules

from journal.permissions import reviews_secrecy, typed_it
from members.permissions import holds, is_editorial, is_reviewer, is_sender
from members.roles import Role

from . import endorsing
from .models import Submission
from .states import STAGE_ROLES, Stage


@rules.predicate
def is_contributor_of(user, submission):
    return submission is not None and submission.contributor_id == user.pk


@rules.predicate
def is_sent(user, submission):
    return submission is not None and submission.submitted_at is not None


@rules.predicate
def reviews_its_stage(user, submission):
    return submission is not None and STAGE_ROLES[Stage(submission.stage)] in user.roles


@rules.predicate
def is_liaison_of_its_unit(user, submission):
    """The liaison of the unit it came from, or of the one that unit was merged into."""
    return (
        submission is not None
        and submission.unit_id is not None
        and user.unit_id is not None
        and Role.LIAISON in user.roles
        and user.unit_id in (submission.unit_id, submission.unit.merged_into_id)
    )


@rules.predicate
def needs_endorsement(user, submission):
    return endorsing.is_needed(submission)


rules.add_perm("submissions.send", is_sender)
rules.add_perm("submissions.check_files", is_sender | is_editorial)
rules.add_perm("submissions.register", holds(Role.EDITOR, Role.MANAGING_EDITOR))
rules.add_perm("submissions.write", is_contributor_of)
rules.add_perm("submissions.withdraw", is_contributor_of)
rules.add_perm("submissions.read", is_contributor_of | (is_editorial & is_sent))
# Nobody reviews an own manuscript (RULES.md section 3).
rules.add_perm("submissions.review", is_reviewer & reviews_its_stage & ~is_contributor_of)
rules.add_perm("submissions.assign", is_reviewer & is_sent & ~is_contributor_of)
# The office's edits before acceptance; nobody of the office edits an own manuscript past its contributor's form.
rules.add_perm("submissions.edit", is_reviewer & is_sent & ~is_contributor_of)
# What was signed on paper is written down by any reviewer but its writer; who signed counts as the reviewer.
rules.add_perm("submissions.record_review", is_reviewer & is_sent & ~is_contributor_of)


@rules.predicate
def owns_this_text(user, text):
    """A manuscript is its contributor's, whoever typed it in; of other texts the journal itself knows who did."""
    if text is None:
        return False
    contributor = Submission.objects.filter(text=text).values_list("contributor", flat=True).first()
    return typed_it(user, text) if contributor is None else contributor == user.pk


rules.set_perm("journal.review_secrecy", reviews_secrecy & ~owns_this_text)
# 单位审核: the unit's liaison where the unit endorses, or for what the liaison sent; the office records paper sheets.
rules.add_perm("submissions.endorse_for_unit", holds(Role.LIAISON))
rules.add_perm("submissions.endorse", is_liaison_of_its_unit & is_sent & (needs_endorsement | is_contributor_of))
rules.add_perm("submissions.record_endorsement", is_reviewer & is_sent & ~is_contributor_of)
rules.add_perm("submissions.read_endorsement", is_sent & (is_contributor_of | is_editorial | is_liaison_of_its_unit))
# Messages are between the contributor and those who review.
rules.add_perm("submissions.write_to_office", is_contributor_of & is_sent)
rules.add_perm("submissions.answer", is_reviewer & is_sent & ~is_contributor_of)
# 选题约稿, and sending a letter again.
rules.add_perm("submissions.commission", is_reviewer)
rules.add_perm("submissions.send_letters", is_reviewer | holds(Role.ADMINISTRATOR))
