"""Clean the text of a file and tell every change (DESIGN.md, Commands; RULES.md 9). The file itself stays as it is."""

from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path

from journal.management.reasons import reason_of
from journal.text.clean import KIND_LABELS, Change, Cleaning, clean_text, is_speech
from journal.text.count import count_words
from journal.text.pieces import Proposal, propose
from members.commands import Command as BaseCommand
from members.commands import CommandRefused
from submissions.intake.html_file import is_html
from submissions.intake.manuscript_file import open_path, whole_text
from submissions.intake.refused import FileRefused
from submissions.intake.text_file import decode_file

_AROUND = 12  # characters shown on either side of a change
_WEB = (".html", ".htm")


class Command(BaseCommand):
    help = (
        "整理一个文件里的文字：编码和标记残留、拼音、繁体字、断行、标点、空格。"
        "每一处改动都列出来；文件本身不改，整理好的文字用 --output 另存。"
    )
    requires_system_checks = []  # it reads a file: no page of the site has to be sound for that

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("path", type=Path, metavar="FILE", help="文本、Word、WPS 或网页文件")
        parser.add_argument("--output", type=Path, metavar="FILE", help="把整理好的文字另存到这个文件")

    def handle(self, *args, path, output, as_json, **options):
        try:
            text = source_of(path)
        except FileRefused as refusal:
            raise CommandRefused(str(refusal)) from refusal
        cleaning = clean_text(text)
        if output:
            save(cleaning.text, output, path)
        if as_json:
            self.print_json(as_dict(cleaning))
        else:
            self.stdout.write("\n".join(lines_of(text, cleaning)))


def source_of(path: Path) -> str:
    """The text that is cleaned: a text file's as it stands, what a reader of manuscripts reads in another file.

    Raises FileRefused.
    """
    opened = open_path(path)
    if opened.document is None and path.suffix.lower() not in _WEB:
        data = path.read_bytes()
        if not is_html(data):
            return decode_file(data, path.name).text
    return whole_text(opened.text)


def save(text: str, output: Path, source: Path) -> None:
    """Raises CommandRefused where it cannot be written, or would overwrite the original."""
    if output.exists() and output.samefile(source):
        raise CommandRefused(f"“{output}”就是要整理的文件。原件要留着，请另外取个名字。")
    try:
        output.write_text(text if text.endswith("\n") else f"{text}\n", "utf-8", newline="")
    except OSError as error:
        raise CommandRefused(f"写不到“{output}”：{reason_of(error)}。请换一个位置。") from error


def as_dict(cleaning: Cleaning) -> dict:
    return {
        "text": cleaning.text,
        "changes": [change._asdict() for change in cleaning.changes],
        "counts": cleaning.counts,
        "pieces": [
            {"title": piece.title, "bylines": bylines(piece), "words": count_words(piece.text)}
            for piece in propose(cleaning.text)
        ],
        "reports": [
            {"kind": report.kind, "offset": report.offset, "message": report.message} for report in cleaning.reports
        ],
    }


def bylines(piece: Proposal) -> list[str]:
    """Each person with the office as printed before the name, or the unit."""
    persons = piece.person.split("、") if piece.person else []
    return [f"{piece.office} {person}".strip() for person in persons] or ([piece.office] if piece.office else [])


def lines_of(text: str, cleaning: Cleaning) -> list[str]:
    """What a person reads in the terminal."""
    out = list(told(text, cleaning.changes))
    if cleaning.reports:
        out += ["需要您看一看的：", *(f"　　{report.message}" for report in cleaning.reports)]
    if is_speech(text):
        out.append("这像是一篇领导讲话，每一处改动都要有人同意。")
    counted = "，".join(f"{KIND_LABELS[kind]} {count} 处" for kind, count in cleaning.counts.items())
    words = count_words(cleaning.text)
    out.append(f"共整理 {len(cleaning.changes)} 处：{counted}。整理后 {words:,} 字。" if counted else "没有要整理的。")
    return out


def told(text: str, changes: tuple[Change, ...]) -> Iterator[str]:
    """A line for each change, with its line in the original and what stands around it."""
    starts = [0, *(place + 1 for place, mark in enumerate(text) if mark == "\n")]
    for change in changes:
        before = visible(text[max(0, change.offset - _AROUND) : change.offset].split("\n")[-1])
        after = visible(text[change.end : change.end + _AROUND].split("\n")[0])
        new = visible(change.after) or ("接上" if change.kind == "line" else "去掉")
        line = bisect_right(starts, change.offset)
        yield f"第 {line} 行　{KIND_LABELS[change.kind]}　{before}【{visible(change.before)} → {new}】{after}"


def visible(words: str) -> str:
    """Line ends and what has no shape, in words; spaces as ␣."""
    words = words.replace("\r\n", "\n").replace("\n", "↵").replace(" ", "␣").replace("\u3000", "␣␣")
    return "".join(mark if mark.isprintable() else f"<U+{ord(mark):04X}>" for mark in words)
