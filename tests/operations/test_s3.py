"""Files kept with a service that speaks S3, a real server on this machine: the same behaviour as a folder."""

import uuid

import boto3
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.urls import reverse
from moto.server import ThreadedMotoServer

from journal.models import Access
from journal.signed import store_sheet
from operations import backing_up, restoring, stored
from tests.journal.test_signed import PDF

KEYS = {"access_key": "testing", "secret_key": "testing"}


@pytest.fixture(scope="module")
def server():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(server, settings):
    """An empty bucket, set as the place of stored files."""
    name = f"quarterly-{uuid.uuid4().hex}"
    client = boto3.client(
        "s3",
        endpoint_url=server,
        region_name="us-east-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )
    client.create_bucket(Bucket=name)
    options = {"bucket_name": name, "endpoint_url": server, "region_name": "us-east-1", "default_acl": None}
    backend = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options | KEYS | {"file_overwrite": False}}
    settings.STORAGES = settings.STORAGES | {"default": backend}
    return storages["default"]


@pytest.mark.django_db
def test_a_reader_sees_a_photograph(bucket, client, make_issue, make_article, make_picture, publish):
    picture = make_picture()
    issue = make_issue()
    make_article(issue=issue, html=f'<figure data-picture="{picture.pk}"></figure>')
    publish(issue, Access.PUBLIC)
    assert list(stored.paths()) == [picture.file.name]
    answer = client.get(reverse("picture", args=[picture.pk, 480]))
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("image/")


@pytest.mark.django_db
def test_a_scan_is_kept_once_and_given_to_who_may_read_it(bucket, client, cast):
    first = store_sheet(ContentFile(PDF), "审签单.pdf", cast.contributor)
    store_sheet(ContentFile(PDF), "再传一次.pdf", cast.contributor)
    assert list(stored.paths()) == [first.file.name]
    client.force_login(cast.editor, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(reverse("sheet", args=[first.pk]))
    assert b"".join(answer.streaming_content) == PDF
    client.force_login(cast.other, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("sheet", args=[first.pk])).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_a_backup_holds_what_is_kept_there_and_brings_it_back(bucket, tmp_path, make_picture):
    picture = make_picture()
    manifest = backing_up.back_up(tmp_path / "a.zip")
    assert (list(manifest.files), manifest.missing) == ([picture.file.name], [])
    with bucket.open(picture.file.name) as file:
        before = file.read()
    bucket.delete(picture.file.name)
    with restoring.archive.opened(tmp_path / "a.zip") as (source, told):
        restoring._put_files(source, told, lambda *_: None)
    with bucket.open(picture.file.name) as file:
        assert file.read() == before
