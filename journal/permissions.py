"""Who may do what to issues and articles. One name for view, template and admin."""

import rules

from members.permissions import holds, is_editorial, is_reviewer
from members.roles import Role


@rules.predicate
def brought_it(user, sheet):
    return sheet is not None and user.is_authenticated and sheet.added_by_id == user.pk


rules.add_perm("journal.see_unpublished", is_editorial)
rules.add_perm("journal.assemble_issue", is_reviewer)
rules.add_perm("journal.close_issue", holds(Role.MANAGING_EDITOR, Role.CHIEF_EDITOR))
rules.add_perm("journal.publish_issue", holds(Role.CHIEF_EDITOR))
# The scan of a signed sheet: the office, and the person (a liaison) who uploaded it.
rules.add_perm("journal.read_sheet", is_editorial | brought_it)
