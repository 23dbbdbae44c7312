"""Questions on what is released: code, data, and how it was run."""

from __future__ import annotations

from nassim.report.checklist.item import Item, sentences
from nassim.report.checklist.on_record import MADE_BY, OnRecord, not_on_record
from nassim.report.wording import listed


def code_of_methods(found: OnRecord) -> Item:
    """Answer from the study's record which strategies they are, and whether nassim has them."""
    made = found.study.get("versions", {}).get("nassim")
    named = {entry["label"]: entry["name"] for entry in found.study.get("strategies", [])}
    own = [label for label, name in named.items() if ":" in name and not name.startswith("nassim.")]
    return Item(
        "Is the code of the search methods available?",
        "yes" if made and named and not own else "partly",
        sentences(
            f"They are those of nassim {made}." if made and named else "Which they are is not on record.",
            f"{listed(own)}: the authors' own file, to be released with the paper." if own else "",
        ),
    )


def data_of_benchmarks(found: OnRecord) -> Item:
    """Answer from the checksums of the data that traces were made with."""
    unknown = [name for name, fact in found.summary.facts.items() if not fact["data_sha256"]]
    return Item(
        "Is the code or data of the training pipeline and the space available?",
        "partly" if unknown else "yes",
        f"{listed(unknown)}: without a checksum."
        if unknown
        else "Answers come from data whose checksums stand under Provenance.",
    )


def settings(found: OnRecord) -> Item:
    """Answer from what a trace keeps of seeds and versions."""
    study = found.study
    missing = {*found.unknown(("seed", *MADE_BY)), *({"seed", "runs", "versions"} - study.keys())}
    return Item(
        "Are hyperparameters, seeds and versions given?",
        "partly" if missing else "yes",
        not_on_record(sorted(missing))
        or f"Seed {study['seed']}, runs 0 to {study['runs'] - 1:,}; every setting and version is under "
        "Provenance. One command makes the same bytes again.",
    )


QUESTIONS = (code_of_methods, data_of_benchmarks, settings)
