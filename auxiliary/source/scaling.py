"""Pictures of PyAV in another size or pixel format."""

import av
import numpy as np
from av.video.reformatter import VideoReformatter


def _threads() -> dict[str, int]:
    """One thread a scaler, where PyAV can be told (Debian's cannot, and never uses more): setting up more for each scaler
    costs more than they bring, and the other cores have work of their own."""
    pixel = av.VideoFrame.from_ndarray(np.zeros((2, 2), np.uint8), format="gray")
    try:
        VideoReformatter().reformat(pixel, width=4, height=4, threads=1)
    except TypeError:
        return {}
    return {"threads": 1}


_THREADS = _threads()


class Scaler:
    """For one thread at a time. Kept for many pictures of one kind it sets itself up once.

    Never `frame.reformat`, `frame.to_image` or the like on a frame that another thread may hold: PyAV keeps a scaler with each
    frame and lets the interpreter go on while it works. Two threads in that one scaler end the process.
    """

    def __init__(self) -> None:
        self._reformatter = VideoReformatter()

    def scale(self, frame: av.VideoFrame, width: int, height: int, pixels: str) -> av.VideoFrame:
        """`frame` averaged over areas to width x height in the pixel format `pixels`; the frame itself where that is what it is.
        Raises what PyAV raises."""
        return self._reformatter.reformat(
            frame, width=width, height=height, format=pixels, interpolation="AREA", **_THREADS
        )
