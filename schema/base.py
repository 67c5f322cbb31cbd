"""The one base of all messages: frozen, and a field nobody knows is an error."""

from pydantic import BaseModel, ConfigDict


class Message(BaseModel):
    """A value that crosses a process boundary. Immutable; unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Tolerant(BaseModel):
    """A value whose sender may be newer than we are: unknown fields are dropped."""

    model_config = ConfigDict(frozen=True, extra="ignore")
