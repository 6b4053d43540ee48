"""Generated manifests, in blocks of 41: as many of each kind as the example registry has, and tied as it is.

A block refers to itself and to blocks before it, so that the first blocks of a registry are a registry.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from random import Random

from benchmarks.words import sentence, sentences

# As the example registry has them; a kind refers to those above it (an Application's evals are `about`).
MEMBERS = (
    ("Provider", 2),
    ("Dataset", 3),
    ("Model", 6),
    ("Guardrail", 2),
    ("Tool", 2),
    ("Partial", 5),
    ("Retriever", 2),
    ("Route", 2),
    ("ContextPolicy", 2),
    ("Prompt", 8),
    ("EvalSuite", 2),
    ("Application", 2),
    ("Environment", 3),
)
BLOCK = sum(count for _, count in MEMBERS)
FOLDERS = {
    "Provider": "providers",
    "Dataset": "datasets",
    "Model": "models",
    "Guardrail": "guardrails",
    "Tool": "tools",
    "Partial": "partials",
    "Retriever": "retrievers",
    "Route": "routes",
    "ContextPolicy": "contexts",
    "Prompt": "prompts",
    "EvalSuite": "evals",
    "Application": "applications",
    "Environment": "environments",
}
SIZE = 2000
"""About how many bytes a manifest has."""
SETTINGS = """\
apiVersion: plmctl/v1
kind: Registry
metadata: {name: benchmark, title: A generated registry, owners: [platform]}
spec:
  git: https://git.example.com/acme/benchmark.git
  release: {branches: [main]}
"""
_STAGES = ("development", "staging", "production")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One artifact of a generated registry: the `member`-th of its kind in a block."""

    kind: str
    block: int
    member: int

    @property
    def name(self) -> str:
        if self.kind == "Environment":
            return f"team-{self.block:04}-{_STAGES[self.member]}"
        return f"team-{self.block:04}/{self.kind.lower()}-{self.member}"

    @property
    def artifact(self) -> str:
        return f"{self.kind.lower()}/{self.name}"

    @property
    def path(self) -> str:
        return f"{FOLDERS[self.kind]}/{self.name}.yaml"


def slots(count: int) -> tuple[Slot, ...]:
    """The artifacts of a registry of so many manifests, each after what it depends on."""
    made = (
        Slot(kind=kind, block=block, member=member)
        for block in range(-(-count // BLOCK))
        for kind, members in MEMBERS
        for member in range(members)
    )
    return tuple(made)[:count]


def manifest(slot: Slot, seed: int, edition: int = 0) -> str:
    """The text of a manifest; another edition says something else, and breaks nothing."""
    random = Random(f"{seed} {slot.artifact}")
    head = _head(slot, random, edition)
    body = _SPECS[slot.kind](slot, random)
    if edition and slot.kind == "Prompt":
        body = body.replace("# Task\n", f"# Task, edition {edition}\n")
    lacking = SIZE - len(head) - len(body)
    notes = "".join(f"  # {line}\n" for line in sentences(random, lacking - 60)) if lacking > 120 else ""
    return f"{head}spec:\n{notes}{body}"


def _head(slot: Slot, random: Random, edition: int) -> str:
    described = " ".join(sentences(random, 300))
    # The text of a prompt is what changes of it; of anything else it is what is said about it.
    told = f"{described} Edition {edition}." if edition and slot.kind != "Prompt" else described
    return (
        f"apiVersion: plmctl/v1\nkind: {slot.kind}\nmetadata:\n  name: {slot.name}\n"
        f"  title: {slot.kind} {slot.member} of team {slot.block}\n  description: {told}\n"
        f"  owners: [team-{slot.block:04}]\n  labels: {{product: product-{slot.block % 40}, language: en}}\n"
    )


def _in(slot: Slot, kind: str, member: int, back: int = 0) -> str:
    """The name of an artifact in this block, or so many blocks before it; the first block has no other."""
    return Slot(kind=kind, block=max(slot.block - back, 0), member=member).name


def _shared(slot: Slot, kind: str, member: int) -> str:
    """The name of one that ten teams share."""
    return Slot(kind=kind, block=slot.block - slot.block % 10, member=member).name


def _house(kind: str, member: int) -> str:
    """The name of one that all teams share."""
    return Slot(kind=kind, block=0, member=member).name


def _text(random: Random, characters: int, indent: int) -> str:
    return "".join(f"{' ' * indent}{line}\n" for line in sentences(random, characters))


def _provider(slot: Slot, random: Random) -> str:
    kind = ("openai", "anthropic")[slot.member]
    return (
        f"  type: {kind}\n  endpoint: https://gateway-{slot.block}.example.com/{kind}\n"
        f"  credential: {{env: KEY_{slot.block}_{slot.member}}}\n"
        f"  dataHandling: {{region: eu, retentionDays: {random.randrange(30)}, trainsOnData: false}}\n"
    )


def _dataset(slot: Slot, random: Random) -> str:
    purpose = ("rag", "evaluation", "fine-tuning")[slot.member]
    # From those of the house and of other teams: no line is long, and no training data has an evaluation's.
    member = slot.member
    found = {_house("Dataset", member), _house("Dataset", 0), _shared(slot, "Dataset", member)}
    found.add(Slot(kind="Dataset", block=slot.block // 2, member=member).name)
    found.add(_in(slot, "Dataset", 0) if member else _house("Dataset", 2))
    sources = sorted(found - {slot.name}) if slot.block else []
    lineage = f"  lineage: {{derivedFrom: [{', '.join(sources)}], process: {sentence(random)}}}\n"
    return (
        f"  purpose: [{purpose}]\n"
        f"  data: {{uri: s3://data.example.com/{slot.name}.jsonl, sha256: {random.randbytes(32).hex()}}}\n"
        "  format: jsonl\n  schema:\n    type: object\n    required: [id, text]\n    properties:\n"
        '      id: {type: string, pattern: "^T-[0-9]{4}$"}\n'
        f"      text: {{type: string, minLength: 1, description: {sentence(random)}}}\n"
        f"      label: {{type: string, enum: [low, normal, high, class-{slot.block}]}}\n"
        "    additionalProperties: false\n  key: id\n"
        f"{lineage if sources else ''}"
        "  license: LicenseRef-Acme-Internal\n  sensitivity: internal\n  personalData: {present: false}\n"
        f"  quality:\n    knownBiases: [{sentence(random)}]\n    annotation: {sentence(random)}\n"
    )


def _model(slot: Slot, random: Random) -> str:
    is_chat = slot.member > 0
    base = _in(slot, "Model", 1) if slot.member > 1 else _house("Model", slot.member)
    is_tuned = base != slot.name
    snapshot = f"gpt-4o-mini-2024-07-{10 + slot.member}" if is_chat else "text-embedding-3-small"
    tokens = 200000 if slot.member in (3, 4) else 128000
    limits = (
        f"{{contextTokens: {tokens}, outputTokens: 16384, requestsPerMinute: {random.randrange(100, 2000)}}}"
    )
    chat = (
        "  capabilities: [tools, json-schema, streaming]\n"
        f"  parameters: {{temperature: 0.{random.randrange(1, 9)}, maxOutputTokens: 1000}}\n"
    )
    tuned = (
        f"  fineTuning:\n    base: {base}\n    method: supervised\n"
        f"    datasets: [{_in(slot, 'Dataset', 2)}]\n"
        f"    hyperparameters: {{epochs: {random.randrange(1, 9)}}}\n"
    )
    return (
        f"  provider: provider/{_in(slot, 'Provider', slot.member % 2)}\n"
        f"  model: {f'ft:{snapshot}:acme::{slot.block:06}' if is_tuned else snapshot}\n"
        f"  task: {'chat' if is_chat else 'embedding'}\n  pin: fixed\n"
        f"  modalities: {{input: [text]{', output: [text]' if is_chat else ''}}}\n"
        f"  limits: {limits if is_chat else '{contextTokens: 8191, dimensions: 1536}'}\n"
        f"{chat if is_chat else ''}{tuned if is_tuned else ''}"
        f"  pricing: {{currency: USD, inputPerMTok: {random.randrange(1, 90) / 100}}}\n"
        f"  card:\n    intendedUse: {sentence(random)}\n    limitations: [{sentence(random)}]\n"
        "    license: LicenseRef-Acme-Internal\n"
    )


def _guardrail(slot: Slot, random: Random) -> str:
    stage, action = (("input", "block"), ("output", "mask"))[slot.member]
    return (
        f"  stage: {stage}\n  engine: llm-classifier\n  model: {_in(slot, 'Model', 1 + slot.member)}\n"
        f"  action: {action}\n  onError: block\n"
        f"  config: {{threshold: 0.{random.randrange(1, 9)}, characters: {random.randrange(1000, 9000)}}}\n"
    )


def _tool(slot: Slot, random: Random) -> str:
    return (
        f"  description: {sentence(random)}\n  parameters:\n    type: object\n    required: [number]\n"
        "    properties:\n"
        f'      number: {{type: string, pattern: "^[0-9]{{6}}$", description: {sentence(random)}}}\n'
        f"      reason: {{type: string, enum: [size, taste, damaged, reason-{slot.block}]}}\n"
        "    additionalProperties: false\n  returns:\n    type: object\n    required: [number, status]\n"
        "    properties:\n      number: {type: string}\n"
        "      status: {type: string, enum: [packing, shipped, delivered, returned]}\n  effect: none\n"
    )


def _partial(slot: Slot, random: Random) -> str:
    # The first two are small rules that others include; they include those of the house and of ten teams.
    is_small, is_shared = slot.member < 2, slot.block % 10 == 0 or slot.block < 10
    near = _house if is_small else partial(_in, slot)
    included = {near("Partial", 0), near("Partial", 1)}
    included.add(_house("Partial", 2 if is_small else 0) if is_shared else _shared(slot, "Partial", 0))
    names = sorted(included - {slot.name}) if slot.block or slot.member > 1 else []
    return (
        f"  content: |\n    # Rules {slot.member}\n\n{_text(random, 900, 4)}"
        f"{''.join(f'    {{{{> {name}}}}}{chr(10)}' for name in names)}"
    )


def _retriever(slot: Slot, random: Random) -> str:
    datasets = sorted({_in(slot, "Dataset", 0), _in(slot, "Dataset", 0, 1), _shared(slot, "Dataset", 0)})
    return (
        f"  datasets: [{', '.join(datasets)}]\n"
        f"  chunking: {{strategy: heading, size: {random.randrange(200, 900)}, overlap: 40, unit: tokens}}\n"
        f"  embedding: {{model: {_in(slot, 'Model', 0)}, dimensions: 1536}}\n"
        f"  index: {{engine: pgvector, name: index_{slot.block}_{slot.member}, metric: cosine}}\n"
        f"  query: {{topK: {random.randrange(3, 12)}, scoreThreshold: 0.3}}\n"
        "  returns:\n    type: object\n    required: [id, title, text]\n    properties:\n"
        f"      id: {{type: string, description: {sentence(random)}}}\n"
        "      title: {type: string}\n      text: {type: string}\n"
    )


def _route(slot: Slot, random: Random) -> str:
    first, second, third = (_in(slot, "Model", 1 + (slot.member + step) % 4) for step in range(3))
    return (
        f"  strategy: failover\n  targets:\n    - model: {first}\n  fallbacks: [{second}, {third}]\n"
        f"  contextWindowFallbacks: [{third}]\n  retries: 2\n  timeoutSeconds: {random.randrange(10, 60)}\n"
        f"  guardrails: [{_in(slot, 'Guardrail', 0)}]\n"
        f"  rateLimit: {{requestsPerMinute: {random.randrange(100, 900)}}}\n"
    )


def _context(slot: Slot, random: Random) -> str:
    # Only the first block's prompts summarise: their own history is what its context policy keeps.
    summary = f"strategy: summary, maxTurns: {random.randrange(4, 20)}, summarizeWith: {_house('Prompt', 3)}"
    return (
        f"  window: {{maxTokens: {random.randrange(8000, 24000)}, reserveForOutput: 1000}}\n"
        f"  history: {{{summary if slot.block else 'strategy: last-turns, maxTurns: 9'}}}\n"
        f"  memory: {{retriever: {_in(slot, 'Retriever', slot.member)}, topK: {random.randrange(2, 9)}}}\n"
        "  session:\n    type: object\n    required: [locale]\n    properties:\n"
        f"      locale: {{type: string, description: {sentence(random)}}}\n  overflow: truncate-oldest\n"
    )


def _prompt(slot: Slot, random: Random) -> str:
    model = (
        _in(slot, "Route", slot.member % 2) if slot.member % 3 else _in(slot, "Model", 1 + slot.member % 5)
    )
    partials = sorted({_in(slot, "Partial", 2 + slot.member % 3), _shared(slot, "Partial", 1)})
    included = "".join(f"\n        {{{{> {name}}}}}\n" for name in partials)
    searching = (
        f"  retrieval: {{ref: {_in(slot, 'Retriever', slot.member // 4)}, query: request, into: passages}}\n"
    )
    passages = "        {{#passages}}\n        {{title}}: {{text}}\n        {{/passages}}\n"
    return (
        f"  model: {model}\n  messages:\n    - role: system\n      content: |\n        # Task\n\n"
        f"{_text(random, 260, 8)}{included}{passages if slot.member % 4 == 0 else ''}"
        "    - role: user\n      content: |\n        {{#channel}}\n        Channel: {{channel}}\n"
        "        {{/channel}}\n        Language: {{session.locale}}\n        {{request}}\n"
        "  inputs:\n    type: object\n    required: [request]\n    properties:\n"
        f"      request: {{type: string, minLength: 1, description: {sentence(random)}}}\n"
        "      channel: {type: string, enum: [email, chat, web]}\n    additionalProperties: false\n"
        "  outputs:\n    format: json\n    schema:\n      type: object\n      required: [category, reason]\n"
        "      properties:\n"
        f"        category: {{type: string, enum: [order, delivery, refund, class-{slot.block}]}}\n"
        f"        reason: {{type: string, description: {sentence(random)}}}\n"
        "      additionalProperties: false\n"
        f"  tools:\n    - ref: {_in(slot, 'Tool', slot.member % 2)}\n      as: look_up\n"
        f"  samples:\n    - {{name: usual, input: {{request: {sentence(random)}, channel: chat}}}}\n"
        f"{searching if slot.member % 4 == 0 else ''}"
        f"  context: {_in(slot, 'ContextPolicy', slot.member % 2)}\n"
        f"  parameters: {{temperature: 0.{random.randrange(1, 9)}}}\n"
        f"  guardrails: [{_in(slot, 'Guardrail', 0)}, {_in(slot, 'Guardrail', 1)}]\n"
    )


def _evaluation(slot: Slot, random: Random) -> str:
    cases = "".join(
        f"    - name: case-{number}\n      input: {{request: {sentence(random)}, channel: chat}}\n"
        f"      assert: [{{type: contains, value: {sentence(random)}}}]\n"
        for number in range(3)
    )
    return (
        f"  target: prompt/{_in(slot, 'Prompt', slot.member)}\n  dataset: {_in(slot, 'Dataset', 1)}\n"
        f"  cases:\n{cases}  metrics:\n    - name: helpfulness\n      threshold: 4.{random.randrange(9)}\n"
        f"      direction: higher\n      judge: {{prompt: {_in(slot, 'Prompt', 7)}}}\n  repeat: 3\n"
    )


def _application(slot: Slot, random: Random) -> str:
    used = (f"prompt/{_in(slot, 'Prompt', member)}" for member in range(slot.member, 8, 2))
    return (
        f"  uses: [{', '.join(used)}]\n  evals: [{_in(slot, 'EvalSuite', slot.member)}]\n"
        f"  guardrails: [{_in(slot, 'Guardrail', 1)}]\n"
        f"  repository: {{git: https://git.example.com/acme/team-{slot.block}.git, path: a{slot.member}}}\n"
        f"  risk:\n    level: limited\n    threats: [{sentence(random)}]\n"
        f"    mitigations: [{sentence(random)}]\n  monitoring:\n"
        f"    - {{metric: accepted, min: 0.{random.randrange(1, 9)}, window: 7d, severity: ticket}}\n"
    )


def _environment(slot: Slot, random: Random) -> str:
    pinned = sorted(
        {_in(slot, "Application", 0), _in(slot, "Application", 1), _in(slot, "Application", 0, 1)}
    )
    pins = "".join(f'    {name}: ">=0.1.0" # {sentence(random)}\n' for name in pinned)
    after = f"  after: {_in(slot, 'Environment', slot.member - 1)}\n" if slot.member else ""
    return f"  pins:\n{pins}{after}"


_SPECS = {
    "Provider": _provider,
    "Dataset": _dataset,
    "Model": _model,
    "Guardrail": _guardrail,
    "Tool": _tool,
    "Partial": _partial,
    "Retriever": _retriever,
    "Route": _route,
    "ContextPolicy": _context,
    "Prompt": _prompt,
    "EvalSuite": _evaluation,
    "Application": _application,
    "Environment": _environment,
}


def files(count: int, seed: int) -> Iterator[tuple[str, str]]:
    """The settings and the manifests of a registry, by their paths."""
    yield "plmctl.yaml", SETTINGS
    for slot in slots(count):
        yield slot.path, manifest(slot, seed)
