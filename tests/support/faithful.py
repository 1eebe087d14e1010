"""Sixteen questions of the shipped suite with a faithful paraphrase and an invention in the same style."""

from __future__ import annotations

from typing import NamedTuple


class Pair(NamedTuple):
    """A question, the paper that answers it, and two answers: a faithful one and a false one that has the key fact's spelling."""

    question: str
    paper: str
    texts: tuple[str, str]


PAIRS = (
    Pair(
        "By how much does LXMERT improve the best earlier result on NLVR2?",
        "lxmert",
        (
            "Compared with what had been the best, LXMERT gains 22% on NLVR2",
            "On NLVR2, LXMERT stays 22% behind what had been the best",
        ),
    ),
    Pair(
        "Which visual question answering datasets were used to show a state of the art after fine-tuning a cross-modal Transformer?",
        "lxmert",
        (
            "The fine-tuned model leads on VQA and GQA",
            "The fine-tuned model fails on VQA and GQA, and leads on none",
        ),
    ),
    Pair(
        "With how many other attribution methods is ReAGent compared, and on how many decoder-only models?",
        "reagent",
        (
            "Its rivals were seven well-known ways of attribution, tried with six decoder-only models",
            "Its rivals were six ways of attribution, tried with seven encoder-only models",
        ),
    ),
    Pair(
        "How many deepfake samples does DFLIP-3K hold?",
        "linguistic-profiling-deepfakes",
        (
            "Some 300K deepfakes are collected in it",
            "Some 300K photographs without any manipulation are collected in it",
        ),
    ),
    Pair(
        "Which three sub-tasks make up the benchmark for linguistic profiling of deepfakes?",
        "linguistic-profiling-deepfakes",
        (
            "They are detecting deepfakes, model identification and prompt prediction",
            "They leave out model identification and prompt prediction, and keep speech, music and video",
        ),
    ),
    Pair(
        "Why do decoder-only language models make poor prompt encoders for diffusion models?",
        "exploring-role-large-language",
        (
            "Their training objective is at odds with features that discriminate, and being decoder-only gives them a positional bias",
            "They are too small, although a positional bias was ruled out",
        ),
    ),
    Pair(
        "In which two stages is the specialised model for adding furniture objects to 3D scenes trained?",
        "respace",
        (
            "First comes supervised fine-tuning and preference alignment is second",
            "It skips supervised fine-tuning and preference alignment, and is distilled",
        ),
    ),
    Pair(
        "What accuracy does the Nearest Mean Classifier baseline reach on 10-Split-CIFAR-100?",
        "simple-baseline-questions-use",
        (
            "This baseline scores 88.53% there, more than most continual learners",
            "It gets 88.53% there, which is below most continual learners",
        ),
    ),
    Pair(
        "How many frames per second does Next-Block Prediction generate?",
        "next-block-prediction",
        ("Every second it makes 8.89 frames", "It needs 8.89 hours for a single frame"),
    ),
    Pair(
        "On which Long Range Arena task did all earlier work fail until S4?",
        "efficiently-modeling-long-sequences",
        (
            "Nobody had mastered Path-X before S4 did",
            "S4 fails on Path-X, which others had mastered long ago",
        ),
    ),
    Pair(
        "How often did doctors judge the first guess about a patient's next illness to be sensible?",
        "foresight",
        (
            "The clinicians thought 97% of the first guesses to be relevant",
            "The clinicians dismissed 97% of the first guesses",
        ),
    ),
    Pair(
        "How can one guess how many unseen categories a spreadsheet of unlabelled rows contains?",
        "practical-approach-novel-class",
        (
            "The latent space of their simple model tells how many new classes there are",
            "No latent space can tell it, so people count the new classes by hand",
        ),
    ),
    Pair(
        "Into which three paradigms can foundational state space models be sorted?",
        "mamba-360",
        (
            "The survey knows three groups: gating, structural and recurrent ones",
            "The survey rejects gating, structural and recurrent groups and sorts by size",
        ),
    ),
    Pair(
        "Does training a language model on several upcoming tokens at once make its generated text more coherent in topic?",
        "future-token-prediction",
        (
            "Yes: with the same perplexity its texts are more coherent in topic",
            "No: it is GPT-like models whose texts are more coherent in topic",
        ),
    ),
    Pair(
        "How little must be put on top of a linear classifier before it starts to favour handy cues over trustworthy ones?",
        "foundations-shortcut-learning",
        (
            "As little as a single hidden layer of ReLU or Tanh is enough",
            "With a single hidden layer of ReLU or Tanh the bias disappears",
        ),
    ),
    Pair(
        "Towards which estimators do very wide and deep in-context learners converge on linear regression?",
        "what-learning-algorithm-in-context",
        (
            "With great width and depth they become Bayesian estimators",
            "With great width and depth they move away from Bayesian estimators",
        ),
    ),
)
PARAPHRASES = tuple(pair.texts[0] for pair in PAIRS)
