"""Answers as values: frozen, and tolerant to a newer server."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from reelmill.kinds import JobStatus
from reelmill.models import Job
from tests.reelmill.shapes import job, output


def test_names_are_those_of_python() -> None:
    found = Job.model_validate(job(etaSeconds=2.5, waitingReason="w", outputs=[output("MP4")]))
    assert (found.eta_seconds, found.waiting_reason) == (2.5, "w")
    assert found.outputs[0].video_codec == "h264"


def test_a_field_of_a_newer_server_is_ignored() -> None:
    assert Job.model_validate(job(brandNew={"x": 1})).id == "job_1"


def test_a_status_of_a_newer_server_stays_text_and_is_not_final() -> None:
    found = Job.model_validate(job("PAUSED"))
    assert found.status == "PAUSED"
    assert not found.done


@pytest.mark.parametrize("status", list(JobStatus))
def test_final_states(status: JobStatus) -> None:
    found = Job.model_validate(job(status.value))
    assert found.status is status
    assert found.done == (status.value in {"SUCCEEDED", "FAILED", "CANCELED"})
    assert found.succeeded == (status.value == "SUCCEEDED")


def test_values_are_frozen() -> None:
    found = Job.model_validate(job())
    with pytest.raises(ValidationError):
        found.progress = 0.5  # type: ignore[misc]


def test_signed_links_are_not_shown_by_repr() -> None:
    from reelmill.models import SignedPart

    assert "secret" not in repr(SignedPart(number=1, url="http://s/?secret"))
