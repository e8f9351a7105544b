import pytest
from django.core.exceptions import ImproperlyConfigured

from config.settings import env_caches


def test_files_by_default_pages_apart(monkeypatch):
    monkeypatch.delenv("CACHE_URL", raising=False)
    caches = env_caches("CACHE_URL")
    assert len({cache["LOCATION"] for cache in caches.values()}) == 2
    assert {cache["BACKEND"].rsplit(".", 1)[1] for cache in caches.values()} == {"FileBasedCache"}


@pytest.mark.parametrize("url", ["redis://127.0.0.1:6379/0", "rediss://cache.example/1", "unix:///run/redis.sock"])
def test_redis_by_its_address(monkeypatch, url):
    monkeypatch.setenv("CACHE_URL", url)
    caches = env_caches("CACHE_URL")
    assert {cache["LOCATION"] for cache in caches.values()} == {url}
    assert len({cache["KEY_PREFIX"] for cache in caches.values()}) == 2


@pytest.mark.parametrize("url", ["memcached://x", "127.0.0.1:6379", "files"])
def test_another_address_is_refused_with_its_variable(monkeypatch, url):
    monkeypatch.setenv("CACHE_URL", url)
    with pytest.raises(ImproperlyConfigured, match="CACHE_URL"):
        env_caches("CACHE_URL")
