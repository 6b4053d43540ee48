from plmctl.core.few import few


def test_of_many_words_the_first_are_said_and_how_many_more_there_are() -> None:
    said = [few(words, 2) for words in ((), ("a",), ("a", "b"), ("a", "b", "c"), ["a", "b", "c", "d"])]
    assert said == ["", "a", "a, b", "a, b and 1 more", "a, b and 2 more"]
