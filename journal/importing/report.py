"""What an import found, as the command prints it: for people and as JSON (DESIGN.md, Commands)."""

from dataclasses import asdict

from .printed import PrintedArticle, PrintedIssue, PrintedMatter


def as_json(printed: PrintedIssue) -> dict:
    """The full list, the same for a dry run, a first and a repeated import."""
    return {
        "issue": {
            "year": printed.year,
            "number": printed.number,
            "serial_number": printed.serial_number,
            "imprint": printed.imprint,
        },
        "sections": [asdict(section) for section in printed.sections],
        "articles": [_article(article) for article in printed.articles],
        "preface": _matter(printed.preface),
        "call": _matter(printed.call),
        "highlights": [highlight.text for highlight in printed.highlights],
        "board": [{"role": role, "name": name} for role, name in printed.board],
        "problems": [asdict(problem) for problem in printed.problems],
    }


def as_lines(printed: PrintedIssue) -> list[str]:
    """The list for a person at a terminal."""
    lines = [f"{printed.year}年第{printed.number}期（总第{printed.serial_number}期）"]
    for section in printed.sections:
        lines.append(f"\n{section.name} {section.start_page}～{section.end_page}")
        for article in printed.articles:
            if article.section == section.name:
                lines += _article_lines(article)
    lines.append(
        f"\n共 {len(printed.sections)} 个栏目、{len(printed.articles)} 篇文章、{len(printed.problems)} 处请核对"
    )
    lines += [f"第 {problem.line} 行“{problem.quote}”：{problem.message}" for problem in printed.problems]
    return lines


def _article(article: PrintedArticle) -> dict:
    return {
        "title": article.title,
        "subtitle": article.subtitle,
        "section": article.section,
        "bylines": [byline.name for byline in article.bylines],
        "words": article.words,
        "kicker": article.kicker,
        "contents_title": article.contents_title,
        "author_note": article.author_note,
        "source_note": article.source_note,
        "credits": article.credits,
        "start_page": article.start_page,
        "line": article.line,
        "parts": [_article(part) for part in article.parts],
    }


def _matter(matter: PrintedMatter | None) -> dict | None:
    return {"title": matter.title, "signature": matter.signature, "line": matter.line} if matter else None


def _article_lines(article: PrintedArticle, indent: str = "  ") -> list[str]:
    title = f"{article.kicker} {article.title}".strip()
    signed = "、".join(byline.name for byline in article.bylines)
    lines = [f"{indent}{title}{'　' if signed else ''}{signed}　{article.words}字"]
    for part in article.parts:
        lines += _article_lines(part, indent + "  ")
    return lines
