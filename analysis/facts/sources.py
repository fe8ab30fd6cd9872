"""Source lines and lists of sources, from the rows that were used."""

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
    ids = rows["source_id"].dropna().str.split("|").explode()
    counts = ids[ids != ""].value_counts()
    used = sources[sources["source_id"].isin(counts.index)]
    frame = used.assign(source=used["publisher"] + ": " + used["title"], rows=used["source_id"].map(counts).astype(int))
    frame = frame.sort_values(["grade", "rows", "source_id"], ascending=[True, False, True], ignore_index=True)
    return frame[["grade", "source", "published_on", "source_id", "url", "rows"]]


def together(*rows: pd.DataFrame | pd.Series) -> pd.DataFrame:
    """The source ids of frames or single rows, one below the other: ``source_id, price_source_id`` and the like."""
    frames = [part.to_frame().T if isinstance(part, pd.Series) else part for part in rows]
    ids = [frame[column] for frame in frames for column in frame if str(column).endswith("source_id")]
    return pd.DataFrame({"source_id": pd.concat(ids, ignore_index=True) if ids else pd.Series(dtype=str)})


def listed(frame: pd.DataFrame) -> list[tuple[str, str]]:
    """Label and address of every source in a frame from `cited`."""
    return [(f"{row.source} ({row.published_on or 'undated'})", row.url) for row in frame.itertuples()]


def line(frame: pd.DataFrame, most: int = 4) -> str:
    """The names of the most used sources for a source line, and how many more there are."""
    publishers = frame.sort_values("rows", ascending=False, kind="stable")["source"].str.split(": ").str[0]
    names = list(dict.fromkeys(publishers))
    rest = len(names) - most
    return "; ".join(names[:most]) + (f"; and {rest} more" if rest > 0 else "") + "."
