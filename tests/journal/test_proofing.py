"""一校、二校、三校、通读: order, hands, marks, corrections, 差错率."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from journal import proof_corrections, proof_progress, proofing, publishing, secrecy
from journal.models import Approval, Article, ProofMark
from members.models import Event
from members.roles import Role
from tests.conftest import fill_imprint

pytestmark = pytest.mark.django_db

HTML = (
    "<p>村里把议事卓搬到榕树下，大家商量着着办事。</p>"
    "<h2>一、会开到树下</h2>"
    "<p>每月两次，群众先说，<strong>干部</strong>后答。定下来的事贴在墙上。</p>"
    "<ul><li>办完一件</li><li>划掉一件</li></ul>"
)
TABLE = proofing.Spotted("character", "议事卓", replacement="议事桌")
TWICE = proofing.Spotted("missing", "商量着着办", replacement="商量着办")
STYLE = proofing.Spotted("style", "定下来的事", change="remark", remark="是否写明是哪几件")


@pytest.fixture
def article(make_article, make_issue):
    return make_article("榕树下", html=HTML, issue=make_issue(), bylines=["林小舟"])


@pytest.fixture
def readers(cast, make_user):
    return [cast.proofreader, cast.second_editor, make_user("夏初", Role.PROOFREADER)]


def do(article, actor, *spotted, **facts) -> Approval:
    """One proof, from marking to handing in."""
    for one in spotted:
        proofing.add_mark(article, actor, one)
    article.refresh_from_db()
    stage = proof_progress.progress(article).pending
    return proofing.hand_in(article, actor, stage=stage, seen=article.text.current_id, **facts)


def apply_all(article, editor) -> proof_corrections.Applied:
    wanted = list(ProofMark.objects.filter(version__text=article.text).values_list("pk", flat=True))
    return proof_corrections.apply(article, editor, wanted)


def said(article) -> str:
    article.refresh_from_db()
    return article.text.current.html


def edit(article, html, *, substantive=False):
    article.text.save_version(replace(article.text.current.content, html=html), None, "改", substantive=substantive)


class TestMarks:
    def test_a_mark_is_kept_with_its_place(self, article, cast):
        mark = proofing.add_mark(article, cast.proofreader, TABLE)
        assert (mark.kind, mark.block, mark.offset, mark.version) == ("proof_1", 0, 3, article.text.current)

    def test_words_that_stand_twice_need_their_place(self, article, cast):
        with pytest.raises(proofing.ProofRefused, match="2 处"):
            proofing.add_mark(article, cast.proofreader, proofing.Spotted("style", "一件", replacement="一桩"))
        chosen = proofing.Spotted("style", "一件", replacement="一桩", block=3, offset=6)
        assert proofing.add_mark(article, cast.proofreader, chosen).offset == 7

    def test_a_deletion_keeps_a_neighbour(self, article, cast):
        mark = proofing.add_mark(article, cast.proofreader, proofing.Spotted("missing", "着着", change="delete"))
        assert (mark.quote, mark.replacement) == ("着着办", "办")

    @pytest.mark.parametrize(
        ("spotted", "told"),
        [
            (proofing.Spotted("character", "没有的话", replacement="甲"), "都没有"),
            (proofing.Spotted("character", "  "), "请选中"),
            (proofing.Spotted("character", "议事卓"), "改成什么"),
            (proofing.Spotted("character", "议事卓", replacement="议事卓"), "改成什么"),
            (proofing.Spotted("style", "议事卓", change="remark"), "说明里写清楚"),
            (proofing.Spotted("format", "一、会开到树下", change="delete"), "只提意见"),
            (proofing.Spotted("unheard", "议事卓", replacement="议事桌"), "类别"),
            (proofing.Spotted("character", "办完一件\n划掉一件", replacement="甲"), "一段之内"),
            (proofing.Spotted("character", "议事卓", replacement="长" * 501), "不超过 500"),
        ],
    )
    def test_what_makes_no_mark_is_told(self, spotted, told, article, cast):
        with pytest.raises(proofing.ProofRefused, match=told):
            proofing.add_mark(article, cast.proofreader, spotted)
        assert not ProofMark.objects.exists()

    def test_they_are_their_author_s_until_handed_in_and_nobody_s_after(self, article, cast):
        mark = proofing.add_mark(article, cast.proofreader, TABLE)
        for act in (lambda who: proofing.edit_mark(mark, who, TWICE), lambda who: proofing.remove_mark(mark, who)):
            with pytest.raises(PermissionDenied):
                act(cast.editor)
        assert proofing.edit_mark(mark, cast.proofreader, TWICE).quote == "商量着着办"
        do(article, cast.proofreader)
        with pytest.raises(proofing.ProofRefused, match="已经交给编辑"):
            proofing.remove_mark(mark, cast.proofreader)
        assert ProofMark.objects.count() == 1

    @pytest.mark.parametrize("person", ["contributor", "reader", "liaison", "administrator"])
    def test_others_do_not_proof(self, person, article, cast):
        with pytest.raises(PermissionDenied):
            proofing.add_mark(article, getattr(cast, person), TABLE)
        with pytest.raises(PermissionDenied):
            proofing.hand_in(article, getattr(cast, person), stage="proof_1", seen=article.text.current_id)


class TestStages:
    def test_one_after_another_by_different_people_then_the_whole(self, article, readers, cast):
        for reader, kind in zip(readers, ("proof_1", "proof_2", "proof_3"), strict=True):
            assert do(article, reader).kind == kind
        found = proof_progress.progress(article)
        assert (found.pending, found.awaits_read_through) == (None, True)
        proofing.read_through(article, cast.editor, seen=article.text.current_id)
        assert proof_progress.progress(article).read_through.person == cast.editor

    def test_the_next_waits_until_every_mark_is_dealt_with(self, article, readers, cast):
        do(article, readers[0], TABLE, STYLE)
        with pytest.raises(proofing.ProofRefused, match="2 处等编辑处理"):
            do(article, readers[1])
        applied = apply_all(article, cast.editor)
        assert [mark.quote for mark in applied.failed] == ["定下来的事"]
        proof_corrections.decline(article, cast.editor, applied.failed[0].pk, "照原文")
        do(article, readers[1])

    def test_nobody_does_two(self, article, cast):
        do(article, cast.proofreader)
        with pytest.raises(proofing.ProofRefused, match="您做过这篇的一校"):
            do(article, cast.proofreader)

    def test_a_stage_a_colleague_has_just_handed_in_is_not_recorded_as_the_next(self, article, cast):
        do(article, cast.proofreader)
        with pytest.raises(proofing.ProofRefused, match="一校刚刚由白露交了"):
            proofing.hand_in(article, cast.editor, stage="proof_1", seen=article.text.current_id)
        assert proof_progress.progress(article).pending == "proof_2"

    def test_a_small_office_may_with_a_reason_that_is_kept(self, article, cast, journal):
        journal.small_office = True
        journal.save()
        do(article, cast.proofreader)
        with pytest.raises(proofing.ProofRefused, match="写明原因"):
            do(article, cast.proofreader, reason=" ")
        approval = do(article, cast.proofreader, reason="另一位休产假")
        assert approval.reason == "另一位休产假"
        assert "一人多岗：另一位休产假" in Event.objects.about(article).get(verb="二校").note

    def test_a_colleague_s_proof_is_not_mixed_into_but_can_be_taken_over(self, article, cast):
        proofing.add_mark(article, cast.proofreader, TABLE)
        with pytest.raises(proofing.ProofRefused, match="同事正在做一校"):
            proofing.add_mark(article, cast.editor, TWICE)
        assert proofing.take_over(article, cast.editor) == 1
        assert do(article, cast.editor, TWICE).errors == {"character": 1, "missing": 1}
        assert Event.objects.about(article).filter(verb="接手一校").exists()

    def test_a_text_changed_meanwhile_is_read_again_and_its_marks_are_found_again(self, article, cast):
        proofing.add_mark(article, cast.proofreader, TABLE)
        seen = article.text.current_id
        edit(article, "<p>新加的一段。</p>" + HTML)
        with pytest.raises(proofing.ProofRefused, match="刚刚被同事改过"):
            proofing.hand_in(article, cast.proofreader, stage="proof_1", seen=seen)
        approval = do(article, cast.proofreader)
        mark = ProofMark.objects.get()
        assert (mark.version, mark.block, mark.offset) == (approval.version, 1, 3)

    def test_a_mark_whose_passage_is_gone_is_not_handed_in_unseen(self, article, cast):
        proofing.add_mark(article, cast.proofreader, TABLE)
        edit(article, "<p>整段换了。</p>")
        with pytest.raises(proofing.ProofRefused, match="找不到原文了：“议事卓”"):
            do(article, cast.proofreader)

    def test_reading_through_counts_on_the_final_text_alone(self, article, readers, cast):
        with pytest.raises(proofing.ProofRefused, match="通读在三校之后"):
            proofing.read_through(article, cast.editor, seen=article.text.current_id)
        for reader in readers:
            do(article, reader)
        proofing.read_through(article, cast.editor, seen=article.text.current_id)
        edit(article, HTML.replace("两次", "三次"))
        article.refresh_from_db()
        assert proof_progress.progress(article).awaits_read_through
        proofing.read_through(article, cast.editor, seen=article.text.current_id)

    def test_a_substantive_change_begins_anew(self, article, readers):
        do(article, readers[0])
        edit(article, HTML + "<p>加了一整段。</p>", substantive=True)
        article.refresh_from_db()
        assert proof_progress.progress(article).pending == "proof_1"

    def test_not_once_the_issue_is_closed(self, article, cast):
        fill_imprint(article.issue)
        publishing.close(article.issue, cast.chief)
        article = Article.objects.get(pk=article.pk)
        with pytest.raises(proofing.ProofRefused, match="退回编辑"):
            proofing.add_mark(article, cast.proofreader, TABLE)


class TestCorrections:
    def test_all_are_one_version_and_the_reviews_stand(self, article, cast):
        do(article, cast.proofreader, TABLE, TWICE)
        before = article.text.current.number
        applied = apply_all(article, cast.editor)
        assert "议事桌" in said(article)
        assert "商量着办事" in said(article)
        assert (applied.version.number, applied.version.substantive) == (before + 1, False)
        assert applied.version.reason == "校样改动：一校 2 处"
        assert secrecy.standing(article.text) is not None
        assert set(ProofMark.objects.values_list("outcome", "outcome_by")) == {("applied", cast.editor.pk)}

    def test_words_change_and_the_marks_around_them_stay(self, article, cast):
        do(article, cast.proofreader, proofing.Spotted("fact", "，干部后答", replacement="，村干部后答"))
        apply_all(article, cast.editor)
        assert "，村<strong>干部</strong>后答" in said(article).replace("<strong>村", "村<strong>")

    def test_title_and_byline_are_put_right_everywhere(self, article, cast):
        title = proofing.Spotted("fact", "榕树", replacement="大榕树", change="replace")
        edit(article, HTML.replace("榕树", "树"))
        do(article, cast.proofreader, title, proofing.Spotted("fact", "林小舟", replacement="林晓舟"))
        apply_all(article, cast.editor)
        article.refresh_from_db()
        assert article.title == article.text.current.title == "大榕树下"
        line = article.bylines.get()
        assert (line.name, line.author.name) == ("林晓舟", "林晓舟")
        assert article.text.current.bylines[0]["name"] == "林晓舟"

    def test_found_again_where_the_text_moved_and_left_open_where_it_is_gone(self, article, cast):
        do(article, cast.proofreader, TABLE, TWICE)
        edit(article, "<p>新加的一段。</p>" + HTML.replace("大家商量着着办事", "大家办事"))
        applied = apply_all(article, cast.editor)
        assert [mark.quote for mark in applied.failed] == ["商量着着办"]
        assert "议事桌" in said(article)
        assert ProofMark.objects.get(quote="商量着着办").outcome == "open"

    def test_of_two_that_overlap_the_first_is_made(self, article, cast):
        do(article, cast.proofreader, TABLE, proofing.Spotted("style", "卓搬到", replacement="桌移到"))
        applied = apply_all(article, cast.editor)
        assert (len(applied.done), len(applied.failed)) == (1, 1)
        assert "议事桌搬到" in said(article)

    def test_what_a_colleague_dealt_with_is_not_made_twice(self, article, cast):
        do(article, cast.proofreader, TABLE)
        apply_all(article, cast.editor)
        with pytest.raises(proofing.ProofRefused, match="同事处理过"):
            apply_all(article, cast.second_editor)

    def test_marks_not_handed_in_are_not_an_editor_s(self, article, cast):
        proofing.add_mark(article, cast.proofreader, TABLE)
        with pytest.raises(proofing.ProofRefused):
            apply_all(article, cast.editor)
        assert "议事卓" in said(article)

    def test_declining_needs_a_reason(self, article, cast):
        do(article, cast.proofreader, TABLE)
        mark = ProofMark.objects.get()
        with pytest.raises(proofing.ProofRefused, match="原因"):
            proof_corrections.decline(article, cast.editor, mark.pk, "  ")
        proof_corrections.decline(article, cast.editor, mark.pk, "原话如此")
        mark.refresh_from_db()
        assert (mark.outcome, mark.outcome_reason) == ("declined", "原话如此")

    @pytest.mark.parametrize("person", ["proofreader", "contributor", "administrator", "reader"])
    def test_only_editors_correct(self, person, article, cast):
        do(article, cast.second_editor, TABLE)
        mark = ProofMark.objects.get().pk
        for act in (
            lambda who: proof_corrections.apply(article, who, [mark]),
            lambda who: proof_corrections.decline(article, who, mark, "不改"),
            lambda who: proof_corrections.settle_by_hand(article, who, mark),
        ):
            with pytest.raises(PermissionDenied):
                act(getattr(cast, person))
        assert "议事卓" in said(article)


class TestErrorRate:
    def test_errors_of_a_stage_for_its_words_without_advice_and_without_what_was_declined(self, article, cast):
        do(article, cast.proofreader, TABLE, TWICE, STYLE)
        found = proof_progress.progress(article)
        words = article.text.current.words
        assert found.errors("proof_1") == 2
        assert found.rate("proof_1") == pytest.approx(2 / words * 10_000)
        proof_corrections.decline(article, cast.editor, ProofMark.objects.get(quote="议事卓").pk, "原话如此")
        assert proof_progress.progress(article).errors("proof_1") == 1

    def test_the_last_proof_done_is_the_one_that_counts(self, article, readers, cast):
        do(article, readers[0], TABLE, TWICE)
        apply_all(article, cast.editor)
        do(article, readers[1])
        found = proof_progress.progress(article)
        assert (found.last, found.rate(found.last)) == ("proof_2", 0)

    def test_an_issue_is_counted_together(self, article, make_article, cast):
        clean = make_article("乙", html="<p>一二三四五六七八九十</p>", issue=article.issue)
        do(article, cast.proofreader, TABLE)
        do(clean, cast.proofreader)
        first = proof_progress.tallies(proof_progress.of_issue(article.issue))[0]
        words = article.text.current.words + 10
        assert (first.articles, first.errors, first.words) == (2, 1, words)
        assert first.rate == pytest.approx(1 / words * 10_000)


class TestLists:
    def test_each_finds_what_is_theirs_to_do(self, article, cast):
        def mine(user):
            return [row.article for row in proof_progress.awaiting_proof(user)]

        def to_correct(user):
            return [row.article for row in proof_progress.awaiting_editor(user)]

        assert mine(cast.proofreader) == [article]
        assert mine(cast.contributor) == []
        do(article, cast.proofreader, TABLE)
        assert (mine(cast.editor), to_correct(cast.editor), to_correct(cast.proofreader)) == ([], [article], [])
        apply_all(article, cast.editor)
        assert (mine(cast.proofreader), mine(cast.editor)) == ([], [article])

    def test_the_pages_ask_the_same_number_of_questions(self, client, article, make_article, cast):
        client.force_login(cast.editor)
        addresses = [reverse("admin:journal_proofmark_issue", args=[article.issue_id])]
        addresses.append(reverse("admin:journal_proofmark_desk"))
        for address in addresses:
            client.get(address)
            with CaptureQueriesContext(connection) as few:
                client.get(address)
            for number in range(6):
                do(make_article(f"第{number}篇", html=HTML, issue=article.issue), cast.proofreader, TABLE)
            with CaptureQueriesContext(connection) as many:
                client.get(address)
            assert len(many) == len(few)


class TestPage:
    @pytest.fixture
    def address(self, article):
        return reverse("admin:journal_proofmark_article", args=[article.pk])

    def post(self, client, address, **fields) -> str:
        return client.post(address, fields, follow=True).content.decode()

    def test_marked_handed_in_and_put_right_without_a_script(self, client, address, article, cast):
        client.force_login(cast.proofreader)
        fields = {"act": "mark", "quote": "议事卓", "change": "replace", "replacement": "议事桌", "error": "character"}
        assert "已标：议事卓 → 议事桌" in self.post(client, address, **fields)
        page = client.get(address).content.decode()
        assert "交 1 处" in page
        mark = ProofMark.objects.get()
        assert "议事卓</textarea>" in client.get(f"{address}?edit={mark.pk}").content.decode()
        assert "一校已交，共 1 处" in self.post(
            client, address, act="hand_in", stage="proof_1", seen=article.text.current_id
        )
        client.force_login(cast.editor)
        assert "存为第 2 版" in self.post(client, address, act="apply", marks=mark.pk)
        assert "议事桌" in said(article)
        page = client.get(address).content.decode()
        assert "最近一次校样改动" in page
        assert "data-compare" in page

    def test_what_was_refused_stays_typed(self, client, address, cast):
        client.force_login(cast.proofreader)
        fields = {"act": "mark", "quote": "没有的话", "change": "replace", "replacement": "甲乙", "error": "fact"}
        page = self.post(client, address, **fields, remark="请查地图")
        assert "都没有“没有的话”" in page
        assert "没有的话</textarea>" in page
        assert "甲乙</textarea>" in page
        assert "请查地图" in page

    def test_the_rate_of_the_third_proof_is_held_against_the_limit(
        self, client, make_article, make_issue, readers, cast, journal
    ):
        long = make_article("长文", html="<p>议事卓。" + "村里大家商量着办。" * 50 + "</p>", issue=make_issue())
        client.force_login(cast.editor)
        addresses = [reverse("admin:journal_proofmark_article", args=[long.pk])]
        addresses.append(reverse("admin:journal_proofmark_issue", args=[long.issue_id]))

        def alarmed() -> list[bool]:
            pages = [client.get(address).content.decode() for address in addresses]
            assert all("22.03" in page for page in pages)
            return ["! 超过 2" in pages[0], "! 22.03" in pages[1]]

        do(long, readers[0], TABLE)
        proof_corrections.settle_by_hand(long, cast.editor, ProofMark.objects.get().pk)
        assert alarmed() == [False, False]
        do(long, readers[1])
        do(long, readers[2], TABLE)
        assert alarmed() == [True, True]
        journal.error_rate_limit = Decimal("30")
        journal.save()
        assert alarmed() == [False, False]

    def test_others_look_and_do_nothing(self, client, address, article, cast):
        client.force_login(cast.administrator)
        assert "您的身份不参加校对" in client.get(address).content.decode()
        fields = {"quote": "议事卓", "change": "replace", "replacement": "议事桌", "error": "character"}
        for act in ("mark", "hand_in", "take_over", "read_through", "apply", "decline", "by_hand"):
            answer = client.post(address, fields | {"act": act, "seen": article.text.current_id, "reason": "甲"})
            assert answer.status_code == 403, act
        assert client.put(address).status_code == 405
        assert not ProofMark.objects.exists()

    @pytest.mark.parametrize(
        "fields", [{}, {"act": "fly"}, {"act": "hand_in", "seen": "x"}, {"act": "apply", "marks": "x"}]
    )
    def test_nonsense_is_told_plainly(self, fields, client, address, cast):
        client.force_login(cast.editor)
        assert client.post(address, fields, follow=True).status_code == 200
        assert not Approval.objects.filter(kind__startswith="proof").exists()

    @pytest.mark.parametrize("act", ["edit", "remove"])
    def test_a_mark_of_another_article_is_not_here(self, act, client, address, make_article, cast):
        other = make_article("别的", html=HTML)
        mark = proofing.add_mark(other, cast.proofreader, TABLE)
        client.force_login(cast.proofreader)
        fields = {"quote": "议事卓", "change": "replace", "replacement": "甲", "error": "fact"}
        assert client.post(address, fields | {"act": act, "mark": mark.pk}).status_code == 404
        assert client.get(f"{address}?edit={mark.pk}").status_code == 404
        assert ProofMark.objects.get() == mark

    def test_drafts_are_not_in_the_list_of_marks(self, client, article, cast):
        proofing.add_mark(article, cast.proofreader, TABLE)
        client.force_login(cast.editor)
        address = reverse("admin:journal_proofmark_changelist")
        assert "议事桌" not in client.get(address).content.decode()
        do(article, cast.proofreader)
        assert "议事桌" in client.get(address).content.decode()
