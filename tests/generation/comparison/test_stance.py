"""What a sentence finds or denies of what is asked, and which papers deny what others find."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant import Assistant, Paper, Settings
from assistant.core.text.tokens import tokens
from assistant.generation.comparison.stance import Stance, affirming, denying, disagreement, stance, turning
from assistant.generation.engine import AnswerEngine
from assistant.retrieval.encoder import EncodedPaper

Read = Callable[[str, str], EncodedPaper]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AnswerEngine]:
    with Assistant(tmp_path_factory.mktemp("stance"), settings=Settings()) as made:
        made.add([Paper("other", "Rain in spring", "Rain falls in spring.", source="test")])
        yield made.query_engine()


@pytest.fixture(scope="module")
def read(engine: AnswerEngine) -> Read:
    """Reads a paper whose last sentence is given, behind two on why and how it was made."""

    def of(title: str, finding: str) -> EncodedPaper:
        before = "Little is known of this so far. We compared two groups of forty for a year."
        (paper,) = engine.encoder.read([Paper(title, title, f"{before} {finding}", source="test")])
        return paper

    return of


@pytest.mark.parametrize(
    ("question", "title", "finding", "expected"),
    [
        ("Do naps help memory?", "Naps and memory", "Naps improved memory of words.", 1),
        ("Do naps help memory?", "Naps and memory", "Memory of words did not differ after naps.", -1),
        # Only the piece that speaks of what is asked
        ("Do naps help memory?", "Naps", "Naps help alertness and leave memory unchanged.", -1),
        ("Do naps help alertness?", "Naps", "Naps help alertness and leave memory unchanged.", 1),
        ("Does therapy relieve insomnia?", "Therapy", "Therapy relieved insomnia without a gain in attention.", 1),
        ("Does therapy improve attention?", "Therapy", "Therapy relieved insomnia without a gain in attention.", -1),
        ("Is locked sound a simple way to strengthen declarative memory?", "Locked sound", "Closed-loop sound changes rhythms without helping declarative memory.", -1),
        # What acts may have most of the words: the rest is what it acts on
        ("Does the planting of clover between rows of maize increase yield?", "Clover in maize", "Clover covered the rows of maize well, but yield did not increase.", -1),
        ("Does the planting of clover between rows of maize increase yield?", "Clover in maize", "Clover did not cover the rows of maize, but yield increased.", 1),
        # Words that say that there is no difference
        ("Do flower strips raise bee numbers?", "Flower strips", "The number of bees was the same in fields with and without strips.", -1),
        ("Does no-till change yield?", "No-till farming", "Grain yield was 8.2 t/ha under both regimes.", -1),
        ("Does lime raise yield?", "Lime on acid soil", "Yield averaged 3 t/ha with and without lime.", -1),
        ("Does compost raise yields?", "Compost", "It brought no yield benefit.", -1),
        ("Does coffee harm the heart?", "Coffee", "Coffee contributes little to disease of the heart.", -1),
        ("Does pruning hurt accuracy?", "Pruning of networks", "Pruning left the accuracy of networks unaffected.", -1),
        ("Does tutoring improve algebra?", "Peer tutoring", "There was no difference in algebra between tutored pupils and others.", -1),
        ("Do bells prevent accidents?", "Bells on trams", "Accidents were as frequent as before.", -1),
        ("Does bark protect lettuce?", "Bark mulch on lettuce", "Lettuce grew as tall with bark as without.", -1),
        # No denial of what is asked
        ("Does tutoring improve algebra?", "Peer tutoring", "There was no difference in attendance between tutored pupils and others.", 0),
        ("Do bells prevent accidents?", "Bells on trams", "Bells prevented twice as many accidents as lights.", 1),
        ("Do bells prevent accidents?", "Bells on trams", "Bells prevented accidents as well as thefts.", 1),
        ("Do drugs lower blood pressure?", "Drugs", "The drugs not only lowered blood pressure, they were cheap.", 1),
        ("Does stimulation enhance slow waves?", "Stimulation", "Larger slow waves do not suffice to improve memory.", 0),
        ("Does caffeine harm memory?", "Caffeine", "Sleep onset came 14 minutes later.", 0),
        ("Do mites kill bees?", "Pesticides and bees", "Bees at the same fields showed no difference.", 0),
        ("Do strips help bees?", "Strips and bees", "Annual strips had no such effect on bees.", 0),
        ("Do naps help memory?", "Naps and memory", "It is open whether naps help memory.", 0),
        # A question that denies or asks for sameness tells nothing
        ("Do naps not help memory?", "Naps and memory", "Naps improved memory of words.", 0),
        ("Is memory the same after naps?", "Naps and memory", "Naps improved memory of words.", 0),
        ("Does it?", "Naps and memory", "Naps improved memory of words.", 0),
        ("Hilft Schlaf dem Gedächtnis und der Aufmerksamkeit?", "Naps and memory", "Naps improved memory of words.", 0),
    ],
)  # fmt: skip
def test_a_sentence_finds_denies_or_takes_no_side(
    engine: AnswerEngine, read: Read, question: str, title: str, finding: str, expected: Stance
) -> None:
    paper = read(title, finding)
    assert stance(engine.search.parse(question), paper, len(paper.sentences) - 1) == expected


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("Short naps improve memory.", ["improve"]),
        ("Do large dams lower floods?", ["lower"]),
        ("The slow trains delay buses.", ["delay"]),
        # How much there is of it turns what is found.
        ("Fewer naps improve memory.", ["Fewer", "improve"]),
        ("Reduced doses improve sleep.", ["Reduced", "improve"]),
        ("Low salt improves sleep.", ["Low", "improves"]),
        ("Bonuses raise yields.", ["raise"]),
    ],
)
def test_an_adjective_that_says_which_ones_are_meant_is_no_direction(sentence: str, told: list[str]) -> None:
    assert [word.text for word in turning(tokens(sentence))] == told


WORK = {
    "naps": ("Naps in office workers", "Office workers are often tired. We let 40 workers nap for 20 minutes or read. Short naps improve memory in adults."),
    "rest": ("Napping at work: a crossover trial", "Naps are popular. Sixty adults napped or rested in a crossover trial. Memory of word lists did not differ between naps and rest."),
    "bark": ("Bark mulch and slugs", "Slugs eat lettuce. Beds were mulched with bark or left bare. Slug damage was comparable in mulched and bare beds."),
    "lettuce": ("Mulching lettuce with bark", "Lettuce suffers from slugs. We weighed lettuce in 50 beds. Bark mulch protected lettuce from slugs."),
    "peers": ("Peer tutoring in algebra", "Algebra is feared. Pupils were tutored by peers for a term. Tutored pupils outperformed others in algebra."),
    "again": ("A replication of peer tutoring", "Replications are rare. We repeated the study with 400 pupils. There was no difference in algebra between tutored pupils and others."),
    "cafe": ("Cafes on station platforms", "Platforms are dull. Two stations opened cafes. Waiting felt shorter to passengers."),
}  # fmt: skip


@pytest.mark.parametrize(
    ("question", "yes", "no"),
    [
        ("Do naps improve memory?", "naps", "rest"),
        ("Does bark mulch protect lettuce from slugs?", "lettuce", "bark"),
        ("Does peer tutoring improve algebra?", "peers", "again"),
    ],
)
def test_two_papers_are_told_to_contradict_each_other(
    tmp_path: Path, question: str, yes: str, no: str
) -> None:
    with Assistant(tmp_path / "library", settings=Settings()) as library:
        library.add([Paper(key, *told, source="test") for key, told in WORK.items()])
        answer = library.ask(question)
    said = [statement.citations[0] for statement in answer.statements]
    assert ([said[n] for n in answer.affirming], [said[n] for n in answer.denying]) == ([yes], [no])


def test_what_is_known_before_a_study_takes_no_side(engine: AnswerEngine, read: Read) -> None:
    (paper,) = engine.encoder.read(
        [
            Paper(
                "p",
                "Naps",
                "Naps are said to help memory. We studied 40 adults. Nobody withdrew.",
                source="test",
            )
        ]
    )
    assert stance(engine.search.parse("Do naps help memory?"), paper, 0) == 0


def test_quotes_deny_where_another_finds(engine: AnswerEngine, read: Read) -> None:
    yes = read("Naps and memory in adults", "Naps improved memory of words.")
    no = read("Naps and memory in children", "Naps did not improve memory of words.")
    aside = read("Naps and snoring", "Naps did not change how much adults snored.")
    closed = engine.search.parse("Do naps help memory?")
    last = len(yes.sentences) - 1
    assert denying(closed, [(yes, last), (no, last)]) == (1,)
    assert denying(closed, [(no, last), (yes, last)]) == (0,)
    assert denying(closed, [(yes, last), (aside, last)]) == ()
    assert denying(closed, [(no, last), (aside, last)]) == ()
    assert denying(closed, [(no, last)]) == ()
    assert denying(closed, []) == ()
    # Two quotes of one paper are no two sides.
    assert denying(closed, [(yes, last), (no, last), (no, 0)]) == ()
    assert denying(engine.search.parse("How do naps help memory?"), [(yes, last), (no, last)]) == ()
    assert denying(engine.search.parse("Do naps help BERT with memory?"), [(yes, last), (no, last)]) == ()


def test_quotes_deny_that_find_the_opposite(engine: AnswerEngine, read: Read) -> None:
    harms = read("Tea and the memory of words", "Tea impairs memory.")
    helps = read("Tea after study", "Tea enhances memory.")
    # Two words of direction, and another thing that it acts on
    loss = read("Tea in old age", "Tea lowered the loss of memory.")
    mood = read("Tea and mood", "Tea lowered mood.")
    harmful, good = map(engine.search.parse, ("Does tea impair memory?", "Does tea improve memory?"))

    def last(paper: EncodedPaper) -> tuple[EncodedPaper, int]:
        return paper, len(paper.sentences) - 1

    assert denying(harmful, [last(harms), last(helps)]) == (1,)
    assert denying(good, [last(harms), last(helps)]) == (0,)
    assert affirming(good, [last(harms), last(helps)]) == (1,)
    assert denying(good, [last(helps), last(loss)]) == ()
    assert denying(good, [last(helps), last(mood)]) == ()


def test_a_disagreement_is_said_with_numbers() -> None:
    assert disagreement((), (), 2) == ""
    assert disagreement((1,), (0,), 2) == "The abstracts may disagree: [1] says yes, [2] says no."
    assert disagreement((0, 3), (1, 2), 5) == "The abstracts may disagree: [1] [4] say no, [2] [3] say yes."
    # Where no yes is sure, it is not said.
    assert disagreement((1,), (), 2) == "The abstracts may disagree: [2] says no, [1] does not say no."
    assert disagreement((0, 3), (), 4) == "The abstracts may disagree: [1] [4] say no, [2] [3] do not say no."


@pytest.mark.parametrize(
    ("question", "title", "finding", "expected"),
    [
        ("Do naps improve memory?", "Naps and memory", "Naps improved memory of words.", True),
        ("Do naps help memory?", "Naps and memory", "Naps led to better recall of words.", True),
        ("Do naps impair memory?", "Naps and memory", "Naps reduced memory of words.", True),
        ("Do naps improve memory?", "Naps and memory", "Naps did not improve memory of words.", False),
        # The opposite of what is asked is no yes, though it is denied nowhere
        ("Do naps impair memory?", "Naps and memory", "Naps improved memory of words.", False),
        ("Do naps improve memory?", "Naps and memory", "Naps reduced memory of words.", False),
        # Nor is what is found about something else
        ("Do naps help memory?", "Dreams of a maze", "Those who napped long improved in it.", False),
        ("Do naps help memory?", "Naps and snoring", "Naps improved the air flow.", False),
    ],
)  # fmt: skip
def test_a_finding_says_yes_if_it_is_of_all_that_is_asked_and_not_its_opposite(
    engine: AnswerEngine, read: Read, question: str, title: str, finding: str, expected: bool
) -> None:
    paper = read(title, finding)
    quoted = [(paper, len(paper.sentences) - 1)]
    assert affirming(engine.search.parse(question), quoted) == ((0,) if expected else ())
