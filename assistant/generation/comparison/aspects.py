"""A paper -> the sentence of its abstract that states its problem, approach, data, results and limits, or none."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from assistant.core.text.quantities import extract
from assistant.core.text.tokens import STOP
from assistant.library.embedder import Vectors
from assistant.llm.injection import is_instruction
from assistant.retrieval.encoder import EncodedPaper, EncodedSentence, Encoder

ASPECTS = ("Problem", "Approach", "Data", "Results", "Limits")
# A sentence is taken for an aspect from this score on; chosen, like all weights here, on half of the sample's papers.
BARS = (0.4, 0.4, 0.6, 0.4, 0.6)
PROBES = (
    "the problem or shortcoming of earlier work that motivates this paper",
    "we propose a new method; how it works",
    "the data sets, benchmarks or participants used in the experiments",
    "the results: it outperforms earlier methods and improves the figures",
    "limitations, weaknesses and future work of this study",
)
_NEVER = -9.0
# A sentence that has an aspect gets a second one only where it fits that by this much.
_TWICE = (0.3, 0.3, 0.0, 0.3, 0.2)

_I = re.IGNORECASE
_WE = r"(?:^they|\bbasis they|\bwe|\b(?:the |these )?authors?|\b(?:the|this|our) (?:paper|study|thesis|survey|review|article|work|trial))\b"
_NEW_RESULTS = re.compile(r"\bpresents? new \S* ?results\b", _I)
_ALSO = re.compile(r"\balso\b", _I)
_STUDIES = re.compile(rf"{_WE} stud(?:y|ies|ied)\b", _I)
_EARLIER = re.compile(
    r"\b(?:earlier|existing|previous|previously|prior|most|many|usual|usually|common|commonly|typical|typically|often|"
    r"conventional|conventionally|current|currently|normally|traditional|standard|yet|but|however|although|though|whereas|"
    r"despite|still)\b",
    _I,
)
_TROUBLE = re.compile(
    r"\b(?:struggl\w+|suffers?|hard|difficult\w*|costly|expensive|limit(?:s|ed|ation|ations|ing)?|cannot|can not|fails?|failed|"
    r"lacks?|lacking|neglect\w*|ignor(?:e|es|ed)|overlook\w*|bottlenecks?|challeng\w+|drawbacks?|problems?|problematic|gap|"
    r"forget|forgets|forgetting|poorly|unclear|unknown|little is known|too \w+|trouble|restrict\w*|disturb\w*|misclassif\w+|"
    r"redundan\w+|unfair|awkward|inefficien\w+|harmful|risk|burden|debated|remains? (?:to be|open|un\w+)|worse|badly|"
    r"no natural|rarely|requires?|restricted|not (?:practical|always|yet|been|fully|well)|do(?:es)? not|slow|sparse|need(?:s|ed)?)\b|"
    r"\?|\bO\(",
    _I,
)
_ASKS = re.compile(
    rf"{_WE} (?:asks?|questions?|aim(?:s|ed)?|sought|investigates?|wonders?)\b|\b(?:aims?|objective|purpose|goal|question) (?:of|was|is|to)\b|"
    r"\bwhether\b",
    _I,
)
_PROPOSES = re.compile(
    rf"{_WE}(?: (?:also|therefore|then|first|thus|further|here))* (?:propos\w*|introduc\w*|present\w*|develop\w*|design\w*|"
    r"offers?|builds?|built|defines?|reviews?|surveys?|describes?|combines?|extends?|revisits?|conduct\w*|"
    r"perform(?:ed|s)?\b|examin\w*|explor\w*|provid\w*|analy[sz]\w*|formulat\w*|deriv\w*|trains?|treats?|replaces?|"
    r"randomi[sz]ed|compared?|used?)|\band (?:propose|introduce|present)s?\b|\bpropos(?:es|ed)\b|"
    r"^th(?:is|e) (?:survey|thesis|review|dissertation) \w+s\b|\bsurvey (?:sorts|reviews|covers)\b",
    _I,
)
_WORKS = re.compile(
    r"\b(?:is an? (?!good|better)|represents?|learns?|combines?|replaces?|maps?|treats?|encodes?|predicts?|models?|fuses?|"
    r"consists?|is trained|are trained|pretrain\w*|framework|architecture|pipeline|algorithm|instead of|by \w+ing)\b",
    _I,
)
_THINGS = (
    r"(?:data ?sets?|benchmarks?|corpus|corpora|cohorts?|participants?|patients?|adults|children|women|men|infants|mice|rats|"
    r"subjects|volunteers|listeners|clinicians|samples|images|videos|sentences|documents|hospitals|users|people|students|records|reports)"
)
_HAS_DATA = re.compile(
    rf"\bon (?:the |all |several |many |various |standard |public )[^.;]{{0,50}}?\b{_THINGS}\b|"
    rf"\b(?:\d[\d,.]*[KMB]?|two|three|four|five|six|seven|eight|nine|ten) (?:[^\W\d][\w-]* ){{0,3}}{_THINGS}\b|"
    rf"\bon (?:[\w-]+ ){{0,4}}(?:benchmarks?|data ?sets?)\b|\b(?:data ?sets?|corpus|corpora|database|benchmarks?)\b[^.;]{{0,30}}\b(?:holds?|contains?|"
    rf"with|of|including|such as|covering|from)\b|\b(?:enrol\w+|recruit\w+|randomi[sz]ed|included|surveyed|interviewed)\b|"
    rf"\btested (?:on|with|in)\b|\bholds?\b",
    _I,
)
_NAMES_DATA = re.compile(
    r"\b(?:ImageNet\S*|CIFAR\S*|COCO|MS ?COCO|ADE20K|GLUE|SQuAD\S*|WikiText\S*|MNIST|UCF101|Kinetics\S*|VQA|GQA|NLVR2|MIMIC\S*|"
    r"KITTI|NYU\S*|VOC\S*|Long Range Arena|LRA|the Pile|C4|Criteo|Avazu|MovieLens\S*|GenEval|JFT\S*|LAION\S*|UK Biobank|"
    r"NTU\S*|Pascal)\b"
)
_WINS = re.compile(
    r"\b(?:outperform\w*|surpass\w*|beats?|exceed\w*|achiev\w*|reach(?:es|ed)|state[ -]of[ -]the[ -]art|improv(?:e|es|ed|ing)|"
    r"rais(?:es|ed)|reduc(?:es|ed)|higher|lower|better|faster|significant\w*|effective|competitive|comparabl[ey]|advantages?|"
    r"performs?|speedup|gains?|lifts?|shrinks?|cuts?|wins?|grants?|generali[sz]es?|on par|match(?:es|ed)|superior|good|"
    r"more \w+ than|less \w+ than|fewer|halves|increas(?:es|ed)|odds ratio|hazard ratio|p ?[<=])\b",
    _I,
)
_FINDS = re.compile(
    rf"{_WE}(?: (?:also|then|further))* (?:finds?|found|observes?|reports?|shows?|showed|proves?|conclude[sd]?|demonstrate[sd]?|"
    r"recommends?|argues?)\b|\b(?:experiments?|results?|evidence|ablation\w*|theory|tests?|analys[ei]s)\b[^.;]{0,80}\b(?:"
    r"confirms?|shows?|showed|indicates?|suggests?|supports?|prove)|\b(?:is|are) (?:shown|supported|confirmed)\b",
    _I,
)
_WEAK = re.compile(
    r"\b(?:limitations?|is limited (?:to|by)|(?:future|further|more|larger) (?:\w+ )?(?:work|research|stud(?:y|ies)|trials?) (?:is|are|should|"
    r"must|will)|open (?:challenges?|problems?|questions?) remain|shortcomings?|remains? (?:to be|a|an|open|un\w+|hard|difficult|"
    r"low|limited)|at the (?:cost|expense) of|caveats?|small sample|single[ -]cent(?:er|re)|not generali\w+|cannot|"
    r"does not (?:always|hold|help)|(?:only|at least) (?:when|if|for)\b(?! decades)|less (?:accurate|effective)|struggl\w+|"
    r"falls? short|unable|preliminary|may not|did not)\b",
    _I,
)
_SOLVED = re.compile(
    r"\b(?:overcom\w+|avoid\w*|lifts?|solv\w+|address\w*|remov\w+|earlier|existing|previous|prior|so that|unlike)\b",
    _I,
)
_SUBJECT = re.compile(
    r"(?:The )?([A-Z][\w^+-]*)(?:, (?:an? |the )?[^,]{1,60},)?,? (?:therefore |then |also |\w+ly )?(?!has\b)[a-z]+s\b"
)
_CURED = re.compile(r"\b(?:overcom\w+|lifts?|avoids?|adds?|solv(?:es|ed))\b", _I)
_SECTIONS: tuple[tuple[str, tuple[float, float, float, float, float]], ...] = (
    # What a label says of each aspect, in their order; "main outcome measures" are no outcomes yet.
    ("LIMITATION", (_NEVER, _NEVER, _NEVER, _NEVER, -2 * _NEVER)),
    ("MEASURE", (-0.5, 0.2, -0.5, -0.5, _NEVER)),
    ("METHOD|DESIGN|INTERVENTION|APPROACH|PROCEDURE|EXPOSURE|MATERIAL", (-1.0, 1.0, 0.3, -0.6, _NEVER)),
    ("PARTICIPANT|PATIENT|SETTING|SUBJECT|SAMPLE|POPULATION|DATA", (-0.5, 0.1, 1.0, -0.5, _NEVER)),
    ("BACKGROUND|INTRO|CONTEXT|RATIONALE|IMPORTANCE|OBJECTIVE|AIM|PURPOSE|GOAL|PROBLEM", (1.0, -0.3, -0.8, -1.0, _NEVER)),
    ("RESULT|FINDING|OUTCOME", (-1.0, -0.8, -0.1, 1.0, -0.2)),
    ("CONCLUSION|INTERPRETATION|DISCUSSION|SIGNIFICANCE|IMPLICATION", (-1.0, -0.8, _NEVER, 0.5, 0.1)),
)  # fmt: skip


def aspects(papers: Sequence[EncodedPaper], reader: Encoder) -> list[tuple[int | None, ...]]:
    """For each paper the index of its sentence for each of `ASPECTS`, None where none was found."""
    probes = np.stack([read.vector for read in reader.texts(PROBES)])
    return [_assign(_scores(paper, probes)) for paper in papers]


def _scores(paper: EncodedPaper, probes: Vectors) -> list[list[float]]:
    """How well each sentence fits each aspect, less the aspect's bar: above 0 it may be taken."""
    near = paper.vectors @ probes.T
    near -= near.mean(axis=0) if len(near) > 2 else 0.1
    own = [_own(paper, sentence) for sentence in paper.sentences]
    proposing = [i for i, s in enumerate(paper.sentences) if own[i] or _PROPOSES.search(s.text)]
    first = proposing[0] if proposing else len(paper.sentences) // 2
    scores = []
    for i, sentence in enumerate(paper.sentences):
        if is_instruction(sentence.text) or not any(t.content for t in sentence.tokens):
            scores.append([_NEVER] * len(ASPECTS))
            continue
        cues = _cued(sentence.text, i, first, i / max(len(own) - 1, 1), own=own[i])
        label = _labelled(paper.paper.section_at(sentence.span.start))
        scores.append(
            [c + float(n) + s - bar for c, n, s, bar in zip(cues, near[i], label, BARS, strict=True)]
        )
    return scores


def _labelled(label: str) -> tuple[float, ...]:
    for pattern, said in _SECTIONS:
        if re.search(pattern, label.upper()):
            return said
    return (0.0,) * len(ASPECTS)


def _own(paper: EncodedPaper, sentence: EncodedSentence) -> bool:
    """Whether a sentence is about a thing with a name of its own: "Dot finds ...", "Dot, a detector, ..."."""
    title = paper.paper.title
    whole = f"{title} {paper.paper.abstract}"
    if said := _SUBJECT.match(sentence.text):
        name = re.escape(said[1])
        common = said[1].lower() in STOP or re.search(rf"\b{name.lower()}(?!\w)", whole)
        if not common and len(re.findall(rf"\b{name}(?!\w)", whole)) > 1:
            return True
    first = " ".join(sentence.text.split()[:2]).rstrip(",")
    return first in title and first.split()[-1][:1].isupper()


def _cued(text: str, i: int, first: int, place: float, *, own: bool) -> tuple[float, ...]:
    """What words and place say for each aspect, in the order of `ASPECTS`.

    `i` counts the sentences, `first` is the first that proposes something, `place` is 0 for the first of all and 1 for the
    last; `own` is whether it is about a thing with a name of its own.
    """
    earlier, trouble, wins = (len(p.findall(text)) for p in (_EARLIER, _TROUBLE, _WINS))
    trouble = 0 if _CURED.search(text) else trouble
    proposes = bool(_PROPOSES.search(text)) and not _NEW_RESULTS.search(text)
    finds = bool(_FINDS.search(text))
    figures = any(q.kind in ("percent", "factor", "number") and not q.spelled for q in extract(text))
    problem = (
        0.3 * (trouble > 0) + 0.15 * (earlier > 0) + 0.1 * (trouble > 1) + 0.4 * bool(_ASKS.search(text))
    )
    problem += 0.35 * (1 - place) - 0.3 * (i > max(first, 1)) - 0.2 * proposes - 0.35 * finds
    approach = (
        0.5 * proposes
        + 0.4 * bool(_STUDIES.search(text))
        - 0.25 * bool(_ALSO.search(text))
        + 0.2 * bool(_WORKS.search(text))
        + 0.3 * own
    )
    approach += 0.2 * (i == first) - 0.2 * (wins > 0 and not proposes) - 0.15 * (i < first) - 0.2 * place
    had = len(_HAS_DATA.findall(text))
    data = 0.5 * (had > 0) + 0.15 * (had > 1) + 0.4 * bool(_NAMES_DATA.search(text)) + 0.15 * figures
    data += -0.4 * (i < first and earlier > 0) + (0.1 if data else _NEVER)
    results = 0.25 * (wins > 0) + 0.15 * (wins > 1) + 0.35 * finds + 0.2 * figures + 0.3 * place
    results -= 0.4 * (i < first) + 0.2 * (proposes and not figures)
    weak = len(_WEAK.findall(text))
    limits = (
        0.7 * (weak > 0) + 0.2 * (weak > 1) + 0.2 * place
        if weak and i > first and place >= 0.5 and not _SOLVED.search(text)
        else _NEVER
    )
    return problem, approach, data, results, limits


def _assign(scores: Sequence[Sequence[float]]) -> tuple[int | None, ...]:
    """The best choice of one sentence an aspect, no sentence for two; then what only a taken sentence says."""
    best: dict[int, tuple[float, tuple[int | None, ...]]] = {0: (0.0, (None,) * len(ASPECTS))}
    for i, row in enumerate(scores):
        for mask, (total, chosen) in list(best.items()):
            for a, score in enumerate(row):
                reached = mask | 1 << a
                if score > 0 and reached != mask and total + score > best.get(reached, (0.0,))[0]:
                    best[reached] = (total + score, (*chosen[:a], i, *chosen[a + 1 :]))
    _, chosen = max(best.values(), key=lambda pair: pair[0])
    full = list(chosen)
    for a, taken in enumerate(chosen):
        # A sentence is used twice only where no other says it.
        i = max(range(len(scores)), key=lambda i: scores[i][a], default=-1)
        if taken is None and i >= 0 and scores[i][a] > _TWICE[a]:
            full[a] = i
    return tuple(full)
