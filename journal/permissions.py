"""Who may do what to issues and articles. One name for view, template and admin."""

import rules

from members.permissions import holds, is_editorial, is_reviewer
from members.roles import Role

from .models import Byline


@rules.predicate
def brought_it(user, sheet):
    return sheet is not None and user.is_authenticated and sheet.added_by_id == user.pk


@rules.predicate
def typed_it(user, text):
    """Wrote the first version. What `assembly.split` cut out of a composite nobody typed: it is not substantive."""
    return text is not None and text.versions.filter(number=1, substantive=True, author=user.pk).exists()


@rules.predicate
def signs_it(user, text):
    """Signs the article under an author's page of their own."""
    return text is not None and Byline.objects.filter(article__text=text, author__user=user.pk).exists()


rules.add_perm("journal.see_unpublished", is_editorial)
rules.add_perm("journal.assemble_issue", is_reviewer)
rules.add_perm("journal.close_issue", holds(Role.MANAGING_EDITOR, Role.CHIEF_EDITOR))
# What needs judgement before an issue is closed, decided by name.
rules.add_perm("journal.acknowledge_imprint", is_reviewer)
rules.add_perm("journal.publish_issue", holds(Role.CHIEF_EDITOR))
# The scan of a signed sheet: the office, and the person (a liaison) who uploaded it.
rules.add_perm("journal.read_sheet", is_editorial | brought_it)
# 保密审查 of a text: never of one's own. `submissions.permissions` tells whose a manuscript is.
reviews_secrecy = holds(Role.MANAGING_EDITOR, Role.CHIEF_EDITOR) & ~signs_it
rules.add_perm("journal.review_secrecy", reviews_secrecy & ~typed_it)
rules.add_perm("journal.proofread", holds(Role.PROOFREADER, Role.EDITOR, Role.MANAGING_EDITOR, Role.CHIEF_EDITOR))
rules.add_perm("journal.apply_marks", is_reviewer)
# 清样: made, and what comes back on paper written down, by whoever may change texts; 付印 is the chief editor's.
rules.add_perm("journal.make_galley", is_reviewer)
rules.add_perm("journal.record_galley", is_reviewer)
rules.add_perm("journal.approve_printing", holds(Role.CHIEF_EDITOR))
rules.add_perm("journal.record_printing", is_reviewer)
# After publication: readers are told of each of these.
rules.add_perm("journal.propose_correction", is_reviewer)
rules.add_perm("journal.sign_correction", holds(Role.MANAGING_EDITOR, Role.CHIEF_EDITOR))
rules.add_perm("journal.withdraw_published", holds(Role.MANAGING_EDITOR, Role.CHIEF_EDITOR))
rules.add_perm("journal.build_edition", is_reviewer)
rules.add_perm("journal.upload_print", is_reviewer)
