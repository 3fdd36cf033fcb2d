"""Generate the JSON schemas of the tasks and the records document from their types.

`python -m learncnn.grader.cluster.schemas` writes them into this module's folder.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec

from ..files.writing import write_aside
from .record_document import RecordsDocument
from .task_document import TasksDocument

_FOLDER = Path(__file__).resolve().parent
_TYPES = {"tasks": TasksDocument, "records": RecordsDocument}
#: Name of a document → file of its schema.
SCHEMAS = {name: _FOLDER / f"{name}.schema.json" for name in _TYPES}


def schema_of(name: str) -> dict[str, Any]:
    """Return the schema of the `tasks` or the `records` document."""
    schema = msgspec.json.schema(_TYPES[name])
    found = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    plain: dict[str, Any] = json.loads(json.dumps(found))  # tuples become lists
    return plain


def write_schemas() -> None:
    """Write the files of both schemas."""
    for name, path in SCHEMAS.items():
        write_aside(path, json.dumps(schema_of(name), indent=1) + "\n")


if __name__ == "__main__":
    write_schemas()
