"""The real issue (seed 003) as a visitor meets it: every page opens, and what is printed is found."""

import re

import pytest
from django.conf import settings
from django.core.management import call_command

from journal.models import Article, Issue

# Two-character words of the trade, and how they must be found: in every article that holds them.
WORDS = ("党建", "人才", "换届", "候鸟", "网格")


@pytest.fixture
def real_issue(db, capsys):
    found = sorted(settings.SEEDS_DIR.glob("003*.txt")) if settings.SEEDS_DIR else []
    if not found:
        pytest.skip("没有 seeds 资料，真实一期的阅读不运行")
    call_command("import_issue", str(found[0]), "--access", "public", "--approved-by", "部务会", "--basis", "会议纪要")
    capsys.readouterr()
    return Issue.objects.get(year=2021, number=3)


def test_every_page_of_the_real_issue_opens_and_its_words_are_found(client, real_issue):
    addresses = {real_issue.get_absolute_url(), "/", "/issues/", "/sections/", "/about/"}
    readable = Article.objects.visible_to(None).toplevel()
    addresses |= {article.get_absolute_url() for article in readable}
    for address in addresses:
        html = client.get(address).content.decode()
        addresses_in = set(re.findall(r'href="(/(?:articles|sections|units|authors|issues)/[^"#]*)', html))
        for linked in addresses_in - addresses:
            assert client.get(linked).status_code in (200, 301), (address, linked)
    assert len(addresses) == 5 + readable.count()
    for word in WORDS:
        holding = Article.objects.visible_to(None).filter(text__current__html__contains=word).count()
        html = client.get(f"/search/?q={word}").content.decode()
        assert int(re.search(r"共 <b>(\d+)</b> 篇", html)[1]) >= holding > 0
        assert f"<mark>{word}</mark>" in html
