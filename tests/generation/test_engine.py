"""The path of written answers, against a scripted server: real HTTP, real streaming, scripted words."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from pydantic import SecretStr
from support.papers import PAPERS
from support.scripted_server import ScriptedServer

from assistant import Answer, Assistant, Finished, Paper, Settings, StatementReady, TextDelta
from assistant.core.answers.refusal import REFUSAL_PHRASE
from assistant.core.errors import ModelError, ModelInterrupted, ModelRefused, ModelUnknown, ModelUnreachable
from tests.studies.scripted import verdicts

QUESTION = "How fast does Dot find cars on a phone?"
GOOD = "Dot finds cars in 5 ms on a phone [1.3]."


@pytest.fixture(autouse=True)
def _library_made(tmp_path: Path, three_papers: Path) -> None:
    """The library that `written` opens, so that its papers need not be encoded anew for each test."""
    shutil.copytree(three_papers, tmp_path / "library")


def ask(folder: Path, server: ScriptedServer, question: str = QUESTION, **settings: object) -> Answer:
    with written(folder, server.url, **settings) as library:
        return library.ask(question)


def written(folder: Path, url: str, **verify: object) -> Assistant:
    return Assistant(folder / "library", settings=scripted(url, **verify))


def scripted(url: str, **verify: object) -> Settings:
    return Settings.model_validate(
        {
            "llm": {"model": "scripted", "base_url": url, "timeout": 5},
            "verify": verify,
            "api_key": "sk-secret-123",
        }
    )


def test_a_written_sentence_is_shown_with_its_place_in_the_abstract(tmp_path: Path) -> None:
    with ScriptedServer(GOOD) as server:
        answer = ask(tmp_path, server)
    assert answer.text == "Dot finds cars in 5 ms on a phone [1]."
    (statement,) = answer.statements
    assert statement.verdict == "supported"
    item = statement.evidence[0]
    assert PAPERS[0].abstract[item.start : item.end] == item.quote
    assert answer.usage["completion_tokens"] == 10
    assert answer.model == "scripted"


@pytest.mark.parametrize("count", [12, 13, 900])
def test_an_answer_has_at_most_twelve_sentences_and_says_what_was_cut(tmp_path: Path, count: int) -> None:
    with ScriptedServer("Dot finds cars in 5 ms on a phone [1]. " * count, verdicts()) as server:
        answer = ask(tmp_path, server)
    assert len(answer.statements) == 12
    assert any("cut after 12 sentences" in warning for warning in answer.warnings) is (count > 12)


def test_whole_abstracts_are_in_the_prompt_and_the_key_is_not(tmp_path: Path) -> None:
    with ScriptedServer(GOOD) as server:
        ask(tmp_path, server)
        for sentence in PAPERS[0].abstract.split(". "):
            assert sentence in server.prompt(0)
        assert (
            "0 Dot: tiny detectors\nAda Byron, Bo Chen. 2024\n1 Object detectors are slow.\n"
            in server.prompt(0)
        )
        assert "sk-secret" not in server.prompt(0)


def test_the_models_numbers_become_the_order_of_appearance(tmp_path: Path) -> None:
    reply = "It needs one GPU [3]. Dot finds cars in 5 ms on a phone [1]."
    with ScriptedServer(reply, verdicts()) as server:
        answer = ask(tmp_path, server)
    order = [s.paper.id for s in answer.sources]
    assert order[-1] == "dot" or order[0] == "dot"
    assert [s.number for s in answer.sources] == list(range(1, len(order) + 1))


def test_an_unknown_number_is_reported(tmp_path: Path) -> None:
    with ScriptedServer("Dot finds cars in 5 ms on a phone [1][9].") as server:
        answer = ask(tmp_path, server)
    assert any("[9]" in warning for warning in answer.warnings)
    assert len(answer.sources) == 1


def test_words_that_an_older_model_copies_are_understood_and_not_shown(tmp_path: Path) -> None:
    reply = "The detector called Dot is quick on telephones [1]. «Dot finds cars in 5 ms on a phone.»"
    with ScriptedServer(reply, verdicts((1, "supported", "1.3"))) as server:
        answer = ask(tmp_path, server)
    (statement,) = answer.statements
    assert statement.text == "The detector called Dot is quick on telephones."
    assert statement.evidence[0].quote == "Dot finds cars in 5 ms on a phone."


def test_the_judge_settles_what_the_rules_leave_open(tmp_path: Path) -> None:
    reply = "Dot is able to find cars on phones within milliseconds [1]."
    judged = verdicts((1, "supported", "1.3"))
    with ScriptedServer(reply, judged) as server:
        answer = ask(tmp_path, server)
    assert answer.statements[0].verdict == "supported"
    assert answer.statements[0].how == "scripted"
    assert answer.statements[0].evidence[0].quote == "Dot finds cars in 5 ms on a phone."


def test_the_judge_cannot_approve_a_changed_number(tmp_path: Path) -> None:
    reply = "Dot is able to find cars on phones within 7 ms [1]."
    judged = verdicts((1, "supported", "1.3"))
    with ScriptedServer(reply, judged, "1: DROP") as server:
        answer = ask(tmp_path, server, repair=False)
    assert answer.statements[0].verdict in ("partly", "contradicted")
    assert answer.statements[0].struck
    assert any("7 ms" in p for p in answer.statements[0].problems)


def test_an_approval_without_words_of_the_abstract_does_not_count(tmp_path: Path) -> None:
    reply = "Dot is able to find cars on phones within milliseconds [1]."
    with ScriptedServer(reply, verdicts((1, "supported", "2.9"))) as server:
        answer = ask(tmp_path, server)
    assert answer.statements[0].verdict == "unconfirmed"


def test_one_repair_call_mends_a_failing_sentence(tmp_path: Path) -> None:
    wrong = "Dot finds cars in 7 ms on a phone [1]."
    with ScriptedServer(wrong, "1: " + GOOD) as server:
        answer = ask(tmp_path, server)
        repair = next(
            i
            for i in range(len(server.requests))
            if "7 ms" in server.prompt(i) and "DROP" in server.prompt(i)
        )
        assert "1: The abstract says 5 ms, not 7 ms." in server.prompt(repair)
    assert answer.text == "Dot finds cars in 5 ms on a phone [1]."
    assert answer.removed == 0


def test_what_still_fails_is_struck_and_counted(tmp_path: Path) -> None:
    wrong = "Dot finds cars in 7 ms on a phone [1]."
    with ScriptedServer(f"{GOOD} {wrong}", "2: " + wrong) as server:
        answer = ask(tmp_path, server)
    assert answer.removed == 1
    assert "~~" in answer.text
    assert [s.struck for s in answer.statements] == [False, True]


def test_strict_mode_removes_it_and_says_so(tmp_path: Path) -> None:
    wrong = "Dot finds cars in 7 ms on a phone [1]."
    with ScriptedServer(f"{GOOD} {wrong}", "2: " + wrong) as server:
        answer = ask(tmp_path, server, mode="strict")
    assert answer.text == "Dot finds cars in 5 ms on a phone [1]."
    assert answer.removed == 1
    assert any("removed" in w for w in answer.warnings)


def test_strict_mode_shows_nothing_before_all_is_settled(tmp_path: Path) -> None:
    with ScriptedServer(GOOD) as server, written(tmp_path, server.url, mode="strict") as library:
        events = list(library.stream(QUESTION))
    assert not [e for e in events if isinstance(e, StatementReady | TextDelta)]
    assert isinstance(events[-1], Finished)


def test_sentences_stream_before_the_answer_is_complete(tmp_path: Path) -> None:
    with (
        ScriptedServer(f"{GOOD} Dot does not need object proposals [1].") as server,
        written(tmp_path, server.url) as library,
    ):
        kinds = [type(e).__name__ for e in library.stream(QUESTION) if not isinstance(e, TextDelta)]
    assert kinds == ["Retrieved", "Working", "StatementReady", "StatementReady", "Working", "Finished"]


def test_the_refusal_phrase_becomes_a_refusal(tmp_path: Path) -> None:
    with ScriptedServer(REFUSAL_PHRASE) as server:
        answer = ask(tmp_path, server)
    assert answer.refusal is not None
    assert answer.refusal.kind == "not_stated"
    assert answer.refusal.nearest


def test_abstracts_that_disagree_are_shown_as_such(tmp_path: Path) -> None:
    reply = "The abstracts disagree. Dot finds cars in 5 ms on a phone [1]. It needs one GPU [2]. Line increases listening time by 12% for new users [2]. It needs one GPU [3]. Line increases listening time by 12% for new users [3]."
    with ScriptedServer(reply, verdicts()) as server:
        answer = ask(tmp_path, server, repair=False)
    assert answer.refusal is not None
    assert answer.refusal.kind == "conflicting"
    assert len(answer.refusal.nearest) > 1


def test_a_stream_that_breaks_shows_what_came_and_says_so(tmp_path: Path) -> None:
    with ScriptedServer(f"{GOOD} Dot does not need object proposals [1].", break_after=60) as server:
        answer = ask(tmp_path, server)
    assert not answer.complete
    assert "5 ms" in answer.text
    assert any("incomplete" in w for w in answer.warnings)


@pytest.mark.parametrize(
    ("status", "error"), [(401, ModelRefused), (403, ModelRefused), (404, ModelUnknown), (400, ModelError)]
)
def test_an_endpoints_error_is_told_in_one_sentence(
    tmp_path: Path, status: int, error: type[ModelError]
) -> None:
    with ScriptedServer(status) as server, pytest.raises(error) as caught:
        ask(tmp_path, server)
    assert "\n" not in str(caught.value)
    assert "sk-secret" not in str(caught.value)


def test_an_unreachable_endpoint_is_named(tmp_path: Path) -> None:
    with (
        written(tmp_path, "http://127.0.0.1:9/v1") as library,
        pytest.raises(ModelUnreachable, match=r"127\.0\.0\.1:9"),
    ):
        library.ask(QUESTION)


def test_a_failing_judge_leaves_the_answer_and_warns(tmp_path: Path) -> None:
    with ScriptedServer("Dot is able to find cars on phones within milliseconds [1].", 500, 500) as server:
        answer = ask(tmp_path, server)
    assert answer.statements[0].verdict == "unconfirmed"
    assert any("No model checked" in w for w in answer.warnings)


def test_a_judge_that_replies_with_prose_leaves_the_answer(tmp_path: Path) -> None:
    with ScriptedServer("Dot is able to find cars on phones within milliseconds [1].", "All fine!") as server:
        answer = ask(tmp_path, server)
    assert any("No model checked" in w for w in answer.warnings)


def test_the_same_statements_are_not_judged_twice(tmp_path: Path) -> None:
    reply = "Dot is able to find cars on phones within milliseconds [1]."
    judged = verdicts((1, "supported", "1.3"))
    with ScriptedServer(reply, judged, reply) as server, written(tmp_path, server.url) as library:
        library.ask(QUESTION)
        before = time.perf_counter()
        again = library.ask(QUESTION)
        assert len(server.requests) == 3
    assert again.statements[0].verdict == "supported"
    assert time.perf_counter() - before < 30


def test_history_makes_the_question_stand_alone(tmp_path: Path) -> None:
    with (
        ScriptedServer("How fast is Dot on a phone?", GOOD) as server,
        written(tmp_path, server.url) as library,
    ):
        answer = library.ask(
            "And how fast is it?",
            history=[
                {"role": "user", "content": "What is Dot?"},
                {"role": "assistant", "content": "A detector."},
            ],
        )
        assert "What is Dot?" in server.prompt(0)
    assert answer.standalone == "How fast is Dot on a phone?"


def test_a_question_in_another_language_is_searched_for_in_that_of_the_papers(tmp_path: Path) -> None:
    question = "Wie schnell findet man auf dem Handy Autos?"
    meant = "Question: ...\nSearch: How fast are cars found on a phone?"
    with ScriptedServer(meant, "Auf einem Telefon findet Dot Autos in 5 ms [1.3].") as server:
        answer = ask(tmp_path, server, question)
        assert "papers in English" in server.prompt(0)
        assert f"Question: {question}" in server.prompt(1)
    assert (answer.standalone, answer.sources[0].paper.id) == (question, PAPERS[0].id)
    assert [e.purpose for e in answer.exchanges][:2] == ["search", "answer"]


def test_a_translation_that_fails_ends_the_question_unless_quotes_will_do(tmp_path: Path) -> None:
    question = "Wie schnell findet Dot auf dem Handy Autos?"
    with ScriptedServer(401, 401, 401) as server, written(tmp_path, server.url) as library:
        with pytest.raises(ModelRefused):
            library.ask(question)
        assert library.ask(question, fallback=True).model == "quotes"


def test_what_a_first_question_points_to_is_asked_for(tmp_path: Path) -> None:
    with Assistant(tmp_path / "library", settings=Settings()) as library:
        answer = library.ask("How fast is it?")
        assert answer.refusal
        assert answer.remark == "Say what “it” stands for: no question came before."
        assert library.ask("How fast is it?", papers=["dot"]).refusal is None
        history = [
            {"role": "user", "content": "What is Dot?"},
            {"role": "assistant", "content": "A detector."},
        ]
        assert library.ask("How fast is it?", history).refusal is None


def test_each_side_of_a_comparison_is_searched_for(tmp_path: Path) -> None:
    beside = [
        Paper(
            f"naps-{i}",
            f"Short naps of nurses, part {i}",
            f"Naps of {i} minutes help nurses on night shifts.",
        )
        for i in range(10, 22)
    ]
    tea = Paper("tea", "Green tea", "Green tea before midnight keeps people awake.")
    with (
        ScriptedServer("Naps of 10 minutes help nurses [1.1].", verdicts()) as server,
        Assistant(tmp_path / "sides", settings=scripted(server.url)) as library,
    ):
        library.add([*beside, tea])
        question = "Compare short naps of nurses on night shifts with green tea"
        quoted = library.ask(question, k=1, quotes=True)
        assert len(quoted.numbers) == 2
        assert "tea" in quoted.numbers
        library.ask(question, k=1)
        assert "Naps of" in server.prompt(0)
        assert "Green tea before midnight" in server.prompt(0)


def test_a_key_alone_sends_nothing_anywhere(tmp_path: Path) -> None:
    settings = Settings(api_key=SecretStr("sk-secret-123"))
    with Assistant(tmp_path / "library", settings=settings) as library:
        library.add(PAPERS)
        assert library.settings.answers_with == "quotes"
        assert library.ask(QUESTION).model == "quotes"


def test_interrupted_errors_keep_what_came() -> None:
    assert ModelInterrupted("broke", "half").partial == "half"


def test_a_model_that_fails_is_replaced_by_quotes_where_that_is_wanted(tmp_path: Path) -> None:
    history = [
        {"role": "user", "content": "What is Dot?"},
        {"role": "assistant", "content": "A detector [1]."},
    ]
    with written(tmp_path, "http://127.0.0.1:9/v1") as library:
        with pytest.raises(ModelUnreachable):
            library.ask(QUESTION, history)
        answer = library.ask(QUESTION, history, fallback=True)
        *_, last = library.stream(QUESTION, fallback=True)
    assert answer.model == "quotes"
    assert "Dot finds cars in 5 ms on a phone." in [s.text for s in answer.statements]
    assert answer.warnings[0].startswith("Answered with quotes because the model failed. ")
    assert isinstance(last, Finished)
    assert last.answer.text == answer.text


def test_with_a_model_that_works_a_fallback_changes_nothing(tmp_path: Path) -> None:
    with ScriptedServer(GOOD) as server, written(tmp_path, server.url) as library:
        answer = library.ask(QUESTION, fallback=True)
    assert answer.model == "scripted"
    assert answer.warnings == ()


def test_with_a_model_only_what_is_nearly_certain_is_refused_without_asking_it(tmp_path: Path) -> None:
    with ScriptedServer("Search: ?", "Auf einem Telefon findet Dot Autos in 5 ms [1.3].") as server:
        assert ask(tmp_path, server, "Wie lange braucht man auf dem Handy?").sources
    with ScriptedServer() as server:
        answer = ask(tmp_path / "other", server, "Who won the football world cup in 1998?")
        assert answer.refusal is not None
        assert answer.refusal.kind == "off_topic"
        assert server.requests == []


SLEEP = [
    Paper("naps", "Naps in nurses", "Night shifts are long. We tested 62 nurses. Naps halved lapses of attention.", source="t"),
    Paper("coffee", "Caffeine before bed", "Many people drink coffee late. In 40 adults caffeine cut sleep by 41 minutes. Nobody noticed.", source="t"),
    Paper("light", "Blue light", "Screens emit light. Twenty-four adolescents read. Sleep onset differed by 3 minutes.", source="t"),
]  # fmt: skip


@pytest.fixture(scope="module")
def sleep(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with Assistant(tmp_path_factory.mktemp("sleep"), settings=Settings()) as library:
        library.add(SLEEP)
        yield library


def test_things_that_are_compared_have_a_quote_each_that_names_them(sleep: Assistant) -> None:
    answer = sleep.ask("compare naps and caffeine")
    assert answer.text.startswith("Naps halved lapses of attention [1].")
    assert "caffeine cut sleep by 41 minutes [2]" in answer.text
    assert not answer.warnings
    assert sleep.ask("compare naps and yoga").remark == "“yoga” is in none of the 3 papers, “naps” in 1."


def test_what_is_asked_of_every_paper_is_quoted_of_each(sleep: Assistant) -> None:
    answer = sleep.ask("How many people took part in each study?")
    assert answer.listed
    assert answer.remark == "3 papers: of each, the sentence that comes nearest to what you ask."
    assert set(answer.numbers) == {"naps", "coffee", "light"}
    assert "We tested 62 nurses" in answer.text
    assert set(sleep.ask("sample size of each study", papers=["naps", "light"]).numbers) == {"naps", "light"}


def test_an_answer_without_any_word_of_the_question_is_refused(sleep: Assistant) -> None:
    assert sleep.ask("What is the weather today?").refusal


def test_a_place_that_the_last_answer_does_not_list_is_told(sleep: Assistant) -> None:
    before = sleep.ask("Do naps halve lapses of attention?")
    history: list[Mapping[str, object]] = [
        {"role": "user", "content": before.question},
        {"role": "assistant", "content": before.text, "papers": ["Naps in nurses"]},
    ]
    answer = sleep.ask("and the second one?", history)
    assert answer.refusal
    assert answer.remark == "The last answer lists 1 paper: there is no “the second one”."
    assert not sleep.ask("and the first one?", history).remark.startswith("The last answer")
