"""NVIDIA's newest filings on EDGAR, through edgartools: what they are and where, and their documents.

The SEC asks of a program that it names who runs it, with an e-mail address, in the User-Agent, and that it asks no more
than ten times a second ("Accessing EDGAR Data", sec.gov/os/accessing-edgar-data); edgartools keeps to nine. Nothing is
kept on disk between runs, and a request that fails is not made again. Tried against a server that answers as EDGAR
does, not against EDGAR itself.
"""

import importlib.metadata
import os
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.facts.errors import Fault, FilingError, ParameterError
from analysis.revenue.filings import CIK
from analysis.revenue.filings.inline_xbrl import LARGEST

if TYPE_CHECKING:
    from edgar.entity.filings import EntityFiling

LONGEST = 300  # seconds for one document, however steadily it drips
_RESULTS = "2.02"  # item of form 8-K: results of operations and financial condition
_REMEDIES = {
    403: (
        "refuses (403): it does so without a name and an e-mail address, and to whoever asks too often.",
        "Check --identity, or wait ten minutes.",
    ),
    404: (
        "has no such document (404).",
        "An index can be ahead of its documents: try again in some minutes, or save the document and give its path.",
    ),
    429: ("is asked too often (429).", "Wait ten minutes."),
}


@dataclass(frozen=True)
class Submission:
    """A filing as EDGAR lists it: form, number, day, address of the main document and of its press release, if any."""

    form: str
    accession: str
    filed_on: str
    url: str
    press_release: str = ""


def ready(identity: str) -> None:
    """Refuse before anything is asked.

    Raises
    ------
    ParameterError : the identity lacks a name or an e-mail address, or edgartools is not installed.
    """
    if not re.search(r"\S+ .*\S+@\S+\.\S+", identity):
        instead = f", not {identity!r}." if identity else "."
        what = f"the SEC asks every program for a name and an e-mail address{instead}"
        raise ParameterError(Fault("--identity", what, "Give 'Name name@example.org', or set EDGAR_IDENTITY."))
    try:
        importlib.metadata.version("edgartools")
    except importlib.metadata.PackageNotFoundError as error:
        remedy = "Run `make edgar`, then the same with .venv/edgar/bin/python."
        raise ParameterError(Fault("--edgar", "needs edgartools, which is not installed here.", remedy)) from error


@contextmanager
def session(identity: str) -> Iterator[None]:
    """Connections to EDGAR under an identity; faults of the network become `FilingError`.

    Raises
    ------
    ParameterError : as `ready`.
    FilingError : what `newest` or `download` meet: a refusal, a missing document, silence, a broken connection.
    """
    ready(identity)
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"EDGAR_IDENTITY": identity, "EDGAR_LOCAL_DATA_DIR": folder}  # read at import and by each client
        import httpx
        import stamina
        from edgar import exceptions, httpclient

        stamina.set_active(False)
        httpclient.close_clients()
        httpclient.HTTP_MGR = httpclient.get_http_mgr(
            cache_enabled=False, request_per_sec_limit=httpclient.get_edgar_rate_limit_per_sec()
        )
        try:
            yield
        except (httpx.HTTPError, exceptions.EdgarError) as error:
            raise FilingError(_fault(error)) from error
        finally:
            httpclient.close_clients()


def newest() -> list[Submission]:
    """The newest 10-Q, 10-K and 8-K with results, amendments left out; within a `session`.

    Raises
    ------
    FilingError : EDGAR lists none of a form, or its list is not whole.
    """
    from edgar import Company

    try:
        company = Company(int(CIK))
        if company.not_found:
            raise FilingError(Fault("EDGAR", "has no list of NVIDIA's filings, or an empty one.", "Try again later."))
        listed = company.get_filings(form=["10-Q", "10-K", "8-K"], amendments=False, trigger_full_load=False)
    except (ValueError, KeyError) as error:  # a list that is cut is no JSON, or has no filings
        remedy = "Try again; if it stays so, save the document and give its path."
        raise FilingError(Fault("EDGAR", f"gives a list of filings that is not whole: {error}.", remedy)) from error
    filings, faults = [], []
    for form in ("10-Q", "10-K", "8-K"):
        of_form = [one for one in listed if one.form == form and (form != "8-K" or _RESULTS in one.items.split(","))]
        if of_form:
            filings.append(max(of_form, key=lambda one: (str(one.filing_date), one.accession_no)))
        else:
            faults.append(Fault("EDGAR", f"lists no {form}{' with results' if form == '8-K' else ''} of NVIDIA's."))
    if faults:
        raise FilingError(*faults)
    return [_submission(one) for one in filings]


def _submission(filing: "EntityFiling") -> Submission:
    url = f"{filing.base_dir}/{filing.primary_document}"
    release = _press_release(filing.homepage_url) if filing.form == "8-K" else ""
    return Submission(filing.form, filing.accession_no, str(filing.filing_date), url, release)


def _press_release(index: str) -> str:
    """The address of the first exhibit 99 that the index page of an 8-K lists; empty where it lists none."""
    from edgar.attachments import Attachments, parse_homepage_html
    from edgar.httpclient import http_client

    with http_client() as client:
        response = client.get(index).raise_for_status()
    listed = Attachments.load(parse_homepage_html(response.content))
    return next((one.url for one in listed if one.document_type.startswith("EX-99")), "")


def download(url: str, folder: Path) -> Path:
    """A document, whole, in a folder under its own name; within a `session`.

    Raises
    ------
    FilingError : the document is larger than a filing can be, or takes longer than `LONGEST`.
    """
    from edgar.httpclient import http_client

    path, size, until = folder / url.rpartition("/")[2], 0, time.monotonic() + LONGEST
    with http_client() as client, client.stream("GET", url) as response, path.open("wb") as file:
        response.raise_for_status()
        for chunk in response.iter_bytes():
            size += file.write(chunk)
            if size > LARGEST or time.monotonic() > until:
                limit = f"{LARGEST // 1024**2} MB" if size > LARGEST else f"{LONGEST} seconds"
                raise FilingError(Fault(url, f"takes more than {limit}.", "Save it by hand and give its path."))
    return path


def _fault(error: Exception) -> Fault:
    """What went wrong, by status or by kind, and what to do; edgartools tells some as its own errors."""
    import httpx

    cause = error if isinstance(error, httpx.HTTPError) else error.__cause__
    status = getattr(error, "status_code", None) or getattr(getattr(cause, "response", None), "status_code", None)
    try:
        where = str(cause.request.url)
    except (AttributeError, RuntimeError):
        where = getattr(error, "url", None) or "EDGAR"
    if status in _REMEDIES or type(error).__name__ == "TooManyRequestsError":
        return Fault(where, *_REMEDIES.get(status, _REMEDIES[429]))
    if status:
        return Fault(where, f"answers {status}.", "Try again later.")
    if isinstance(cause, httpx.TimeoutException):
        return Fault(where, "does not answer in time.", "Try again, or give it longer: EDGAR_HTTP_TIMEOUT=90.")
    if isinstance(cause, httpx.RemoteProtocolError | httpx.ReadError):
        return Fault(where, "broke off before the end; nothing of it is kept.", "Try again.")
    return Fault(where, f"cannot be reached: {cause or error}.", "Is there a network?")
