"""The events of libyaml, and of PyYAML's classes for them what is read."""

from collections.abc import Callable
from typing import Protocol, cast

import yaml


class Mark(Protocol):
    """A place in a text, from 0."""

    line: int
    column: int
    index: int


class Event(Protocol):
    """What is read of an event; which of it exists depends on the type."""

    start_mark: Mark
    end_mark: Mark
    anchor: str | None
    tag: str | None
    value: str
    style: str
    flow_style: bool


# Objects to the type checker: the events are known to it by the protocol above.
ALIAS: object = yaml.AliasEvent
MAPPING_END: object = yaml.MappingEndEvent
MAPPING: object = yaml.MappingStartEvent
SCALAR: object = yaml.ScalarEvent
SEQUENCE_END: object = yaml.SequenceEndEvent
STREAM_END: object = yaml.StreamEndEvent

IS_THERE: bool = yaml.__with_libyaml__
"""Whether PyYAML came with it."""
MarkedYAMLError = yaml.MarkedYAMLError
"""What is no YAML, and where."""


def events(text: str) -> Callable[[], Event]:
    """What gives the next event of a text, one after another. Raises MarkedYAMLError."""
    return cast(Callable[[], Event], yaml.CLoader(text).get_event)
