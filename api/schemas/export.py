"""Taking pictures away, on the wire."""

from typing import Annotated

from pydantic import Field

from api.schemas.common import Identity, Strict


class NewExport(Strict):
    """Which pictures to put into the zip."""

    image_ids: Annotated[tuple[Identity, ...], Field(min_length=1, max_length=500)]
