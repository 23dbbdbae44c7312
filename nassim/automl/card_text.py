"""What a model card says, in lines: a summary, and the whole of it in Markdown."""

from __future__ import annotations

import json
from collections.abc import Iterator

from nassim.automl.limits import LATENCY
from nassim.core.model_card import Apart, Card, Described, Kept

WORDS = {"params": "parameters", "flops": "multiply-adds"}
RIVALS = {"random": "the best of those chosen at random", "hand-made": "the hand-made network"}


def summary(card: Card) -> list[str]:
    """Return in a few lines what one gets, how sure that is, what it cost, and what more would bring."""
    model, cost, exported = card["model"], card["cost"], card["exported"]
    counted = [f"{value:,.0f} {WORDS[name]}" for name, value in model["costs"].items() if name in WORDS]
    timed = [f"{1e3 * exported['latency']:.3g} ms an image"] if exported and "latency" in exported else []
    size = "".join(f"; {', '.join(found)}" for found in [counted + timed] if found)
    lines = [
        model["architecture"],
        f"test error {_error(model)} over {model['seeds']} fresh seeds{size}",
        *(f"{RIVALS[name]} errs by {_apart(apart)}" for name, apart in card["compared"].items()),
        *map(kept_limit, card["limits"]),
        f"cost: {cost['trainings']} trainings in {cost['seconds'] / 60:.1f} minutes on {cost['processes']} processes",
    ]
    if card["promised"] is not None:
        lines.append(f"before its last batch, the rest of the budget promised {card['promised']:.2f} points of error")
    return lines


def kept_limit(one: Kept) -> str:
    """Return a limit, and what was measured."""
    told = f"{one['cost']} {'>=' if one['at_least'] else '<='} {_cost(one['cost'], one['bound'])}"
    return f"{told}: {'kept' if one['kept'] else 'missed'}, it is {_cost(one['cost'], one['value'])}"


def _cost(name: str, value: float) -> str:
    return f"{1e3 * value:.3g} ms" if name == LATENCY else f"{value:,.0f}"


def markdown(card: Card) -> Iterator[str]:
    """Yield the lines of the card in Markdown."""
    yield from ("# Model card", "", *(f"* {line}" for line in summary(card)), "", "## Data", "", *_about(card))
    yield from ("", "## Confirmed with fresh seeds", "")
    yield from ("| network | chosen as | validation error | test error, 95 % |", "|---|---|---:|---:|")
    for one in card["confirmed"]:
        network = one["architecture"].replace("|", "\\|")  # which would end the cell
        yield f"| `{network}` | {one['why']} | {_number(one['valid_error'])} | {_error(one)} |"
    yield from ("", "## Rounds", "")
    yield "| round | by | trainings | promised gain, 80 % | came | lowest validation error |"
    yield "|---:|---|---:|---|---:|---:|"
    for number, told in enumerate(card["rounds"], start=1):
        gain = told["gain"]
        said = f"{gain['mean']:.2f} [{gain['low']:.2f}, {gain['high']:.2f}]" if gain else ""
        numbers = f"{said} | {_number(told['came'])} | {_number(told['best'])}"
        yield f"| {number} | {told['strategy']} | {told['trainings']} | {numbers} |"
    made = ", ".join(f"{name} {what}" for name, what in card["made_with"].items())
    yield from ("", f"Made with {made}; seed {card['seed']}; recipe {json.dumps(card['recipe'])}.")


def _about(card: Card) -> Iterator[str]:
    """Yield what is known of the images."""
    data = card["data"]
    if data is None:
        yield f"Known to the trainer alone: `{card['name']}`."
        return
    images = ", ".join(f"{count:,} {name}" for name, count in data["images"].items())
    about = f"{data['classes']} classes, {data['size']} pixels a side"
    yield f"{data['name']} (sha256 {data['sha256'][:16]}): {images}; {about}."
    yield from (f"* {warning}" for warning in data["warnings"])


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _error(one: Described) -> str:
    """Return a test error in percent, with its interval where there is one."""
    low, high = one["test_low"], one["test_high"]
    bounds = "" if low is None or high is None else f" [{max(low, 0.0):.2f}, {high:.2f}]"
    return "failed" if one["test_error"] is None else f"{one['test_error']:.2f} %{bounds}"


def _apart(apart: Apart) -> str:
    low, high = apart["low"], apart["high"]
    said = f"{abs(apart['mean']):.2f} points {'more' if apart['mean'] >= 0 else 'less'}"
    return said if low is None or high is None else f"{said} [{low:.2f}, {high:.2f}]"
