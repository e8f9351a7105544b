import json

import pytest
from django.core.management import call_command
from django.db import connection

from journal import search
from journal.models import Access, Article, Content
from journal.search_tables import Postgres
from journal.text.bigrams import parse_query


@pytest.fixture
def library(make_issue, make_article, publish, section):
    """Two public issues with texts that differ in what they say."""
    texts = {
        "网格里的夜晚": "<p>晚上九点，社区服务站还亮着灯。党员张明值班，用App登记了12件事。</p>",
        "渔港码头": "<p>流动党员之家设在码头，服务渔民。疫情防控常态化。</p>",
        "表格减下来": "<p>每月报送的表格由三十四张减为九张，网格员腾出手来。</p>",
    }
    older, newer = make_issue(year=2025), make_issue(year=2026)
    made = {}
    for place, (title, html) in enumerate(texts.items()):
        made[title] = make_article(title, issue=newer if place else older, section=section, html=html, bylines=["何为"])
    publish(older)
    publish(newer)
    return made


def found(query, user=None) -> list[str]:
    return [article.title for article in search.search(query, search.readable_by(user)).articles]


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("网格", ["网格里的夜晚", "表格减下来"]),
        ("服务", ["渔港码头", "网格里的夜晚"]),
        ("格员", ["表格减下来"]),
        ("务站", ["网格里的夜晚"]),
        ("网 格", ["网格里的夜晚", "表格减下来"]),
        ("网格 服务", ["网格里的夜晚"]),
        ("服务 -码头", ["网格里的夜晚"]),
        ("“服务渔民”", ["渔港码头"]),
        ("“渔民服务”", []),
        ("app", ["网格里的夜晚"]),
        ("ＡＰＰ", ["网格里的夜晚"]),  # noqa: RUF001
        ("ap", []),
        ("用App登记", ["网格里的夜晚"]),
        ("12件", ["网格里的夜晚"]),
        ("網格", ["网格里的夜晚", "表格减下来"]),
        ("渔", ["渔港码头"]),
        ("灯", ["网格里的夜晚"]),
        ("党员", ["渔港码头", "网格里的夜晚"]),
        ("何为 码头", ["渔港码头"]),
        ("原子", []),
        ("", []),
        ("-码头", []),
        ("“", []),
        ("'); DROP TABLE journal_search --", []),
        ("title:网格 OR * NEAR", []),
    ],
)
def test_words_find_what_holds_them(library, query, titles):
    assert found(query) == titles


def test_a_title_counts_before_a_newer_text(library):
    assert found("网格")[0] == "网格里的夜晚"


def test_a_phrase_does_not_run_from_one_field_into_the_next(library):
    assert found("夜晚何为") == []
    assert found("何为晚上") == []


def test_nothing_unpublished_internal_or_withdrawn_is_found(library, cast, make_issue, make_article, publish):
    draft = make_article("草稿里的网格", issue=make_issue(year=2027))
    internal = make_issue(year=2024)
    make_article("内部的网格", issue=internal)
    publish(internal, Access.INTERNAL)
    search.index_articles([draft])
    Article.objects.filter(title="表格减下来").update(withdrawn_at="2026-01-01T00:00Z", withdrawn_reason="数字有误")
    assert found("网格") == ["网格里的夜晚"]
    assert found("网格", cast.reader) == ["网格里的夜晚", "内部的网格"]
    assert found("网格", cast.pending) == ["网格里的夜晚"]


def test_a_part_is_found_and_leads_into_its_composite(make_issue, make_article, publish, section):
    issue = make_issue()
    whole = make_article("四区新篇", issue=issue, section=section, html="")
    part = make_article("海边的换届", issue=issue, section=section, parent=whole, html="<p>一票一票选。</p>")
    publish(issue)
    [hit] = search.search("换届", search.readable_by(None)).articles
    assert hit == part
    assert hit.get_absolute_url() == f"/articles/{whole.pk}/#part-{part.pk}"


def test_a_part_is_not_found_where_its_composite_may_not_be_read(make_issue, make_article, publish, section):
    issue = make_issue()
    whole = make_article("四区新篇", issue=issue, section=section, html="", online_right="none")
    make_article("海边的换届", issue=issue, section=section, parent=whole)
    publish(issue)
    assert found("换届") == []


def test_a_new_text_replaces_the_old_one_in_the_index(library):
    article = library["渔港码头"]
    article.text.save_version(Content(title="渔港码头", html="<p>改成了灯塔。</p>"), None, "更正")
    search.index_articles([article])
    assert found("渔民") == []
    assert found("灯塔") == ["渔港码头"]


def test_what_is_removed_is_found_no_more(library):
    search.remove([library["渔港码头"].pk])
    assert found("码头") == []


def test_rebuilding_brings_everything_back_once(library):
    search.remove([article.pk for article in library.values()])
    assert search.rebuild() == 3
    assert search.rebuild() == 3
    assert found("码头") == ["渔港码头"]


def test_rows_of_deleted_articles_are_forgotten(library):
    before = rows()
    article = library["渔港码头"]
    article.bylines.all().delete()
    article.delete()
    search.forget_deleted()
    assert rows() < before


def rows() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM journal_search")
        return cursor.fetchone()[0]


def test_a_very_long_text_is_found_to_its_end(make_issue, make_article, publish):
    issue = make_issue()
    filler = "".join(f"第{number}句说村里的事。" for number in range(4000))
    make_article("长文", issue=issue, html=f"<p>{filler}最后提到榫卯。</p>")
    publish(issue)
    assert found("榫卯") == ["长文"]
    assert found("长文 榫卯") == ["长文"]
    assert found("“说村里的事”") == ["长文"]


@pytest.mark.parametrize("seam", [Postgres.LONGEST, Postgres.LONGEST - 1, Postgres.LONGEST - Postgres.OVERLAP])
def test_phrases_across_the_seam_of_two_rows_are_found(make_issue, make_article, publish, seam):
    """Where PostgreSQL splits a text; SQLite does not, and finds the same."""
    issue = make_issue()
    words = "".join(f"甲{chr(0x4E00 + number % 3000)}" for number in range(Postgres.LONGEST))
    make_article("长文", issue=issue, html=f"<p>{words[:seam]}渔港灯塔晒场码头水渠祠堂{words[seam:]}</p>")
    publish(issue)
    assert found("渔港灯塔晒场码头水渠祠堂") == ["长文"]
    assert found("晒场码头") == ["长文"]


def test_a_text_of_200_000_characters_is_found_everywhere(make_issue, make_article, publish):
    issue = make_issue()
    filler = "".join(f"第{number}句说村里的事。" for number in range(20_000))
    half = len(filler) // 2
    make_article("长文", issue=issue, html=f"<p>开头榫卯{filler[:half]}当中斗拱{filler[half:]}末尾飞檐</p>")
    publish(issue)
    for words in ("榫卯", "斗拱", "飞檐", "第19999句说村里的事", "榫卯 斗拱 飞檐"):
        assert found(words) == ["长文"], words
    assert found("第20000句") == []


def test_the_words_of_a_query_are_counted_in_the_title(library):
    result = search.search("网格 夜晚", search.readable_by(None))
    assert [article.in_title for article in result.articles] == [2]
    assert result.ids == [library["网格里的夜晚"].pk]
    assert result.query == parse_query("网格 夜晚")


def test_the_command_prints_what_a_member_finds(library, make_issue, make_article, publish, capsys):
    internal = make_issue(year=2024)
    make_article("内部的网格", issue=internal)
    publish(internal, Access.INTERNAL)
    call_command("search", "网格", "--json")
    printed = json.loads(capsys.readouterr().out)
    assert printed["total"] == 3
    assert printed["results"][0] == {
        "title": "网格里的夜晚",
        "url": f"/articles/{library['网格里的夜晚'].pk}/",
        "issue": "2025年第1期",
    }
    call_command("search", "网格", "--public", "--json")
    assert json.loads(capsys.readouterr().out)["total"] == 2


def test_the_command_refuses_a_query_without_words(db, capsys):
    with pytest.raises(SystemExit) as exit_:
        call_command("search", "。！")
    assert exit_.value.code == 2
    assert "没有可以搜索的文字" in capsys.readouterr().err


def test_the_rebuild_command_says_how_many(library, capsys):
    call_command("rebuild_search")
    assert "3 篇" in capsys.readouterr().out


def test_a_query_cut_short_still_tells_that_nothing_was_found(client, db):
    page = client.get("/search/", {"q": "长" * 300}).content.decode()
    assert "搜索内容过长" in page
    assert "没有找到" in page
    only_minus = client.get("/search/", {"q": "-党建"}).content.decode()
    assert "只有要排除的词" in only_minus
    assert "没有找到" not in only_minus
