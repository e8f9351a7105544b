from django.utils.functional import SimpleLazyObject

from .models import Journal


def current_journal(request):
    """The journal's facts in every template; asked from the database only where a template uses them."""
    return {"journal": SimpleLazyObject(Journal.objects.current)}
