"""样刊通知: tells contributors of published pieces that their copies are ready, one letter a manuscript."""

from collections import defaultdict
from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from journal.models import Article
from members.models import Event

from . import letters
from .models import Letter, Submission
from .registers import SampleCopy


@transaction.atomic
def tell(samples: Iterable[SampleCopy], actor, *, at=None) -> tuple[int, int]:
    """Post the letters for copies nobody was told of: (letters, copies' lines left, having no contributor to write to).

    Lines of one manuscript share a letter that counts their copies. Raises PermissionDenied.
    """
    if not actor.has_perm("submissions.keep_registers"):
        raise PermissionDenied("样刊由编辑部主任和管理员登记，您的身份不办这一步。")
    at = at or timezone.now()
    wanted = [sample.pk for sample in samples]
    untold = SampleCopy.objects.select_for_update().filter(pk__in=wanted, told_on=None).order_by("pk")
    lines = list(untold)
    manuscripts = _manuscripts({line.article_id for line in lines})
    of_manuscript: dict[Submission, list[SampleCopy]] = defaultdict(list)
    for line in lines:
        if submission := manuscripts.get(line.article_id):
            of_manuscript[submission].append(line)
    for submission, copies in of_manuscript.items():
        count = sum(line.copies for line in copies)
        letters.post(submission, Letter.Kind.SAMPLE, copies=count, at=at)
        Event.objects.record(actor, "发样刊通知", submission, note=f"{count} 册", at=at)
    told = [line.pk for copies in of_manuscript.values() for line in copies]
    SampleCopy.objects.filter(pk__in=told).update(told_on=timezone.localdate(at))
    return len(of_manuscript), len(lines) - len(told)


def _manuscripts(articles: set[int]) -> dict[int, Submission]:
    """The manuscript each article came of, by article; a composite's parts came of the whole's."""
    parents = dict(Article.objects.filter(pk__in=articles).values_list("pk", "parent_id"))
    roots = {pk: parent or pk for pk, parent in parents.items()}
    found = Submission.objects.filter(article__in=set(roots.values())).select_related(
        "contributor", "section", "call", "article__issue"
    )
    by_article = {submission.article_id: submission for submission in found}
    return {pk: by_article[root] for pk, root in roots.items() if root in by_article}
