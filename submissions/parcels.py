"""What an editor brought in at one go (代录): its files kept, what was read proposed, until it is registered.

Nothing of it is a manuscript yet: no draft appears in anybody's list, and what the editor types is kept with the
parcel from the first upload on. `registering/` holds its verbs.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class Parcel(models.Model):
    """One delivery of files on its way to one or many manuscripts.

    files: [{name, folder, sha256, size, role, state, remarks}] in the order of arrival.
    texts: {index of a text file: fields as read, with remarks and pictures}.
    groups: [{key, fields as typed, pictures, …}], a manuscript each (`registering.grouping`).
    `number` rises with every save, so that a second window or a second press changes nothing silently.
    """

    class Grouping(models.TextChoices):
        ONE = "one", "合为一篇"
        FOLDER = "folder", "每个文件夹一篇"
        FILE = "file", "每个文字文件一篇"

    class State(models.TextChoices):
        OPEN = "open", "待登记"
        DONE = "done", "已登记"
        DROPPED = "dropped", "不登记"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    editor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="parcels", verbose_name="经手编辑"
    )
    state = models.CharField("状态", max_length=8, choices=State, default=State.OPEN)
    channel = models.CharField("来稿方式", max_length=8)
    received_on = models.DateField("收到日期", default=timezone.localdate)
    call = models.ForeignKey("submissions.Call", models.PROTECT, related_name="+", verbose_name="征稿启事")
    grouping = models.CharField("分篇", max_length=8, choices=Grouping, default=Grouping.FILE)
    files = models.JSONField(default=list)
    texts = models.JSONField(default=dict)
    groups = models.JSONField(default=list)
    # What was typed for a way of grouping that is not shown now: choosing it again brings it back.
    aside = models.JSONField(default=dict)
    remarks = models.JSONField(default=list)
    number = models.PositiveIntegerField(default=0)
    at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "代录"
        ordering = ("-at",)
        constraints = [
            models.CheckConstraint(condition=Q(state__in=("open", "done", "dropped")), name="parcel_state_known"),
        ]
        default_permissions = ()

    def __str__(self):
        names = "、".join(group.get("title") or "（没有标题）" for group in self.groups[:3])
        return names or f"{len(self.files)} 个文件"

    @property
    def unread(self) -> int:
        """Text files that wait for being read."""
        return sum(file["state"] == "waiting" for file in self.files)
