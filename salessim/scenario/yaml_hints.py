"""PyYAML's error messages in plain words: which line is wrong, and what to write instead."""

import re

import yaml

COLON = re.compile(r"\s*(?:- )?(?P<key>[A-Za-z_][\w ]*):(?P<value>[^\s:/].*)")
NO_COLON = re.compile(r"\s*(?:- )?(?P<key>[A-Za-z_]\w*) +(?P<value>[-+\d.]+)\s*(?:#.*)?")

# What PyYAML says, and what to do about it; the first that is found counts.
TAG = "tags that begin with ! are not read here; write a plain value"
SECOND = "a second document begins here (---); a scenario is one"
HINTS = {
    "found character '\\t'": "a tab; indent with spaces",
    "mapping values are not allowed": (
        "a colon too many, or a line indented too far; put text that holds a colon in quotes"
    ),
    "could not find expected ':'": (
        "not a key with its value; write KEY: VALUE, with a space after the colon"
    ),
    "expected ',' or '}'": "a comma or the closing brace } is missing",
    "expected ',' or ']'": "a comma or the closing bracket ] is missing",
    "found unexpected end of stream": "a quote is opened and not closed",
    "expected <block end>": "the indentation doesn't fit the lines above",
    "expected the node content": "a value is missing here",
    "expected a single document": SECOND,
    "but found another document": SECOND,
    "found unhashable key": "a key must be a word, not a list or a block",
    "could not determine a constructor": TAG,
    "cannot start any token": "this sign can't begin a value; put the value in quotes",
    "expected alphabetic or numeric character": (
        "a value can't begin with * or &; put it in quotes (a relative change is PATH*=1.3)"
    ),
}


def in_plain_words(error: yaml.MarkedYAMLError, text: str) -> tuple[yaml.Mark | None, str]:
    """Where a text can't be read, and what to write instead.

    Parameters
    ----------
    error : MarkedYAMLError
        PyYAML's, or one with a message of our own.
    text : str
        What was read.
    """
    found = str(error.problem or error.context)
    hint = next((hint for sign, hint in HINTS.items() if sign in f"{error.context} {found}"), None)
    if hint is None:
        return error.problem_mark, found
    lines = text.splitlines()
    for mark in (error.context_mark, error.problem_mark):
        line = lines[mark.line] if mark and mark.line < len(lines) else ""
        colon, none = COLON.fullmatch(line), NO_COLON.fullmatch(line)
        if colon:
            return mark, f"put a space after the colon: {colon['key']}: {colon['value'].strip()}"
        if none:
            return mark, f"a colon is missing: {none['key']}: {none['value']}"
    return error.problem_mark, hint
