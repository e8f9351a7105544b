from django.apps import AppConfig


class SubmissionsConfig(AppConfig):
    name = "submissions"
    verbose_name = "稿件"

    def ready(self):
        from journal.site_revision import raise_on_change

        from . import permissions  # noqa: F401  (registers the predicates)
        from .models import Call

        raise_on_change(Call)
