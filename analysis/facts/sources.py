"""Source lines and lists of sources, from the rows that were used."""

from collections import Counter

import pandas as pd


def cited(rows: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """The sources that rows rest on, best grade first.

    Parameters
    ----------
    rows : any frame with ``source_id`` (several may be joined by ``|``).
    sources : the table ``sources``.

    Returns
    -------
    frame : ``grade, source, published_on, source_id, url, rows``: one row a source, ``rows`` rest on it.
    """
    counts = Counter(name for ids in rows["source_id"].dropna() for name in ids.split("|"))
    used = sources[sources["source_id"].isin(counts.keys() - {""})]
    used = used.assign(
        source=used["publisher"] + ": " + used["title"], rows=[counts[name] for name in used["source_id"]]
    )
    keys = list(zip(used["grade"], -used["rows"], used["source_id"], strict=True))
    frame = used.iloc[sorted(range(len(keys)), key=keys.__getitem__)].reset_index(drop=True)
    return frame[["grade", "source", "published_on", "source_id", "url", "rows"]]


def traced(frame: pd.DataFrame, facts: pd.DataFrame, on: dict[str, str], *also: str) -> pd.DataFrame:
    """A result with the place in the document of each of its rows, and what other documents say of the same thing.

    Parameters
    ----------
    frame : a result with ``source_id`` (several may be joined by ``|``).
    facts : the table that it was made of, as loaded: ``source_id, locator``, and ``value`` or ``low`` and ``high``.
    on : columns of the result and the columns of ``facts`` that mean the same.
    also : further columns of words in ``facts`` that are brought along as the locator is.

    Returns
    -------
    frame : with ``locator``, and ``others``: figures with the ids of their documents, the best grade first, then by id.
    """
    by_key: dict[tuple, list[dict]] = {}
    for column, of_facts in on.items():
        facts = facts[facts[of_facts].isin(set(frame[column]))]
    read = [*on.values(), *also, *(name for name in _READ if name in facts)]
    for fact in facts[list(dict.fromkeys(read))].to_dict("records"):
        by_key.setdefault(tuple(fact[column] for column in on.values()), []).append(fact)
    words, others = {name: [] for name in ("locator", *also)}, []
    for row in frame[list(dict.fromkeys([*on, "source_id"]))].to_dict("records"):
        ids = row["source_id"].split("|") if isinstance(row["source_id"], str) else []
        same = sorted(by_key.get(tuple(row[column] for column in on), []), key=_best_first)
        mine = [fact for fact in same if fact["source_id"] in ids]
        rest = [f"{_figure(fact)} ({fact['source_id']})" for fact in same if fact["source_id"] not in ids]
        for name, told in words.items():
            told.append("; ".join(dict.fromkeys(fact[name] for fact in mine if fact[name])))
        others.append("; ".join(dict.fromkeys(rest)))
    return frame.assign(**words, others=others)


_READ = ("value", "low", "high", "text", "grade", "source_id", "locator")


def _best_first(fact: dict) -> tuple[str, ...]:
    return str(fact.get("grade", "")), fact["source_id"], fact["locator"], _figure(fact)


def _figure(fact: dict) -> str:
    """What a row says, as its table has it: a value, a range, a bound."""
    value, low, high = (fact.get(name, "") for name in ("value", "low", "high"))
    known = [f"{end:,.10g}" if isinstance(end, float) else str(end) for end in (low, high) if end == end and end != ""]
    if value == value and value not in ("", None):
        return f"{value:,.10g}" if isinstance(value, float) else str(value)
    return " to ".join(dict.fromkeys(known)) or str(fact.get("text", ""))


def together(*rows: pd.DataFrame | pd.Series) -> pd.DataFrame:
    """The source ids of frames or single rows, one below the other: ``source_id, price_source_id`` and the like."""
    frames = [part.to_frame().T if isinstance(part, pd.Series) else part for part in rows]
    ids = [frame[column] for frame in frames for column in frame if str(column).endswith("source_id")]
    return pd.DataFrame({"source_id": pd.concat(ids, ignore_index=True) if ids else pd.Series(dtype=str)})


def listed(frame: pd.DataFrame) -> list[tuple[str, str]]:
    """Label and address of every source in a frame from `cited`."""
    return [(f"{row.source} ({row.published_on or 'undated'})", row.url) for row in frame.itertuples()]
