"""Who else has a text, or an issue's board, open just now: told by heartbeats in the cache.

It informs, it never locks; nothing is stored.
"""

from dataclasses import dataclass

from django.core.cache import cache
from django.utils import timezone

BEAT_SECONDS = 30
GONE_SECONDS = 75  # two beats missed, and a slow network
READING = "reading"
ASSEMBLING = "assembling"
LABELS = {
    "editing": "正在改",
    "reviewing": "正在写意见",
    "proofing": "正在校",
    ASSEMBLING: "也在编这一期",
    READING: "正在看",
}
# What it means for who looks at the page: nobody is kept out, and whoever is second loses nothing.
TOLD = {
    "editing": "各自保存也不会丢，只是后保存的要合并。",
    "reviewing": "先作决定的算数，后作的写好的意见会留着。",
    "proofing": "一个校次由一个人做，请先同对方说一声。",
    ASSEMBLING: "对方的改动会出现在这里，您的也不会丢。",
    READING: "",
}


@dataclass(frozen=True)
class Seen:
    person: int
    name: str
    doing: str

    @property
    def told(self) -> str:
        return f"{self.name} {LABELS[self.doing]}"


def beat(subject: int | str, person, doing: str, *, now: float | None = None) -> list[Seen]:
    """Note that the person has it open; the others who have, by name.

    subject: the id of a text, or “board-” and an issue's.
    Two beats at one moment may forget each other; the next beat, half a minute later, tells again.
    """
    now = timezone.now().timestamp() if now is None else now
    key = f"presence:{subject}"
    beats = {pk: row for pk, row in (cache.get(key) or {}).items() if now - row[2] < GONE_SECONDS}
    others = sorted((Seen(pk, name, act) for pk, (name, act, _) in beats.items() if pk != person.pk), key=_name)
    beats[person.pk] = (str(person), doing if doing in LABELS else READING, now)
    cache.set(key, beats, GONE_SECONDS)
    return others


def _name(seen: Seen) -> tuple[str, int]:
    return seen.name, seen.person
