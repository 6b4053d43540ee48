"""cache: what is kept from run to run."""

from plmctl.commands.amount import bytes_text
from plmctl.core.cache_state import CacheState
from plmctl.core.report import Report


def info(state: CacheState) -> Report:
    """Where the cache of a repository lies, how large it is, and whether this run would use it."""
    size = bytes_text(state.size) if state.size is not None else "nothing is kept yet"
    use = "on" if state.is_wanted else "off"
    rows = (("file", state.path or "no home folder outside of the repository"), ("size", size), ("use", use))
    others = (f"others  {bytes_text(state.others)}",) if state.others else ()
    return Report(
        command="cache info",
        text="\n".join((*(f"{name:<6}  {value}" for name, value in rows), *others)),
        data={"path": state.path, "size": state.size, "isWanted": state.is_wanted, "others": state.others},
    )


def clear(freed: int) -> Report:
    """How much was freed."""
    done = f"deleted {bytes_text(freed)}: the next run finds it out again" if freed else "nothing was kept"
    return Report(command="cache clear", done=(done,), data={"freed": freed})
