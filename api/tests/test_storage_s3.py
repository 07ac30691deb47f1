"""`S3Store` beyond the contract, against a real S3 server: addresses for browsers, and a store that fails."""

import urllib.error
import urllib.request
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from api.storage import BlobExists, BlobMissing, RemoteUrl, StoreUnavailable, open_store
from api.storage.breaker import Breaker
from api.storage.s3 import PRESIGNED_SECONDS, S3Store
from api.tests.seaweed import BUCKET, Seaweed, s3_store
from api.tests.tcp_proxy import TcpProxy

pytest_plugins = ["api.tests.operations_fixtures"]
KEY = "images/019ab1c2-7d10-7a3b-8c55-0123456789ab/2026-11-22/14/019ab1c2-5f3a9c01.jpg"
OTHER = KEY.replace("5f3a9c01", "00000000")


@pytest.fixture
def proxy(seaweed: Seaweed) -> Iterator[TcpProxy]:
    opened = TcpProxy(seaweed.port)
    yield opened
    opened.close()


def test_sends_the_browser_to_the_proxy_with_an_address_that_expires(
    seaweed: Seaweed, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = s3_store(seaweed, monkeypatch, public_url="https://cam.example.org/media/")
    store.put(KEY, b"a picture")
    located = store.locate(KEY)
    assert isinstance(located, RemoteUrl)
    assert located.url.startswith("https://cam.example.org/media/pictures/a-prefix/")
    query = parse_qs(urlsplit(located.url).query)
    assert int(query["X-Amz-Expires"][0]) == located.lifetime_seconds == PRESIGNED_SECONDS <= 300
    # What the proxy does: pass path and query on to the store, with the store's own name as `Host`.
    behind = located.url.replace("https://cam.example.org/media", seaweed.endpoint)
    with urllib.request.urlopen(behind, timeout=10) as answer:
        assert answer.read() == b"a picture"
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert "immutable" in answer.headers["Cache-Control"]
    for wrong in (behind.replace("5f3a9c01", "00000000"), behind.partition("?")[0]):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(wrong, timeout=10)
        assert refused.value.code == 403
        refused.value.close()


def test_a_wrong_bucket_or_key_is_never_a_missing_picture(seaweed: Seaweed, monkeypatch: pytest.MonkeyPatch) -> None:
    store = s3_store(seaweed, monkeypatch)
    store.probe()
    elsewhere = S3Store("no-such-bucket")
    with pytest.raises(StoreUnavailable, match="bucket does not exist"):
        elsewhere.read(KEY)
    with pytest.raises(StoreUnavailable, match="bucket does not exist"):
        elsewhere.probe()
    with pytest.raises(StoreUnavailable):
        elsewhere.put(KEY, b"x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    stranger = S3Store(BUCKET)
    for call in (stranger.read, stranger.delete, lambda key: stranger.put(key, b"x")):
        with pytest.raises(StoreUnavailable, match="refuses the AWS_"):
            call(KEY)


def test_a_lost_answer_is_made_good_by_a_second_try(
    seaweed: Seaweed, proxy: TcpProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = s3_store(seaweed, monkeypatch, endpoint=proxy.endpoint)
    store.put(OTHER, b"a connection is open")
    proxy.lose_answers = 1
    store.put(KEY, b"stored, and nobody heard of it")
    assert proxy.lose_answers == 0
    assert store.read(KEY) == b"stored, and nobody heard of it"
    proxy.lose_answers = 1
    with pytest.raises(BlobExists):
        store.put(KEY, b"another one")
    assert store.read(KEY) == b"stored, and nobody heard of it"


def test_a_slow_store_is_waited_for_and_a_silent_one_is_not(
    seaweed: Seaweed, proxy: TcpProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = s3_store(seaweed, monkeypatch, endpoint=proxy.endpoint, request_seconds=1.0)
    proxy.delay_seconds = 0.2
    store.put(KEY, b"slow")
    assert store.read(KEY) == b"slow"
    proxy.delay_seconds = 30.0
    with pytest.raises(StoreUnavailable):
        store.put(OTHER, b"silent")


def test_a_store_that_is_away_costs_no_connection_after_a_few_tries(
    seaweed: Seaweed, proxy: TcpProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = s3_store(seaweed, monkeypatch, endpoint=proxy.endpoint)
    now = 0.0
    monkeypatch.setattr(store, "_breaker", Breaker(lambda: now))
    proxy.lose_answers = 1_000_000
    for _ in range(3):
        with pytest.raises(StoreUnavailable):
            store.read(KEY)
    tried = proxy.connections
    for _ in range(50):
        with pytest.raises(StoreUnavailable):
            store.read(KEY)
    assert proxy.connections == tried
    proxy.lose_answers = 0
    now = 1.5
    store.put(KEY, b"back")
    assert store.read(KEY) == b"back"


def test_one_thread_at_a_time_finds_out_whether_the_store_is_back() -> None:
    now = 0.0
    breaker = Breaker(lambda: now)
    for _ in range(3):
        with pytest.raises(StoreUnavailable), breaker.call():
            raise StoreUnavailable("away")
    now = 2.0
    with breaker.call(), pytest.raises(StoreUnavailable, match="away"), breaker.call():
        raise AssertionError("only one trial at a time")
    with breaker.call(), breaker.call():
        pass


def test_an_answer_that_is_no_outage_counts_as_working() -> None:
    breaker = Breaker(lambda: 0.0)
    for _ in range(10):
        with pytest.raises(BlobMissing), breaker.call():
            raise BlobMissing("x")
    with breaker.call():
        pass


def test_keys_do_not_cross_a_network_unencrypted_unless_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://store.internal:9000")
    monkeypatch.delenv("AWS_ALLOW_HTTP", raising=False)
    with pytest.raises(ValueError, match="AWS_ALLOW_HTTP"):
        open_store("s3://pictures")
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    assert isinstance(open_store("s3://pictures/some/prefix"), S3Store)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9000")
    monkeypatch.delenv("AWS_ALLOW_HTTP")
    assert isinstance(open_store("s3://pictures"), S3Store)


@pytest.mark.parametrize("url", ["s3://", "s3://UPPER/x", "s3://a/x", "s3://bucket/../x", "s3://bucket/a//b"])
def test_an_address_that_names_no_bucket_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="PICAM_STORAGE_URL"):
        open_store(url)
