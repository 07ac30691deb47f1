"""What runs here: our version, and the packages of others with their licences, as they are installed."""

import platform
from functools import cache
from importlib.metadata import Distribution, distributions

from api import __version__
from api.schemas.about import AboutView, PackageView

_LONGEST_LICENCE = 80


def about(database: str) -> AboutView:
    """`database` is the name of the engine that the server was started with."""
    return {
        "version": __version__,
        "python_version": platform.python_version(),
        "database": database,
        "packages": list(_packages()),
    }


@cache
def _packages() -> tuple[PackageView, ...]:
    """Reads some hundred small files, once. Blocks."""
    found = {distribution.metadata["Name"]: distribution for distribution in distributions()}
    return tuple(
        {"name": name, "version": distribution.version, "licence": _licence(distribution)}
        for name, distribution in sorted(found.items(), key=lambda item: item[0].lower())
    )


def _licence(distribution: Distribution) -> str:
    """The SPDX expression; older packages say it in a classifier, or in a free text that may be the whole licence."""
    metadata = distribution.metadata
    stated = "".join(metadata.get_all("License-Expression") or ())
    classified = [line.rpartition(" :: ")[2] for line in metadata.get_all("Classifier") or () if "License ::" in line]
    free = "".join(metadata.get_all("License") or ()).strip().partition("\n")[0]
    return (stated or ", ".join(classified) or free)[:_LONGEST_LICENCE] or "not stated"
