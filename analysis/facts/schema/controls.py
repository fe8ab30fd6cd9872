"""Export rules and what happened."""

from analysis.facts.schema.fields import DatedFacts, data_table, number, text
from analysis.facts.schema.rules import DAY, FILLED, PARTIAL, some_of

EVIDENCE = [
    *("independent", "rule_text_example", "tracker_label", "estimated_specs", "fitted_scope"),
    *("date_gated_by_name", "hard_coded_by_name", "untestable"),
]
# What a rule is about. Only rules about the chip are run on specifications; the others are named as conditions.
CONCERNS = [
    *("chip", "system", "memory", "foundry", "buyer", "seller", "use", "origin", "destination"),
    *("review", "exception", "tariff", "import"),
]

STATUSES = ["rule", "policy", "practice", "pending", "unsettled"]


@data_table("control_rules", "Dated rules, letters, licences, tariffs and bills on chips for China.", key="rule_id")
class ControlRules(DatedFacts):
    rule_id = text("id of the rule", FILLED)
    name = text("what readers call the rule", FILLED)
    regime = text("the regime it belongs to", FILLED)
    effective_on = text("first day in force; empty: not law", DAY)
    superseded_on = text("last day in force; empty: still in force", DAY)
    eccn = text("export control classification numbers it defines or uses")
    combine = text("whether all or any of its conditions must hold", some_of(["all", "any"]))
    status = text(
        "rule, policy, practice; pending: a bill; unsettled: whether it is in force is open", some_of(STATUSES)
    )
    concerns = text("what it is about; only rules about the chip are run", some_of(CONCERNS))
    addressees = text("makers that a letter went to, separated by |; empty: everyone")
    open_question = text("why it is not settled whether the rule is in force; only for status unsettled")


@data_table(
    "control_thresholds",
    "The conditions of each rule: what is compared with what.",
    key="rule_id paragraph applies_to quantity operator threshold outcome",
)
class ControlThresholds(DatedFacts):
    rule_id = text("the rule (control_rules.csv)", FILLED)
    paragraph = text("paragraph of the rule text")
    applies_to = text("products, parties or places it covers", FILLED)
    quantity = text("what is compared", FILLED)
    operator = text("how", some_of(["eq", "ge", "gt", "le", "lt", "in"]))
    threshold = text("with what", FILLED)
    unit = text("unit of the threshold", FILLED)
    outcome = text("what follows when the rule's conditions hold", FILLED)
    destinations = text("where it applies", FILLED)


@data_table("events", "What governments, makers and customers did, by day.", key="happened_on actor event")
class Events(DatedFacts):
    happened_on = text("day, or month where only that is known", FILLED, PARTIAL)
    actor = text("who", FILLED)
    category = text("kind of event", FILLED)
    products = text("chips concerned (products.csv), separated by |")
    as_printed = text("what the record calls them")
    event = text("what happened", FILLED)
    value = number("a figure that goes with it")
    unit = text("unit of the figure")


@data_table(
    "control_cases",
    "How chips were treated in fact, or must have been by the rule text: what the control rules are tested against.",
    key="as_printed on regime",
)
class ControlCases(DatedFacts):
    product = text("chip (products.csv); empty: one of which no specification is recorded")
    as_printed = text("what the record calls it", FILLED)
    on = text("the day", FILLED, DAY)
    regime = text("the regime it tests", FILLED)
    expected = text("treatment; licence_required is met by any kind of licence", FILLED)
    evidence = text(
        "what the expectation rests on: only independent cases, decided by numbers alone, are evidence",
        some_of(EVIDENCE),
    )
