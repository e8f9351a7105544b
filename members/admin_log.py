"""What the stock admin notes of additions, changes and deletions goes into the audit trail as well."""

from django.contrib.admin.models import ADDITION, CHANGE, LogEntryManager

from . import audit
from .models import Event, User


class AuditedLogEntries(LogEntryManager):
    """Whatever the stock admin notes of a change is in the audit trail too, unless the page told it itself."""

    def log_actions(self, user_id, queryset, action_flag, change_message="", *, single_object=False):
        made = super().log_actions(user_id, queryset, action_flag, change_message, single_object=single_object)
        entries = made if isinstance(made, list) else [made] if made is not None else []
        act = {ADDITION: "新建", CHANGE: "修改"}.get(action_flag, "删除")
        for entry, subject in zip(entries, queryset, strict=False):
            message = entry.get_change_message() if action_flag == CHANGE else ""
            own = audit.is_told(subject._meta.label_lower, str(subject.pk))
            if own or (action_flag == CHANGE and not message):
                continue
            verb = f"{act}{subject._meta.verbose_name}"[:40]
            Event.objects.record(User.objects.get(pk=user_id), verb, subject, note=message)
        return made
