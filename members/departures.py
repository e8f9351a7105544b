from django.conf import settings
from django.db import models
from django.utils import timezone


class Departure(models.Model):
    """A person asked to close the account (注销申请). Written by departing.py alone."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="departure", verbose_name="账号")
    asked_at = models.DateTimeField("申请时间", default=timezone.now)
    due_at = models.DateTimeField("冷静期至")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="同意人"
    )
    confirmed_at = models.DateTimeField("同意时间", null=True, blank=True)
    done_at = models.DateTimeField("注销时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "注销申请"
        ordering = ("done_at", "due_at")

    def __str__(self):
        return str(self.user)
