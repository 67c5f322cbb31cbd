"""A script at work in a browser, with which the test speaks by empty files in a folder."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.support.live import LiveApi
from tests.support.waiting import until
from tests.web.conftest import ARTIFACTS, PATIENCE, Script, sign_in

KILLS = 4  # by one script at most


class Watched:
    """`heard` waits for what the script says, `say` tells it something."""

    def __init__(
        self,
        run_script: Script,
        live_web: LiveApi,
        script: str,
        what: str,
        folder: Path,
        *more: str,
        away: float = 0,
    ) -> None:
        """`away`: for how many seconds the API stays dead whenever it is killed."""
        self._away = away
        self._folder = folder
        self._live = live_web
        self._script = asyncio.create_task(
            asyncio.to_thread(
                run_script,
                script,
                what,
                str(folder),
                str(ARTIFACTS),
                *more,
                patience=PATIENCE + KILLS * away,
                REELMILL_SIGN_IN=sign_in(live_web),
            )
        )

    async def heard(self, name: str) -> None:
        if not await self._said(name):
            self._script.result()

    def say(self, name: str) -> None:
        (self._folder / name).touch()

    async def _said(self, name: str) -> bool:
        """False where the script has ended without it."""
        path = self._folder / name
        await until(lambda: path.exists() or self._script.done(), f"the page is {name}", 120)
        return path.exists()

    async def end(self) -> str:
        return await self._script

    async def obey(self) -> str:
        """Kill and start the API whenever the script asks for it, until it ends."""
        away = False
        number = 0
        try:
            while True:
                wanted = f"{'start' if away else 'kill'}.{number}"
                if not await self._said(wanted):
                    return await self._script
                if away:
                    await asyncio.sleep(self._away)
                await asyncio.to_thread(self._live.start if away else self._live.kill)
                self.say(f"done.{wanted}")
                number += away
                away = not away
        finally:
            if away:
                self._live.start()
