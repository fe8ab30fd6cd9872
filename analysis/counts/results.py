"""Results on published counts and published views."""

from pathlib import Path

import pandas as pd

from analysis.counts import epoch, published
from analysis.counts import positions as views
from analysis.facts.errors import DataError, ParameterError, did_you_mean
from analysis.facts.record import Record, result, shared
from analysis.facts.tables import read_any


@shared
def published_counts(record: Record) -> pd.DataFrame:
    """Every published number on shipments, those among the revenue estimates too."""
    return published.estimates(record.table("shipment_estimates"), record.table("revenue_estimates"))


@result
def shipment_estimates(record: Record, *, product: str = "", stage: str = "") -> pd.DataFrame:
    """Who says how many chips were shipped, sold, ordered, licensed, planned or in stock.

    Parameters
    ----------
    product, stage : one product, by any of its names, and one stage the chips had come to; empty: all.

    Returns
    -------
    frame : a row a published number, ``low, central, high`` in ``unit``: see `analysis.counts.published.estimates`.

    Raises
    ------
    ParameterError : a product or stage of which nothing is known by the day.

    Examples
    --------
    >>> set(Record().shipment_estimates(product="h20")["product"])
    {'h20'}
    """
    return published.chosen(published_counts(record), product, stage, record.whole("products"))


@result
def epoch_download(record: Record, *, download: Path | None = None) -> pd.DataFrame:
    """A table downloaded from Epoch AI beside what is recorded of its counts: same, restated or new.

    Parameters
    ----------
    download : the CSV file, with the column names of any of its generations.

    Returns
    -------
    frame : a row a count: see `analysis.counts.epoch.beside`; without a file the counts on record.

    Raises
    ------
    ParameterError : a file that is not there.
    DataError : a file that lacks a column or whose days or numbers cannot be read.

    Examples
    --------
    >>> set(Record().epoch_download()["status"])
    {'recorded'}
    """
    counts = record.table("shipment_estimates")
    if download is None:
        rows = counts[(counts["voice"] == "epoch-ai") & (counts["unit"] == "units")]
        return rows[epoch.SHOWN].assign(status="recorded").sort_values(epoch.SHOWN, ignore_index=True)
    if not download.exists():
        raise ParameterError(f"download: there is no file {download}.")
    table, faults = read_any(download, download.name)
    if faults:
        raise DataError(*faults)
    return epoch.beside(epoch.read(table.reset_index(drop=True)), counts)


@result
def positions(record: Record, *, position: str = "", swap: dict[str, float] | None = None) -> pd.DataFrame:
    """Published views computed again from their own assumptions; with ``swap`` one assumption replaced.

    Parameters
    ----------
    position : one view, by its id; empty: all.
    swap : another value of one assumption, in its unit: ``{"price": 10000}``, on the command line ``price=10000``.

    Returns
    -------
    frame : a row a view: see `analysis.counts.positions.table`.

    Raises
    ------
    ParameterError : a view or an assumption that does not exist, a value that is not above 0.

    Examples
    --------
    >>> Record().positions(swap={"price": 10000})["swapped"].ne("").any()
    np.True_
    """
    views_by_id = views.read(record.folder / "positions", record.documents.set_index("source_id")["known_on"])
    if position and position not in views_by_id:
        hint = did_you_mean(position, views_by_id)
        raise ParameterError(f"position: there is no {position!r}. {hint}They are: {', '.join(views_by_id)}.")
    chosen = {position: views_by_id[position]} if position else views_by_id
    usable = record.table("sources").set_index("source_id")["known_on"]
    return views.table(chosen, usable, swap=swap or {})
