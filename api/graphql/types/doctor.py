"""What a check of the installation has found."""

from __future__ import annotations

import strawberry

from api.domain import diagnosis
from api.domain.diagnosis import CheckStatus
from api.services import doctor


@strawberry.type(description="One thing that was looked at")
class DiagnosisCheck:
    """One check."""

    name: str = strawberry.field(description="What was looked at")
    status: CheckStatus
    message: str = strawberry.field(description="What was seen")
    hint: str | None = strawberry.field(description="What to do about it")

    @classmethod
    def of(cls, model: diagnosis.Check) -> DiagnosisCheck:
        """From the value of the domain."""
        return cls(name=model.name, status=model.status, message=model.message, hint=model.hint)


@strawberry.type(description="What this service stands on, as it is now")
class Diagnosis:
    """All checks."""

    checks: list[DiagnosisCheck]
    browser_urls: list[str] = strawberry.field(
        description="One of each bucket: a browser that can read them by GET reaches the store"
    )

    @classmethod
    def of(cls, model: doctor.Diagnosis) -> Diagnosis:
        """From the value of the service."""
        return cls(
            checks=[DiagnosisCheck.of(each) for each in model.checks],
            browser_urls=model.browser_urls,
        )
