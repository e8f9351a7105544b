"""样刊通知: one letter a manuscript, once, to its contributor; what came without one is told."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from submissions import sample_letters
from submissions.models import Letter
from submissions.registers import SampleCopy

pytestmark = pytest.mark.django_db


@pytest.fixture
def samples(make_submission, make_article, make_issue, cast):
    issue = make_issue()
    article = make_submission("accepted").article
    article.issue = issue
    article.save()
    own_piece = make_article("编者的话", issue=issue)
    lines = [(article, "林晓舟", 2), (article, "榕岭村党总支", 1), (own_piece, "周予安", 1)]
    return [SampleCopy.objects.create(issue=issue, article=piece, name=name, copies=n) for piece, name, n in lines]


def test_one_letter_counts_the_copies_of_a_manuscript(samples, cast):
    assert sample_letters.tell(samples, cast.managing) == (1, 1)
    letter = Letter.objects.get(kind=Letter.Kind.SAMPLE)
    assert letter.recipient == cast.contributor
    assert "3 册" in letter.body
    assert str(samples[0].issue) in letter.body
    assert [bool(line.told_on) for line in SampleCopy.objects.order_by("pk")] == [True, True, False]
    assert sample_letters.tell(samples, cast.managing) == (0, 1)


@pytest.mark.parametrize("who", ["editor", "chief", "proofreader", "contributor"])
def test_telling_of_samples_is_for_who_keeps_the_register(samples, cast, who):
    with pytest.raises(PermissionDenied):
        sample_letters.tell(samples, getattr(cast, who))
    assert not Letter.objects.filter(kind=Letter.Kind.SAMPLE).exists()


def test_the_register_offers_it(client, samples, cast):
    client.force_login(cast.managing)
    given = {"action": "send_letters", "_selected_action": [line.pk for line in samples]}
    page = client.post(reverse("admin:submissions_samplecopy_changelist"), given, follow=True).content.decode()
    assert "发了 1 封样刊通知" in page
    assert "没有投稿人账号" in page
