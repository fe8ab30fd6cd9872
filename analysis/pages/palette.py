"""One colour, one meaning: every colour of pages and figures, in light and in dark, as CSS variables.

A figure is drawn in the light colours; in its SVG each becomes the variable of its name, so that one drawing serves
light, dark and print. Contrast against the page is 4.5 to 1 or better for whatever may carry words (WCAG 2.2, 1.4.3),
which a test measures. Hues follow Okabe and Ito's set for colour-blind readers ("Color Universal Design", 2008).
"""

PALETTE = {  # name: light, dark
    "ink": ("#1b1f24", "#e8eaed"),
    "muted": ("#565f69", "#a7b0b9"),
    "hair": ("#d5dae0", "#3a424b"),
    "paper": ("#ffffff", "#14181c"),
    "wash": ("#f4f6f8", "#1e242a"),
    "link": ("#0b57a4", "#83bdf7"),
    "headquarters": ("#0b62b0", "#74b6f5"),  # revenue by the customer's headquarters
    "billing": ("#96540b", "#e3a65a"),  # revenue by billing address
    "ours": ("#7142ad", "#c2a4f2"),  # what the suite estimates
    "said": ("#4b545e", "#b6bec6"),  # what somebody published or measured
    "line": ("#b3261e", "#ff8d80"),  # a threshold of a rule
    "s0": ("#eef2f6", "#222a32"),  # how strict a treatment is, in one hue; in dark, brighter is stricter
    "s1": ("#d5e0ea", "#31414f"),
    "s2": ("#a9c3da", "#4a6780"),
    "s3": ("#3f6e97", "#84add0"),
    "s4": ("#1d3d5c", "#d3e4f4"),
    "t0": ("#1b1f25", "#e8eaee"),  # words on each of them
    "t1": ("#1b1f26", "#e8eaef"),
    "t2": ("#1b1f27", "#ffffff"),
    "t3": ("#fffffe", "#14181d"),
    "t4": ("#fffffd", "#14181e"),
    "a": ("#0f6a6a", "#5cc4bf"),  # names without a meaning of their own: chips, makers, groups
    "b": ("#a5326f", "#f08fbd"),
    "c": ("#5a5b00", "#c9c84a"),
    "d": ("#4d4fb8", "#a5a7ff"),
    "e": ("#7a4b2e", "#d9a583"),
    "f": ("#3a6b1f", "#93cf6f"),
    "g": ("#8a3ab0", "#dd9cf7"),
    "h": ("#a2431a", "#fb9a6c"),
}
LIGHT = {name: light for name, (light, _) in PALETTE.items()}


def variables() -> str:
    """The palette as a style sheet: light, and dark where the reader's screen asks for it."""
    light, dark = (";".join(f"--{name}:{pair[at]}" for name, pair in PALETTE.items()) for at in (0, 1))
    return (
        f":root{{color-scheme:light dark;{light}}}\n@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"
    )


def contrast(one: str, other: str) -> float:
    """How far two colours stand apart, 1 to 21, by the formula of WCAG 2.2 for relative luminance."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)
