"""Who may do what to issues and articles. One name for view, template and admin."""

import rules

from members.permissions import holds, is_editorial, is_reviewer
from members.roles import Role

from .models import Byline


@rules.predicate
def brought_it(user, sheet):
    return sheet is not None and user.is_authenticated and sheet.added_by_id == user.pk


@rules.predicate
def wrote_it(user, text):
    """Typed the first version, or signs the article under an author's page of their own."""
    if text is None:
        return False
    first = text.versions.order_by("number").values_list("author", flat=True).first()
    return first == user.pk or text_is_signed_by(text, user)


def text_is_signed_by(text, user) -> bool:
    return Byline.objects.filter(article__text=text, author__user=user).exists()


rules.add_perm("journal.see_unpublished", is_editorial)
rules.add_perm("journal.assemble_issue", is_reviewer)
rules.add_perm("journal.close_issue", holds(Role.MANAGING_EDITOR, Role.CHIEF_EDITOR))
rules.add_perm("journal.publish_issue", holds(Role.CHIEF_EDITOR))
# The scan of a signed sheet: the office, and the person (a liaison) who uploaded it.
rules.add_perm("journal.read_sheet", is_editorial | brought_it)
# 保密审查 of a text: never of one's own. `submissions.permissions` adds who sent it.
may_review_secrecy = holds(Role.MANAGING_EDITOR, Role.CHIEF_EDITOR) & ~wrote_it
rules.add_perm("journal.review_secrecy", may_review_secrecy)
rules.add_perm("journal.proofread", holds(Role.PROOFREADER, Role.EDITOR, Role.MANAGING_EDITOR, Role.CHIEF_EDITOR))
rules.add_perm("journal.apply_marks", is_reviewer)
