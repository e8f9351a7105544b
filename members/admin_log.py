"""What the stock admin notes of additions, changes and deletions goes into the audit trail as well."""

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.db.models.signals import post_save
from django.dispatch import receiver

from . import audit
from .models import Event

ACTS = {ADDITION: "新建", CHANGE: "修改", DELETION: "删除"}


@receiver(post_save, sender=LogEntry, dispatch_uid="members.tell_of_log_entry")
def tell_of_log_entry(sender, instance: LogEntry, created: bool, **kwargs) -> None:
    """One line of the trail for each line of the admin's own log, unless the page has told it itself."""
    message = instance.get_change_message() if instance.action_flag == CHANGE else ""
    model = instance.content_type.model_class()
    if not created or model is None or (instance.action_flag == CHANGE and not message):
        return
    if audit.is_told(model._meta.label_lower, instance.object_id):
        return
    # The object may be gone by now, so the log's own words for it are kept.
    Event.objects.create(
        actor=instance.user,
        actor_name=str(instance.user),
        verb=f"{ACTS[instance.action_flag]}{model._meta.verbose_name}"[:40],
        subject_type=model._meta.label_lower,
        subject_id=str(instance.object_id)[:40],
        subject_label=instance.object_repr[:200],
        note=message,
        at=instance.action_time,
        address=audit.current_address(),
    )
