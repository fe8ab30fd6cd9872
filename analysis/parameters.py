"""What a notebook parameter may be, beyond its type: days, chips and products that the data knows.

The runner asks before it starts a kernel; in JupyterLab the same functions refuse the same values.
"""

from collections.abc import Callable

from analysis import chip_specs, fiscal, load, results, roofline
from analysis.errors import ParameterError


def _refusal(check: Callable[[object], object]) -> Callable[[object], str | None]:
    """The sentence with which ``check`` refuses a value, or None."""

    def refuse(value: object) -> str | None:
        try:
            check(value)
        except ParameterError as error:
            return str(error)
        return None

    return refuse


def _chips(names: object) -> None:
    chip_specs.named(names, results.BASELINE, load.table("products"))


def _baseline(name: object) -> None:
    chip_specs.named([name], name, load.table("products"))


def _period(name: object) -> None:
    calendar = load.table("fiscal_periods")
    fiscal.between(calendar["period_start"], calendar["period_end"], name, "", calendar)


def _product(name: object) -> None:
    results.shipment_estimates(product=name)


def _swap(assumption: object) -> None:
    results.positions(swap=assumption)


def _chip(name: object) -> None:
    results.units_drivers(product=name, draws="1")


def _year(name: object) -> None:
    results.units_drivers(year=name, draws="1")


def _evidence_factor(factor: object) -> None:
    results.units_drivers(evidence_factor=str(factor), draws="1")


def _retirement(rate: object) -> None:
    results.h100_equivalents(retirement=str(rate), draws="1")


def _asked(name: str) -> Callable[[object], None]:
    """Whether a workload can be asked for with such a value of one parameter, whatever the others are."""
    others = {"batch": "1x1+1"} if name == "model" else {}
    return lambda value: roofline.asked(load.table("models"), **{name: str(value)}, **others)


def _price_basis(name: object) -> None:
    results.cost_per_token(price_basis=name)


def _years(number: object) -> None:
    results.cost_per_token(years=str(number))


def _article(name: object) -> None:
    known = ["all", *load.table("articles")["article_id"]]
    if name not in known:
        raise ParameterError(f"article: {name!r} is not one of {', '.join(known)}. See table articles.")


CHECKS: dict[str, Callable[[object], str | None]] = {
    "as_of": _refusal(load.day),
    "article": _refusal(_article),
    "chips": _refusal(_chips),
    "baseline": _refusal(_baseline),
    "first_period": _refusal(_period),
    "last_period": _refusal(_period),
    "product": _refusal(_product),
    "swap": _refusal(_swap),
    "chip": _refusal(_chip),
    "year": _refusal(_year),
    "evidence_factor": _refusal(_evidence_factor),
    "retirement": _refusal(_retirement),
    "model": _refusal(_asked("model")),
    "precision": _refusal(_asked("precision")),
    "batch": _refusal(_asked("batch")),
    "count": _refusal(_asked("count")),
    "price_basis": _refusal(_price_basis),
    "years": _refusal(_years),
}
