"""Places in a manifest by the names of list items: a position says nothing where somebody inserts one."""

from plmctl.core.diff import item_key
from plmctl.core.manifest import Manifest
from plmctl.core.schema import Schema
from plmctl.core.value import Pointer, Value


def keyed(manifest: Manifest, pointer: Pointer) -> Pointer:
    """A place as a change names it: `name=lookup` for the items of lists that have a key."""
    value: Value = manifest.document.value
    schema: Schema | None = manifest.schema
    steps: list[str | int] = []
    for step in pointer:
        name = None
        if isinstance(value, list) and isinstance(step, int):
            key = schema.list_key if schema is not None else None
            value, schema = value[step], schema.item() if schema is not None else None
            name = item_key(value, key) if key is not None else None
            steps.append(f"{key}={name}" if name is not None else step)
        else:
            value = value.get(str(step)) if isinstance(value, dict) else None
            schema = schema.property(str(step)) if schema is not None else None
            steps.append(step)
    return tuple(steps)
