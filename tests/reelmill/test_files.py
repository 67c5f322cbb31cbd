"""The local file that is uploaded."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from reelmill.errors import FileError
from reelmill.files import SourceFile


async def code_for(path: str | Path) -> str:
    with pytest.raises(FileError) as info:
        await SourceFile.open(path)
    return info.value.code


async def test_what_cannot_be_uploaded(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    os.mkfifo(tmp_path / "pipe")
    assert await code_for(tmp_path / "empty") == "FILE_EMPTY"
    assert await code_for(tmp_path / "pipe") == "NOT_A_FILE"
    assert await code_for(tmp_path) == "NOT_A_FILE"
    assert await code_for(tmp_path / "none") == "FILE_NOT_FOUND"
    assert await code_for(tmp_path / ("x" * 300)) == "FILE_NOT_READABLE"
    assert await code_for("a\x00b") == "FILE_NOT_READABLE"
    assert await code_for("-") == "STDIN_NOT_SUPPORTED"
    assert await code_for("/dev/stdin") in {"NOT_A_FILE", "FILE_EMPTY"}
    assert await code_for("/dev/zero") == "NOT_A_FILE"


async def test_a_file_named_dash_can_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("-").write_bytes(b"x")
    with pytest.raises(FileError, match="standard input"):
        await SourceFile.open("-")
    file = await SourceFile.open(tmp_path / "-")
    assert file.name == "-"
    file.close()


@pytest.mark.parametrize("name", ["-rf %d ü.mp4", "a\nb.mov", "[red]x[[.mkv", " lead.mp3"])
async def test_any_name_is_told_as_it_is(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    file = await SourceFile.open(tmp_path / name)
    assert file.name == name
    file.close()


async def test_a_name_that_is_no_text_becomes_one(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.mp4"))
    path.write_bytes(b"x")
    file = await SourceFile.open(path)
    assert file.name == "caf\ufffd.mp4"
    assert file.content_type == "video/mp4"
    file.close()


async def test_parts_are_read_by_range(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(bytes(range(256)) * 10_000)
    file = await SourceFile.open(tmp_path / "f")
    found = file.read_at(1_000_001, 500_000)
    assert found == (tmp_path / "f").read_bytes()[1_000_001:1_500_001]
    file.close()


async def test_a_shared_file_outlives_the_first(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"bytes")
    file = await SourceFile.open(tmp_path / "f")
    with file.share() as mine:
        file.close()
        file.close()
        assert mine.read_at(1, 3) == b"yte"
    with pytest.raises(FileError):
        mine.read_at(0, 1)


async def test_a_file_that_grew_has_changed(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"123")
    file = await SourceFile.open(tmp_path / "f")
    file.check_unchanged()
    with (tmp_path / "f").open("ab") as other:
        other.write(b"4")
    with pytest.raises(FileError) as info:
        file.check_unchanged()
    assert info.value.code == "FILE_CHANGED"
    file.close()


async def test_a_file_that_shrank_is_noticed_while_reading(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"1234567890")
    file = await SourceFile.open(tmp_path / "f")
    os.truncate(tmp_path / "f", 4)
    with pytest.raises(FileError) as info:
        file.read_at(4, 6)
    assert info.value.code == "FILE_CHANGED"
    file.close()


async def test_a_file_that_was_replaced_by_name_is_still_the_old_one(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"old")
    file = await SourceFile.open(tmp_path / "f")
    (tmp_path / "g").write_bytes(b"new, and longer")
    (tmp_path / "g").replace(tmp_path / "f")
    assert file.read_at(0, 3) == b"old"
    file.check_unchanged()
    file.close()
