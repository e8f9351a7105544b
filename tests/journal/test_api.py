"""The JSON interface: what it tells to whom, its refusals, its validators, and that it only reads."""

import json

import pytest
from django.core.cache import cache, caches
from django.urls import reverse
from django.utils import timezone

from journal import corrections, site_revision, withdrawing
from journal.changes import note
from journal.models import Access, Article, ArticleChange, Author
from members.models import Unit

V1 = "/api/v1/"
BACKEND = "django.contrib.auth.backends.ModelBackend"
SECRET = ("13912345678", "zuozhe@example.cn", "榕岭村甲12号")


@pytest.fixture
def shelf(make_issue, make_article, publish, make_picture, section, unit, cast):
    """A public issue (one piece withdrawn, one without online right), a 内部 one, one in the making."""
    shelf, picture = {}, make_picture()
    issue = make_issue(theme="家门口的服务")
    html = f'<p>榕树下议事，网格员上门。</p><figure data-picture="{picture.pk}"></figure>'
    shelf["public"] = make_article("公开的“一篇” <b>", issue=issue, html=html, bylines=["何为"], section=section)
    shelf["part"] = make_article(
        "组稿里的一篇", issue=issue, parent=shelf["public"], bylines=["组稿作者"], section=section
    )
    shelf["reprint"] = make_article("没有上网权的一篇", issue=issue, online_right="none", bylines=["转载作者"])
    shelf["withdrawn"] = make_article("撤下的一篇", issue=issue, bylines=["撤下作者"], section=section)
    publish(issue)
    withdrawing.withdraw_article(shelf["withdrawn"], cast.chief, reason="数字有误", listed=True)
    internal, making = make_issue(theme="内部主题"), make_issue(theme="未刊主题")
    shelf["internal"] = make_article("内部的一篇", issue=internal, bylines=["内部作者"], section=section)
    publish(internal, Access.INTERNAL)
    shelf["making"] = make_article("编辑中的一篇", issue=making, bylines=["未刊作者"], section=section)
    author = Author.objects.get(name="何为")
    Unit.objects.filter(pk=unit.pk).update(name="望海区榕岭村党总支")
    Author.objects.filter(pk=author.pk).update(unit=unit, user=cast.contributor)
    shelf["public"].bylines.update(unit=unit, affiliation="榕岭村党总支书记")
    type(cast.contributor).objects.filter(pk=cast.contributor.pk).update(
        phone=SECRET[0], email=SECRET[1], post=SECRET[2]
    )
    return {name: Article.objects.get(pk=article.pk) for name, article in shelf.items()}


def addresses(shelf) -> list[str]:
    """Every address that answers with data."""
    public = shelf["public"]
    signed = public.bylines.get()
    return [
        f"{V1}issues/",
        f"{V1}issues/{public.issue.address}/",
        f"{V1}articles/",
        f"{V1}articles/{public.pk}/",
        f"{V1}sections/",
        f"{V1}sections/{public.section_id}/",
        f"{V1}units/",
        f"{V1}units/{signed.unit_id}/",
        f"{V1}authors/",
        f"{V1}authors/{signed.author_id}/",
        f"{V1}search/?q=一篇",
        f"{V1}changes/",
    ]


def get(client, address: str, status: int = 200, **headers) -> dict:
    response = client.get(address if address.startswith("/") else V1 + address, **headers)
    assert response.status_code == status, response.content.decode()
    return response.json()


def titles(found: dict) -> list[str]:
    return [row["title"] for row in found["results"]]


def test_nothing_internal_unpublished_or_personal_is_told_to_anybody(client, shelf):
    for address in addresses(shelf):
        response = client.get(address)
        text = response.content.decode()
        assert response.status_code == 200, address
        assert "public" in response["Cache-Control"], address
        for name in ("internal", "making", "reprint", "withdrawn"):
            assert shelf[name].title not in text, (address, name)
            assert shelf[name].bylines.get().name not in text, (address, name)
        assert "内部主题" not in text, address
        assert "未刊主题" not in text, address


def test_telephones_addresses_and_mail_are_told_to_nobody(client, cast, shelf, journal):
    for who in (None, cast.reader, cast.chief):
        if who:
            client.force_login(who, backend=BACKEND)
        for address in [*addresses(shelf), f"{V1}articles/{shelf['part'].pk}/"]:
            text = client.get(address).content.decode()
            assert not [secret for secret in (*SECRET, cast.contributor.login_name) if secret in text], address


def test_members_read_internal_pieces_and_keep_none(client, cast, shelf):
    assert titles(get(client, "articles/")) == ["公开的“一篇” <b>"]
    client.force_login(cast.reader, backend=BACKEND)
    response = client.get(f"{V1}articles/")
    assert "内部的一篇" in titles(response.json())
    assert "没有上网权的一篇" in titles(response.json())
    assert "编辑中的一篇" not in titles(response.json())
    assert response["Cache-Control"] == "private, no-store"
    assert "ETag" not in response
    assert get(client, f"articles/{shelf['internal'].pk}/")["access"] == "internal"


def test_a_person_who_is_not_approved_reads_what_everybody_reads(client, cast, shelf):
    client.force_login(cast.pending, backend=BACKEND)
    assert titles(get(client, "articles/")) == ["公开的“一篇” <b>"]
    assert get(client, f"articles/{shelf['internal'].pk}/", 403)["error"]["code"] == "internal_only"


@pytest.mark.parametrize("who", [None, "chief"])
def test_refusals_are_told_in_chinese_and_there_are_no_previews(client, cast, shelf, who):
    if who:
        client.force_login(getattr(cast, who), backend=BACKEND)
    told = get(client, f"articles/{shelf['withdrawn'].pk}/", 410)["error"]
    assert told == {"code": "withdrawn", "message": "这篇文章已撤下：数字有误。请删去您那里的副本。"}
    assert get(client, f"articles/{shelf['making'].pk}/", 404)["error"]["code"] == "not_found"
    assert get(client, f"issues/{shelf['making'].issue.address}/", 404)["error"]["code"] == "not_found"
    for address in ("articles/999999999/", "issues/1950-1/", "authors/999999/", "nothing/", "articles/abc/"):
        assert "请检查" in get(client, address, 404)["error"]["message"], address
    if not who:
        assert "请先登录" in get(client, f"articles/{shelf['internal'].pk}/", 403)["error"]["message"]
        assert get(client, f"issues/{shelf['internal'].issue.address}/", 403)["error"]["code"] == "internal_only"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_nothing_can_be_written(client, cast, shelf, method):
    for who in (None, cast.chief):
        if who:
            client.force_login(who, backend=BACKEND)
        for address in addresses(shelf):
            response = getattr(client, method)(address)
            assert response.status_code == 405, address
            assert response.json()["error"]["code"] == "read_only"
            assert response["Allow"] == "GET, HEAD"


def test_an_article_has_its_text_twice_its_pictures_and_its_parts(client, shelf):
    found = get(client, f"articles/{shelf['public'].pk}/")
    picture = found["pictures"][0]
    assert found["text"] == "榕树下议事，网格员上门。"
    assert f'<img src="{picture["url"]}" width="1200" height="800" alt="村民在树下议事">' in found["html"]
    assert picture["url"].startswith("http://testserver/pictures/")
    assert [part["title"] for part in found["parts"]] == ["组稿里的一篇"]
    assert found["parts"][0]["text"] == "巷子里的事大家议。"
    assert found["bylines"][0]["affiliation"] == "榕岭村党总支书记"
    assert found["issue"]["id"] == shelf["public"].issue.address
    assert len(found["citations"]) == 2
    assert found["citations"][0]["standard"] == "GB/T 7714—2025"


def test_an_issue_has_its_contents_as_printed(client, shelf):
    found = get(client, f"issues/{shelf['public'].issue.address}/")
    lines = [(column["name"], line["title"]) for column in found["contents"] for line in column["articles"]]
    assert lines == [("基层党建", "公开的“一篇” <b>")]
    assert [part["title"] for part in found["contents"][0]["articles"][0]["parts"]] == ["组稿里的一篇"]
    assert found["articles"] == get(client, "issues/")["results"][0]["articles"] == 1


def test_lists_are_narrowed(client, shelf, unit):
    public, other = shelf["public"], Unit.objects.create(name="并入的支部", merged_into=unit)
    shelf["part"].bylines.update(unit=other)
    author = public.bylines.get().author_id
    assert titles(get(client, f"articles/?author={author}")) == [public.title]
    assert titles(get(client, f"articles/?unit={unit.pk}")) == [public.title, "组稿里的一篇"]
    assert titles(get(client, f"articles/?section={public.section_id}&year={public.issue.year}&kind=text")) == [
        public.title
    ]
    assert titles(get(client, f"articles/?issue={public.issue.address}")) == [public.title]
    assert titles(get(client, "articles/?issue=1950-1")) == []
    assert titles(get(client, "articles/?kind=image")) == []
    found = get(client, f"units/{unit.pk}/")
    assert (found["name"], found["articles"]) == ("望海区榕岭村党总支", 2)
    get(client, f"units/{other.pk}/", 404)
    assert [row["name"] for row in get(client, "authors/")["results"]] == ["何为", "组稿作者"]


def test_searching_tells_passages_and_where_the_words_are(client, shelf):
    found = get(client, "search/?q=网格")
    assert titles(found) == [shelf["public"].title]
    pieces = found["results"][0]["passages"][0]
    assert {"text": "网格", "hit": True} in pieces
    assert (found["count"], found["more"], found["warnings"]) == (1, False, [])
    assert titles(get(client, "search/?q=网格&kind=image")) == []
    assert get(client, "search/")["count"] == 0


WRONG = [
    "articles/?page=0",
    "articles/?page=abc",
    f"articles/?page={10**20}",
    "articles/?page=-1",
    "articles/?page_size=101",
    "articles/?page=%00",
    "articles/?page=²",
    "articles/?section=x%00",
    f"articles/?section={10**20}",
    "articles/?year=99999",
    "articles/?issue=2021",
    "articles/?author=0",
    "articles/?kind=video",
    f"articles/?unit={'9' * 5000}",
    "search/?q=%00",
    f"search/?q={'网' * 201}",
    "search/?order=old",
    "changes/?since=yesterday",
    "changes/?since=2026-13-01",
    "changes/?since=2026-01-01T25:00:00Z",
    "changes/?since=%00",
    "changes/?cursor=-1",
    f"changes/?cursor={10**20}",
    "changes/?section=a",
]


@pytest.mark.parametrize("address", WRONG)
def test_a_wrong_parameter_is_named_and_never_fails(client, journal, address):
    told = get(client, address, 400)["error"]
    name = address.split("?")[1].split("=")[0]
    assert told["code"] == "bad_parameter"
    assert list(told["fields"]) == [name]
    assert "参数不对" in told["message"]
    assert name in told["message"]


@pytest.mark.parametrize(
    "address",
    [
        "search/?q=%ED%A0%80",
        "search/?q=%FF%FE",
        "articles/?colour=red&page=",
        "changes/?since=0001-01-01T00:00:00%2B14:00",
        "changes/?since=9999-12-31T23:59:59-14:00",
        "changes/?since=2026-01-01T00:00:00 08:00",
        "changes/?since=2026-01-01",
        f"changes/?cursor={2**63 - 1}",
    ],
)
def test_a_strange_parameter_is_read(client, journal, address):
    get(client, address)


def test_a_page_beyond_the_last_is_not_there(client, shelf):
    assert get(client, "articles/?page=2", 404)["error"]["code"] == "not_found"


def test_pages_lead_to_each_other(client, shelf, make_article, publish, make_issue):
    publish_more(make_issue, make_article, publish, 3)
    first = get(client, "articles/?page_size=2")
    assert (first["count"], first["pages"], first["previous"]) == (4, 2, None)
    second = get(client, first["next"].removeprefix("http://testserver"))
    assert second["page"] == 2
    assert second["previous"].endswith("/api/v1/articles/?page_size=2")
    assert not set(titles(first)) & set(titles(second))


def publish_more(make_issue, make_article, publish, number: int) -> None:
    issue = make_issue()
    for place in range(number):
        make_article(f"第 {place} 篇", issue=issue, bylines=[f"作者{place}"])
    publish(issue)


def test_lists_ask_the_database_as_often_for_many_as_for_few(
    client, shelf, make_article, make_issue, publish, django_assert_max_num_queries
):
    def counts() -> list[int]:
        found = []
        for address in addresses(shelf):
            with django_assert_max_num_queries(12) as asked:
                assert client.get(address).status_code == 200
            found.append(len(asked))
        return found

    before = counts()
    publish_more(make_issue, make_article, publish, 3)
    assert counts() == before


# Validators, the page cache, limits, other sites.


def test_who_has_it_is_answered_without_a_body(client, shelf, settings):
    for kept in (False, True):
        settings.PAGE_CACHE = kept
        for _ in range(2):
            response = client.get(f"{V1}articles/")
            again = client.get(f"{V1}articles/", headers={"If-None-Match": response["ETag"]})
            assert again.status_code == 304
            assert again.content == b""
            assert again["ETag"] == response["ETag"]


def test_dates_are_compared_where_no_tag_is_named(client, shelf, settings, monkeypatch):
    caches["pages"].clear()
    site_revision.site_revision()
    later = site_revision.time_now() + 5
    monkeypatch.setattr("journal.site_revision.time_now", lambda: later)
    for kept in (False, True):
        settings.PAGE_CACHE = kept
        since = client.get(f"{V1}articles/")["Last-Modified"]
        assert client.get(f"{V1}articles/", headers={"If-Modified-Since": since}).status_code == 304
        old = "Thu, 01 Jan 2026 00:00:00 GMT"
        assert client.get(f"{V1}articles/", headers={"If-Modified-Since": old}).status_code == 200
        tagged = {"If-Modified-Since": since, "If-None-Match": '"another"'}
        assert client.get(f"{V1}articles/", headers=tagged).status_code == 200


def test_there_is_no_date_in_the_second_of_a_change(client, journal, monkeypatch):
    monkeypatch.setattr("journal.site_revision.time_now", lambda: 1_800_000_000.9)
    caches["pages"].clear()
    token = site_revision.site_revision()
    assert site_revision.settled_at(site_revision.UNSETTLED) is None
    assert site_revision.settled_at(token) is None
    assert "Last-Modified" not in client.get(f"{V1}issues/")
    monkeypatch.setattr("journal.site_revision.time_now", lambda: 1_800_000_001.1)
    assert site_revision.settled_at(token) == 1_800_000_000
    assert client.get(f"{V1}issues/")["Last-Modified"] == "Fri, 15 Jan 2027 08:00:00 GMT"


def test_a_kept_answer_is_new_after_a_withdrawal(client, cast, shelf, settings, django_capture_on_commit_callbacks):
    settings.PAGE_CACHE = True
    address = f"{V1}articles/{shelf['public'].pk}/"
    tag = client.get(address)["ETag"]
    with django_capture_on_commit_callbacks(execute=True):
        withdrawing.withdraw_article(shelf["public"], cast.chief, reason="正在核实", listed=False)
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 410


def test_an_address_that_asks_too_often_waits(client, shelf, settings):
    cache.clear()
    settings.API_REQUESTS_PER_MINUTE, settings.API_SEARCHES_PER_MINUTE = 3, 1
    assert client.get(f"{V1}search/?q=网格").status_code == 200
    refused = client.get(f"{V1}search/?q=网格")
    assert refused.status_code == 429
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert f"请过 {refused['Retry-After']} 秒再试" in refused.json()["error"]["message"]
    assert client.get(f"{V1}articles/").status_code == 200
    # What the sender writes himself does not make another address of it.
    forged = {"X-Forwarded-For": "198.51.100.7"}
    assert client.get(f"{V1}articles/", headers=forged).status_code == 429
    assert client.get(f"{V1}articles/", REMOTE_ADDR="198.51.100.8").status_code == 200
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    assert client.get(f"{V1}articles/", headers=forged).status_code == 200
    settings.API_REQUESTS_PER_MINUTE = 0
    assert client.get(f"{V1}articles/").status_code == 200


def test_only_listed_sites_may_read_it_in_a_browser(client, shelf, settings):
    settings.CORS_ALLOWED_ORIGINS = ["https://www.example.cn"]
    for kept in (False, True, True):
        settings.PAGE_CACHE = kept
        allowed = client.get(f"{V1}articles/", headers={"Origin": "https://www.example.cn"})
        assert allowed["Access-Control-Allow-Origin"] == "https://www.example.cn"
        assert "Access-Control-Allow-Credentials" not in allowed
        assert "origin" in allowed["Vary"].lower()
        other = client.get(f"{V1}articles/", headers={"Origin": "https://other.example.cn"})
        assert "Access-Control-Allow-Origin" not in other
    page = client.get("/", headers={"Origin": "https://www.example.cn"})
    assert "Access-Control-Allow-Origin" not in page


def test_a_failure_of_ours_is_json_with_the_number_to_quote(client, shelf, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr("journal.api.articles.with_lines", lambda articles: 1 / 0)
    response = client.get(f"{V1}articles/")
    assert response.status_code == 500
    assert response.json()["error"]["code"] == "server_error"
    assert response["X-Request-ID"] in response.json()["error"]["message"]


# Changes.


def changes(client, query: str = "") -> list[tuple[str, int]]:
    return [(row["change"], row["id"]) for row in get(client, f"changes/{query}")["changes"]]


def test_what_was_taken_down_is_a_tombstone(client, shelf):
    rows = get(client, "changes/")["changes"]
    gone = [row for row in rows if row["change"] == "withdrawn"]
    assert {row["id"] for row in gone} == {shelf["withdrawn"].pk}
    assert all(row["article"] is None for row in gone)
    assert [row["article"]["title"] for row in rows if row["change"] == "published"] == [
        shelf["public"].title,
        shelf["part"].title,
    ]


def test_the_cursor_goes_on_and_misses_nothing(client, cast, shelf):
    seen, query, answer = [], "?page_size=1", {"more": True}
    while answer["more"]:
        answer = get(client, f"changes/{query}")
        seen += answer["changes"]
        query = f"?page_size=1&cursor={answer['cursor']}"
    numbers = [row["cursor"] for row in seen]
    assert numbers == sorted(set(numbers))
    assert len(seen) == len(get(client, "changes/")["changes"])
    following = answer["next"].removeprefix("http://testserver")
    assert get(client, following)["changes"] == []

    public = shelf["public"]
    content = public.text.current.content
    changed = type(content)(**{**content.__dict__, "html": content.html.replace("网格员", "网格长")})
    correction = corrections.propose(public, cast.editor, changed, reason="职务有误", seen=public.text.current_id)
    corrections.sign(correction, cast.chief)
    withdrawing.change_access(public.issue, cast.chief, access=Access.INTERNAL, reason="正在核实")
    told = [(row["change"], row["id"]) for row in get(client, following)["changes"]]
    assert told[0] == ("withdrawn", public.pk)
    assert {change for change, _ in told} == {"withdrawn"}
    assert {pk for _, pk in told} == {public.pk, shelf["part"].pk}
    client.force_login(cast.reader, backend=BACKEND)
    told = [(row["change"], row["id"]) for row in get(client, following)["changes"]]
    assert [change for change, pk in told if pk == public.pk] == ["corrected", "access_changed"]


def test_what_comes_back_is_published_again(client, cast, shelf):
    cursor = get(client, "changes/")["cursor"]
    withdrawing.restore_article(shelf["withdrawn"], cast.chief, reason="已核实")
    assert changes(client, f"?cursor={cursor}") == [("published", shelf["withdrawn"].pk)]
    cursor = get(client, "changes/")["cursor"]
    withdrawing.withdraw_issue(shelf["public"].issue, cast.chief, reason="整期核实")
    assert {change for change, _ in changes(client, f"?cursor={cursor}")} == {"withdrawn"}
    assert get(client, f"articles/{shelf['public'].pk}/", 410)["error"]["code"] == "withdrawn"
    assert get(client, f"issues/{shelf['public'].issue.address}/", 410)["error"]["code"] == "withdrawn"


def test_changes_of_a_column_and_since_a_time(client, shelf):
    public = shelf["public"]
    assert {pk for _, pk in changes(client, f"?section={public.section_id}")} == {
        public.pk,
        shelf["part"].pk,
        shelf["withdrawn"].pk,
    }
    assert changes(client, "?section=999999") == []
    long_ago = timezone.now() - timezone.timedelta(days=30)
    ArticleChange.objects.filter(article=public).update(at=long_ago)
    day = timezone.localdate().isoformat()
    assert ("published", public.pk) in changes(client, f"?since={long_ago.date().isoformat()}")
    assert ("published", public.pk) not in changes(client, f"?since={day}")


def test_noting_twice_changes_nothing(shelf):
    before = ArticleChange.objects.count()
    note(shelf["public"].issue)
    assert ArticleChange.objects.count() == before


# The documentation.


def test_the_page_and_the_document_describe_every_address(client, journal):
    document = get(client, "openapi.json")
    assert document["openapi"].startswith("3.")
    page = client.get(reverse("api:documentation")).content.decode()
    assert len(document["paths"]) == 12
    for address, methods in document["paths"].items():
        assert list(methods) == ["get"]
        assert f"<code>{address}</code>" in page
        assert methods["get"]["summary"] in page
        assert not methods["get"]["description"].isascii()
        assert all(parameter["description"] for parameter in methods["get"].get("parameters", ()))
    assert "<script>" not in page
    assert " style=" not in page
    assert client.get("/api/").url == reverse("api:documentation")


def test_the_document_is_plain_json(client, journal):
    text = client.get(f"{V1}openapi.json").content.decode()
    assert "阅读接口" in text
    assert json.loads(text)["info"]["version"] == "1.0.0"
