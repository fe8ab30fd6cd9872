"""What the parameters of a notebook may be, beyond their types: days, chips, models that the data knows."""

from collections.abc import Callable, Mapping

from analysis.chips import specs
from analysis.chips.results import BASELINE
from analysis.facts import fiscal, load, names
from analysis.facts.arguments import value
from analysis.facts.errors import Fault, ParameterError, did_you_mean
from analysis.results import Record, parameter
from analysis.workloads import roofline


def checked(variables: Mapping[str, object]) -> dict[str, object]:
    """The parameters that the cell of a notebook annotates, as values of those types.

    Parameters
    ----------
    variables : ``globals()`` of the notebook.

    Raises
    ------
    ParameterError : everything that is wrong with them.
    """
    accepted, problems = {}, []
    for name, kind in variables.get("__annotations__", {}).items():
        try:
            accepted[name] = value(variables.get(name), kind, where=name)
        except ParameterError as error:
            problems += error.faults
    problems += faults(accepted)
    if problems:
        raise ParameterError(*problems)
    return accepted | _by_id(accepted)


def _by_id(values: Mapping[str, object]) -> dict[str, object]:
    """The chips among the parameters by their ids, whatever name they were given by."""
    products = Record().whole("products")
    by_id = {name: names.found(values[name], products) for name in ("baseline", "chip", "product") if values.get(name)}
    if "chips" in values:
        by_id["chips"] = [names.found(chip, products) for chip in values["chips"]]
    return by_id


def faults(values: Mapping[str, object]) -> list[Fault | str]:
    """What is wrong with the values of a notebook's parameters, taken together; nothing if nothing is."""
    problems = _refused(Record, values.get("as_of")) + _refused(_fit, values)
    bad = {str(problem).partition(":")[0] for problem in problems}
    good = {name: given for name, given in values.items() if name not in bad}
    record = Record()
    return [*problems, *(fault for check in _CHECKS for fault in _refused(check, record, good))]


def _refused(check: Callable[..., object], *given: object) -> list[Fault | str]:
    try:
        check(*given)
    except ParameterError as error:
        return list(error.faults)
    return []


def _fit(values: Mapping[str, object]) -> None:
    """A parameter of a notebook may be what the parameter of that name of a result may be."""
    kinds = {name: parameter(name) for name in values if name not in _OTHERWISE}
    problems = [
        fault
        for name, kind in kinds.items()
        if kind is not None
        for fault in _refused(lambda name=name, kind=kind: value(values[name], kind, where=name))
    ]
    if problems:
        raise ParameterError(*problems)


_OTHERWISE = {"chip"}  # an estimated product in the notebook on units, chips of any name in the results on controls


def _chips(record: Record, values: Mapping[str, object]) -> None:
    baseline = values.get("baseline", BASELINE)
    specs.named(values.get("chips", [baseline]), baseline, record.whole("products"))


def _periods(record: Record, values: Mapping[str, object]) -> None:
    if not {"first_period", "last_period"} & set(values):
        return
    calendar = record.table("fiscal_periods")
    bounds = (values.get(name, "") for name in ("first_period", "last_period"))
    fiscal.between(calendar["period_start"], calendar["period_end"], *bounds, calendar)


def _law_day(record: Record, values: Mapping[str, object]) -> None:
    if values.get("on"):
        load.past_day(values["on"], name="on")


def _workload(record: Record, values: Mapping[str, object]) -> None:
    work = {
        name: values[name]
        for name in ("sequences", "prompt", "output", "count", "precision", "layout")
        if name in values
    }
    roofline.load_for(record.whole("models"), values.get("model", roofline.MODEL), **work)


def _counted(record: Record, values: Mapping[str, object]) -> None:
    if {"product", "quantity"} & set(values):
        from analysis.counts import published, results  # only one notebook needs the counts

        counts = results.published_counts(record)
        problems = _refused(published.chosen, counts, values.get("product", ""))
        problems += _refused(published.counting, counts.iloc[:0], values.get("quantity", "all"))
        if problems:
            raise ParameterError(*problems)


def _swap(record: Record, values: Mapping[str, object]) -> None:
    if values.get("swap"):
        record.positions(swap=values["swap"])


def _estimated(record: Record, values: Mapping[str, object]) -> None:
    if "chip" in values:
        names.product(values["chip"], record.whole("products"), parameter="chip")


def _article(record: Record, values: Mapping[str, object]) -> None:
    articles = ["all", *record.whole("articles")["article_id"]] if "article" in values else ["all"]
    if values.get("article", "all") not in articles:
        raise ParameterError(f"article: {values['article']!r} is not one of {', '.join(articles)}. See table articles.")


def _policy(record: Record, values: Mapping[str, object]) -> None:
    if "policy" in values:
        from analysis.scenarios import results  # only one notebook needs the policies

        known = results.policies_on_file(record)
        if values["policy"] not in known:
            hint = did_you_mean(values["policy"], known)
            raise ParameterError(f"policy: there is no {values['policy']!r}. {hint}There are: {', '.join(known)}.")
        made = results.assembled(record, values["policy"])
        asked = {name: values[name] for name in ("across", "up") if values.get(name)}
        varying = asked.values() if made is None else made.varying
        problems = [
            f"{name}: {one!r} does not vary here. {did_you_mean(one, varying)}What does: {', '.join(varying)}."
            for name, one in asked.items()
            if one not in varying
        ]
        if problems:
            raise ParameterError(*problems)


_CHECKS = (_chips, _periods, _law_day, _workload, _counted, _swap, _estimated, _article, _policy)
