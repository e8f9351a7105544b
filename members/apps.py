from django.apps import AppConfig
from django.db.models.signals import post_migrate


class MembersConfig(AppConfig):
    name = "members"
    verbose_name = "人员与单位"

    def ready(self):
        from . import admin_log, signing  # noqa: F401  (their receivers)
        from .privacy import ensure_notice
        from .roles import ensure_roles

        post_migrate.connect(ensure_roles, dispatch_uid="members.ensure_roles")
        post_migrate.connect(ensure_notice, sender=self, dispatch_uid="members.ensure_notice")
