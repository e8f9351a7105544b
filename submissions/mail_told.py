"""What the commands tell of a mail taken in."""

from .intake.mail.kinds import LABELS
from .mailbox import TakenIn, kind_of_original


def as_dict(taken: TakenIn) -> dict:
    """subject, sender, attachments[{name,size,sha256,kind}], inbound, new, problems[] (DESIGN.md, Commands)."""
    mail = taken.mail
    return {
        "subject": mail.subject,
        "sender": sender(mail),
        "attachments": [
            {
                "name": original.name,
                "size": original.size,
                "sha256": original.sha256,
                "kind": kind_of_original(original).value,
            }
            for original in mail.originals.all()
        ],
        "inbound": mail.pk,
        "new": taken.new,
        "problems": list(mail.problems),
    }


def sender(mail) -> str:
    address = f"<{mail.sender_address}>" if mail.sender_address else ""
    return f"{mail.sender_name} {address}".strip()


def lines_of(taken: TakenIn) -> list[str]:
    """The same for a person at the terminal."""
    mail = taken.mail
    files = [
        f"  附件：{original.name}（{LABELS[kind_of_original(original)]}，{original.size / 1024:.0f} KB）"
        for original in mail.originals.all()
    ]
    return [
        f"{'收到' if taken.new else '已经有了'}：{mail}（来信 {mail.pk}）",
        f"  发件人：{sender(mail) or '没有写'}",
        *files,
        *(f"  留意：{problem}" for problem in mail.problems),
    ]
