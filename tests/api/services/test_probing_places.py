"""The place of a batch, which a job may have instead."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from api.adapters.postgres import assets
from api.domain import ids
from api.domain.execution import Errand, Executor, Record
from api.services.probing import Probing
from tests.api.services.conftest import Bench


class Slow:
    """An executor whose runners take their time to end."""

    free = 1
    birth_seconds = 30.0

    def __init__(self) -> None:
        self.lives: set[UUID] = set()
        self.killed: list[UUID] = []

    def has(self, task_id: UUID) -> bool:
        return task_id in self.lives

    def kill(self, task_id: UUID) -> None:
        self.killed.append(task_id)

    async def start(self, errand: Errand, record: Record) -> None:
        self.lives.add(errand.task_id)


async def test_a_batch_gives_its_place_to_one_job_only(runs_bench: Bench) -> None:
    """Its pod may take half a minute to go: until then every turn of the launcher asks anew."""
    bench, project = runs_bench, ids.new()
    async with bench.database.system() as c:
        await c.execute(
            "insert into project (id, name, prefix) values ($1, $2, $3)",
            *(project, f"p{project.hex}", f"p{project.hex}/"),
        )
    async with bench.database.tenant(project) as c:
        bucket = bench.settings.bucket_in
        await assets.upsert(c, project, bucket=bucket, key=f"p{project.hex}/a", etag="e", size=5)
    slow = Slow()
    executor, probing = cast("Executor", slow), Probing(bench.database, bench.settings)
    try:
        await probing.launch(executor)
        assert len(slow.lives) == 1
        assert probing.places(executor) == 1
        probing.give_way(executor)
        assert slow.killed == list(slow.lives)
        assert probing.places(executor) == 0
    finally:
        async with bench.database.system() as c:
            await c.execute("delete from probe_batch")
            await c.execute("delete from asset where project_id = $1", project)
