"""Names of outputs, and the order in which they are stored."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.publish import TITLE_BYTES, safe_title, uploads
from tests.runner.values import plan


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Holiday 2026", "Holiday 2026"),
        ("Ein schöner Tag – 夏の日", "Ein schöner Tag _ 夏の日"),
        ("हिन्दी फ़िल्म", "हिन्दी फ़िल्म"),
        ("../../etc/passwd", "etc_passwd"),
        ("a/b\\c", "a_b_c"),
        ("%d %s %2F", "d _s _2F"),
        ("-rf", "rf"),
        (".hidden", "hidden"),
        ("  spaces \t\n", "spaces"),
        ("ends with dots...", "ends with dots"),
        ("null\x00byte", "null_byte"),
        ("right\u202eleft", "right_left"),
        ("", "video"),
        ("..", "video"),
        ("///", "video"),
        ('a?b#c*d<e>f|g:h"i', "a_b_c_d_e_f_g_h_i"),
    ],
)
def test_titles_become_safe_names(title: str, expected: str) -> None:
    assert safe_title(title) == expected


@pytest.mark.parametrize("title", ["x" * 1000, "夏" * 1000, "é" * 1000])
def test_long_titles_fit_a_file_name(title: str) -> None:
    name = safe_title(title)
    assert 0 < len(name.encode()) <= TITLE_BYTES
    assert title.startswith(name)


def _ladder(folder: Path) -> None:
    for name in ("video_720/init.mp4", "video_720/00001.m4s", "video_720/media.m3u8",
                 "video_720/iframe.m3u8", "audio/init.mp4", "audio/00001.m4s", "audio/media.m3u8",
                 "master.m3u8", "manifest.mpd"):  # fmt: skip
        path = folder / "ladder" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


def test_the_index_of_a_sprite_comes_behind_its_sheets(tmp_path: Path) -> None:
    made = plan(sprite={"columns": 5, "rows": 5}, mp4={})
    names = [upload.name for upload in uploads(tmp_path, made, "Film")]
    sheets = ["sprite_001.jpg", "sprite_002.jpg", "sprite_003.jpg"]
    assert names == ["Film.mp4", *sheets, "sprite.vtt"]


def test_manifests_come_last_and_entry_points_last_of_all(tmp_path: Path) -> None:
    _ladder(tmp_path)
    made = plan(ladder={}, mp4={}, poster={}, clips=[{}, {"mode": "COPY"}])
    names = [upload.name for upload in uploads(tmp_path, made, "My/Film")]
    assert names[:4] == ["My_Film.mp4", "poster.jpg", "My_Film_clip_1.mp4", "My_Film_clip_2.mp4"]
    kinds = [name.rsplit(".", 1)[1] in {"m3u8", "mpd"} for name in names]
    assert kinds == sorted(kinds)
    assert set(names[-2:]) == {"master.m3u8", "manifest.mpd"}


@pytest.mark.parametrize(("hls", "dash"), [(True, False), (False, True)])
def test_only_wanted_manifests_are_stored(hls: bool, dash: bool, tmp_path: Path) -> None:
    _ladder(tmp_path)
    made = plan(ladder={"hls": hls, "dash": dash})
    names = {upload.name for upload in uploads(tmp_path, made, "Film")}
    assert any(name.endswith(".m3u8") for name in names) == hls
    assert ("manifest.mpd" in names) == dash
    assert "video_720/00001.m4s" in names
