"""Who may do what to a submission. Views, templates and the admin ask `user.has_perm(name, submission)`."""

import rules

from members.permissions import holds, is_editorial, is_reviewer, is_sender
from members.roles import Role

from .states import Stage

STAGE_ROLES = {
    Stage.FIRST: Role.EDITOR,
    Stage.SECOND: Role.MANAGING_EDITOR,
    Stage.FINAL: Role.CHIEF_EDITOR,
}


@rules.predicate
def is_contributor_of(user, submission):
    return submission is not None and submission.contributor_id == user.pk


@rules.predicate
def is_sent(user, submission):
    return submission is not None and submission.submitted_at is not None


@rules.predicate
def reviews_its_stage(user, submission):
    return submission is not None and STAGE_ROLES[Stage(submission.stage)] in user.roles


rules.add_perm("submissions.send", is_sender)
rules.add_perm("submissions.check_files", is_sender | is_editorial)
rules.add_perm("submissions.register", holds(Role.EDITOR, Role.MANAGING_EDITOR))
rules.add_perm("submissions.write", is_contributor_of)
rules.add_perm("submissions.withdraw", is_contributor_of)
rules.add_perm("submissions.read", is_contributor_of | (is_editorial & is_sent))
# Nobody reviews an own manuscript (RULES.md section 3).
rules.add_perm("submissions.review", is_reviewer & reviews_its_stage & ~is_contributor_of)
