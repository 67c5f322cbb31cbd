"""Downloads from a server that misbehaves."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import httpx
import pytest
from aiohttp import web

from reelmill.downloads import Download
from reelmill.errors import FileError, ProtocolError, ReelmillError, TransferError
from reelmill.fetch import Fetcher
from reelmill.models import Output
from tests.reelmill.conftest import QUICK

BODY = bytes(range(256)) * 8192  # 2 MiB


@dataclass
class Shelf:
    """Serves files by ranges, and cuts an answer short where a test says so."""

    files: dict[str, bytes] = field(default_factory=dict)
    cuts: list[int] = field(default_factory=list)
    etag: str = "e1"
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    url: str = ""

    async def start(self) -> Self:
        app = web.Application()
        app.router.add_get("/play/token/{name:.*}", self._moved, allow_head=False)
        app.router.add_head("/play/token/{name:.*}", self._sized)
        app.router.add_get("/s3/{name:.*}", self._given, allow_head=False)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def _moved(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        if name.endswith((".m3u8", ".mpd")):
            return await self._given(request)
        raise web.HTTPFound(f"/s3/{name}")

    async def _sized(self, request: web.Request) -> web.StreamResponse:
        size = len(self.files[request.match_info["name"]])
        return web.Response(headers={"content-length": str(size)})

    async def _given(self, request: web.Request) -> web.StreamResponse:
        name, wanted = request.match_info["name"], request.headers.get("range")
        self.asked.append((name, wanted))
        if name not in self.files:
            return web.Response(status=404)
        if request.headers.get("if-match") not in {None, f'"{self.etag}"'}:
            return web.Response(status=412)
        data, begin = self.files[name], int(wanted[6:-1]) if wanted else 0
        headers = {"etag": f'"{self.etag}"', "content-length": str(len(data) - begin)}
        if wanted:
            headers["content-range"] = f"bytes {begin}-{len(data) - 1}/{len(data)}"
        answer = web.StreamResponse(status=206 if wanted else 200, headers=headers)
        await answer.prepare(request)
        if self.cuts:
            await answer.write(data[begin : begin + self.cuts.pop(0)])
            assert request.transport is not None
            request.transport.close()
            return answer
        await answer.write(data[begin:])
        return answer


@pytest.fixture
async def shelf() -> AsyncIterator[Shelf]:
    served = await Shelf().start()
    yield served
    await served.stop()


async def get(shelf: Shelf, folder: Path, *outputs: Output) -> list[Path]:
    fetcher = Fetcher(QUICK, httpx.create_ssl_context(), 4)
    try:
        return await Download(fetcher, folder, None).run(outputs)
    finally:
        await fetcher.close()


def single(shelf: Shelf, name: str = "film.mp4", **more: Any) -> Output:
    data = shelf.files.get(name, BODY)
    return Output.model_validate(
        {
            "id": name,
            "kind": "MP4",
            "key": f"j/1/{name}",
            "size": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
            "url": f"{shelf.url}/s3/{name}",
        }
        | more
    )


def ladder(shelf: Shelf, **more: Any) -> Output:
    files = {
        "master.m3u8": b"#EXTM3U\nv%20720/media.m3u8\n",
        "v 720/media.m3u8": b'#EXT-X-MAP:URI="init.mp4"\n1.m4s\n2.m4s\n',
        "v 720/init.mp4": b"init",
        "v 720/1.m4s": BODY,
        "v 720/2.m4s": b"two",
    }
    shelf.files |= files
    return Output.model_validate(
        {
            "id": "hls",
            "kind": "HLS",
            "key": "j/1/master.m3u8",
            "files": 5,
            "size": sum(map(len, files.values())),
            "playbackUrl": f"{shelf.url}/play/token/master.m3u8",
        }
        | more
    )


@pytest.mark.parametrize("name", ["-rf %d ü.mp4", "a'b\"c.mp4", "ü" * 125 + ".mp4"])
async def test_any_name_is_harmless(shelf: Shelf, tmp_path: Path, name: str) -> None:
    shelf.files[name] = BODY
    (path,) = await get(shelf, tmp_path / "d", single(shelf, name))
    assert path == tmp_path / "d" / name
    assert path.read_bytes() == BODY
    assert list(path.parent.iterdir()) == [path]


async def test_what_was_cut_short_goes_on(shelf: Shelf, tmp_path: Path) -> None:
    shelf.files["film.mp4"] = BODY
    shelf.cuts = [1_000_000]
    (path,) = await get(shelf, tmp_path, single(shelf))
    assert path.read_bytes() == BODY
    (_, first), (_, second) = shelf.asked
    assert first is None
    assert second is not None
    assert int(second[6:-1]) > 0


async def test_an_object_that_changed_meanwhile_begins_anew(shelf: Shelf, tmp_path: Path) -> None:
    shelf.files["film.mp4"] = BODY
    shelf.cuts = [1_000_000, *[0] * 500]
    with pytest.raises(ReelmillError):
        await get(shelf, tmp_path, single(shelf))
    assert len(list(tmp_path.glob(".*.part"))) == 1
    shelf.files["film.mp4"] = BODY[::-1]
    shelf.etag, shelf.cuts = "e2", []
    (path,) = await get(shelf, tmp_path, single(shelf))
    assert path.read_bytes() == BODY[::-1]
    assert list(tmp_path.iterdir()) == [path]


async def test_what_is_there_is_not_got_again(shelf: Shelf, tmp_path: Path) -> None:
    shelf.files["film.mp4"] = BODY
    outputs = (single(shelf), ladder(shelf))
    paths = await get(shelf, tmp_path, *outputs)
    assert len(paths) == 6
    shelf.asked.clear()
    assert await get(shelf, tmp_path, *outputs) == paths
    assert shelf.asked == []
    (tmp_path / "v 720" / "2.m4s").write_bytes(b"tw")
    (tmp_path / "film.mp4").write_bytes(BODY[::-1])
    await get(shelf, tmp_path, *outputs)
    assert sorted(name for name, _ in shelf.asked) == ["film.mp4", "v 720/2.m4s"]
    assert (tmp_path / "film.mp4").read_bytes() == BODY


async def test_damage_is_found(shelf: Shelf, tmp_path: Path) -> None:
    shelf.files["film.mp4"] = BODY
    wanted = single(shelf, sha256="0" * 64)
    with pytest.raises(TransferError) as info:
        await get(shelf, tmp_path, wanted)
    assert info.value.code == "DOWNLOAD_DAMAGED"
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(TransferError, match="published 6"):
        await get(shelf, tmp_path, ladder(shelf, files=6))


@pytest.mark.parametrize(
    "name", ["../evil.m4s", "..%2fevil.m4s", "/etc/evil.m4s", "http://elsewhere/evil.m4s", "a//b"]
)
async def test_nothing_leaves_the_folder(shelf: Shelf, tmp_path: Path, name: str) -> None:
    wanted = ladder(shelf)
    shelf.files["master.m3u8"] = name.encode()
    with pytest.raises((ProtocolError, FileError, TransferError)):
        await get(shelf, tmp_path / "in", wanted)
    assert not list(tmp_path.rglob("evil*"))


async def test_a_link_in_the_folder_is_not_followed(shelf: Shelf, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "in" / "v 720").symlink_to(tmp_path / "out")
    with pytest.raises(FileError):
        await get(shelf, tmp_path / "in", ladder(shelf))
    assert list((tmp_path / "out").iterdir()) == []


async def test_a_link_that_has_ended(shelf: Shelf, tmp_path: Path) -> None:
    with pytest.raises(TransferError) as info:
        await get(shelf, tmp_path, single(shelf))
    assert info.value.code == "DOWNLOAD_REFUSED"


async def test_a_folder_that_cannot_be_written(shelf: Shelf, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    shelf.files["film.mp4"] = BODY
    with pytest.raises(FileError) as info:
        await get(shelf, tmp_path / "file", single(shelf))
    assert info.value.code == "DISK"
