"""What the server refuses is told in the journal's own pages, in Chinese."""

import pytest
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_a_form_without_its_token_says_how_to_go_on():
    answer = Client(enforce_csrf_checks=True).post(reverse("sign_in"), {"username": "13900000000", "password": "x"})
    assert answer.status_code == 403
    assert "再提交一次" in answer.text


def test_a_form_too_large_is_not_djangos_english_page(settings, cast, make_draft, client):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2_000
    client.raise_request_exception = False
    client.force_login(cast.contributor, backend="django.contrib.auth.backends.ModelBackend")
    draft = make_draft(cast.contributor)
    answer = client.post(
        reverse("draft", args=[draft.pk]),
        "body=" + "x" * 5_000,
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == 400
    assert "没能收下" in answer.text


def test_a_figure_of_no_known_picture_shows_nothing(client, make_issue, make_article, publish):
    issue = make_issue()
    article = make_article(issue=issue, html='<p>正文。</p><figure data-picture="987654"></figure>')
    publish(issue)
    answer = client.get(article.get_absolute_url())
    assert answer.status_code == 200
    assert "987654" not in answer.text
