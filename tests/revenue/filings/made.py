"""Filings made by hand, in the form and with words like those of NVIDIA's."""

import re

QUARTER, HALF = ("2025-04-28", "2025-07-27"), ("2025-01-27", "2025-07-27")
BILLING = "Revenue by geographic area is based upon the billing location of the customer."
OFFICES = "Revenue by geographic area is based upon the location of the customers&#8217; headquarters."
CHINA = "nvda:ChinaIncludingHongKongMember"
GEOGRAPHY, PRODUCT = "srt:StatementGeographicalAxis", "srt:ProductOrServiceAxis"
PLACES = {"country:US": "23,470", "country:SG": "10,156", "country:TW": "8,529", CHINA: "2,769"}
PLACES |= {"nvda:AllOtherCountriesNotSeparatelyDisclosedMember": "1,819"}


def fact(printed, members=(), concept="us-gaap:Revenues", days=QUARTER, **attributes):
    """A fact with a context of its own, as markup."""
    given = {"unitRef": "usd", "decimals": "-6", "scale": "6", "format": "ixt:num-dot-decimal"} | attributes
    explicit = "".join(f'<xbrldi:explicitMember dimension="{a}">{m}</xbrldi:explicitMember>' for a, m in members)
    name = f"c{abs(hash((members, days))) % 10**9}"
    start, end = (f"<xbrli:{tag}>{day}</xbrli:{tag}>" for tag, day in zip(("startDate", "endDate"), days, strict=True))
    context = (
        f'<xbrli:context id="{name}"><xbrli:entity><xbrli:segment>{explicit}</xbrli:segment></xbrli:entity>'
        f"<xbrli:period>{start}{end}</xbrli:period></xbrli:context>"
    )
    written = " ".join(f'{key}="{value}"' for key, value in given.items() if value is not None)
    return (
        context,
        f'<td><ix:nonFraction name="{concept}" contextRef="{name}" {written}>{printed}</ix:nonFraction></td>',
    )


def geography(places=PLACES, **options):
    """A fact for each place."""
    return [fact(printed, ((GEOGRAPHY, place),), **options) for place, printed in places.items()]


def table(facts, words=""):
    """Facts as a table of the page under a paragraph of words, with their contexts."""
    cells = "".join(markup for _, markup in facts)
    return [(context, "") for context, _ in facts] + [("", f"<p>{words}</p><table><tr>{cells}</tr></table>")]


def filing(facts, *, words=BILLING, cik="0001045810", form="10-Q", end="July 27, 2025", before="", inside="", focus=""):
    """A whole page: entity facts, contexts, words, one table of facts, and what is ``inside`` after it."""
    resources = "".join(dict.fromkeys(context for context, _ in facts))
    about = {"EntityRegistrantName": "NVIDIA CORP", "EntityCentralIndexKey": cik, "DocumentType": form}
    about |= dict(zip(("DocumentFiscalYearFocus", "DocumentFiscalPeriodFocus"), focus.split(), strict=False))
    hidden = "".join(
        f'<ix:nonNumeric name="dei:{name}" contextRef="cover">{value}</ix:nonNumeric>'
        for name, value in {**about, "DocumentPeriodEndDate": end}.items()
    )
    return f"""<?xml version="1.0" encoding="utf-8"?>{before}
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:ix="http://www.xbrl.org/2013/inlineXBRL"
 xmlns:ixt="http://www.xbrl.org/inlineXBRL/transformation/2020-02-12" xmlns:xbrli="http://www.xbrl.org/2003/instance"
 xmlns:xbrldi="http://xbrl.org/2006/xbrldi" xmlns:iso4217="http://www.xbrl.org/2003/iso4217"
 xmlns:us-gaap="http://fasb.org/us-gaap/2025" xmlns:srt="http://fasb.org/srt/2025"
 xmlns:dei="http://xbrl.sec.gov/dei/2025" xmlns:country="http://xbrl.sec.gov/country/2025"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 xmlns:nvda="http://www.nvidia.com/20250727"><body><div><ix:header><ix:hidden>{hidden}</ix:hidden><ix:resources>
<xbrli:context id="cover"><xbrli:period><xbrli:instant>2025-07-27</xbrli:instant></xbrli:period></xbrli:context>
<xbrli:unit id="usd"><xbrli:measure>iso4217:USD</xbrli:measure></xbrli:unit>
<xbrli:unit id="shares"><xbrli:measure>xbrli:shares</xbrli:measure></xbrli:unit>{resources}</ix:resources></ix:header>
</div>
<p>{words}</p><table><tr>{"".join(markup for _, markup in facts)}</tr></table>{inside}</body></html>"""


TOTAL = [fact("46,743")]


def as_lower_case(page):
    """Names of tags and attributes as a browser keeps them."""
    return re.sub(r"(</?)([\w:]+)|(\s)([\w:]+)(=\")", lambda m: "".join(filter(None, m.groups())).lower(), page)
