from django.apps import AppConfig
from django.db.models.signals import post_migrate


class MembersConfig(AppConfig):
    name = "members"
    verbose_name = "人员与单位"

    def ready(self):
        from django.contrib.admin.models import LogEntry

        from . import signing  # noqa: F401  (its receivers)
        from .admin_log import AuditedLogEntries
        from .roles import ensure_roles

        LogEntry.add_to_class("objects", AuditedLogEntries())

        post_migrate.connect(ensure_roles, dispatch_uid="members.ensure_roles")
