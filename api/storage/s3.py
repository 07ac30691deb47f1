"""Blobs in an S3 bucket, by obstore. The only module that imports it.

Endpoint and keys come from the usual `AWS_*` variables; addresses are path style. A put is durable when it is answered.
Time-outs are short and retries few: cameras keep their pictures and send them again, so a quick "not now" is better than
a long wait. While the store is away, `Breaker` makes that "not now" immediate.
"""

import ipaddress
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Literal, TypeVar
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import S3Store as Client

from api.storage.breaker import Breaker
from api.storage.port import (
    BlobExists,
    BlobMissing,
    InMemory,
    Location,
    RemoteUrl,
    StoreFull,
    StoreUnavailable,
    check_key,
    is_key,
)

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig

PRESIGNED_SECONDS = 300
_PAGE = 1000
_SECOND_TRY_WITHIN_SECONDS = 5.0
_CONNECT_SECONDS = 2
_REQUEST_SECONDS = 15.0
_NO_SUCH_KEY = "images/probe.jpg"
_FULL = ("507 Insufficient Storage", "StorageFull", "QuotaExceeded", "InsufficientCapacity")
_CREATE_UNKNOWN = ("501 Not Implemented", "NotImplemented")
# What a browser that was sent to the store itself needs to know.
_ATTRIBUTES = {"Content-Type": "image/jpeg", "Cache-Control": "private, max-age=31536000, immutable"}

T = TypeVar("T")
_LOG = logging.getLogger(__name__)


class S3Store:
    """`BlobStore` in a bucket, below a prefix.

    With `public_url` (an address, or a path of the product's own origin) `locate` sends the browser there: the proxy
    behind it passes path and query on to the store and restores the `Host` that was signed. Without, the server fetches
    the blob itself, so that the store may be one that browsers cannot reach.
    """

    def __init__(
        self, bucket: str, prefix: str = "", public_url: str = "", *, request_seconds: float = _REQUEST_SECONDS
    ) -> None:
        self._public_url = public_url.rstrip("/")
        self._breaker = Breaker()
        # Whether the server knows `If-None-Match: *`. If it does not, names are random enough.
        self._create_only = True
        options: ClientConfig = {
            "allow_http": _http_allowed(),
            "connect_timeout": timedelta(seconds=_CONNECT_SECONDS),
            "timeout": timedelta(seconds=request_seconds),
        }
        # A put is tried again by `_put`, which has to know that it is the second time.
        self._writer = _client(bucket, prefix, options, retries=0)
        self._reader = _client(bucket, prefix, options, retries=2)

    def put(self, key: str, data: bytes, *, durable: bool = True) -> None:
        del durable
        check_key(key)
        with self._breaker.call():
            self._put(key, data)

    def read(self, key: str) -> bytes:
        return self._ask(check_key(key), lambda: obstore.get(self._reader, key).bytes().to_bytes())

    def locate(self, key: str) -> Location:
        if not self._public_url:
            return InMemory(self.read(key))
        with _told(check_key(key)):
            signed = urlsplit(obstore.sign(self._reader, "GET", key, timedelta(seconds=PRESIGNED_SECONDS)))
        return RemoteUrl(f"{self._public_url}{signed.path}?{signed.query}", PRESIGNED_SECONDS)

    def delete(self, key: str) -> None:
        try:
            self._ask(check_key(key), lambda: obstore.delete(self._reader, key))
        except BlobMissing:
            return

    def keys(self, prefix: str) -> Iterator[tuple[str, int]]:
        """Raises `StoreUnavailable` also for a store that lists out of order: nothing is concluded from such a list."""
        last = ""
        with _told(prefix):
            for page in obstore.list(self._reader, f"{prefix}/", chunk_size=_PAGE):
                for found in page:
                    key = found["path"]
                    if key <= last:
                        raise StoreUnavailable("the store does not list in the order of the keys")
                    last = key
                    if is_key(key):
                        yield key, found["size"]

    def free_bytes(self) -> int | None:
        return None

    def capacity_bytes(self) -> int | None:
        return None

    def probe(self) -> None:
        # A GET, since the answer to a HEAD would not tell a missing bucket from a missing key.
        try:
            self.read(_NO_SUCH_KEY)
        except BlobMissing:
            return

    def _put(self, key: str, data: bytes) -> None:
        begun = time.monotonic()
        try:
            self._put_once(key, data)
        except StoreUnavailable:
            if time.monotonic() - begun > _SECOND_TRY_WITHIN_SECONDS:
                raise
        else:
            return
        try:
            self._put_once(key, data)
        except BlobExists:
            # The first try may have succeeded and only its answer been lost.
            with _told(key):
                stored = obstore.get(self._reader, key).bytes().to_bytes()
            if stored != data:
                raise

    def _put_once(self, key: str, data: bytes) -> None:
        try:
            with _told(key):
                mode: Literal["create", "overwrite"] = "create" if self._create_only else "overwrite"
                obstore.put(self._writer, key, data, mode=mode, attributes=_ATTRIBUTES, use_multipart=False)
        except StoreUnavailable as error:
            if not self._create_only or not any(word in str(error) for word in _CREATE_UNKNOWN):
                raise
            _LOG.info("create_only_unknown")
            self._create_only = False
            self._put_once(key, data)

    def _ask(self, key: str, function: Callable[[], T]) -> T:
        with self._breaker.call(), _told(key):
            return function()


def _client(bucket: str, prefix: str, options: "ClientConfig", *, retries: int) -> Client:
    retry: RetryConfig = {
        "max_retries": retries,
        "retry_timeout": timedelta(seconds=_REQUEST_SECONDS),
        "backoff": {"init_backoff": timedelta(milliseconds=100), "max_backoff": timedelta(seconds=1), "base": 2},
    }
    try:
        return Client(bucket, prefix=prefix or None, client_options=options, retry_config=retry)
    except BaseError as error:
        raise ValueError(f"the AWS_* variables do not describe an S3 store: {_first_line(error)}") from error


@contextmanager
def _told(key: str) -> Iterator[None]:
    """obstore's errors in the words of the port."""
    try:
        yield
    except AlreadyExistsError as error:
        raise BlobExists(key) from error
    except FileNotFoundError as error:
        # A wrong bucket must never look like pictures that are gone.
        if "NoSuchBucket" in str(error):
            raise StoreUnavailable("the bucket does not exist") from error
        raise BlobMissing(key) from error
    except (PermissionDeniedError, UnauthenticatedError) as error:
        if any(word in str(error) for word in _FULL):
            raise StoreFull(_first_line(error)) from error
        raise StoreUnavailable("the store refuses the AWS_* credentials") from error
    except (BaseError, OSError) as error:
        text = str(error)
        raise StoreFull(_first_line(error)) if any(word in text for word in _FULL) else _away(text) from error


def _away(text: str) -> StoreUnavailable:
    return StoreUnavailable(text.partition("\n\nDebug source")[0].replace("\n", " ")[:400])


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:200]


def _http_allowed() -> bool:
    """Whether the keys may cross the network unencrypted: to this machine always, elsewhere when it is said."""
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or ""
    endpoint = endpoint or os.environ.get("AWS_ENDPOINT", "")
    parts = urlsplit(endpoint)
    if parts.scheme != "http":
        return False
    if os.environ.get("AWS_ALLOW_HTTP", "").lower() in {"1", "true", "yes"} or _is_this_machine(parts.hostname):
        return True
    raise ValueError(
        f"AWS_ENDPOINT_URL {endpoint} is not encrypted: use https, or set AWS_ALLOW_HTTP=true for a network of your own"
    )


def _is_this_machine(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False
