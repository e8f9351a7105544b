"""A search that needs no server: bigrams to articles in small scripts, of which a query loads those it needs.

Scripts rather than data: a page opened from a disk may load scripts, and may not fetch anything. The tokens are those of
the server's search (journal/text/bigrams.py); the page's script checks each candidate against its text, so that what
it finds is what the server finds, but for traditional characters in the query, which it does not convert.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator

from django.contrib.auth.models import AnonymousUser

from journal import search
from journal.text.bigrams import index_tokens
from journal.text.blocks import plain_text

SHARDS = 128  # scripts that hold tokens, by the first character's code


def files(led_to: Callable[[str], str]) -> Iterator[tuple[str, str]]:
    """(name within the search's folder, content) of each script. led_to: an article's address as the page links it."""
    shards: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    listed = []
    for article in _articles().iterator(chunk_size=200):
        body = plain_text(article.text.current.html) if article.text.current else ""
        names = [line.name for line in article.bylines.all()]
        text = "\n".join([article.title, article.subtitle, "　".join(names), body])
        for token in sorted(set(index_tokens(text))):
            shards[ord(token[0]) % SHARDS][token].append(article.pk)
        where = f"{article.issue}" + (f"　第 {article.start_page} 页" if article.start_page else "")
        listed.append([article.pk, led_to(article.get_absolute_url()), article.title, where, "　".join(names)])
        yield f"texts/{article.pk}.js", _script("text", article.pk, text)
    for number in range(SHARDS):
        yield f"tokens/{number}.js", _script("tokens", number, shards[number])
    yield "articles.js", _script("articles", SHARDS, listed)


def _articles():
    newest = search.newest_first(search.readable_by(AnonymousUser())).select_related("issue", "parent", "text__current")
    return newest.prefetch_related("bylines")


def _script(kind: str, number: int, content) -> str:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=isinstance(content, dict))
    # Two characters that JSON knows and older scripts take for the end of a line.
    text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f'journalSearch("{kind}",{number},{text});\n'
