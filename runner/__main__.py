"""`python -m runner`: claim, run the pipeline, report, exit. The only file that wires.

Exit codes: 0 completed, 1 failed and reported, 2 bad configuration, 3 superseded or canceled,
4 could not report, 143 told to stop (and that was reported, if there was a task).
"""

from __future__ import annotations

from runner import early

# What takes time comes behind that.
# isort: split
import asyncio
import os
import signal
import sys
import traceback
from enum import IntEnum
from pathlib import Path

import httpx

from runner import batch, log, report
from runner.errors import Code, RunnerError, Stopped
from runner.ffmpeg import version
from runner.scratch import scratch_folder, sweep
from runner.settings import BadConfigurationError, Settings, read_settings, usable_scratch
from runner.storage import open_storage, warm_up
from runner.stories import LOG_MOST, Done, report_of, story_of
from runner.story import Story
from runner.tools import find_tools, require_recent
from schema.engine import named
from schema.job import Claim, FailureReport, TaskKind

GOODBYE_SECONDS = 2.0  # how long a runner that must stop tries to say so


class Exit(IntEnum):
    """What the process that started us learns."""

    COMPLETED = 0
    FAILED = 1
    BAD_CONFIGURATION = 2
    STOPPED = 3
    UNREPORTED = 4
    INTERRUPTED = early.INTERRUPTED


def main() -> int:
    """Read the settings and run one task."""
    try:
        settings = read_settings(os.environ)
    except BadConfigurationError as error:
        log.set_up("INFO")
        log.warning(f"bad configuration: {error}")
        return Exit.BAD_CONFIGURATION
    log.set_up(settings.log_level)
    return asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> int:
    """Run the task as one asyncio task, which SIGTERM and SIGINT cancel."""
    task = asyncio.create_task(_attend(settings))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, task.cancel)
    try:
        return await task
    except asyncio.CancelledError:
        log.warning("told to stop before there was a task")
        return Exit.INTERRUPTED
    except Stopped as stop:
        log.info("stopped", reason=str(stop))
        return Exit.STOPPED
    except (report.UnreachableError, report.RefusedError) as error:
        log.warning("could not report", reason=str(error))
        return Exit.UNREPORTED


async def _attend(settings: Settings) -> int:
    timeout = httpx.Timeout(report.REQUEST_SECONDS)
    # No proxy and no .netrc: the token goes to the API and to nobody else.
    async with httpx.AsyncClient(
        base_url=settings.api_url, timeout=timeout, trust_env=False
    ) as http:
        if settings.task is TaskKind.PROBE:
            done = await batch.attend(http, settings)
            return Exit.COMPLETED if done else Exit.FAILED
        warming = asyncio.create_task(asyncio.to_thread(warm_up))
        claim = await report.claim_task(http, settings)
        await warming
        log.bind(
            job=claim.spec.job_id, attempt=claim.spec.attempt, task=claim.task_id, epoch=claim.epoch
        )
        log.info("claimed", source=claim.spec.source.key, recipe=claim.spec.recipe.model_dump())
        return await _work(settings, claim, report.Reporter(http, claim))


async def _work(settings: Settings, claim: Claim, reporter: report.Reporter) -> int:
    """Run the task beside the heartbeat, which goes on until the ending is reported."""
    beat = asyncio.create_task(reporter.beat())
    try:
        return await _report(reporter, await _ending(settings, claim, reporter, beat))
    finally:
        await _stop(beat)


async def _ending(
    settings: Settings, claim: Claim, reporter: report.Reporter, beat: asyncio.Task[None]
) -> Done | FailureReport:
    """What to report. Raises Stopped when there is nobody left to report to."""
    started: list[Story] = []
    work = asyncio.create_task(_run(settings, claim, reporter, started))
    try:
        await asyncio.wait({work, beat}, return_when=asyncio.FIRST_COMPLETED)
        if beat.done():
            await beat  # it ends only by raising: the API said stop
        return work.result()
    except Stopped:
        raise
    except asyncio.CancelledError:
        failed = _interrupted(settings)
    except RunnerError as error:
        failed = error
    except Exception as error:  # noqa: BLE001 - the last line of defence: the API must learn of it
        failed = RunnerError(Code.INTERNAL_ERROR, repr(error), log=traceback.format_exc())
    finally:
        await _stop(work)
    return _failure(reporter, failed, started)


def _interrupted(settings: Settings) -> RunnerError:
    """Why somebody wants us to stop. A pod is evicted when it has filled its volume."""
    if settings.scratch.is_dir() and usable_scratch(settings.scratch) == 0:
        return RunnerError(Code.SCRATCH_FULL, "scratch was full when the runner was told to stop")
    return RunnerError(Code.DISRUPTED, "the runner was told to stop")


async def _run(
    settings: Settings, claim: Claim, reporter: report.Reporter, started: list[Story]
) -> Done:
    tools = find_tools(settings)
    sweep(settings.scratch)
    with scratch_folder(settings.scratch, settings.attempt_id, claim.epoch) as folder:
        async with open_storage(lambda: reporter.storage) as storage:
            asking = asyncio.create_task(_engine(tools.ffmpeg, settings.scratch))
            story = story_of(
                claim.spec.task,
                spec=claim.spec,
                tools=tools,
                storage=storage,
                folder=folder,
                engine=asking,
                standing=reporter.stand,
                known=reporter.known,
            )
            started.append(story)
            try:
                made = await story.run()
            finally:
                await _stop(asking)
    return report_of(made, epoch=claim.epoch, engine=story.engine, phases=reporter.phases)


async def _engine(ffmpeg: str, scratch: Path) -> str:
    """What FFmpeg says of itself, asked while the source is fetched. Refuses one with holes."""
    engine = await version(ffmpeg, scratch)
    require_recent(engine)
    return named(engine)


def _failure(reporter: report.Reporter, error: RunnerError, started: list[Story]) -> FailureReport:
    log.warning("failed", code=error.code.name, reason=error.message, detail=error.log)
    return FailureReport(
        epoch=reporter.epoch,
        failure=error.code.failure,
        code=error.code.name,
        message=error.message[:2000],
        hint=error.code.hint,
        phases=reporter.phases,
        log=error.log[-LOG_MOST:],
        probe=started[0].probe if started else None,
    )


async def _report(reporter: report.Reporter, ending: Done | FailureReport) -> int:
    if not isinstance(ending, FailureReport):
        await reporter.done(ending)
        log.info("completed")
        return Exit.COMPLETED
    if ending.code == Code.DISRUPTED.name:
        # Whoever told us to stop will not wait long.
        try:
            await asyncio.wait_for(reporter.fail(ending), GOODBYE_SECONDS)
        except TimeoutError:
            raise report.UnreachableError("no time was left to report") from None
        return Exit.INTERRUPTED
    await reporter.fail(ending)
    return Exit.FAILED


async def _stop(task: asyncio.Task[object]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


if __name__ == "__main__":
    sys.exit(main())
