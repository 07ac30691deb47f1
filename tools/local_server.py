"""What `make run` and the whole-system tests need to know of a server on this machine, over its public HTTP calls only."""

import errno
import json
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

_TIMEOUT_SECONDS = 10


def speaks_https(host: str, environment: Mapping[str, str]) -> bool:
    """Whether a server that listens on `host` does TLS itself, by the same rule as its own settings."""
    if host == "localhost" or host.startswith("127.") or host == "::1":
        return False
    in_clear = environment.get("PICAM_INSECURE_HTTP", "").lower() in {"1", "true", "yes", "on", "t", "y"}
    return not in_clear and not environment.get("PICAM_TRUSTED_PROXIES")


def url_of(host: str, port: int, *, https: bool = False) -> str:
    """The address by which programs on this machine reach a server that listens on `host`.

    A number rather than `localhost`: not every machine knows that name, and some try IPv6 first.
    """
    reachable = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 (compared, not bound)
    scheme = "https" if https else "http"
    return f"{scheme}://[{reachable}]:{port}" if ":" in reachable else f"{scheme}://{reachable}:{port}"


def shown_url(url: str) -> str:
    """The same address as a person likes to read and type it."""
    return url.replace("://127.0.0.1:", "://localhost:").replace("://[::1]:", "://localhost:")


def why_not_free(host: str, port: int) -> str | None:
    """None when `host:port` can be listened on, else a sentence that says why not and what to do."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return (
                    f"Port {port} is taken by another program (perhaps by this one, running in another window). "
                    f"Stop that one, or choose another port:  PICAM_PORT={port + 1} make run"
                )
            if error.errno == errno.EACCES:
                return f"Port {port} needs administrator rights. Choose one above 1023:  PICAM_PORT=8000 make run"
            return f"Cannot listen on {host}, port {port}: {error.strerror}. Check PICAM_HOST and PICAM_PORT."
    return None


def get_json(url: str, token: str | None = None, ca: Path | None = None) -> tuple[int, Any]:
    """Status and decoded body of a GET; (0, None) when nothing answers there that `ca`, if given, vouches for."""
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"} if token else {})
    try:
        context = None if ca is None else ssl.create_default_context(cafile=str(ca))
        with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS, context=context) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, None
    except (OSError, ValueError):
        return 0, None


def is_ready(url: str, ca: Path | None = None) -> bool:
    return get_json(f"{url}/readyz", ca=ca)[0] == HTTPStatus.OK
