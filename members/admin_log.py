"""What the stock admin notes of additions, changes and deletions goes into the audit trail as well."""

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.db.models.signals import post_save
from django.dispatch import receiver

from . import audit
from .models import Event, User

ACTS = {ADDITION: "新建", CHANGE: "修改", DELETION: "删除"}


@receiver(post_save, sender=LogEntry, dispatch_uid="members.tell_of_log_entry")
def tell_of_log_entry(sender, instance: LogEntry, created: bool, **kwargs) -> None:
    """One line of the trail for each line of the admin's own log, unless the page has told it itself."""
    is_change = instance.action_flag == CHANGE
    model = instance.content_type.model_class()
    if not created or model is None or (is_change and instance.change_message in ("", "[]")):
        return  # saved without a change
    if audit.is_told(model._meta.label_lower, str(instance.object_id)):
        return
    if model is User and "password" in instance.change_message:
        return  # 重设密码 is told by its own page
    # The object may be gone by now, so the log's own words for it are kept.
    Event.objects.create(
        actor=instance.user,
        actor_name=str(instance.user),
        verb=f"{ACTS[instance.action_flag]}{model._meta.verbose_name}"[:40],
        subject_type=model._meta.label_lower,
        subject_id=str(instance.object_id)[:40],
        subject_label=instance.object_repr[:200],
        note=instance.get_change_message() if is_change else "",
        at=instance.action_time,
        address=audit.current_address(),
    )
