"""What a change of a Provider means."""

from collections.abc import Iterator

from plmctl.core.change import Change, Fact
from plmctl.rules.rule import BEHAVIOURAL, BREAKING, change_rule
from plmctl.rules.words import told


@change_rule("PRV001", "removed", BREAKING)
def provider_removed(change: Change) -> Iterator[str]:
    """A provider is gone: models that run there no longer resolve, and nothing that names them can be
    released.

    Move the models to another provider first, or keep the old name with `formerly`.
    """
    if change.at() and change.fact is Fact.REMOVED:
        yield f"{change.artifact} was removed"


@change_rule("PRV010", "type-changed", BREAKING)
def type_changed(change: Change) -> Iterator[str]:
    """Requests go out in another protocol: gateways and services that speak the old one fail.

    Add a second provider and move models to it one by one.
    """
    if change.at("spec", "type"):
        yield told(change, "type")


@change_rule("PRV011", "credential-changed", BREAKING)
def credential_changed(change: Change) -> Iterator[str]:
    """The credential has another name: where it is not set up, every call is refused.

    Set up the new one in every environment before this is promoted.
    """
    if change.below("spec", "credential"):
        yield told(change)


@change_rule("PRV020", "endpoint-changed", BEHAVIOURAL)
def endpoint_changed(change: Change) -> Iterator[str]:
    """Requests go elsewhere: latency, limits and the models on offer may differ.

    Every model that runs there is affected. Try each of them at the new endpoint before this is promoted.
    """
    if change.below("spec", "endpoint"):
        yield told(change, "endpoint")


@change_rule("PRV021", "region-changed", BEHAVIOURAL)
def region_changed(change: Change) -> Iterator[str]:
    """Models run in another region: latency, models on offer and the law that holds may differ.

    Customers may have been promised where their data stays. Ask whoever answers for data protection, and
    see that `dataHandling.region` says the same.
    """
    if change.below("spec", "region"):
        yield told(change, "region")


@change_rule("PRV022", "api-version-changed", BEHAVIOURAL)
def api_version_changed(change: Change) -> Iterator[str]:
    """Requests name another version of the provider's interface: defaults and fields may differ.

    Answers can differ though no model changed. Read the provider's notes, and evaluate what its models
    answer.
    """
    if change.at("spec", "apiVersion"):
        yield told(change, "apiVersion")


@change_rule("PRV023", "data-handling-changed", BEHAVIOURAL)
def data_handling_changed(change: Change) -> Iterator[str]:
    """What happens to the data that is sent changed: where it stays, how long, whether models learn from it.

    No call fails; a promise to customers may be broken. Compare it with what they were told, and ask
    whoever answers for data protection.
    """
    if change.below("spec", "dataHandling"):
        yield told(change)


PROVIDER_RULES = (
    provider_removed,
    type_changed,
    credential_changed,
    endpoint_changed,
    region_changed,
    api_version_changed,
    data_handling_changed,
)
