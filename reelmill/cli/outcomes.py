"""What has become of the files of one command, for people and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reelmill.cli import exits
from reelmill.cli import format as fmt
from reelmill.cli.output import Output, error_as_json, error_as_text
from reelmill.cli.results import as_json, show_fault, show_outputs
from reelmill.cli.run import exit_code
from reelmill.errors import ReelmillError
from reelmill.models import Job, Upload


@dataclass(slots=True)
class Outcome:
    """What has become of one file."""

    file: str
    upload: Upload | None = None
    job: Job | None = None
    error: ReelmillError | None = None

    def ok(self, *, wait: bool) -> bool:
        """Whether it came to what was asked."""
        if self.error is not None or self.upload is None:
            return False
        return not wait or (self.job is not None and self.job.succeeded)


def code_of(outcomes: Sequence[Outcome], *, wait: bool) -> int:
    """0 when all are well, PARTIAL when some are, else that of the first error."""
    failed = [outcome for outcome in outcomes if not outcome.ok(wait=wait)]
    if not failed:
        return exits.OK
    if len(failed) < len(outcomes):
        return exits.PARTIAL
    error = next((each.error for each in failed if each.error is not None), None)
    return exit_code(error) if error is not None else exits.FAILED


def show(output: Output, outcomes: Sequence[Outcome], *, wait: bool) -> None:
    """Errors beside the result, then the result."""
    for outcome in outcomes:
        if outcome.error is not None:
            output.say(f"reelmill: {error_as_text(outcome.error)}")
    untried = [each for each in outcomes if each.upload is None and each.error is None]
    if untried:
        output.say(f"reelmill: {len(untried)} more were not tried")
    if output.as_json:
        output.document({"uploads": [_document(outcome) for outcome in outcomes]})
    elif wait:
        _show_results(output, outcomes)
    else:
        _show_uploads(output, outcomes)
    if len(outcomes) > 1:
        _show_sum(output, outcomes, wait=wait)


def _show_sum(output: Output, outcomes: Sequence[Outcome], *, wait: bool) -> None:
    good = [each for each in outcomes if each.ok(wait=wait)]
    sent = sum(each.upload.size or 0 for each in outcomes if each.upload)
    failed = len(outcomes) - len(good)
    output.say(f"{len(good)} of {len(outcomes)} done, {failed} failed, {fmt.size(sent)} uploaded.")


def _show_results(output: Output, outcomes: Sequence[Outcome]) -> None:
    ended = [(each.file, each.job) for each in outcomes if each.job and each.job.done]
    for number, (file, job) in enumerate(ended):
        if number:
            output.line()
        if len(outcomes) > 1:
            output.line(f"{fmt.safe(file)}: {fmt.job_state(job)}")
        show_fault(output, job)
        show_outputs(output, job)


def _show_uploads(output: Output, outcomes: Sequence[Outcome]) -> None:
    sent = [(each.file, each.upload, each.job) for each in outcomes if each.upload]
    if any(job for *_, job in sent):
        rows = [
            (file, fmt.size(upload.size or 0), job.id if job else "", upload.key)
            for file, upload, job in sent
        ]
        output.table(("FILE", "SIZE", "JOB", "KEY"), rows)
    elif sent:
        short = [(file, fmt.size(upload.size or 0), upload.key) for file, upload, _ in sent]
        output.table(("FILE", "SIZE", "KEY"), short)


def _document(outcome: Outcome) -> Mapping[str, Any]:
    upload = outcome.upload
    return {
        "file": outcome.file,
        "upload": upload_as_json(upload) if upload else None,
        "job": as_json(outcome.job) if outcome.job else None,
        "error": error_as_json(outcome.error) if outcome.error else None,
    }


def upload_as_json(upload: Upload) -> dict[str, Any]:
    """Without what stands beside it, and without parts that were not asked for."""
    document = as_json(upload.model_copy(update={"job": None}))
    document.pop("parts")
    return document
