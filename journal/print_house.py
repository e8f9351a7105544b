"""The print house's own PDF as the final edition, and the page numbers it set (RULES.md section 11).

The file is kept as it came. What is asked of it: a whole PDF by content, not encrypted, with pages; what a person has to
judge (another size than the journal's) is said and does not stop it. Readers get it before our own PDF, as long as they
may read every article it holds (`Edition.objects.readable_by`).
"""

import tempfile
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pypdfium2
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from members.models import Event

from . import editions_made
from .models import Access, Article, Edition, Issue, Journal
from .site_revision import raise_site_revision

_MM_PER_POINT = 25.4 / 72
_TRIM_MM = 20  # bleed and crop marks of both sides: a larger page may still be the journal's
_NOT_THREAD_SAFE = threading.Lock()  # PDFium is one for the whole process


class PrintRefused(Exception):
    """The file or the numbers cannot be taken; the message says why and what to do next."""


@dataclass(frozen=True)
class Inspected:
    """pages, and the first page's width and height in mm."""

    pages: int
    width_mm: float
    height_mm: float


@transaction.atomic
def accept(
    issue: Issue, file: File, name: str, actor, *, audience: str = Access.INTERNAL, at: datetime | None = None
) -> Edition:
    """Keep the file as the issue's printed PDF; the one before is kept too, and not given out any more.

    audience: 公开 where the person says that nothing of the issue that is 内部 stands in it; else members alone get it,
    unless nothing of the issue is 内部. Raises PrintRefused, PermissionDenied.
    """
    if not actor.has_perm("journal.upload_print", issue):
        raise PermissionDenied
    at = at or timezone.now()
    held = Issue.objects.select_for_update().get(pk=issue.pk)
    if held.state not in (Issue.State.CLOSED, Issue.State.PUBLISHED):
        raise PrintRefused(f"{issue}{held.get_state_display()}，还不能上传印刷厂的 PDF。请先定稿。")
    with tempfile.TemporaryDirectory(prefix="print-") as folder:
        path = Path(folder) / "print.pdf"
        _write(file, path, name)
        found = inspect(path, name)
        before = Edition.objects.current().filter(issue=issue, kind=Edition.Kind.PRINT, audience=audience)
        replaced = before.update(replaced_at=at)
        made = Edition(issue=issue, kind=Edition.Kind.PRINT, audience=audience, name=name[-255:], added_by=actor)
        stored = editions_made.store(made, path, found.pages)
    made.file, made.sha256, made.size, made.pages = stored.file, stored.sha256, stored.size, stored.pages
    made.state, made.progress, made.built_at = Edition.State.FRESH, 100, at
    made.save()
    # Before publication access is not decided yet: then it holds what was placed.
    held_by_it = Article.objects.filter(issue=issue, withdrawn_at__isnull=True)
    if held.state == Issue.State.PUBLISHED:
        held_by_it = editions_made.articles_for(issue, audience)
    made.articles.set(held_by_it)
    note = f"{name}，{found.pages} 页，{stored.size / 1_000_000:.1f} MB，{made.get_audience_display()}版"
    verb = "更换印刷厂 PDF" if replaced else "上传印刷厂 PDF"
    Event.objects.record(actor, verb, issue, note=note, data={"sha256": stored.sha256}, at=at)
    raise_site_revision()
    return made


@transaction.atomic
def retire(edition: Edition, actor, *, reason: str, at: datetime | None = None) -> None:
    """Give the print house's PDF out no more; our own takes its place. Raises PrintRefused, PermissionDenied."""
    if not actor.has_perm("journal.upload_print", edition.issue):
        raise PermissionDenied
    if not reason.strip():
        raise PrintRefused("请写明为什么停用，同事会在操作记录里看到。")
    at = at or timezone.now()
    current = Edition.objects.current().filter(pk=edition.pk, kind=Edition.Kind.PRINT)
    if not current.update(replaced_at=at):
        raise PrintRefused("这份 PDF 已经停用或换过了。请刷新页面看最新情况。")
    Event.objects.record(actor, "停用印刷厂 PDF", edition.issue, note=f"{edition.name}：{reason.strip()}", at=at)
    raise_site_revision()


def inspect(path: Path, name: str) -> Inspected:
    """What the file is. Raises PrintRefused for what is no whole, open PDF with pages."""
    with path.open("rb") as data:
        if b"%PDF-" not in data.read(1024):
            raise PrintRefused(f"“{name}”不是 PDF 文件（按内容看，不看扩展名）。请向印刷厂要 PDF，再上传。")
    with _NOT_THREAD_SAFE:
        try:
            document = pypdfium2.PdfDocument(path)
        except pypdfium2.PdfiumError as error:
            if "password" in str(error).lower():
                raise PrintRefused(_encrypted(name)) from error
            raise PrintRefused(f"“{name}”打不开，可能没有传完或者坏了。请在电脑上打开看一遍，再重新上传。") from error
        try:
            if pypdfium2.raw.FPDF_GetSecurityHandlerRevision(document) != -1:
                raise PrintRefused(_encrypted(name))
            if not len(document):
                raise PrintRefused(f"“{name}”里没有页面。请向印刷厂重新要一份。")
            width, height = document.get_page_size(0)
            return Inspected(len(document), width * _MM_PER_POINT, height * _MM_PER_POINT)
        finally:
            document.close()


def _encrypted(name: str) -> str:
    return f"“{name}”加了密码或限制，读者会打不开或不能打印。请向印刷厂要没有加密的 PDF，再上传。"


def _write(file: File, path: Path, name: str) -> None:
    if not file.size:
        raise PrintRefused(f"“{name}”是空文件（0 字节）。请重新选择。")
    if file.size > settings.MAX_EDITION_BYTES:
        limit = settings.MAX_EDITION_BYTES // 1024 // 1024
        raise PrintRefused(
            f"“{name}”有 {file.size / 1024 / 1024:.0f} MB，超过 {limit} MB。请向印刷厂要一份供阅读的（图片 150—300 像素/英寸）。"
        )
    with path.open("wb") as out:
        for chunk in file.chunks():
            out.write(chunk)


def remarks(edition: Edition) -> list[str]:
    """What a person should look at in an accepted file, in plain Chinese; none where there is nothing."""
    found = []
    with edition.file.storage.open(edition.file.name) as data, tempfile.TemporaryDirectory(prefix="print-") as folder:
        path = Path(folder) / "print.pdf"
        path.write_bytes(data.read())
        size = inspect(path, edition.name)
    journal = Journal.objects.current()
    over = size.width_mm - journal.page_width_mm, size.height_mm - journal.page_height_mm
    if not all(-1 <= more <= _TRIM_MM for more in over):
        found.append(
            f"页面是 {size.width_mm:.0f}×{size.height_mm:.0f} 毫米，刊物信息里写的是"
            f" {journal.page_width_mm}×{journal.page_height_mm} 毫米，请核对是不是这一期。"
        )
    if edition.issue.pages and edition.issue.pages != size.pages:
        found.append(f"文件有 {size.pages} 页，这一期的资料里填的是 {edition.issue.pages} 页，请核对。")
    return found


@transaction.atomic
def number_pages(
    issue: Issue, actor, numbers: dict[int, tuple[int | None, int | None]], *, at: datetime | None = None
) -> int:
    """The pages articles (id → first, last) have in print, after 定稿 as well; columns follow. How many changed.

    Raises PrintRefused for a last page before the first or an article of another issue, PermissionDenied.
    """
    if not actor.has_perm("journal.upload_print", issue):
        raise PermissionDenied
    held = Issue.objects.select_for_update().get(pk=issue.pk)
    if held.is_open:
        raise PrintRefused(f"{issue}还在编辑，页码请在“编排”页里填。")
    articles = {article.pk: article for article in Article.objects.toplevel().filter(issue=issue)}
    if numbers.keys() - articles.keys():
        raise PrintRefused("有一篇已经不在这一期里，页码没有存。请刷新页面再填。")
    changed = []
    for pk, (start, end) in numbers.items():
        article = articles[pk]
        if start is not None and end is not None and end < start:
            raise PrintRefused(f"《{article}》的结束页 {end} 小于起始页 {start}，请改正。")
        if (article.start_page, article.end_page) != (start, end):
            changed.append(f"《{article}》{_range(article.start_page, article.end_page)} → {_range(start, end)}")
            article.start_page, article.end_page = start, end
    if not changed:
        return 0
    Article.objects.bulk_update(articles.values(), ["start_page", "end_page"])
    _follow(issue, articles.values())
    Event.objects.record(actor, "改印刷页码", issue, note="；".join(changed), at=at)
    editions_made.order(held, at=at)
    raise_site_revision()
    return len(changed)


def _follow(issue: Issue, articles) -> None:
    """Each column runs from its first article's first page to its last one's last."""
    for column in issue.sections.all():
        own = [article for article in articles if article.section_id == column.section_id and article.start_page]
        if own:
            column.start_page = min(article.start_page for article in own)
            column.end_page = max(article.end_page or article.start_page for article in own)
            column.save(update_fields=["start_page", "end_page"])


def _range(start: int | None, end: int | None) -> str:
    return f"{start or '没填'}" + (f"—{end}" if end and end != start else "")
