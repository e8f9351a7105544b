"""What the site keeps of a person, for the person: downloaded as one archive, and taken away when an account ends.

The layers above know more than this one; each enters a Holder in HOLDERS when it starts.
"""

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from .models import Event, User
from .roles import Role

MOST_EVENTS = 5000


@dataclass(frozen=True)
class Holder:
    """What another layer keeps of people.

    facts: its part of the export, by heading. texts: (name, text) of the person's own writing, for the archive.
    obstacles: in words, what is still under way. erase: takes away what need not stay, inside the caller's transaction.
    """

    facts: Callable[[User], dict[str, Any]]
    texts: Callable[[User], Iterator[tuple[str, str]]]
    obstacles: Callable[[User], list[str]]
    erase: Callable[[User, str], None]


HOLDERS: list[Holder] = []


def facts_of(person: User) -> dict[str, Any]:
    """Everything kept of the person, by heading; times in local time."""
    facts: dict[str, Any] = {
        "账号": {
            "姓名": person.name,
            "登录名": person.login_name,
            "单位": str(person.unit or person.unit_claimed),
            "职务": person.post,
            "手机": person.phone,
            "邮箱": person.email,
            "收提醒邮件": "是" if person.wants_reminders else "否",
            "身份": "、".join(role.label for role in Role if role in person.roles),
            "申请时间": _when(person.date_joined),
            "批准时间": _when(person.approved_at),
        },
        "同意过的个人信息处理说明": [
            {"版本": one.notice.version, "时间": _when(one.at)} for one in person.agreements.select_related("notice")
        ],
        "登录的设备": [
            {"设备": one.device, "地址": one.address, "登录": _when(one.since), "最近使用": _when(one.seen)}
            for one in person.signed_in.all()
        ],
        "操作记录": [
            {"时间": _when(event.at), "事项": event.verb, "对象": event.subject_label, "地址": event.address}
            for event in Event.objects.filter(actor=person)[:MOST_EVENTS]
        ],
    }
    for holder in HOLDERS:
        facts |= holder.facts(person)
    return facts


def archive_of(person: User) -> bytes:
    """A zip: 个人信息.json for machines, 个人信息.txt to read, and the texts of the person's manuscripts."""
    facts, packed = facts_of(person), io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("个人信息.json", json.dumps(facts, ensure_ascii=False, indent=2))
        archive.writestr("个人信息.txt", "\ufeff" + "\n".join(_lines(facts)))
        for holder in HOLDERS:
            for name, text in holder.texts(person):
                archive.writestr(f"稿件/{_file_name(name)}.txt", "\ufeff" + text)
    return packed.getvalue()


def obstacles(person: User) -> list[str]:
    return [words for holder in HOLDERS for words in holder.obstacles(person)]


def _when(at) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""


def _lines(facts: dict[str, Any]) -> Iterator[str]:
    for heading, content in facts.items():
        yield f"【{heading}】"
        for row in content if isinstance(content, list) else [content]:
            yield "　".join(f"{name}：{value}" for name, value in row.items() if value not in ("", None))
        yield ""


def _file_name(name: str) -> str:
    return re.sub(r'[\\/:*?"<>|\x00-\x1f]+', " ", name).strip(" .")[:80] or "无题"
