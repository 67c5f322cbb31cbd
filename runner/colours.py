"""Pure: the filters that bring an HDR picture to SDR."""

from __future__ import annotations

from typing import Any

from runner.outputs import HDR_TRANSFERS, Picture


def to_sdr(node: Any, picture: Picture, largest: tuple[int, int]) -> Any:
    """HDR or wide gamut -> BT.709. Scaled first: tone mapping in float costs most of all."""
    width, height = largest
    for told in ("MASTERING_DISPLAY_METADATA", "CONTENT_LIGHT_LEVEL"):
        # Encoders would write down that it is still HDR.
        node = node.filter("sidedata", mode="delete", type=told)
    node = node.filter("scale", width, height).filter("format", "yuv420p10le")
    # 203 cd/m2 is the white of a page in HDR (ITU-R BT.2408): it becomes 1.0, the white of SDR.
    node = node.filter(
        "zscale",
        tin=picture.transfer,
        min="2020_ncl",
        pin="2020",
        npl=203,
        t="linear",
        p="709",
        m="gbr",
    ).filter("format", "gbrpf32le")
    if picture.transfer in HDR_TRANSFERS:
        # Faces and pages keep their brightness; only from 0.6 of white on are highlights, up to
        # 2000 cd/m2, pressed together. `hable`, which is often seen, darkens everything.
        node = node.filter("tonemap", tonemap="mobius", param=0.6, desat=0, peak=10)
    return node.filter("zscale", t="709", m="709", r="tv").filter("format", "yuv420p10le")
