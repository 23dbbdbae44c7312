"""What the columns of one's own results are: recognised by their names, or said so under [columns] of the card."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from nassim.core.card_facts import Written
from nassim.core.documents import JsonValue
from nassim.core.errors import DataError, suggest
from nassim.core.space import Space

ERRORS = ("valid_error", "test_error")
ACCURACIES = ("valid_accuracy", "test_accuracy")
KEYS = ("arch", "official")
KNOWN = (*KEYS, *ERRORS, *ACCURACIES, "seconds", "epoch", "replica")
WHOLE, MOST = ("epoch", "replica"), 32767  # columns of whole numbers, and the largest of them
FRACTION, PERCENT, MEASURED, BEFOREHAND, IGNORED, FROM_0 = (
    "fraction",
    "percent",
    "measured",
    "known",
    "ignored",
    "from 0",
)
WORDS: dict[str, Sequence[str]] = {  # what [columns] may say, and of which columns
    FRACTION: (*ERRORS, *ACCURACIES),
    PERCENT: (*ERRORS, *ACCURACIES),
    FROM_0: ("epoch",),
    MEASURED: (),  # of costs
    BEFOREHAND: (),
    IGNORED: (),  # of any
}
INDEX = re.compile(r"(Unnamed: \d+|__index_level_\d+__|)", re.ASCII)  # what pandas calls an index without a name
ALIKE = 0.8  # from which likeness on a name is taken for a slip of the pen
TOLD = 8  # problems that one message names


@dataclass(frozen=True)
class Layout:
    """What each column that is used is, by its place in the file."""

    keys: dict[str, int]  # arch, official, or a gene
    numbers: dict[str, int]  # one of KNOWN, or a cost
    header: tuple[str, ...]
    words: Mapping[str, frozenset[str]]  # what [columns] says of a column besides its name
    said: tuple[str, ...]  # what was decided without asking
    problems: tuple[str, ...]  # why the file cannot be used as it is
    card: str  # name of the file with [columns]

    @property
    def costs(self) -> list[str]:
        """The columns that are none of KNOWN."""
        return [name for name in self.numbers if name not in KNOWN]

    def write(self, column: str, word: str) -> str:
        """Return what to write where to say a word of a column."""
        return to_write(self.card, self.header[self.numbers[column]], word)

    def says(self, name: str, word: str) -> bool:
        """Return whether [columns] says a word of a column."""
        return word in self.words.get(name, frozenset())


def layout(header: Sequence[str], space: Space, card: Written, where: Path) -> Layout:
    """Return what the columns of a header are; its `problems` say what a user must decide."""
    given, problems = _given(header, card.get("columns", {}), where)
    keys: dict[str, int] = {}
    numbers: dict[str, int] = {}
    words: dict[str, frozenset[str]] = {}
    left_out = []
    listed = set(card.get("costs", {}))
    for place, name in enumerate(header):
        own, said = given.get(name, (None, frozenset()))
        what = own or _recognised(name, (*KNOWN, *space.genes, *sorted(listed)))
        if IGNORED in said or (own is None and not said and INDEX.fullmatch(name)):
            left_out += [] if IGNORED in said else [name]
            continue
        into = keys if what in {*KEYS, *space.genes} else numbers
        if what in into:
            problems.append(f"{header[into[what]]!r:.40} and {name!r:.40} are both {what}; leave one out")
        into[what], words[what] = place, said
        problems += _wrong_words(what, said, {*KEYS, *space.genes})
        if into is numbers and what not in {*KNOWN, *listed} and not said:
            problems += _slip(name, (*KNOWN, *space.genes), where.name)
    problems += _missing(header, keys, numbers, space, where.name)
    said_all = [f"left out: {', '.join(map(repr, left_out))}, which pandas writes for an index"] if left_out else []
    said_all += [
        f"[costs] names {name!r:.40}, of which there is no column{suggest(name, header)}"
        for name in sorted(listed - set(numbers))
    ]
    return Layout(keys, numbers, tuple(header), words, tuple(said_all), tuple(problems), where.name)


def to_write(card: str, column: str, word: str) -> str:
    """Return what to write where to say a word of a column."""
    return f'write "{column}" = "{word}" under [columns] of {card}'


def refuse(where: Path, problems: Iterable[str]) -> None:
    """Raise one DataError that names all problems, if there are any."""
    found = list(dict.fromkeys(problems))
    if found:
        more = f"; and {len(found) - TOLD} more" if len(found) > TOLD else ""
        raise DataError(f"{where}: {'; '.join(found[:TOLD])}{more}")


def _given(
    header: Sequence[str], columns: JsonValue, where: Path
) -> tuple[dict[str, tuple[str | None, frozenset[str]]], list[str]]:
    """Return what the card's [columns] say: by column, which of KNOWN it is, if told, and the words about it."""
    problems = [f"the column {name!r:.40} is there {n} times" for name, n in Counter(header).items() if n > 1]
    if not isinstance(columns, dict):
        return {}, [*problems, f'[columns] of {where.name} must be a table, such as valid_accuracy = "{FRACTION}"']
    given = {}
    for name, text in columns.items():
        words = [part.strip() for part in str(text).split(",")]
        wrong = [word for word in words if word not in WORDS and word not in KNOWN]
        names = [word for word in words if word in KNOWN]
        if name not in header:
            problems.append(f"[columns] names {name!r:.40}, of which there is no column{suggest(name, header)}")
        if wrong or len(names) > 1:
            can = ", ".join([*WORDS, *KNOWN])
            problems.append(f"[columns] says {str(text)!r:.40} of {name!r:.40}, expected one or two of {can}")
        given[name] = (names[0] if names else None, frozenset(words) & frozenset(WORDS))
    return given, problems


def _recognised(name: str, known: Sequence[str]) -> str:
    """Return the known name that a column's name is, whatever its capitals and spaces, else the name."""
    if name in known:
        return name
    found = [one for one in known if _folded(one) == _folded(name)]
    return found[0] if len(found) == 1 else name.strip()


def _folded(name: str) -> str:
    return re.sub(r"[\s_-]+", "_", name.strip().casefold())


def _wrong_words(what: str, words: frozenset[str], keys: set[str]) -> list[str]:
    """Return what is wrong with the words of [columns] about a column."""
    wrong = []
    for word in sorted(words - {IGNORED}):
        fits = what in WORDS[word] if WORDS[word] else what not in {*KNOWN, *keys}
        if not fits:
            of = " or ".join(WORDS[word]) or "a cost"
            wrong.append(f"[columns] says {word!r} of {what!r:.40}, which is for {of}")
    return wrong


def _slip(name: str, known: Sequence[str], card: str) -> list[str]:
    close = get_close_matches(name.casefold(), known, n=1, cutoff=ALIKE)
    if not close:
        return []
    say = f"rename it, or {to_write(card, name, MEASURED)} if it is a column of your own"
    return [f"is {name!r:.40} meant to be {close[0]!r}? {say}"]


def _missing(
    header: Sequence[str], keys: Mapping[str, int], numbers: Mapping[str, int], space: Space, card: str
) -> list[str]:
    """Return which columns there must be and are not, or which exclude each other."""
    missing = []
    has = ", ".join(header)

    def say(what: str) -> str:
        return f'if one is it under another name, write "NAME" = "{what}" under [columns] of {card}'

    for error, accuracy in zip(ERRORS, ACCURACIES, strict=True):
        if error in numbers and accuracy in numbers:
            missing.append(f"has both {error} and {accuracy}; leave one out")
    if not {"valid_error", "valid_accuracy"} & set(numbers):
        missing.append(f"expected a column valid_error or valid_accuracy, it has {has:.100}; {say('valid_accuracy')}")
    if "official" in keys and not hasattr(space, "from_official"):
        missing.append(f"the space {space.name} has no official numbers; give arch, or a column per gene")
    absent = [gene for gene in space.genes if gene not in keys]
    if not set(KEYS) & set(keys) and absent:
        are = f"{', '.join(absent):.80} {'is' if len(absent) == 1 else 'are'} missing"
        missing.append(f"expected a column arch, or official, or one per gene of {space.name}; {are}; {say('arch')}")
    return missing
