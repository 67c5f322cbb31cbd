"""One frozen Settings; the environment is read here and nowhere else."""

from __future__ import annotations

import base64
import os
from enum import StrEnum
from pathlib import Path

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import SettingsConfigDict, SettingsError

from api.config_kubernetes import KubernetesSettings
from api.errors import BadConfiguration


class ExecutorKind(StrEnum):
    """Where runners run."""

    LOCAL = "local"
    KUBERNETES = "kubernetes"


class PlayMode(StrEnum):
    """How `/play/` hands out segments: by a redirect to the store, or through this process."""

    REDIRECT = "redirect"
    PROXY = "proxy"


class AddressingStyle(StrEnum):
    """Where the bucket's name stands in a store's URLs."""

    PATH = "path"
    VIRTUAL = "virtual"
    AUTO = "auto"


def _either(name: str, alias: str) -> AliasChoices:
    """Our name first, then the name that the source systems use."""
    return AliasChoices(name, alias)


class Settings(KubernetesSettings):
    """All settings of the API process. Times in seconds, sizes in bytes."""

    model_config = SettingsConfigDict(
        env_prefix="REELMILL_",
        # Compose files and charts write variables that nobody has filled in.
        env_ignore_empty=True,
        frozen=True,
        extra="ignore",
        populate_by_name=True,
    )

    database_url: SecretStr = Field(description="PostgreSQL as the role rm_api")
    system_database_url: SecretStr = Field(description="PostgreSQL as the role rm_system")
    database_pool_size: int = Field(default=10, ge=2, le=200, description="Connections a pool")

    host: str = Field(default="127.0.0.1", description="Address to listen on")
    port: int = Field(default=8400, ge=1, le=65535, description="Port to listen on")
    public_url: str = Field(
        default="http://127.0.0.1:8400", description="How clients reach this service; builds links"
    )
    web_dir: Path = Field(default=Path("web/dist"), description="The built web app")
    allowed_origins: tuple[str, ...] = Field(
        default=(), description="Foreign origins that may use the API from a browser, as JSON"
    )

    introspection: bool = Field(
        default=True, description="Let clients read the schema, and suggest names in errors"
    )
    max_connections: int = Field(
        default=5000, ge=1, description="Sockets and event streams that a process holds at once"
    )
    max_connections_per_key: int = Field(
        default=2000, ge=1, description="Sockets and event streams of one API key in a process"
    )
    max_operations: int = Field(
        default=100, ge=1, description="Operations that one socket runs at once"
    )
    ping_seconds: float = Field(
        default=20, gt=0, description="A silent socket is pinged, a silent stream gets a comment"
    )
    drain_seconds: float = Field(
        default=0, ge=0, description="After SIGTERM requests are taken for so long still"
    )
    stall_seconds: float = Field(
        default=10, gt=0, description="A reader that takes nothing for so long is cut off"
    )

    s3_endpoint: str | None = Field(
        default=None,
        validation_alias=_either("REELMILL_S3_ENDPOINT", "S3_ENDPOINT_URL"),
        description="The store as API and runner reach it; empty means AWS",
    )
    s3_public_endpoint: str | None = Field(
        default=None, description="The store as clients reach it; signs links. Default: s3_endpoint"
    )
    s3_addressing_style: AddressingStyle = Field(
        default=AddressingStyle.PATH, description="path, virtual or auto"
    )
    bucket_in: str = Field(
        default="media-in",
        validation_alias=_either("REELMILL_BUCKET_IN", "S3_BUCKET_IN"),
        description="Sources: uploads and files that are scanned",
    )
    bucket_out: str = Field(
        default="media-out",
        validation_alias=_either("REELMILL_BUCKET_OUT", "S3_BUCKET_OUT"),
        description="Outputs",
    )
    region: str = Field(
        default="us-east-1", validation_alias="AWS_REGION", description="Region that signs requests"
    )
    access_key_id: str | None = Field(
        default=None, validation_alias="AWS_ACCESS_KEY_ID", description="Key of the store"
    )
    secret_access_key: SecretStr | None = Field(
        default=None, validation_alias="AWS_SECRET_ACCESS_KEY", description="Secret of the store"
    )
    sts_endpoint: str | None = Field(
        default=None, description="Where AssumeRole is answered. Default: s3_endpoint"
    )
    sts_role_arn: str = Field(
        default="", description="Role whose session policy is narrowed to one task"
    )
    allow_plain_keys: bool = Field(
        default=False, description="Give runners the store's own keys where it has no STS"
    )

    amazon_transcribe: bool = Field(
        default=False,
        description="Recipes may ask for Amazon Transcribe; needs AWS, and rights of its own",
    )
    amazon_transcribe_endpoint: str | None = Field(
        default=None, description="Where it is asked. Default: that of the region"
    )

    secret_key: SecretStr = Field(
        description="Base64, 32 bytes or more: signs links and cookies, and keys of encrypted"
        " ladders are derived from it"
    )
    link_seconds: int = Field(default=3600, ge=60, le=7 * 86400, description="Life of a link")
    gallery_seconds: int = Field(default=300, ge=0, description="A gallery is kept for so long")
    session_seconds: int = Field(default=12 * 3600, ge=300, description="Life of a browser session")
    play_mode: PlayMode = Field(default=PlayMode.REDIRECT, description="redirect or proxy")
    upload_seconds: int = Field(
        default=7 * 86400, ge=3600, description="An unfinished upload expires after this"
    )
    verify_bytes: int = Field(
        default=1024**3,
        ge=0,
        description="An upload with a SHA-256 and up to so many bytes is read and checked at its"
        " completion; a bigger one by its first job",
    )

    event_days: int = Field(
        default=30, ge=1, le=3650, description="Days for which the event log can be resumed"
    )

    executor: ExecutorKind = Field(default=ExecutorKind.LOCAL, description="Where runners run")
    project_concurrency: int | None = Field(
        default=None, ge=1, description="Jobs of one project at once. Default: no such limit"
    )
    local_concurrency: int = Field(default=2, ge=1, le=256, description="Local runners at once")
    split_seconds: float = Field(
        default=0,
        ge=0,
        description="Films of this length or longer are split over several runners; 0: none is",
    )
    split_chunk_seconds: float = Field(
        default=180, ge=1, le=3600, description="About how long each piece of a split film is"
    )
    split_workers: int = Field(
        default=0,
        ge=0,
        le=256,
        description="Local runners for pieces at once, over all split films; 0: one a processor",
    )
    scratch: Path = Field(default=Path("/tmp/reelmill"), description="Folder for local runners")  # noqa: S108 - a default that exists everywhere; runners make 0700 folders below it
    runner_api_url: str | None = Field(
        default=None, description="How runners reach this service. Default: host and port"
    )
    probe: bool = Field(
        default=True, description="Read the headers of new assets when no job wants the place"
    )
    probe_batch: int = Field(
        default=300, ge=1, le=10_000, description="Assets that one such runner reads at most"
    )
    lease_seconds: float = Field(default=30, ge=2, description="A silent runner is lost after this")

    metrics_token: SecretStr | None = Field(
        default=None, description="Bearer token that /metrics wants; without one there is no page"
    )
    otlp_endpoint: str | None = Field(
        default=None,
        validation_alias="OTEL_EXPORTER_OTLP_ENDPOINT",
        description="OTLP collector for traces, over HTTP, such as http://collector:4318",
    )
    log_level: str = Field(default="INFO", validation_alias="LOG_LEVEL", description="Log level")

    @field_validator("secret_key")
    @classmethod
    def _is_long_enough(cls, value: SecretStr) -> SecretStr:
        try:
            key = base64.b64decode(value.get_secret_value(), validate=True)
        except ValueError:
            raise ValueError("must be base64; make one with: openssl rand -base64 32") from None
        if len(key) < 32:
            raise ValueError("must hold 32 bytes or more; make one with: openssl rand -base64 32")
        return value

    @property
    def signing_key(self) -> bytes:
        """The raw bytes of `secret_key`."""
        return base64.b64decode(self.secret_key.get_secret_value())

    @property
    def piece_workers(self) -> int:
        """How many local runners make pieces at once."""
        return self.split_workers or len(os.sched_getaffinity(0))

    @property
    def piece_threads(self) -> int:
        """What each of them may use; 0 means that its container says it."""
        if self.executor is not ExecutorKind.LOCAL:
            return 0
        return max(1, len(os.sched_getaffinity(0)) // self.piece_workers)

    @property
    def public_s3_endpoint(self) -> str | None:
        """The store's address in presigned URLs."""
        return self.s3_public_endpoint or self.s3_endpoint

    @property
    def callback_url(self) -> str:
        """The base URL that a local runner calls."""
        return self.runner_api_url or f"http://127.0.0.1:{self.port}"


_AN_OBJECT = '{"name": "value"}'
_EXAMPLES = {
    "allowed_origins": '["https://app.example.org"]',
    "kubernetes_image_pull_secrets": '["registry"]',
    "kubernetes_tolerations": '[{"key": "media", "operator": "Exists"}]',
    "kubernetes_preset_resources": '{"web": {"cpu": "4", "memory": "8Gi"}}',
}


def environment_name(field: str) -> str:
    """The environment variable a field is read from, the first where it has aliases."""
    alias = Settings.model_fields[field].validation_alias
    if isinstance(alias, AliasChoices):
        return str(alias.choices[0])
    return str(alias) if alias else f"REELMILL_{field.upper()}"


def load() -> Settings:
    """Read the environment. Raises BadConfiguration with one line per bad variable."""
    try:
        return Settings()
    except ValidationError as error:
        known = {environment_name(name): name for name in Settings.model_fields}
        lines = []
        for issue in error.errors(include_url=False, include_input=False):
            place = str(issue["loc"][0]) if issue["loc"] else "?"
            name = place if place in known else environment_name(place)
            problem = "is not set" if issue["type"] == "missing" else issue["msg"]
            lines.append(f"{name}: {problem.removeprefix('Value error, ')}")
        raise BadConfiguration("\n".join(lines)) from None
    except SettingsError as error:
        # The library names the field in its words only.
        field = next(name for name in Settings.model_fields if f'"{name}"' in str(error))
        raise BadConfiguration(
            f"{environment_name(field)}: is no JSON such as {_EXAMPLES.get(field, _AN_OBJECT)}"
        ) from error


def required_environment(name: str) -> str:
    """One variable for commands that need little, such as the migration."""
    value = os.environ.get(name, "")
    if not value:
        raise BadConfiguration(f"{name}: is not set")
    return value
