"""How a report looks: light and dark, narrow and wide, and on paper."""

from __future__ import annotations

from typing import Final

from gate_service.cli.views import plots

_STYLE: Final = """
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1360px; margin: 0 auto; padding: 20px 16px 60px; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 8px 0 0; } h2 { font-size: 1.2rem; margin: 40px 0 8px; }
h3 { font-size: 1rem; margin: 20px 0 4px; } p { margin: 6px 0 12px; max-width: 75ch; } .dim { color: var(--dim); }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(225px, calc(50% - 5px)), 1fr)); gap: 10px;
  margin: 18px 0; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 10px 12px; }
.card b { display: block; font-size: 1.4rem; } .card span { color: var(--dim); font-size: .85rem; }
.two { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 440px), 1fr)); gap: 8px 28px; }
.two > section { min-width: 0; }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: .88rem; }
th, td { text-align: left; padding: 5px 8px; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--dim); font-weight: 600; } td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
td { overflow-wrap: break-word; max-width: 34em; } td.n, td.code, .severity { white-space: nowrap; }
td.long { min-width: 14em; }
tr.sum td { font-weight: 600; } .HIGH, .CRITICAL { color: var(--bad); font-weight: 600; }
figure { margin: 8px 0 14px; overflow-x: auto; } svg.plot { min-width: 500px; max-width: 760px; }
svg.bars { min-width: 0; max-width: 520px; }
@media print {
  :root { --ink: #000; --dim: #444; --line: #bbb; --page: #fff; --card: #fff; --c0: #0b6bcb; --c1: #bc4c00;
    --c2: #1a7f37; --c3: #8250df; --c4: #bf3989; --c5: #6e7781; --bad: #cf222e; color-scheme: light; }
  body { font-size: 11px; } main { max-width: none; padding: 0; } .wide { overflow: visible; }
  table { font-size: 9px; } th, td { padding: 3px 4px; } td.long { min-width: 12em; } svg.plot { max-width: 520px; }
  .cards { grid-template-columns: repeat(4, 1fr); } td, td.n, td.code { white-space: normal; overflow-wrap: anywhere; }
  h2, h3 { break-after: avoid; } tr, figure, .card { break-inside: avoid; } thead { display: table-header-group; }
}
"""
_STACKED: Final = """
@media screen and (max-width: UNTIL) {
  KIND thead { display: none; } KIND tr { display: block; padding: 8px 0; border-bottom: 1px solid var(--line); }
  KIND td { display: grid; grid-template-columns: 7.5em 1fr; gap: 8px; border: 0; padding: 1px 0; max-width: none;
    text-align: left; white-space: normal; overflow-wrap: anywhere; } KIND td:empty { display: none; }
  KIND td::before { content: attr(data-title); color: var(--dim); font-weight: 400; }
}
"""
"""Where a table is too wide, each row is told line by line."""
STYLES: Final = "".join(
    (
        plots.STYLE,
        _STYLE,
        _STACKED.replace("KIND", ".stack").replace("UNTIL", "640px"),
        _STACKED.replace("KIND", ".many").replace("UNTIL", "1000px"),
    )
)
