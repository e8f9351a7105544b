from django.apps import AppConfig


class SubmissionsConfig(AppConfig):
    name = "submissions"
    verbose_name = "稿件"

    def ready(self):
        from . import permissions  # noqa: F401  (registers the predicates)
