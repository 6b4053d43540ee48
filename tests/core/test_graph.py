"""What depends on what, and rings."""

from plmctl.core.graph import Asked, Graph, cycles, reachable, reversed_graph


def graph(**targets: str) -> Graph:
    """A graph of one-letter nodes: `a="bc"` for edges from a to b and to c."""
    return {node: frozenset(found) for node, found in targets.items()}


def test_what_is_asked_node_by_node_is_the_graph_and_each_is_found_once() -> None:
    whole, asked = graph(a="bc", b="", c="a"), list[str]()

    def targets(node: str) -> frozenset[str]:
        asked.append(node)
        return whole[node]

    found = Asked(whole, targets)
    assert (len(found), found["a"], found.get("x")) == (3, frozenset("bc"), None)
    assert asked == ["a", "x"]
    assert dict(found) == whole
    assert asked == ["a", "x", "b", "c"]


def test_reachable_is_the_start_and_all_it_leads_to() -> None:
    assert reachable(graph(a="bc", b="d", c="d", d="", e="a"), "a") == set("abcd")
    assert reachable(graph(a="b", b="a"), "a") == set("ab")
    assert reachable({}, "gone") == {"gone"}


def test_a_reversed_graph_has_every_edge_the_other_way_round() -> None:
    assert reversed_graph(graph(a="bc", b="c", d="")) == graph(a="", b="a", c="ab", d="")


def test_a_graph_without_rings_has_no_cycles() -> None:
    assert cycles(graph(a="bc", b="d", c="d", d="")) == ()
    assert cycles({}) == ()


def test_an_edge_to_itself_is_a_ring() -> None:
    assert cycles(graph(a="a", b="a")) == (("a",),)


def test_each_knot_shows_a_shortest_ring_through_its_first_node() -> None:
    assert cycles(graph(a="b", b="c", c="ab", x="y", y="x", z="a")) == (("a", "b", "c"), ("x", "y"))
    assert cycles(graph(a="bc", b="d", c="a", d="a")) == (("a", "c"),)
    assert cycles(graph(a="bc", b="d", c="d", d="a")) == (("a", "b", "d"),)


def test_an_edge_to_nowhere_is_no_ring() -> None:
    assert cycles(graph(a="q", b="a")) == ()


def test_a_long_chain_is_followed_without_recursion() -> None:
    chain = {str(n): frozenset({str(n + 1)}) for n in range(5000)}
    assert cycles({**chain, "5000": frozenset({"0"})})[0][:3] == ("0", "1", "2")
