"""What runs here, on the wire."""

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict


class PackageView(TypedDict):
    """One installed package of others, and its licence in its own words."""

    name: Annotated[str, Field(examples=["fastapi"])]
    version: Annotated[str, Field(examples=["0.139.0"])]
    licence: Annotated[str, Field(examples=["MIT"])]


class AboutView(TypedDict):
    """Versions of the server and of what it stands on. Nothing is asked of anybody for it."""

    version: Annotated[str, Field(examples=["0.1.0"])]
    python_version: Annotated[str, Field(examples=["3.12.8"])]
    database: Annotated[str, Field(examples=["sqlite"])]
    packages: list[PackageView]
