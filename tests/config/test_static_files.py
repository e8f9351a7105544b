"""Static files as browsers get them: a year under their hash, a minute without, compressed."""

import gzip
import re

import pytest

from config.static_files import version_of

YEAR = "public, max-age=31536000, immutable"
NAME = "journal/base.css"
ADDRESS = f"/static/{NAME}"


def body(response) -> bytes:
    data = b"".join(response.streaming_content) if response.streaming else response.content
    response.close()
    return data


def test_pages_name_files_with_the_hash_of_their_content(client, db):
    html = client.get("/").content.decode()
    named = re.findall(r'"(/static/[^"]+)"', html)
    assert named
    for address in named:
        assert re.search(r"\?v=[0-9a-f]{12}$", address), address
        response = client.get(address)
        assert (response.status_code, response["Cache-Control"]) == (200, YEAR)
        response.close()


@pytest.mark.parametrize("query", ["", "?v=", "?v=000000000000"])
def test_without_its_hash_a_file_is_asked_for_again_soon(client, db, query):
    response = client.get(ADDRESS + query)
    assert response["Cache-Control"] == "max-age=60, public"
    response.close()


def test_text_is_compressed_for_who_takes_it(client, db):
    plain, small = client.get(ADDRESS), client.get(ADDRESS, headers={"accept-encoding": "gzip"})
    assert small["Content-Encoding"] == "gzip"
    assert small["Content-Type"] == plain["Content-Type"]
    assert small["Vary"] == plain["Vary"] == "Accept-Encoding"
    assert int(small["Content-Length"]) == len(small.content)
    whole = body(plain)
    assert len(small.content) < len(whole) / 2
    assert gzip.decompress(small.content) == whole


def test_pictures_and_small_files_are_left_as_they_are(client, db):
    for address in ("/static/journal/icon.svg", "/static/ckeditor/ckeditor/skins/moono-lisa/icons.png"):
        response = client.get(address, headers={"accept-encoding": "gzip"})
        assert "Content-Encoding" not in response, address
        response.close()


def test_head_and_an_unchanged_file_send_nothing(client, db):
    first = client.get(ADDRESS, headers={"accept-encoding": "gzip"})
    assert body(client.head(ADDRESS)) == b""
    again = client.get(ADDRESS, headers={"accept-encoding": "gzip", "if-none-match": first["ETag"]})
    assert again.status_code == 304
    again.close()


def test_a_folder_has_no_version():
    assert version_of("ckeditor/ckeditor") == ""
    assert version_of("no/such/file.css") == ""
    assert version_of(NAME)
