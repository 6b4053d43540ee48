"""Words of which generated manifests are made: the same seed gives the same sentences."""

from random import Random

_WORDS = """
    account agent amount answer archive arrival article attachment balance batch branch budget carrier case
    category change channel claim clause client colleague complaint condition contract copy country courier
    credit customer damage date deadline decision delivery deposit desk detail discount dispute document draft
    entry error estimate evidence exchange fault field file finding form guide handover index inquiry invoice
    issue item journey key label language ledger letter limit line list manual market measure member message
    method mistake notice number office offer order outage owner page paragraph parcel part partner passage
    payment period person phrase place plan policy price priority problem process product promise proof
    question queue quote range reason receipt record refund region reminder repair reply report request
    response result return review risk route rule sample schedule score season section seller sentence service
    session shift shipment signal size source stage statement status step stock store subject summary supply
    support table task team term ticket title tone topic total trade transfer unit update value version visit
    voice wait warning warranty week window word workshop
"""
_VERBS = """
    answers avoids begins checks closes compares confirms counts delays describes explains follows gives
    holds keeps leaves limits lists marks moves names needs notes offers opens orders passes quotes reads
    records refers repeats replaces reports returns sends settles shows signs sorts starts states takes tells
    tracks translates updates verifies waits weighs writes
"""
WORDS = tuple(_WORDS.split())
VERBS = tuple(_VERBS.split())


def sentence(random: Random) -> str:
    """Ten words or so, with nothing that YAML or a template reads as more than text."""
    subject, first, second, third = (random.choice(WORDS) for _ in range(4))
    verb, other = random.choice(VERBS), random.choice(VERBS)
    number = random.randrange(2, 90)
    return f"The {subject} {verb} every {first} {number} and {other} the {second} of the {third}."


def sentences(random: Random, characters: int) -> list[str]:
    """Sentences of at least so many characters together, and at most one sentence more."""
    found: list[str] = []
    length = 0
    while length < characters:
        found.append(sentence(random))
        length += len(found[-1]) + 1
    return found
