"""What the tests of claims share: the rules that judge, and rows of accounts made by hand."""

import pytest

from analysis.claims.audit import Rules
from analysis.facts import load


@pytest.fixture(scope="session")
def rules() -> Rules:
    """The stored tolerances, departures and products, with the factors of the units that the tests print."""
    tolerances = load.table("claim_tolerances").set_index("qualifier")
    departures = load.table("claim_departures").set_index("departure")
    return Rules(tolerances, departures, {"USD billion": 1000.0, "percent": 0.01}, load.table("products"))
