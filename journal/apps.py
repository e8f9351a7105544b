from django.apps import AppConfig
from django.db.models.signals import post_migrate


class JournalConfig(AppConfig):
    name = "journal"
    verbose_name = "期刊"

    def ready(self):
        from . import permissions  # noqa: F401  (registers the predicates)
        from .defaults import ensure_journal
        from .site_revision import READ, raise_on_change

        post_migrate.connect(ensure_journal, sender=self, dispatch_uid="journal.ensure_journal")
        raise_on_change(*READ)
