"""How an article is cited, GB/T 7714-2015 (RULES.md section 10)."""

_MOST_NAMES = 3  # GB/T 7714-2015, 8.1.2: three names, then 等


def citation(article, names: list[str], journal_name: str) -> str:
    """何为. 题名[J]. 刊名, 2021(3): 6-8. An article without a signature begins with its title."""
    signed = ", ".join(names[:_MOST_NAMES]) + (", 等" if len(names) > _MOST_NAMES else "")
    subtitle = article.subtitle.lstrip("—－- ")
    title = article.title + (f": {subtitle}" if subtitle else "")
    place = f"{journal_name}, {article.issue.year}({article.issue.number})" if article.issue else journal_name
    pages = _pages(article)
    return (f"{signed}. " if signed else "") + f"{title}[J]. {place}" + (f": {pages}." if pages else ".")


def _pages(article) -> str:
    if article.start_page is None:
        return ""
    if article.end_page in (None, article.start_page):
        return str(article.start_page)
    return f"{article.start_page}-{article.end_page}"
