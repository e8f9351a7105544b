"""What is done in the background (django-tasks): in the request itself, or by `manage.py work`, as TASKS says."""

from django_tasks import task


@task()
def build_edition(pk: int) -> bool:
    """Build one edition; False where it was not waiting any more. The row tells how it went (`editions_made`)."""
    from .editions_made import carry_out  # which enqueues this task

    return carry_out(pk)
