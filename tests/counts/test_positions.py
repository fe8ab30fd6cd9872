"""Published views: each headline out of its own assumptions, one swapped, and files that are wrong."""

import shutil

import pandas as pd
import pytest
import yaml

from analysis.counts import positions
from analysis.facts import load, paths
from analysis.facts.errors import DataError, ParameterError
from analysis.results import Record
from tests.records import record

VIEWS = {
    "semianalysis-h20-2024": 12000,  # 1.0 million x 12,000 dollars
    "caijing-h20-2025": 22000,  # four times 5.5 billion
    "buyer-table-h20-2024": 804598,  # (230 + 230 + 140 + 100) thousand over 87 percent
    "bernstein-h20-2025": 15333,  # 23 billion over 1.5 million
    "epoch-h20-fy2025q1": 2333,  # 12 percent of 19.44 billion
    "forbes-share-of-sales": 2250,
    "hothardware-share-of-sales": 3450,
    "ainvest-h200-2026": 54000,  # 2 million x 27,000
    "ft-smuggled-racks-2025": 6544,  # 400 million over 489 thousand x 8
    "ubs-h20-2025": 1_083_333,  # 13 billion over 12,000
    "ft-a800-2023": 10_000,  # 1 billion over 100,000
    "reuters-h200-licences-2026": 750_000,  # 10 x 75,000
    "epoch-huawei-2025": 800_000,  # 1,250,000 less 450,000, in four equal quarters
}
HEADLINE = {"value": 1, "rounding": 1, "unit": "units", "basis": "derived", "source_id": "semianalysis-h20"}
WITHOUT_ARITHMETIC = {"cnas-smuggling-2024": 140_000, "epoch-smuggled-2025": 465_762, "epoch-licensed-2025": 1_805_354}


@pytest.fixture
def known_on() -> pd.Series:
    return load.table("sources").set_index("source_id")["known_on"]


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(paths.DATA / "positions", tmp_path / "positions")


def test_every_view_reproduces_its_headline():
    found = record().positions().set_index("position")
    assert found.drop(index=[*WITHOUT_ARITHMETIC, "idc-share-2025"])["computed"].round().to_dict() == VIEWS
    assert found.loc["idc-share-2025", "computed"] == pytest.approx(0.55)  # 2.2 of 4.0 million
    assert found.drop(index=list(WITHOUT_ARITHMETIC))["is_reproduced"].all()


@pytest.mark.parametrize(("view", "headline"), WITHOUT_ARITHMETIC.items())
def test_a_view_without_arithmetic_says_so_and_is_not_reproduced(view, headline):
    row = record().positions(swap="price=1").set_index("position").loc[view]
    assert (row["headline"], row["arithmetic"], row["swapped"]) == (headline, "none is printed", "")
    assert row["is_reproduced"] is None
    assert pd.isna(row["computed"])


def test_one_assumption_swapped_at_a_time():
    found = record().positions(swap="price=10000").set_index("position")
    assert found.loc["semianalysis-h20-2024", "computed_swapped"] == pytest.approx(10000)
    assert found.loc["semianalysis-h20-2024", "change_share"] == pytest.approx(-1 / 6)
    assert found.loc["semianalysis-h20-2024", "swapped"] == "price 12,000 to 10,000"
    assert found.loc["caijing-h20-2025", "swapped"] == ""
    before = record().positions().set_index("position")["computed"]
    pd.testing.assert_series_equal(found["computed"], before, obj="the headline itself is left as it was")


def test_a_view_is_known_once_all_it_rests_on_is():
    early = {"caijing-h20-2025", "semianalysis-h20-2024", "ft-a800-2023"}
    assert set(record("2025-05-01").positions()["position"]) == early
    struck = Record(without=["newsmax-ft-15-percent-2025-08-10"]).positions()["position"]
    assert set(VIEWS) - set(struck) == {"bernstein-h20-2025", "hothardware-share-of-sales"}


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"position": "bernstein"}, "position: there is no 'bernstein'. Did you mean 'bernstein-h20-2025'?"),
        ({"swap": "prize=1"}, "swap: there is no assumption 'prize'. Did you mean 'price'?"),
        ({"swap": "price=-1"}, "swap: -1 is not above 0. Write it like price=10000."),
        ({"swap": "price"}, "swap: '' is not a number. Write it like 0.25."),
        ({"swap": {"price": 1, "sales": 2}}, "swap: price, sales are several assumptions. Swap one at a time."),
    ],
)
def test_what_cannot_be_asked(asked, told):
    with pytest.raises(ParameterError) as refused:
        record().positions(**asked)
    assert str(refused.value).startswith(told)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"note": None}, "lacks 'note'."),
        ({"nota": "x"}, "has the key 'nota'. Did you mean 'note'? Remove it."),
        ({"product_of": ["units", "prize"]}, "uses 'prize', which is no assumption. Did you mean 'price'?"),
        ({"product_of": ["units"]}, "assumes 'price' and does not use it."),
        (
            {"headline": {"value": "much", "source_id": "whatpsu-h20-tpp", "rounding": 1}},
            "headline: value is no number.",
        ),
        ({"headline": HEADLINE | {"source_id": "nobody"}}, "headline: source_id 'nobody' is not in"),
        ({"headline": {k: c for k, c in HEADLINE.items() if k != "value"}}, "headline has neither a value nor a low."),
        ({"headline": HEADLINE | {"value": True}}, "headline: value is no number."),
        ({"headline": HEADLINE | {"value": float("inf")}}, "headline: value is no number."),
        ({"headline": HEADLINE | {"rounding": 10**400}}, "headline: rounding is no number."),
        ({"headline": ["a"]}, "headline is no list of keys."),
        ({"assumptions": [1]}, "assumptions is no list of keys."),
        (
            {"assumptions": {"units": {"value": 0, "unit": "units", "source_id": "x"}}},
            "assumptions: units: value is not",
        ),
        ({"product_of": "units"}, "product_of is no list."),
        ({"product_of": [["units"]]}, "product_of: 0 is no text."),
        ({"product_of": ["units", "units", "price"]}, "uses 'units' 2 times."),
        ({"scale": -1}, "scale is not above 0."),
        ({"holder": 2025}, "holder is no text."),
        ({"note": ""}, "note is empty."),
    ],
)
def test_a_file_that_is_wrong_is_named(folder, known_on, change, told):
    path = folder / "semianalysis-h20-2024.yml"
    view = yaml.safe_load(path.read_text()) | change
    path.write_text(yaml.safe_dump({key: cell for key, cell in view.items() if cell is not None}))
    with pytest.raises(DataError) as refused:
        positions.read(folder, known_on)
    assert f"data/positions/semianalysis-h20-2024.yml: {told}" in str(refused.value)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"holder: [", "while parsing a flow node"),
        (b"a: 1\nb: 2\na: 3", "key 'a' stands twice"),
        (b"[" * 2000 + b"]" * 2000, "it is nested too deep"),
        (b"a: " + b"9" * 5000, "Exceeds the limit"),
        (b"a: 2025-13-45", "month must be in 1..12"),
        (b"\xff\xfe\x00", "its bytes are no UTF-16"),
        (b"a: !!python/object:os.system x", "could not determine a constructor"),
        (b"? [a, b]\n: 1", "found unhashable key"),
        (b"a: " + b"x" * (1 << 20), "it is larger than 1024 kB"),
    ],
)
def test_a_file_that_is_no_keys_and_values(folder, known_on, content, why):
    (folder / "a.yml").write_bytes(content)
    with pytest.raises(DataError) as refused:
        positions.read(folder, known_on)
    assert str(refused.value).startswith("data/positions/a.yml: cannot be read: ")
    assert why in str(refused.value)


@pytest.mark.parametrize("content", ["", "a", "- 1", "42", "null"])
def test_a_file_of_another_shape(folder, known_on, content):
    (folder / "a.yml").write_text(content)
    with pytest.raises(DataError, match=r"data/positions/a\.yml: is no list of keys"):
        positions.read(folder, known_on)


def test_a_view_whose_product_is_beyond_every_size(folder, known_on):
    path = folder / "semianalysis-h20-2024.yml"
    view = yaml.safe_load(path.read_text())
    for cell in view["assumptions"].values():
        cell["value"] = 1e14
    path.write_text(yaml.safe_dump(view))
    with pytest.raises(DataError, match="comes to no figure"):
        positions.read(folder, known_on)


def test_a_swap_beyond_every_size():
    with pytest.raises(ParameterError, match=r"swap: with price 1e-14, .* comes to no figure"):
        record().positions(swap={"price": 1e-14})
    with pytest.raises(ParameterError, match="is not a number"):
        record().positions(swap="price=1e308")
