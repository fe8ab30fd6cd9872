"""What the tests of filings share: a made filing on disk, read or refused."""

import pytest

from analysis.facts import load
from analysis.facts.errors import FilingError
from analysis.revenue.filings.inline_xbrl import read
from analysis.revenue.filings.nvidia import CONCEPTS, statements
from tests.revenue.filings.made import filing


@pytest.fixture
def made(tmp_path):
    """The path of a made filing."""

    def write(facts, **options):
        path = tmp_path / "made.htm"
        path.write_text(filing(facts, **options), encoding="utf-8")
        return path

    return write


@pytest.fixture
def reported(made):
    """A made filing, read."""
    return lambda facts, **options: statements(read(made(facts, **options), CONCEPTS), load.table("fiscal_periods"))


@pytest.fixture
def rows(reported):
    """What a made filing reports, as ``{(metric, geography, scope, period): (value, low, high)}``."""

    def of(facts, **options):
        made = reported(facts, **options).statements
        return {(s.metric, s.geography, s.scope, s.fiscal_period): (s.value, s.low, s.high) for s in made}

    return of


@pytest.fixture
def refusal(reported):
    """The words with which a made filing is refused."""

    def of(facts, **options):
        with pytest.raises(FilingError) as refused:
            reported(facts, **options)
        return str(refused.value)

    return of
