"""An article in, a ledger out: the sentences with figures and days, located, with what can be told of each.

Text comes out of HTML by lxml and out of Markdown by mistune, sentences by sentencex (English and Chinese). What is not
sure is left empty for the reader: nothing is invented.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

import lxml.html
import mistune
import pandas as pd
from sentencex import segment

from analysis.claims.suggestions import CUT, GAIN
from analysis.facts import fiscal, limits, names

COLUMNS = ["claim_id", "article_id", "topic", "subject", "counterparty", "metric", "qualifier", "low", "value", "high"]
COLUMNS += ["unit", "period_start", "period_end", "attributed_to", "claimed_on", "claim", "checkable", "how_to_check"]
COLUMNS += ["check", "fact", "against", "how", "other", "locator", "note"]
KINDS = (".txt", ".md", ".markdown", ".html", ".htm")
_UNNAMED = "unnamed"  # a subject or metric that is not told
_FAR = 999  # signs between a figure and words that have nothing to do with it
_WHOLE = 2000  # characters of a sentence; what goes on without an end is cut here
_LONGEST = 400  # characters of a quote
_BLOCKS = ("p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "figcaption", "tr", "dd", "dt", "pre")
_UNSEEN = ("script", "style", "noscript", "template", "svg", "nav", "footer", "aside", "form", "button", "head")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")

_N = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_TO = r"\s*(?:to|and|-|–|—|~|～|至|到)\s*"
_BIG = r"trillion|billion|bn|million|mn|thousand|万亿|萬億|亿|億|万|萬"
_MONEY = re.compile(
    rf"(?P<sign>(?:US|HK|NT)?\$|USD|RMB|CNY|¥|￥)\s?(?P<a>{_N})\s?\[?(?P<big1>{_BIG}|[bmk]\b)?\]?"
    rf"(?:{_TO}(?:US)?\$?\s?(?P<b>{_N})\s?(?P<big2>{_BIG}|[bmk]\b)?)?|"
    rf"(?P<c>{_N})\s?(?P<big3>{_BIG})?(?:{_TO}(?P<d>{_N}))?\s?(?P<big4>{_BIG})?\s?"
    r"(?P<word>US dollars|U\.S\. dollars|dollars|yuan|USD|美元|美金|人民币|人民幣|元)",
    re.I,
)
_UNIT = re.compile(
    rf"(?P<a>{_N})(?:{_TO}(?P<b>{_N}))?[\s-]?(?P<unit>%|percent\b|per cent\b|TB/s|GB/s|GBps|TBps|GB|MB|TFLOPS|TFLOP/s|"
    r"TOPS|PFLOPS|W\b|watts\b|瓦|mm2|平方毫米|TPP\b|组SM|組SM|SMs\b|times\b|x\b|倍)",
    re.I,
)
_NAMED = {"half a": Decimal("0.5"), "a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_NAMED |= {"seven": 7, "eight": 8, "nine": 9, "ten": 10}
_COUNT = re.compile(
    rf"(?P<a>{_N}|\b(?:{'|'.join(_NAMED)})(?=\s(?:million|thousand|hundred\sthousand)\b))\s?"
    rf"(?P<big>hundred\sthousand|{_BIG})?(?:{_TO}(?P<b>{_N})\s?(?P<big2>{_BIG})?)?\s?(?:\w+\s){{0,2}}?"
    r"(?P<unit>units\b|chips\b|gpus\b|cards\b|accelerators\b|processors\b|[A-Z]{1,2}\d{2,4}s\b|片|颗|顆|块|塊|张|張|枚)",
    re.I,
)
_FRACTION = re.compile(
    r"(?P<top>\d+)/(?P<bottom>\d+)(?!\d|/)|(?P<word>one|a|two)[\s-](?P<part>third|fifth|quarter|tenth|half|seventh)s?\b"
    r"(?!\s(?:earlier|before|ago|later))"
    r"|(?P<zh>[二三四五六七八十])分之(?P<zhtop>[一二三四])",
    re.I,
)
_PARTS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "seventh": 7, "tenth": 10}
_DIGITS = dict(zip("一二三四五六七八九十", range(1, 11), strict=True))
_SIZES = {"trillion": 12, "万亿": 12, "萬億": 12, "billion": 9, "bn": 9, "b": 9, "million": 6, "mn": 6, "m": 6}
_SIZES |= {"hundred thousand": 5, "thousand": 3, "k": 3, "亿": 8, "億": 8, "万": 4, "萬": 4}
_WRITTEN = {"%": "percent", "per cent": "percent", "gbps": "GB/s", "tbps": "TB/s", "tflops": "TFLOPS", "w": "W"}
_WRITTEN |= {
    "tflop/s": "TFLOPS",
    "watts": "W",
    "瓦": "W",
    "平方毫米": "mm2",
    "组sm": "SMs",
    "組sm": "SMs",
    "sms": "SMs",
}
_WRITTEN |= {"times": "ratio", "x": "ratio", "倍": "ratio", "gb": "GB", "mb": "MB", "gb/s": "GB/s", "tb/s": "TB/s"}
_WRITTEN |= {"tops": "TOPS", "tpp": "TPP", "mm2": "mm2", "percent": "percent"}
_QUALIFIERS = {  # the words right before a figure, or right after it
    "at_most": r"up to|at most|as much as|no more than|maximum of|最多|高达|高達|多达|至多|上限|不超过|不超過",
    "over": r"over|more than|above|exceed\w*|in excess of|超过|超過|逾|超|以上|多于",
    "at_least": r"at least|no less than|minimum of|至少|不少于|不低于",
    "about": r"about|around|approximately|roughly|nearly|almost|some|an estimated|close to|"
    r"约|約|近|将近|大约|大約|左右|上下",
}
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_DAY = re.compile(
    rf"\b(?P<m>{'|'.join(_MONTHS)})[a-z]*\.?\s(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s(?P<y>20\d\d))?(?!\d)"
    r"|(?:(?P<zy>20\d\d)年)?(?P<zm>\d{1,2})月(?P<zd>\d{1,2})[日号號]",
)
_FISCAL = re.compile(
    r"(?P<q1>first|second|third|fourth)[\s-]quarter (?:of )?(?:its )?fiscal (?:year )?(?P<y1>20\d\d)|"
    r"Q(?P<q2>[1-4])\s?(?:of )?(?:FY|fiscal (?:year )?)(?P<y2>20\d\d)|"
    r"(?:FY\s?|fiscal (?:year )?)(?P<y3>20\d\d)|(?P<y4>20\d\d)财年(?:第?(?P<q4>[一二三四1-4])(?:财)?季)?|"
    r"(?:fiscal )?(?P<q5>first|second|third|fourth)[\s-](?:fiscal[\s-])?quarter|"
    r"第?(?P<q6>[一二三四])(?:财季|財季|季度)|Q(?P<q7>[1-4])\b",
    re.I,
)
_YEAR = re.compile(r"(?<![\d.$])(?P<y>20[12]\d)(?:年)?(?![\d月.,]\d|月|财)|(?P<last>last year|去年)", re.I)
_ENDED = re.compile(
    rf"(?:quarter|three months)\s(?:that\s)?(?:ended|ending|to)\s(?:in\s|on\s)?(?P<m>{'|'.join(_MONTHS)})[a-z]*\.?"
    r"(?:\s\d{1,2}(?!\d))?(?:,?\s(?P<y>20\d\d))?",
    re.I,
)
_BACK = re.compile(
    r"(?P<quarter>(?:previous|prior|preceding)\squarter|quarter\s(?:earlier|before|ago))|"
    r"year\s(?:earlier|before|ago)|(?:previous|prior)\syear",
    re.I,
)
_FROM = re.compile(r"(?:up|down)\sfrom|compared\s(?:with|to)|versus|上年同期|上一季")  # to a second figure of one thing
_ORDER = {"first": 1, "second": 2, "third": 3, "fourth": 4}
_CHIP = re.compile(
    r"(?:(?:GeForce|RTX|PRO|Ascend|昇腾|昇騰|思元|Siyuan|MLU|Gaudi|Kunlun|昆仑芯|MetaX|沐曦|Hygon|MTT)[\s-]?)*"
    r"[A-Z]{0,3}\d{1,4}[A-Za-z]{0,2}(?:-3e)?(?:[\s-](?:SXM5?|PCIe|NVL|Server|D)\b)?",
    re.I,
)
# What an event is about, in both languages; the words of an event on record are in English.
_TOPICS = {
    "licence": r"licen[cs]|许可|許可",
    "told": r"inform|notif|\btold|\btells|通知|告知|letter",
    "indefinite": r"indefinit|无限期|無限期",
    "charge": r"charge|write|计提|减值|費用|费用|损失|損失",
    "filing": r"filing|\bfile|8-K|discloses|公告|文件|披露",
    "summons": r"summon|约谈|約談|regulator|网信办|信息办公室",
    "stop": r"halt|suspend|stop|暂停|暫停|停产|停產",
    "share": r"15%|15 percent|share of|分成|上缴|上繳",
    "rule": r"\brule|规则|新规|規則",
    "resume": r"resume|will be granted|granted|恢复|恢復|批准|assur|保证|承诺|承諾",
    "results": r"results|earnings|财报|財報|report fiscal",
    "launch": r"launch|announce|unveil|发布|推出|推出",
}


@dataclass(frozen=True)
class Figure:
    """A figure in a sentence: where it stands, its ends as printed, and its unit as a ledger has it."""

    start: int
    end: int
    low: Decimal
    high: Decimal
    unit: str
    shape: str  # money, part, count or unit

    @property
    def is_range(self) -> bool:
        """Whether two ends are told."""
        return self.low != self.high


def claims(parts: list[str], article: str, day: str, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The ledger of an article.

    Parameters
    ----------
    parts : its paragraphs, see `paragraphs`.
    article : its id in the ledger.
    day : of its publication, year-month-day; empty: not known.
    tables : ``products``, ``claim_metrics``, ``fiscal_periods`` and ``events``.

    Returns
    -------
    frame : `COLUMNS`, a row a figure or day; ``claim`` is the quote, ``locator`` its paragraph and sentence, ``note``
        how sure the columns are: high, medium or low. Empty where the article has no figure.
    """
    rows: list[dict[str, str]] = []
    find = cache(lambda name: names.found(name, tables["products"]))
    named = [product for part in parts for _, _, product in _chips(unicodedata.normalize("NFKC", part), find)]
    most = max(dict.fromkeys(named), key=named.count, default="")
    for number, paragraph in enumerate(parts, 1):
        context = most
        for place, sentence in enumerate(sentences(paragraph), 1):
            found, context = _of_sentence(sentence, context, day, tables, find)
            for one in found:
                said = _quote(sentence)
                own = {"claim_id": f"C{len(rows) + 1:03}", "article_id": article, "claimed_on": day}
                rows.append(own | one | {"claim": said, "locator": f"P{number} s{place}"})
    return pd.DataFrame([dict.fromkeys(COLUMNS, "") | row for row in rows], columns=COLUMNS)


def paragraphs(text: str, kind: str) -> tuple[list[str], str]:
    """The paragraphs of an article, and the day that its HTML says it is of; ``kind`` is one of `KINDS`."""
    if kind == ".txt":
        return [line.strip() for line in text.splitlines() if line.strip()], ""
    return _of_html(text if kind in (".html", ".htm") else mistune.html(text))


def _of_html(text: str) -> tuple[list[str], str]:
    plain = re.sub(r"^\s*<\?xml[^>]*>", "", text)
    if not plain.strip():
        return [], ""
    page = lxml.html.document_fromstring(plain)
    times = page.xpath("//meta[@property='article:published_time']/@content | //time/@datetime")
    day = next((time[:10] for time in times if limits.day(time[:10])), "")
    for element in list(page.iter(*_UNSEEN)):
        element.drop_tree()
    blocks = [one for one in page.iter(*_BLOCKS) if not any(child.tag in _BLOCKS for child in one.iterdescendants())]
    told = [" ".join((" | " if one.tag == "tr" else "").join(one.itertext()).split()) for one in blocks]
    return [one for one in told or [" ".join(page.text_content().split())] if one], day


def sentences(paragraph: str) -> Iterator[str]:
    """The sentences of a paragraph, in one width."""
    plain = unicodedata.normalize("NFKC", paragraph)
    language = "zh" if len(_CHINESE.findall(plain)) * 4 > len(plain) else "en"
    for sentence in segment(language, plain):
        whole = sentence.strip()
        for start in range(0, len(whole), _WHOLE):
            yield whole[start : start + _WHOLE]


def _quote(sentence: str) -> str:
    """A sentence as a cell may have it: no markup, no formula, no signs that nobody sees."""
    plain = "".join(sign for sign in sentence if unicodedata.category(sign) not in ("Cc", "Cf", "Zl", "Zp"))
    plain = re.sub(r"<(?=[a-zA-Z/!?])", "‹", plain).lstrip(" =+@-–—")
    return plain if len(plain) <= _LONGEST else plain[: _LONGEST - 2] + " …"


def _of_sentence(
    sentence: str, context: str, day: str, tables: dict[str, pd.DataFrame], find: Callable[[str], str]
) -> tuple[list[dict[str, str]], str]:
    """The claims of a sentence, and the chip that the next one may go on about."""
    chips = _chips(sentence, find)
    taken = [(start, end) for start, end, _ in chips]
    figures = [one for one in _figures(sentence) if not any(s < _last(one) and one.start < e for s, e in taken)]
    rows: list[dict[str, str]] = []
    for place, one in enumerate(figures):
        row, before = _row(sentence, one, chips, context, day, tables), figures[place - 1]
        is_second = place and one.shape == before.shape == "money" and _FROM.search(sentence[before.end : one.start])
        if is_second and row["metric"] == _UNNAMED != rows[-1]["metric"]:
            row |= {name: rows[-1][name] for name in ("topic", "subject", "counterparty", "metric")}
            row["note"] = "confidence medium"
        rows.append(row)
    days = [match for match in _DAY.finditer(sentence) if not _within(match, _ENDED)]
    rows += [_dated(sentence, match, chips, day, tables["events"]) for match in days]
    return [row for row in rows if row], chips[0][2] if chips else context


def _last(one: Figure) -> int:
    """Where the part of a figure ends that no chip's name may touch; a count may have one before its unit."""
    return one.start + 1 if one.shape == "count" else one.end


def passed_over(parts: list[str], ledger: pd.DataFrame, tables: dict[str, pd.DataFrame]) -> list[str]:
    """The sentences, by paragraph and place, that have a figure and gave no claim.

    Parameters
    ----------
    parts, tables : as in `claims`.
    ledger : what `claims` made of them.
    """
    read, find = set(ledger["locator"]), cache(lambda name: names.found(name, tables["products"]))
    missed = []
    for number, paragraph in enumerate(parts, 1):
        for place, sentence in enumerate(sentences(paragraph), 1):
            rest = sentence
            for start, end, _ in reversed(_chips(sentence, find)):
                rest = rest[:start] + rest[end:]
            for pattern in (_DAY, _FISCAL, _YEAR):
                rest = pattern.sub("", rest)
            where = f"P{number} s{place}"
            if where not in read and re.search(rf"\d|\b(?:{_BIG})\b", rest, re.I):
                missed.append(where)
    return missed


def _chips(sentence: str, find: Callable[[str], str]) -> list[tuple[int, int, str]]:
    """Chips that a sentence names: where, and which product."""
    found = []
    for match in _CHIP.finditer(sentence):
        text, before = match[0].strip(), sentence[: match.start()][-1:]
        is_word = bool(re.search(r"[^\W\d_]", text)) and not (before.isascii() and before.isalnum())
        names_of_it = (text, text.split(" ")[0], text.removesuffix("s")) if is_word else ()
        product = next(filter(None, map(find, names_of_it)), "")
        if product:
            found.append((match.start(), match.end(), product))
    return found


def _figures(sentence: str) -> list[Figure]:
    """The figures of a sentence with a unit, in order; of two that overlap the longer one."""
    every = [*_money(sentence), *_with_unit(sentence), *_counts(sentence), *_fractions(sentence)]
    kept: list[Figure] = []
    for one in sorted(every, key=lambda figure: figure.start - figure.end):
        if not any(one.start < other.end and other.start < one.end for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda figure: figure.start)


def _decimal(text: str) -> Decimal:
    return Decimal(_NAMED.get(text.casefold()) or text.replace(",", ""))


def _money(sentence: str) -> Iterator[Figure]:
    for match in _MONEY.finditer(sentence):
        sign, word = match["sign"] or "", (match["word"] or "").casefold()
        if sign in ("HK$", "NT$") or (word == "元" and sentence[match.end() : match.end() + 1] in "件素"):
            continue
        is_yuan = sign.upper() in ("RMB", "CNY", "¥", "￥") or word in ("yuan", "人民币", "人民幣", "元")
        last = match["big2"] or match["big1"] or match["big4"] or match["big3"] or ""
        first = match["big1"] or match["big3"] or last
        ends = [match["a"] or match["c"], match["b"] or match["d"]]
        sizes = [10 ** _SIZES.get(size.casefold(), 0) for size in (first if ends[1] else last or first, last)]
        low = _decimal(ends[0]) * sizes[0]
        high = _decimal(ends[1]) * sizes[1] if ends[1] else low
        scale, unit = _scale(max(low, high), "CNY" if is_yuan else "USD")
        yield Figure(match.start(), match.end(), low / scale, high / scale, unit, "money")


def _scale(amount: Decimal, currency: str) -> tuple[Decimal, str]:
    """The unit in which a ledger would print an amount."""
    if currency == "CNY":
        return (Decimal(10) ** 9, "CNY_bn") if amount >= 10**8 else (Decimal(1), "CNY")
    steps = {"USD trillion": 12, "USD billion": 9, "USD million": 6}
    unit = next((unit for unit, power in steps.items() if amount >= Decimal(10) ** power), "USD")
    return Decimal(10) ** steps.get(unit, 0), unit


def _with_unit(sentence: str) -> Iterator[Figure]:
    for match in _UNIT.finditer(sentence):
        low = _decimal(match["a"])
        high = _decimal(match["b"]) if match["b"] else low
        unit = match["unit"].casefold()
        times = 1000 if unit == "pflops" else 1
        shape = "part" if _WRITTEN.get(unit) in ("percent", "ratio") else "unit"
        yield Figure(match.start(), match.end(), low * times, high * times, _WRITTEN.get(unit, "TFLOPS"), shape)


def _counts(sentence: str) -> Iterator[Figure]:
    for match in _COUNT.finditer(sentence):
        last = match["big2"] or match["big"] or ""
        low = _decimal(match["a"]) * 10 ** _SIZES.get((match["big"] or last).casefold(), 0)
        high = _decimal(match["b"]) * 10 ** _SIZES.get(last.casefold(), 0) if match["b"] else low
        ends = (end.to_integral_value() if end == end.to_integral_value() else end for end in (low, high))
        yield Figure(match.start(), match.end(), *ends, "units", "count")


def _fractions(sentence: str) -> Iterator[Figure]:
    for match in _FRACTION.finditer(sentence):
        if match["bottom"]:
            top, bottom = int(match["top"]), int(match["bottom"])
        elif match["zh"]:
            top, bottom = _DIGITS[match["zhtop"]], _DIGITS[match["zh"]]
        else:
            top, bottom = 2 if match["word"].casefold() == "two" else 1, _PARTS[match["part"].casefold()]
        if 0 < top < bottom and bottom <= 100:
            part = (Decimal(top) * 100 / bottom).quantize(Decimal("0.1"))
            yield Figure(match.start(), match.end(), part, part, "percent", "part")


def _qualifier(sentence: str, one: Figure) -> str:
    if one.is_range:
        return "range"
    before, after = sentence[max(0, one.start - 22) : one.start], sentence[one.end : one.end + 3].lstrip()
    for qualifier, words in _QUALIFIERS.items():
        is_after = after[:2] in ("左右", "上下", "以上") and bool(re.search(words, after[:2]))
        if is_after or re.search(rf"(?:\b|(?<=[^\x00-\x7f]))(?:{words})\s*(?:US)?\$?$", before, re.I):
            return qualifier
    is_fraction = re.search(r"分之|\b(third|fifth|quarter|half)", sentence[one.start : one.end])
    return "about" if is_fraction else "exact"


def _row(
    sentence: str, one: Figure, chips: list[tuple[int, int, str]], context: str, day: str, tables: dict
) -> dict[str, str]:
    """The columns of a figure that can be told, and how sure they are."""
    metric, near = _metric(sentence, one, tables["claim_metrics"], bool(chips or context))
    subject, counterparty = _subject(sentence, one, chips) or (context if metric else ""), ""
    families = list(dict.fromkeys(product for _, _, product in chips))
    about = tables["claim_metrics"].set_index("metric")["about"].get(metric, "")
    if one.shape == "part" and about == "chip":
        if len(families) == 2:
            subject, counterparty = families
            metric += _direction(sentence, one)
        else:
            metric, near = "", _FAR
    if about == "company":
        subject = "NVIDIA"
    period = _period(sentence, one, day, tables["fiscal_periods"])
    is_sure = bool(metric) and bool(subject)
    confidence = "low" if not is_sure else "high" if near <= 14 and (chips or about == "company") else "medium"
    topic = "market" if about != "chip" or not is_sure else "performance_ratio" if one.shape == "part" else "spec"
    cells = {"topic": topic, "subject": subject or _UNNAMED, "counterparty": counterparty, "unit": one.unit}
    cells |= {"metric": metric if confidence != "low" else _UNNAMED, "qualifier": _qualifier(sentence, one)}
    cells |= dict(zip(("period_start", "period_end"), period, strict=True)) | {"checkable": "numeric"}
    ends = {"low": f"{one.low.normalize():f}", "high": f"{one.high.normalize():f}"}
    cells |= ends if one.is_range else {"value": f"{one.low:f}" if one.low == one.low.to_integral() else ends["low"]}
    return cells | {"note": f"confidence {confidence}"}


def _direction(sentence: str, one: Figure) -> str:
    """How a part is said in its clause, as a metric says it: as a cut or as a gain."""
    clause = max((match.end() for match in re.finditer(r"[,;，；、]", sentence[: one.start])), default=0)
    said = re.split(r"[,;，；、]", sentence[clause:])[0]
    return "_cut" if CUT.search(said) else "_gain" if GAIN.search(said) else ""


def _subject(sentence: str, one: Figure, chips: list[tuple[int, int, str]]) -> str:
    """The chip that a figure is of: the last one before it in its clause, else the first of the sentence."""
    counted = [product for start, _, product in chips if one.shape == "count" and one.start < start < one.end]
    if counted:
        return counted[0]
    clause = max((match.end() for match in re.finditer(r"[,;，；、]", sentence[: one.start])), default=0)
    own = [product for start, _, product in chips if clause <= start < one.start]
    return own[-1] if own else chips[0][2] if chips else ""


def _metric(sentence: str, one: Figure, metrics: pd.DataFrame, has_chip: bool) -> tuple[str, int]:
    """The metric whose words stand nearest to a figure of its unit, and how many signs away; empty for none."""
    text = sentence.casefold()
    best, only, at = ("", _FAR), [], (0, 0)
    for row in metrics.to_dict("records"):
        units = row["units"].split("|")
        fits = one.unit in units or (one.shape == "part" and row["about"] == "chip")
        if one.unit == "USD trillion":
            fits = "USD billion" in units
        if not fits or (row["about"] == "chip" and not has_chip):
            continue
        only.append(row["metric"])
        for alias in row["aliases"].split("|"):
            for start, end in _places(alias.casefold(), text):
                distance = max(start - one.end, one.start - end, 0)
                between = text[end : one.start] if end <= one.start else text[one.end : start]
                distance += (20 if end <= one.start else 40) * len(re.findall(r"[,;:，；：、。]", between)) - min(
                    len(alias), 12
                )
                is_longer = start <= at[0] and at[1] <= end  # and says more of the same: share of the Chinese market
                if distance < best[1] or (distance == best[1] and is_longer):
                    best, at = (row["metric"], distance), (start, end)
    if not best[0] and len(set(only)) == 1 and one.unit in ("GB", "TFLOPS", "TOPS", "W", "TB/s"):
        best = only[0], 10
    if one.unit == "TB/s" and best[0] in ("", "interconnect") and "memory_bandwidth" in only:
        best = "memory_bandwidth", max(best[1] if best[0] else 12, 0)
    return (best[0], max(best[1], 0)) if best[1] <= 40 else ("", _FAR)


def _places(alias: str, text: str) -> Iterator[tuple[int, int]]:
    edge = r"\b" if alias.isascii() else ""
    for match in re.finditer(rf"{edge}{re.escape(alias)}{edge}", text):
        yield match.span()


def _period(sentence: str, one: Figure, day: str, calendar: pd.DataFrame) -> tuple[str, str]:
    """The fiscal period or calendar year that stands nearest to a figure, as first and last day; empty for none."""
    days = calendar.set_index("fiscal_period")[["period_start", "period_end"]]
    found, quarters = [], []
    for match in _FISCAL.finditer(sentence):
        quarter = next((match[name] for name in ("q1", "q2", "q4", "q5", "q6", "q7") if match[name]), "")
        year = next((match[name] for name in ("y1", "y2", "y3", "y4") if match[name]), "")
        number = _ORDER.get(quarter.casefold()) or _DIGITS.get(quarter) or (int(quarter) if quarter else 0)
        name = f"FY{year}" + (f"Q{number}" if number else "") if year else _latest(number, day, calendar)
        if name in days.index and not _within(match, _BACK):
            found.append((abs(match.start() - one.start), tuple(days.loc[name])))
            quarters.append(name)
    for match in _ENDED.finditer(sentence):
        name = _ended(1 + _MONTHS.index(match["m"].title()), match["y"] or "", day, calendar)
        if name:
            found.append((abs(match.start() - one.start), tuple(days.loc[name])))
            quarters.append(name)
    for match in _BACK.finditer(sentence) if quarters else ():
        name = (fiscal.quarter_before if match["quarter"] else fiscal.year_before)(quarters[0])
        if name in days.index:
            found.append((abs(match.start() - one.start), tuple(days.loc[name])))
    for match in _YEAR.finditer(sentence):
        year = match["y"] or (str(int(day[:4]) - 1) if day else "")
        if year and not _within(match, _FISCAL, _DAY, _ENDED):
            found.append((abs(match.start() - one.start), (f"{year}-01-01", f"{year}-12-31")))
    return min(found, default=(0, ("", "")))[1]


def _within(match: re.Match, *patterns: re.Pattern) -> bool:
    """Whether a match begins inside what one of some patterns finds in its sentence."""
    return any(one.start() <= match.start() < one.end() for each in patterns for one in each.finditer(match.string))


def _ended(month: int, year: str, day: str, calendar: pd.DataFrame) -> str:
    """The newest fiscal quarter that had ended by a day in a month, or that of a year; empty if none is known."""
    ends = calendar["period_end"].str
    closed = calendar["fiscal_period"].str.contains("Q") & (ends[5:7] == f"{month:02}")
    closed &= (ends[:4] == year) if year else (calendar["period_end"] <= day)
    return calendar.loc[closed, "fiscal_period"].iloc[-1] if closed.any() else ""


def _latest(number: int, day: str, calendar: pd.DataFrame) -> str:
    """The newest fiscal quarter of a number that had ended by a day, or was in its last weeks."""
    until = str((pd.Timestamp(day) + pd.Timedelta(days=45)).date()) if day else ""
    known = calendar[calendar["fiscal_period"].str.endswith(f"Q{number}") & (calendar["period_end"] <= until)]
    return known["fiscal_period"].iloc[-1] if number and len(known) else ""


def _dated(
    sentence: str, match: re.Match, chips: list[tuple[int, int, str]], day: str, events: pd.DataFrame
) -> dict[str, str]:
    """A day that a sentence tells, with the events that it may mean; nothing where its year is not known."""
    year = match["y"] or match["zy"] or day[:4]
    if not year:
        return {}
    month = match["zm"] or 1 + _MONTHS.index(match["m"])
    value = f"{year}-{int(month):02}-{int(match['d'] or match['zd']):02}"
    if not limits.day(value):
        return {}
    near = pd.Series([value, str((pd.Timestamp(value) - pd.Timedelta(days=1)).date())])
    same = events[events["happened_on"].isin(near)]
    said = _topics(sentence)
    scores = [
        len(said & {t for t, words in _TOPICS.items() if re.search(words, event, re.I)}) for event in same["event"]
    ]
    cells = {"topic": "event", "subject": chips[0][2] if chips else "NVIDIA", "metric": "date", "qualifier": "exact"}
    cells |= {"value": value, "unit": "date", "checkable": "date", "note": "confidence low"}
    cells["how_to_check"] = "; ".join(f"events: {event}" for event in same["event"].str.replace(";", ",").head(3))
    if scores and (max(scores) >= 2 or "summons" in said):
        event = same["event"].iloc[scores.index(max(scores))].split(";")[0]
        address = f"events.happened_on: event~{event}"
        cells |= {"check": "date", "fact": address, "note": "confidence medium"}
    return cells


def _topics(text: str) -> set[str]:
    return {topic for topic, words in _TOPICS.items() if re.search(words, text, re.I)}
