from django.apps import AppConfig


class SubmissionsConfig(AppConfig):
    name = "submissions"
    verbose_name = "稿件"

    def ready(self):
        from journal.compilation import NAME_SOURCES
        from journal.site_revision import raise_on_change
        from members.personal_data import HOLDERS

        from . import permissions  # noqa: F401  (registers the predicates)
        from .house_style import register_names
        from .models import Call
        from .personal_data import HOLDER

        NAME_SOURCES.append(register_names)
        raise_on_change(Call)
        HOLDERS.append(HOLDER)
