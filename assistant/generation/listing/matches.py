"""Match papers with a question: those about all that it asks; and whether it asks for all such papers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assistant.conversation.phrases import AUXILIARIES
from assistant.core.text.tokens import tokens
from assistant.retrieval.encoder import EncodedPaper
from assistant.retrieval.filter_words import PAPERS, PLURAL
from assistant.retrieval.library_question import FRAME, REPORTS
from assistant.retrieval.names import paper_named
from assistant.retrieval.question import DETERMINERS, Question
from assistant.retrieval.sentences.fit import EFFECTS, form_of

# A paper matches if it covers at least this share of what the best one covers, at most two words of many less, and comes so near
# to the question's subject, as cosine. No paper matches if the best one covers less than the last. Chosen on the suite of two
# fields and the cases of the shipped suite that are not held out.
NEAR_BEST, NEAR_SUBJECT, LEAST = 0.7, 0.5, 0.5
# Words that speak of papers, not of what these are about.
TALK = FRAME | frozenset(
    """deal deals address addresses discuss discusses investigate investigates examine examines concern concerns look looks
    mention mentions mentioned describe describes consider considers explore explores evidence known effect effects role different disagree agree""".split()
)
# Kinds of papers: "Which surveys are there?" asks for a list of them, and they are searched for.
KINDS = frozenset(
    """surveys reviews overviews trials meta-analyses experiments reports theses dissertations preprints editorials letters
    commentaries protocols guidelines books chapters""".split()
)
# A name that so many papers say is none of theirs.
_COMMON = 2
# What authors do, of which their abstracts do not speak: who did it stands in the records.
_AUTHORS_DO = frozenset(
    """wrote writes published publishes authored studied studies investigated investigates researched researches examined examines
    works worked""".split()
)
# "Papers on naps" has no verb; before these stands what they are about.
_ABOUT = frozenset("about on of with using".split())
_CHIEF = frozenset(
    "main key central chief core major important overall contribution contributions message".split()
)
# What something does to something else: "How does X affect Y?", "What affects Y?".
_ACT = frozenset("affect influence impact alter change support help improve harm".split())
_ACTS = frozenset(f"{verb}s" for verb in _ACT) | {"causes"}
_KNOWN = (
    "is known",
    "is there evidence",
    "is the evidence",
    "do studies",
    "do papers",
    "does research",
)


def matching(question: Question, papers: Sequence[EncodedPaper]) -> tuple[EncodedPaper, ...]:
    """Return the papers that are about what the question asks for, those that cover most of its words first.

    A word is covered by its stem in title or abstract, else as far as the nearest word's cosine. The subject is the first word
    that carries meaning after "does" or "is", else the rarest word.
    """
    places = [i for i, word in enumerate(question.encoded.content) if word.lower not in TALK | _AUTHORS_DO]
    if not places or not papers:
        return ()
    weights = np.array([question.weights[i] for i in places])
    subject = 0 if form_of(question) == "closed" else int(weights.argmax())
    covered = []
    for paper in papers:
        near = paper.nearest_words(question.encoded).max(axis=1)
        row = [1.0 if question.encoded.content[i].stem in paper.stems else float(near[i]) for i in places]
        covered.append((float(weights @ row / weights.sum()), row[subject], paper))
    best = max(share for share, _, _ in covered)
    if best < LEAST:
        return ()
    ranked = sorted(covered, key=lambda one: -one[0])
    # Where the paper that covers most is not near to the subject, another word is the subject.
    least = min(NEAR_SUBJECT, ranked[0][1])
    share_of_best = max(NEAR_BEST, 1 - 2 / len(places))
    return tuple(paper for share, near, paper in ranked if share >= share_of_best * best and near >= least)


def found_by_name(question: Question, papers: Sequence[EncodedPaper]) -> EncodedPaper | None:
    """Return the paper of which a question asks nothing but what it finds: "What is the main finding of SSD?"."""
    names = question.names
    rest = [word.lower for word in question.encoded.content if word not in names]
    if not names or REPORTS.isdisjoint(rest) or not TALK.union(_CHIEF).issuperset(rest):
        return None
    return paper_named(question.text[names[0].start : names[-1].end], papers)


def asks_for_list(question: str) -> bool:
    """Return whether a question asks which papers there are: "Which papers use X?", "List all surveys", "Who wrote about X?"."""
    words = [token.lower for token in tokens(question)]
    first = words[:1]
    if first == ["who"]:
        return asks_who(question)
    if first == ["list"] and words[1:2] == ["all"]:
        return True
    words = words[words[:1] == ["any"] :]
    if len(words) > 2 and words[0] in PLURAL | {"literature"} and words[1] in _ABOUT:
        # "Studies of naps show ..." states something.
        return not question.rstrip().endswith((".", "!")) and (REPORTS | AUXILIARIES).isdisjoint(words)
    if first in (["list"], ["show"], ["find"], ["name"], ["give"]) or words[:2] == ["are", "there"]:
        return not (PLURAL.isdisjoint(words[1:5]) and KINDS.isdisjoint(words[1:4]))
    if words[:2] == ["how", "many"]:
        # "How many papers does the survey review?" asks what one paper says.
        counted = not PLURAL.isdisjoint(words[2:3]) and words[3:4] not in (["does"], ["did"])
        return counted or (not KINDS.isdisjoint(words[2:3]) and words[3:5] == ["are", "there"])
    asked = words[1:2] if words[1:2] and words[1] not in DETERMINERS else words[2:3]
    return first in (["which"], ["what"]) and not (PLURAL | KINDS).isdisjoint(asked)


def asks_who(question: str) -> bool:
    """Return whether a question asks who did what authors do: "Who wrote about X?"."""
    words = [token.lower for token in tokens(question)]
    return words[:1] == ["who"] and not _AUTHORS_DO.isdisjoint(words[1:3])


def of_every_paper(question: str) -> str:
    """Return what a question asks of every paper: "Sample size" for "Sample size of each study"; "" if it asks nothing so."""
    words = tokens(question)
    ones = PAPERS | {kind.removesuffix("s") for kind in KINDS}
    for at, word in enumerate(words):
        behind = [other.lower for other in words[at + 1 : at + 4]]
        if word.lower not in ("each", "every") or ones.isdisjoint(behind):
            continue
        last = at + 1 + next(n for n, other in enumerate(behind) if other in ones)
        first = at - (at > 0 and not words[at - 1].content)
        last += last + 1 < len(words) and not words[last + 1].content
        left = f"{question[: words[first].start].rstrip()}{question[words[last].end :]}"
        return left if any(token.content for token in tokens(left)) else ""
    return ""


def asks_each(question: Question, papers: Sequence[EncodedPaper]) -> bool:
    """Return whether several of these papers may answer a question, each in its own way: an effect, a yes or no, what is known.

    A question that names what one paper alone speaks of ("SSD", not "REM sleep") asks for that alone, and "Is there any X?" for one. A
    number names nothing: "over 60".
    """
    first = {token.lower for token in tokens(question.text)[:3]}
    names = [name for name in question.names if any(map(str.isalpha, name.text))]
    if (
        any(sum(name.stem in paper.stems for paper in papers) < _COMMON for name in names)
        or question.number
        or (first & {"any", "there"} and "evidence" not in question.text.lower())
    ):
        return False
    text = question.text.lower()
    known = any(words in text for words in _KNOWN)
    return known or form_of(question) == "closed" or asks_for_effect(question.text)


def asks_for_effect(question: str) -> bool:
    """Return whether an open question asks what something does to something else, or is for it: "What is the role of X?", "How does
    X affect Y?", "What improves Y?"."""
    words = [token.lower for token in tokens(question)]
    if words[:1] == ["what"]:
        return not (_ACTS.isdisjoint(words[1:2]) and EFFECTS.isdisjoint(words[1:5]))
    asks_how = words[:1] == ["how"] and words[1:2] in (["do"], ["does"], ["did"], ["can"])
    return asks_how and not _ACT.isdisjoint(words[2:])


def without_effect(question: Question) -> Question:
    """Return a question for an effect without the words that ask for it: what acts, and what it acts on."""
    asks = TALK | EFFECTS | _ACT | _ACTS
    return question.without(
        [(word.start, word.end) for word in question.encoded.content if word.lower in asks]
    )
