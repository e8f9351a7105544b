"""What goes wrong in service, with real processes: nothing acknowledged is lost or doubled, and all comes back by itself."""

import io
import json
import shutil
import signal
import socket
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import lxml.html
import psycopg2
import pytest
import requests
from PIL import Image

from tests.operations.topology import Topology, missing, until

COUNTED = """
from submissions.models import Submission, Letter
from django.db.models import Count
sent = Submission.objects.filter(contributor__login_name__startswith="1370000").filter(receipt_number__gt="")
letters = Letter.objects.filter(submission__in=sent, kind=Letter.Kind.RECEIPT).values("submission").annotate(n=Count("pk"))
print(sent.count(), sent.values("receipt_number").distinct().count(), max((row["n"] for row in letters), default=0), len(letters))
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    if why := missing():
        pytest.skip(why)
    topology = Topology(tmp_path_factory.mktemp("topology"))
    try:
        topology.begin()
        yield topology
    finally:
        topology.end()
        shutil.rmtree(topology._cluster, ignore_errors=True)


class Person:
    """A contributor at a browser."""

    def __init__(self, site: Topology, told: dict):
        self.site, self.draft = site, told["draft"]
        self.browser = requests.Session()
        self.browser.cookies.set("sessionid", told["session"])

    def get(self, path: str) -> requests.Response:
        return self.browser.get(self.site.address + path, timeout=60)

    def hand_in(self) -> str:
        """Press the button, and again when no answer comes; the receipt number the page shows."""
        page = self.get(f"/submit/{self.draft}/check/")
        page.raise_for_status()
        token = {
            "csrfmiddlewaretoken": lxml.html.fromstring(page.text)
            .xpath("//input[@name='csrfmiddlewaretoken']")[0]
            .value
        }
        answer = self.browser.post(f"{self.site.address}/submit/{self.draft}/check/hand-in/", token, timeout=60)
        answer.raise_for_status()
        assert answer.url.endswith("/status/"), answer.text[-2000:]
        return answer.url

    def persistently(self, act):
        """As people do: where an error comes instead of an answer, wait a moment and press again."""
        for _ in range(40):
            try:
                return act()
            except requests.RequestException:
                time.sleep(0.5)
        raise AssertionError("no answer after 40 tries")

    def upload(self, data: bytes) -> requests.Response:
        page = self.get(f"/submit/{self.draft}/")
        page.raise_for_status()
        form = next(form for form in lxml.html.fromstring(page.text).forms if "body" in form.fields)
        fields = {name: value or "" for name, value in form.form_values()}
        files = {"photos": ("树下.jpg", data, "image/jpeg")}
        return self.browser.post(f"{self.site.address}/submit/{self.draft}/photos/", fields, files=files, timeout=60)


def people(site: Topology, first: int, number: int) -> list[Person]:
    told = site.python(f"from tests.operations.topology_people import contributors; contributors({first}, {number})")
    return [Person(site, one) for one in json.loads(told)]


def counted(site: Topology) -> tuple[int, ...]:
    """How many were handed in, how many receipt numbers there are, most receipts of one, how many have one."""
    return tuple(map(int, site.python(COUNTED).split()))


def photograph(shade: int) -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise((1600, 1200), 40 + shade).convert("RGB").save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def test_fifty_hand_in_in_the_last_minute_while_five_hundred_pages_are_read(site):
    before = counted(site)
    writers = people(site, 0, 50)
    article = lxml.html.fromstring(requests.get(site.address, timeout=30).text).xpath(
        "//a[contains(@href, '/articles/')]/@href"
    )[0]
    pages = ["/", "/issues/", article.partition("#")[0], "/search/?q=网格", "/call/"] * 100

    def read(path: str) -> int:
        return requests.get(site.address + path, timeout=60).status_code

    with ThreadPoolExecutor(50) as writing, ThreadPoolExecutor(20) as reading:
        handed_in = [writing.submit(one.hand_in) for one in writers]
        read_pages = [reading.submit(read, path) for path in pages]
        assert len({one.result() for one in handed_in}) == 50
        assert {one.result() for one in read_pages} == {200}
    sent, numbers, most, receipts = counted(site)
    assert (sent - before[0], numbers - before[1], most, receipts - before[3]) == (50, 50, 1, 50)


def test_a_web_process_killed_while_people_hand_in_and_upload_loses_nothing(site):
    before = counted(site)
    writers, senders = people(site, 100, 12), people(site, 200, 6)
    with ThreadPoolExecutor(18) as pool:
        handed_in = [pool.submit(one.persistently, one.hand_in) for one in writers]
        sent = [
            pool.submit(one.persistently, lambda one=one, shade=shade: _accepted(one.upload(photograph(shade))))
            for shade, one in enumerate(senders)
        ]
        time.sleep(0.4)
        site.kill("web1")
        assert all(one.result() for one in handed_in)
        assert all(one.result() for one in sent)
    site.start("web1")
    told = counted(site)
    assert (told[0] - before[0], told[1] - before[1], told[2], told[3] - before[3]) == (12, 12, 1, 12)
    kept = site.python(
        "from submissions.models import Attachment; from operations import stored\n"
        "from django.core.files.storage import default_storage as s\n"
        "rows = Attachment.objects.filter(submission__contributor__login_name__startswith='137000002').select_related('picture')\n"
        "print(rows.values('submission').distinct().count(), all(s.exists(row.picture.file.name) for row in rows))"
    )
    assert kept.split() == ["6", "True"]


def _accepted(answer: requests.Response) -> bool:
    answer.raise_for_status()
    return True


def test_the_database_away_for_ten_seconds(site):
    """Readers go on from the shared pages; who writes is told, and what was typed is there afterwards."""
    (writer,) = people(site, 300, 1)
    assert requests.get(site.address, timeout=30).status_code == 200
    page = writer.get(f"/submit/{writer.draft}/check/")
    assert page.status_code == 200
    site.kill("postgres", signal.SIGINT)
    gone = time.monotonic()
    assert requests.get(site.address, timeout=30).status_code == 200
    refused = writer.get(f"/submit/{writer.draft}/check/")
    assert refused.status_code == 500
    assert "差错编号" in refused.text
    assert requests.get(f"{site.address}/healthz", timeout=5).status_code == 200
    assert site.ready() == 503
    time.sleep(max(0, 10 - (time.monotonic() - gone)))
    site.start("postgres")
    until(lambda: site.ready() == 200, what="recovery by itself")
    assert writer.persistently(writer.hand_in)
    assert site.processes["worker"].poll() is None


def test_redis_away_makes_nothing_fail(site):
    (writer,) = people(site, 310, 1)
    site.kill("redis")
    try:
        for path in ("/", "/issues/", "/search/?q=网格", "/account/sign-in/"):
            assert requests.get(site.address + path, timeout=60).status_code == 200, path
        assert writer.hand_in()
    finally:
        site.start("redis")
    assert requests.get(site.address, timeout=30).status_code == 200


BUILD_ALL = """
from journal.editions_made import order_again
from journal.models import Edition
from members.models import User
chief = User.objects.get(login_name="13800000008")
for edition in Edition.objects.current().exclude(kind="print"):
    order_again(edition, chief)
"""


def builds(site: Topology, states: str) -> int:
    """How many of the present editions are in one of the states."""
    with psycopg2.connect(site.database) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM journal_edition WHERE state = ANY(%s)", [states.split()])
        (number,) = cursor.fetchone()
    connection.close()
    return number


def test_a_worker_killed_in_the_middle_of_a_build_is_taken_over(site):
    """The next worker takes the build up once the lease of the dead one has ended (here ended by hand)."""
    site.kill("worker", signal.SIGTERM)
    site.python(BUILD_ALL)
    site.start("worker")
    until(lambda: builds(site, "building"), 60, "a build to begin")
    site.kill("worker")
    assert builds(site, "building") == 1
    site.python(
        "from journal.models import Edition; from django.utils import timezone\nEdition.objects.filter(state='building').update(lease_until=timezone.now())"
    )
    site.start("worker")
    until(lambda: not builds(site, "building stale failed"), 120, "all builds to be done")


def test_a_full_disk_is_told_and_the_text_stays(site):
    (writer,) = people(site, 320, 1)
    media = site.data / "media" / "pictures"
    media.mkdir(parents=True, exist_ok=True)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", media], check=False).returncode == 0
    if not mounted:
        pytest.skip("不能挂载一个小磁盘（需要管理员权限）")
    try:
        answer = writer.upload(photograph(90))
        assert "磁盘" in answer.text or "差错编号" in answer.text
    finally:
        subprocess.run(["umount", media], check=True)
    assert "板凳会第320回" in writer.get(f"/submit/{writer.draft}/").text
    assert _accepted(writer.upload(photograph(91)))


def test_a_file_goes_out_through_nginx_and_nobody_asks_nginx_for_one(site):
    """X-Accel-Redirect: the site checks the right, nginx sends the bytes and knows ranges."""
    page = requests.get(site.address, timeout=30).text
    issue = lxml.html.fromstring(page).xpath("//a[contains(@href, '/issues/2')]/@href")[0]
    links = lxml.html.fromstring(requests.get(site.address + issue, timeout=30).text).xpath(
        "//a[contains(@href, '/download/pdf/')]/@href"
    )
    assert links
    whole = requests.get(site.address + links[0], timeout=60)
    assert (whole.status_code, whole.content[:5]) == (200, b"%PDF-")
    part = requests.get(site.address + links[0], headers={"Range": "bytes=0-99"}, timeout=60)
    assert (part.status_code, part.content) == (206, whole.content[:100])
    assert "X-Accel-Redirect" not in whole.headers
    assert requests.get(f"{site.address}/private-files/", timeout=30).status_code == 404


def test_slow_clients_hold_a_line_of_nginx_and_no_thread_of_the_site(site):
    """A hundred that never end their headers, forty that never end what they send: readers do not notice."""
    head = (
        b"Host: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000\r\n\r\nusername="
    )
    slow = []
    try:
        for number in range(140):
            line = socket.create_connection(("127.0.0.1", site.ports["nginx"]), 10)
            line.sendall(
                b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: " if number < 100 else b"POST /call/ HTTP/1.1\r\n" + head
            )
            slow.append(line)
        for path in ("/", "/issues/", "/search/?q=网格", "/account/sign-in/") * 5:
            assert requests.get(site.address + path, timeout=10).status_code == 200
    finally:
        for line in slow:
            line.close()


def test_two_workers_do_one_job_once(site):
    site.kill("worker", signal.SIGTERM)
    site.python(BUILD_ALL)
    threads = [threading.Thread(target=site.manage, args=("work", "--once")) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    site.start("worker")
    told = site.python(
        "from journal.models import Edition\nrows = Edition.objects.current().exclude(kind='print')\n"
        "print(set(rows.values_list('state', flat=True)), max(rows.values_list('tries', flat=True)))"
    )
    assert told.strip() == "{'fresh'} 1"
