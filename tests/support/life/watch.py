"""What must hold after every step, whatever happened: read from the database, not from us."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from api.adapters.postgres.pool import Database
from api.domain.retry import ATTEMPTS
from api.domain.states import TERMINAL, TRANSITIONS, JobStatus
from api.errors import Gone, Refusal, Superseded
from schema.job import Claim, FailureClass

# A trigger sees every single update, also those that a later one hides.
STEPS = """
create table if not exists step (
  number bigserial primary key, job_id uuid, attempt int, was text, now text,
  version_was bigint, version bigint, progress_was double precision, progress double precision,
  attempt_was int, seen_was jsonb, seen jsonb);
create or replace function note_step() returns trigger language plpgsql security definer as $$
begin
  insert into step (job_id, was, now, version_was, version, progress_was, progress, attempt_was,
    attempt, seen_was, seen)
  values (new.id, old.status, new.status, old.version, new.version, old.progress, new.progress,
    old.attempt, new.attempt,
    to_jsonb(old) - array['version', 'cleaned', 'clean_at', 'run_after'],
    to_jsonb(new) - array['version', 'cleaned', 'clean_at', 'run_after']);
  return new;
end $$;
drop trigger if exists steps on job;
create trigger steps after update on job for each row execute function note_step();
grant select, delete on step to rm_system;
"""
_TABLES = ("job", "attempt", "task", "event", "output", "blob")
_ENDS = {f"JOB_{status}": status for status in TERMINAL}


@dataclass(frozen=True)
class Snapshot:
    """Every row of one project that a job's life touches, and the steps since the last look."""

    tables: dict[str, list[dict[str, Any]]]
    counter: int
    steps: list[dict[str, Any]]

    @property
    def state(self) -> tuple[Any, ...]:
        """Two equal states mean that nothing has changed."""
        return (self.tables, self.counter)

    def of(self, table: str, job_id: Any) -> list[dict[str, Any]]:
        return [row for row in self.tables[table] if row["job_id"] == job_id]


async def look(database: Database, project_id: UUID, after_step: int = 0) -> Snapshot:
    """The project as it is now."""
    tables = ", ".join(
        f"(select coalesce(jsonb_agg(to_jsonb(r) order by {order}), '[]') from {name} r"
        f" where project_id = $1) as {name}"
        for name, order in ((t, "seq" if t == "event" else "id") for t in _TABLES)
    )
    async with Database.system(database) as connection:
        row = await connection.fetchrow(
            f"select {tables}, (select event_seq from project where id = $1) as counter", project_id
        )
        steps = await connection.fetch(
            "select step.* from step join job on job.id = step.job_id"
            " where job.project_id = $1 and number > $2 order by number",
            project_id,
            after_step,
        )
    return Snapshot({t: row[t] for t in _TABLES}, row["counter"], [dict(s) for s in steps])


def check(now: Snapshot) -> None:
    """Every invariant of a job's life."""
    for step in now.steps:
        _check_step(step)
    numbers = [event["seq"] for event in now.tables["event"]]
    assert numbers == list(range(1, now.counter + 1)), f"gaps in {numbers}, counter {now.counter}"
    for job in now.tables["job"]:
        _check_job(now, job)


def _check_step(step: dict[str, Any]) -> None:
    was, new = JobStatus(step["was"]), JobStatus(step["now"])
    assert new is was or new in TRANSITIONS[was], f"{was} -> {new}"
    if was in TERMINAL:
        assert step["seen"] == step["seen_was"], f"a final job has changed: {step}"
    if step["seen"] != step["seen_was"]:
        assert step["version"] == step["version_was"] + 1, f"the version did not rise: {step}"
    if step["attempt"] == step["attempt_was"]:
        assert step["progress"] >= step["progress_was"], f"progress fell: {step}"
    else:
        assert step["attempt"] == step["attempt_was"] + 1


def _check_job(now: Snapshot, job: dict[str, Any]) -> None:
    status = JobStatus(job["status"])
    types = [e["type"] for e in now.tables["event"] if e["entity_id"] == job["id"]]
    ends = [kind for kind in types if kind in _ENDS]
    assert ends == ([f"JOB_{status}"] if status in TERMINAL else []), (status, types)
    assert not ends or types[-1] == ends[0], f"an event after the end: {types}"
    _check_retries(job, types)
    attempts = sorted(now.of("attempt", job["id"]), key=lambda a: a["number"])
    assert [a["number"] for a in attempts] == list(range(1, job["attempt"] + 1))
    tasks = now.of("task", job["id"])
    live = [t for t in tasks if t["status"] in {"STARTING", "RUNNING"}]
    waits = status in {JobStatus.QUEUED, JobStatus.RETRY_WAIT} or status in TERMINAL
    if status is JobStatus.WAITING and job["waits_for"] is not None:
        waits = True
        _check_follower(now, job)
    assert len(live) == (0 if waits else 1), f"{status} with {len(live)} live tasks"
    by_id = {a["id"]: a for a in attempts}
    for task in tasks:
        attempt = by_id[task["attempt_id"]]
        assert task["status"] == attempt["status"], "a task and its attempt disagree"
        assert task not in live or attempt["number"] == job["attempt"], "an old attempt lives on"
    assert bool(now.of("output", job["id"])) == (status is JobStatus.SUCCEEDED)
    assert (job["finished_at"] is not None) == (status in TERMINAL)
    assert (job["error"] is not None) == (status is JobStatus.FAILED)


def _check_follower(now: Snapshot, job: dict[str, Any]) -> None:
    """Who waits for an equal job: that one waits for nobody, so that no two wait for each other."""
    equal = [other for other in now.tables["job"] if other["id"] == job["waits_for"]]
    assert [other["share_key"] for other in equal] == [job["share_key"]]
    chained = equal[0]["status"] == "WAITING" and equal[0]["waits_for"] is not None
    assert not chained, "a job waits for one that waits"


def _check_retries(job: dict[str, Any], types: list[str]) -> None:
    counted = Counter({FailureClass(k): n for k, n in job["retries"].items()})
    assert counted.total() == types.count("JOB_RETRY_WAIT")
    assert job["attempt"] <= counted.total() + 1
    for kind, count in counted.items():
        assert count <= ATTEMPTS[kind], f"{count} retries for {kind}"


def task_of(snapshot: Snapshot, task_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A task and its job."""
    (task,) = [t for t in snapshot.tables["task"] if t["id"] == task_id]
    (job,) = [j for j in snapshot.tables["job"] if j["id"] == task["job_id"]]
    return task, job


def older(snapshot: Snapshot, claim: Claim) -> type[Refusal] | None:
    """The refusal of a claim after which there was another."""
    return Superseded if claim.epoch < task_of(snapshot, claim.task_id)[0]["epoch"] else None


def owner(snapshot: Snapshot, claim: Claim) -> type[Refusal] | None:
    """The refusal of whoever does not own the task (any more)."""
    canceled = task_of(snapshot, claim.task_id)[0]["status"] == "CANCELED"
    return older(snapshot, claim) or (Gone if canceled else None)
