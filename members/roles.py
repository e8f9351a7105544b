"""The roles of the office. Each is a group with the same name, made after migrate (a flush empties groups)."""

from django.db.models import TextChoices


class Role(TextChoices):
    READER = "reader", "读者"
    CONTRIBUTOR = "contributor", "投稿人"
    LIAISON = "liaison", "单位通讯员"
    EDITOR = "editor", "编辑（初审）"
    MANAGING_EDITOR = "managing_editor", "编辑部主任（复审）"
    CHIEF_EDITOR = "chief_editor", "主编（终审）"
    PROOFREADER = "proofreader", "校对"
    ADMINISTRATOR = "administrator", "管理员"


REVIEWERS = frozenset({Role.EDITOR, Role.MANAGING_EDITOR, Role.CHIEF_EDITOR})
EDITORIAL = REVIEWERS | {Role.PROOFREADER, Role.ADMINISTRATOR}
SENDERS = frozenset({Role.CONTRIBUTOR, Role.LIAISON})

# What the stock admin may do for a role, as "app.model" → allowed acts. State is never written there:
# journeys (review, place, publish) have their own pages and predicates.
_DESK = {
    "journal.approval": "view",
    "journal.article": "view change add",
    "journal.author": "view change add",
    "journal.byline": "view change add delete",
    "journal.boardmember": "view change add delete",
    "journal.desensitisedterm": "view change add delete",
    "journal.galleyround": "view",
    "journal.highlight": "view change add delete",
    "journal.imprint": "view change add",
    "journal.issue": "view change add",
    "journal.issuematter": "view change add delete",
    "journal.issuesection": "view change add delete",
    "journal.journal": "view change",
    "journal.journallink": "view change add delete",
    "journal.picture": "view change",
    "journal.proofmark": "view",
    "journal.readcount": "view",
    "journal.section": "view change add",
    "members.departure": "view",
    "members.event": "view",
    "members.privacynotice": "view",
    "members.unit": "view change add",
    "members.unitalias": "view change add delete",
    "members.user": "view change add",
    "submissions.call": "view change add",
    "submissions.commission": "view change add",
    "submissions.inboundmail": "view",
    "submissions.ledger": "view",
    "submissions.letter": "view",
    "submissions.lettertemplate": "view change",
    "submissions.namingorder": "view change add delete",
    "submissions.pointrule": "view",
    "submissions.preferredterm": "view change add delete",
    "submissions.quota": "view",
    "submissions.sectionduty": "view change add delete",
    "submissions.submission": "view",
    "submissions.tenure": "view change add delete",
    "submissions.unitname": "view change add delete",
}
# What strangers write to the mailbox is read by those who deal with it.
_READ_ONLY = dict.fromkeys((model for model in _DESK if model != "submissions.inboundmail"), "view")
# Points and quotas are set by those who answer for them; copies and fees are kept by the managing editor's office.
_LEDGER = dict.fromkeys(("submissions.pointrule", "submissions.quota"), "view change add delete")
_REGISTERS = dict.fromkeys(
    ("submissions.distributionline", "submissions.samplecopy", "submissions.fee"), "view change add delete"
)

_NOTICE = {"members.privacynotice": "view add change"}

ADMIN_RIGHTS: dict[Role, dict[str, str]] = {
    Role.EDITOR: _DESK,
    Role.MANAGING_EDITOR: _DESK | _LEDGER | _REGISTERS,
    Role.CHIEF_EDITOR: _DESK | _LEDGER | _NOTICE,
    Role.ADMINISTRATOR: _DESK | _LEDGER | _REGISTERS | _NOTICE,
    Role.PROOFREADER: _READ_ONLY,
}


def ensure_roles(**kwargs) -> None:
    """Create the groups and give them their admin rights; safe to run again (post_migrate)."""
    from django.contrib.auth.models import Group, Permission

    by_codename = {
        f"{p.content_type.app_label}.{p.codename}": p for p in Permission.objects.select_related("content_type")
    }
    for role in Role:
        group, _ = Group.objects.get_or_create(name=role.label)
        wanted = []
        for model, acts in ADMIN_RIGHTS.get(role, {}).items():
            app_label, model_name = model.split(".")
            names = [f"{app_label}.{act}_{model_name}" for act in acts.split()]
            wanted += [by_codename[name] for name in names if name in by_codename]
        group.permissions.set(wanted)
