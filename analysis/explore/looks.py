"""How the answers of a panel look inside JupyterLab, in light and in dark."""

from analysis.pages.palette import PALETTE

_LIGHT, _DARK = (";".join(f"--{name}:{pair[at]}" for name, pair in PALETTE.items()) for at in (0, 1))
_RULES = """
.ask { color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif;
  overflow-x: auto; padding: 2px 8px }
.ask p { margin: 0 0 6px; max-width: 46rem }
.ask .head { font-weight: 600; font-size: 20px; line-height: 1.3; max-width: 51rem }
.ask .error { border-left: 3px solid var(--line); padding-left: 10px }
.ask .busy { color: var(--muted); animation: late .2s .25s both }
@keyframes late { from { visibility: hidden } to { visibility: visible } }
.ask a { color: var(--link) }
.ask figure { margin: 0; max-width: 860px }
.ask figcaption strong, .ask figcaption span { display: block }
.ask figcaption span, .ask .under, .ask small, .ask .key, .ask caption span, .ask dt { color: var(--muted) }
.ask .drawing { position: relative }
.ask svg { display: block; width: 100%; height: auto; font-family: inherit }
.ask svg ~ svg { position: absolute; inset: 0; pointer-events: none }
.ask button { font: inherit; color: inherit; background: none; border: 0; padding: 0; margin: 0; cursor: pointer }
.ask .n { text-decoration: underline dotted var(--muted) 1px; text-underline-offset: .24em; text-align: inherit;
  font-variant-numeric: tabular-nums }
.ask .spot { position: absolute; width: 24px; height: 24px; border-radius: 50% }
.ask .spot:hover { box-shadow: 0 0 0 2px var(--link) }
.ask .n:hover { color: var(--link) }
.ask :focus-visible { outline: 2px solid var(--link); outline-offset: 2px }
.ask .pop { position: fixed; inset: auto 1rem 1rem auto; margin: 0; width: 24rem; max-height: 70vh; overflow-y: auto;
  padding: 12px 16px; border: 1px solid var(--muted); border-radius: 8px; background: var(--paper); color: var(--ink);
  font-size: 14px; white-space: normal; text-align: left; box-shadow: 0 6px 24px #0003 }
.ask .pop dl { margin: 0; display: grid; grid-template-columns: auto 1fr; gap: 3px 12px }
.ask .pop dd { margin: 0; overflow-wrap: anywhere }
.ask table { color: inherit; border-collapse: collapse; font-size: 14px; line-height: 1.35;
  font-variant-numeric: tabular-nums }
.ask caption { text-align: left; padding: 0 0 6px; color: inherit }
.ask caption b, .ask td small { display: block }
.ask th, .ask td { text-align: left; vertical-align: top; padding: 5px 14px 5px 0; border-bottom: 1px solid var(--hair);
  font-weight: 400 }
.ask thead th { color: var(--muted); vertical-align: bottom; border-bottom-color: var(--muted); font-size: 13px }
.ask tbody th { font-weight: 600; white-space: nowrap }
.ask tbody th.again { font-weight: 400; color: var(--muted) }
.ask th.num, .ask td.num { text-align: right }
.ask td.num { white-space: nowrap }
.ask td.long { min-width: 14em }
.ask td.num { position: relative }
.ask .mk { font-style: normal; color: var(--muted); position: absolute; margin-left: .15em }
.ask .n .f { text-decoration: underline dotted var(--muted) 1px; text-underline-offset: .24em }
.ask .f { display: inline-block; text-align: left }
.ask .d1 { width: 2ch } .ask .d2 { width: 3ch } .ask .d3 { width: 4ch } .ask .d4 { width: 5ch } .ask .d5 { width: 6ch }
.ask .t:has(.all:not(:checked)) .more { display: none }
.ask .keep { max-width: none }
.ask code { font-size: 13px; user-select: all; background: var(--wash); color: inherit; white-space: pre-wrap }
.ask .keep button { color: var(--link); text-decoration: underline }
.ask summary { cursor: pointer; color: var(--link) }
.explorer.jupyter-widgets-disconnected::after {
  content: "The kernel has stopped or was started again: run the cell again.";
  font: 600 16px system-ui, sans-serif; padding: 8px; order: -1 }
"""
STYLE = f"<style>.ask{{{_LIGHT}}}[data-jp-theme-light='false'] .ask{{{_DARK}}}{_RULES}</style>"
