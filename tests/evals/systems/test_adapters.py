"""Other systems than this assistant are evaluated: functions, engines, endpoints, files of answers."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from assistant import Assistant
from evals.errors import EvaluationError
from evals.suites.suite import Case
from evals.systems.adapters import open_system
from evals.systems.reply import Reply

CASES = (Case(id="c1", question="How many encoders does LXMERT have?", relevant={"lxmert": 1}),)
QUESTION = CASES[0].question


@pytest.fixture(scope="module")
def library() -> Iterator[Assistant]:
    with Assistant.sample() as opened:
        yield opened


@pytest.fixture
def endpoint() -> Iterator[str]:
    """The address of a server that repeats the question and cites LXMERT."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None: ...

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            body = json.dumps({"text": f"{asked['question']} Three [1].", "citations": ["lxmert"]}).encode()
            self.send_response(404 if self.path == "/gone" else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def ask_nobody(question: str) -> Reply:
    """A system of three lines."""
    return Reply(f"{question} Three [1].", ("lxmert",))


def test_a_function_of_three_lines_is_a_system(library: Assistant) -> None:
    system = open_system(ask_nobody, library, CASES)
    assert system.name == "ask_nobody"
    assert system.ask(QUESTION, []).answer.statements[-1].citations == ("lxmert",)


def test_a_file_of_answers_is_read_by_case(library: Assistant, tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    path.write_text('{"case": "c1", "text": "Three.", "citations": ["lxmert"], "usage": [10, 2]}\n')
    answered = open_system(str(path), library, CASES).ask(QUESTION, [])
    assert answered.answer.sources[0].paper.id == "lxmert"
    assert answered.usage == (10, 2)
    path.write_text('{"text": "Three."}\n')
    with pytest.raises(EvaluationError, match=r"answers\.jsonl:1: case: field required"):
        open_system(str(path), library, CASES)
    path.write_text('{"case": "other", "text": "Three."}\n')
    with pytest.raises(EvaluationError, match="has no answer to case c1"):
        open_system(str(path), library, CASES).ask(QUESTION, [])


def test_an_endpoint_is_asked_by_post(library: Assistant, endpoint: str) -> None:
    answer = open_system(endpoint, library, CASES).ask(QUESTION, []).answer
    assert answer.statements[-1].text == "Three."
    with pytest.raises(EvaluationError, match="status 404"):
        open_system(f"{endpoint}/gone", library, CASES).ask(QUESTION, [])


def test_plain_llamaindex_finds_papers_and_quotes_the_best_chunk(library: Assistant) -> None:
    answer = open_system("llamaindex", library, CASES).ask("What is LXMERT pre-trained on?", []).answer
    assert answer.passages[0].paper_id == "lxmert"
    assert {c for s in answer.statements for c in s.citations} == {"lxmert"}
    assert len({passage.paper_id for passage in answer.passages}) == len(answer.passages) <= 8


def test_a_query_engine_is_a_system(library: Assistant) -> None:
    answer = open_system(library.query_engine(), library, CASES).ask(QUESTION, []).answer
    assert "lxmert" in {c for s in answer.statements for c in s.citations}


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("nonsense", "There is no system 'nonsense'"),
        ("no_such_module:ask", "cannot be imported"),
        ("json:no_such_name", "cannot be imported"),
        ("closed-book", "needs a model"),
        ("math:pi", "is no system"),
    ],
)
def test_what_is_no_system_is_named(library: Assistant, spec: Any, said: str) -> None:
    with pytest.raises(EvaluationError, match=said):
        open_system(spec, library, CASES)
