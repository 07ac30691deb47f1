"""Every setting of the server, read once from `PICAM_*` variables. `docs/guide/settings.md` explains each."""

from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from api.addresses import is_loopback

_SHORTEST_TOKEN = 16
_PACKAGE = Path(__file__).resolve().parent


class Settings(BaseSettings):
    """The server's settings. Sizes in bytes, durations in seconds."""

    model_config = SettingsConfigDict(env_prefix="PICAM_", extra="ignore", frozen=True)

    host: str = "127.0.0.1"
    """Address to listen on. Only this machine by default: nothing is exposed by accident."""
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    insecure_http: bool = False
    """Speak plain HTTP also beyond this machine; everybody in between then reads and changes what is said."""
    trusted_proxies: str = ""
    """Addresses and networks, separated by commas, of the proxies that do TLS: only they, and this machine, are let in."""
    public_url: str = ""
    """Where people and cameras reach the server by its proxy, such as https://cam.example.org."""
    allowed_hosts: str = ""
    """Further names, separated by commas, under which the server may be called."""
    data_dir: Path = Path("data")
    """Where the database and the pictures of an embedded installation live."""
    database_url: str = ""
    """SQLAlchemy address of the database; empty: `picam.sqlite3` in the data directory."""
    allowed_outbound: str = ""
    """Names, addresses and networks of one's own, separated by commas, that channels' addresses may lead to."""
    dead_man_url: SecretStr = SecretStr("")
    """Called every minute while the server is ready, so that a service outside notices when it is not."""
    secret_key_file: Path | None = None
    """The file with the keys that encrypt channels' addresses and passwords; empty: `secret.key` in the data directory."""
    storage_url: str = ""
    """Where pictures are kept; empty: `file://` in the data directory."""
    storage_public_url: str = ""
    """Where browsers reach an S3 store through the product's own proxy; empty: the server passes the bytes on itself."""
    reserve_bytes: Annotated[int | None, Field(ge=0)] = None
    """Room on the pictures' disk that uploads never touch; empty: 256 MiB, on a small disk 1 % of it."""
    client_dir: Path = _PACKAGE.parent / "client" / "dist"
    """The built viewer."""
    site_name: Annotated[str, Field(min_length=1, max_length=80)] = "My place"
    max_image_bytes: Annotated[int, Field(ge=1024, le=1 << 30)] = 25_000_000
    max_image_pixels: Annotated[int, Field(ge=4096, le=1 << 30)] = 24_000_000
    upload_stall_seconds: Annotated[float, Field(gt=0, le=3600)] = 60.0
    """An upload that sends nothing for this long is ended."""
    security_contact: str = ""
    """Whom to tell of a weakness of this server, for `/.well-known/security.txt`: `mailto:` or `https://`."""
    log_level: str = "info"
    log_format: Literal["logfmt", "json"] = "logfmt"
    metrics_token_file: Path | None = None
    """A file with the token that lets a scraper read `/metrics`; at least 16 characters."""

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.lower() not in {"debug", "info", "warning", "error"}:
            raise ValueError("must be one of debug, info, warning, error")
        return value.lower()

    @field_validator("storage_public_url")
    @classmethod
    def _where_browsers_go(cls, value: str) -> str:
        parts = urlsplit(value)
        address = parts.scheme in {"http", "https"} and parts.netloc
        path = not parts.scheme and not parts.netloc and value.startswith("/")
        if value and (parts.query or parts.fragment or not (address or path)):
            raise ValueError(
                "must be an address or a path of the proxy, such as /media or https://cam.example.org/media"
            )
        return value

    @field_validator("dead_man_url")
    @classmethod
    def _can_be_called(cls, value: SecretStr) -> SecretStr:
        address = value.get_secret_value()
        parts = urlsplit(address)
        if address and (parts.scheme not in {"http", "https"} or not parts.hostname):
            raise ValueError("must be an address that begins with https:// or http://")
        return value

    @field_validator("public_url")
    @classmethod
    def _an_origin(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/")):
            raise ValueError("must be an address without a path, such as https://cam.example.org")
        if parts.query or parts.fragment or parts.username is not None:
            raise ValueError("must be an address alone, without a user or a query")
        return value.rstrip("/")

    @field_validator("security_contact")
    @classmethod
    def _a_contact(cls, value: str) -> str:
        if value and (not value.startswith(("mailto:", "https://")) or len(value.split()) != 1):
            raise ValueError("must begin with mailto: or https:// and hold no blank")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        for word in words_of(value):
            try:
                ip_network(word, strict=False)
            except ValueError as error:
                raise ValueError("must be addresses or networks, such as 10.0.0.2 or 172.16.0.0/12") from error
        return value

    @property
    def serves_tls(self) -> bool:
        """Whether the server speaks https with its own certificate: where others could listen and nobody else does TLS."""
        return not (is_loopback(self.host) or self.insecure_http or self.trusted_proxies)

    def metrics_token(self) -> str | None:
        """The scraper's token. Raises OSError, or ValueError when it is too short to be a secret."""
        if self.metrics_token_file is None:
            return None
        token = self.metrics_token_file.read_text(encoding="utf-8").strip()
        if len(token) < _SHORTEST_TOKEN:
            raise ValueError(f"PICAM_METRICS_TOKEN_FILE: the token must have at least {_SHORTEST_TOKEN} characters")
        return token

    def resolved_database_url(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'picam.sqlite3'}"

    def resolved_secret_key_file(self) -> Path:
        return self.secret_key_file or self.data_dir.resolve() / "secret.key"

    def resolved_storage_url(self) -> str:
        return self.storage_url or f"file://{self.data_dir.resolve() / 'media'}"


def words_of(value: str) -> list[str]:
    """The words of a list that a person wrote with commas."""
    return [word.strip() for word in value.split(",") if word.strip()]
