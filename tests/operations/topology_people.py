"""Run inside the topology's own site: contributors with a finished draft and a session each."""

import json

from django.test import Client
from django.utils import timezone

from journal.models import Section
from members.models import User
from members.roles import Role
from submissions.models import Call, Declaration, Submission
from tests.conftest import ALL_DECLARED, body_of


def contributors(first: int, number: int) -> None:
    """Print login, draft and session of `number` people, from the `first` on, as JSON."""
    people = []
    section = Section.objects.get(name="基层党建")
    for place in range(first, first + number):
        user = User.objects.create_user(f"1370000{place:04d}", None, name=f"投稿人{place}", approved_at=timezone.now())
        user.set_roles([Role.CONTRIBUTOR])
        draft = Submission.objects.create(
            contributor=user,
            title=f"板凳会第{place}回",
            body=body_of(place + 1000),
            byline=user.name,
            section=section,
            call=Call.objects.current(),
        )
        for kind in ALL_DECLARED:
            Declaration.objects.create(submission=draft, kind=kind, wording="声明", person=user)
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        people.append({"draft": str(draft.pk), "session": client.cookies["sessionid"].value})
    print(json.dumps(people))  # noqa: T201
