"""JSON lines on stderr, each with the job, attempt, task and epoch it belongs to."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

logger = logging.getLogger("reelmill.runner")

_context: dict[str, Any] = {}


class _JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "message": record.getMessage(),
            **_context,
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def set_up(level: str) -> None:
    """Send everything to stderr as JSON. Libraries speak only when something is wrong."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonFormatter())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logger.setLevel(level if level in logging.getLevelNamesMapping() else logging.INFO)


def bind(**fields: Any) -> None:
    """Add fields to every line from here on."""
    _context.update(fields)


def info(message: str, **fields: Any) -> None:
    """Log a step with its facts as fields."""
    logger.info(message, extra={"fields": fields})


def warning(message: str, **fields: Any) -> None:
    """Log something unexpected that the runner can live with."""
    logger.warning(message, extra={"fields": fields})
