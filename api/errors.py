"""Domain errors: what can go wrong, in the words of the product.

Services raise these; `routers/problems.py` maps them once to RFC 9457 problem documents.
Each carries a stable machine word (`code`) and a sentence that says what to do (`detail`).

    DomainError
    +-- Unauthenticated 401   +-- Forbidden 403   +-- NotFound 404   +-- Conflict 409
    +-- TooLarge 413          +-- Invalid 422     +-- TooMany 429
    +-- StorageFull 507       +-- Unavailable 503
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One wrong field of a request: its name and what to do about it."""

    field: str
    message: str


class DomainError(Exception):
    """Base of every error that a caller can be told about."""

    status = 500
    title = "Something went wrong"

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        errors: tuple[FieldProblem, ...] = (),
        retry_after_seconds: int | None = None,
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.errors = errors
        self.retry_after_seconds = retry_after_seconds


class Unauthenticated(DomainError):
    status = 401
    title = "Sign in first"


class Forbidden(DomainError):
    status = 403
    title = "Not allowed"


class NotFound(DomainError):
    status = 404
    title = "Not found"


class Conflict(DomainError):
    status = 409
    title = "Conflict"


class TimedOut(DomainError):
    status = 408
    title = "Too slow"


class TooLarge(DomainError):
    status = 413
    title = "Too large"


class Unsupported(DomainError):
    status = 415
    title = "Unsupported content"


class Misdirected(DomainError):
    status = 421
    title = "Another server's name"


class Invalid(DomainError):
    status = 422
    title = "Invalid request"


class TooMany(DomainError):
    status = 429
    title = "Too many requests"


class Unavailable(DomainError):
    """A part the server depends on is away or overloaded; the caller keeps what it has and tries again."""

    status = 503
    title = "Not available just now"

    def __init__(self, detail: str, *, code: str = "unavailable", retry_after_seconds: int = 5) -> None:
        super().__init__(code, detail, retry_after_seconds=retry_after_seconds)


class StorageFull(DomainError):
    status = 507
    title = "Storage is full"

    def __init__(self, detail: str, *, retry_after_seconds: int = 60) -> None:
        super().__init__("storage_full", detail, retry_after_seconds=retry_after_seconds)
