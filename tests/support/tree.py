"""The folders of the program, in the order in which they import each other."""

# A folder imports from those before it. A question goes down this list and comes up again as an answer.
ORDER = {
    "assistant": "core llm library retrieval verification conversation generation assistant export web cli",
    "evals": "errors structured metrics suites systems cases runs analysis reports api cli",
}
# Programs of those who develop the assistant, kept to the same rules.
STUDIES = "tests/studies"
