"""Whether an article may still be changed: told in one place for its form, its versions and its checks."""

from ..models import Article


def lock_reason(article: Article | None) -> str:
    """Why the article cannot be changed now; empty when it can."""
    if article is None or article.issue is None or article.issue.is_open:
        return ""
    if article.issue.came_out:
        return f"这篇文章已在{article.issue}刊发，正文和署名照登不改。发现差错，请按更正办理，不在这里改。"
    return f"{article.issue}{article.issue.get_state_display()}，文章不能再改。需要改动，请先由主任或主编把这一期退回编辑。"
