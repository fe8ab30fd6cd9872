"""What a notebook parameter may be, beyond its type: days, chips and products that the data knows.

The runner asks before it starts a kernel; in JupyterLab the same functions refuse the same values.
"""

from collections.abc import Callable

from analysis import chip_specs, fiscal, load, results
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


CHECKS: dict[str, Callable[[object], str | None]] = {
    "as_of": _refusal(load.day),
    "chips": _refusal(_chips),
    "baseline": _refusal(_baseline),
    "first_period": _refusal(_period),
    "last_period": _refusal(_period),
    "product": _refusal(_product),
}
