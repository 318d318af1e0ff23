"""The style sheet that gives text at least 4.5 : 1 on its background, light and dark.

Streamlit's own captions, disabled labels, code and text on the primary colour have less, and
charts have ticks of 3.7 : 1. `light-dark` follows the colour scheme that Streamlit sets.
"""

CONTRAST = """
<style>
[data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] code {
  color: inherit; opacity: 1; }
[data-testid="stCaptionContainer"] > * { opacity: 0.8; }
:is([data-testid="stSelectbox"], [data-testid="stMultiSelect"]) > :has(> span[aria-hidden="true"]) {
  color: inherit; }
label[data-testid="stWidgetLabel"][disabled] { color: inherit; }
button[kind="primary"], button[kind="primary"] :is(p, span) { color: light-dark(#ffffff, #12161d); }
button[kind="primary"]:disabled, button[kind="primary"]:disabled :is(p, span) { color: inherit; }
[data-testid="stCode"] .token { color: light-dark(#1c2430, #e6ebf2); }
[data-testid="stCode"] .token:is(.keyword, .function, .class-name) {
  color: light-dark(#1b59a8, #7db4f7); }
[data-testid="stCode"] .token:is(.string, .char) { color: light-dark(#17692f, #79d492); }
[data-testid="stCode"] .token:is(.number, .boolean, .constant) {
  color: light-dark(#0b6a5e, #5fd0c0); }
[data-testid="stCode"] .token.comment { color: light-dark(#596273, #a3acba); }
.js-plotly-plot :is(.xtick, .ytick, .ztick, .g-xtitle, .g-ytitle, .cbaxis, .cbtitle, .legend) text {
  fill: currentColor !important; }
</style>
"""
