"""The style sheet: image grids, and less empty space than Streamlit leaves."""

STYLE = """
<style>
[data-testid="stMainBlockContainer"] { padding: 3rem 3.5rem 4rem; }
[data-testid="stSidebarHeader"] { height: 2.5rem; margin-bottom: 0; }
.ae-grid { display: grid; gap: 4px 6px; align-items: center; margin: 0.25rem 0 0.5rem; }
.ae-grid img { width: 100%; display: block; image-rendering: pixelated; border-radius: 3px; }
.ae-grid .ae-row { font-size: 0.85rem; opacity: 0.85; text-align: right; padding-right: 0.5rem;
  line-height: 1.15; }
.ae-grid .ae-caption { font-size: 0.72rem; opacity: 0.75; text-align: center; line-height: 1.2;
  white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
</style>
"""
