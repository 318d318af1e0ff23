"""The style sheet: grids of images, tables of rows, and less empty space than Streamlit leaves."""

# on phones, and on what the open sidebar leaves of windows below 1,024 pixels
NARROW = """
[data-testid="stColumn"] { min-width: calc(100% - 1.5rem); }  /* as Streamlit has it on phones */
.ae-labelled { grid-template-columns: var(--images); }  /* labels above */
.ae-labelled .ae-row { grid-column: 1 / -1; text-align: left; }
.ae-labelled .ae-row:empty { display: none; }
.ae-alone { grid-template-columns: repeat(auto-fill, minmax(4rem, 1fr)); }
.ae-figures { grid-template-columns: 1fr 1fr; }
.ae-figures span::before { display: inline; }
.ae-titles { display: none; }
.ae-strip { display: grid; grid-template-columns: repeat(auto-fit, minmax(72px, 1fr)); }
.katex-display > .katex { white-space: normal; }
"""
PHONE = """
.ae-told { column-gap: 0.8rem; font-size: 0.9rem; }
.st-key-figures { margin-top: -1.5rem; }
"""
BESIDE = ':root:has([data-testid="stSidebar"][data-collapsed="false"]) [data-testid="stMain"]'

STYLE = (
    """
<style>
[data-testid="stMainBlockContainer"] { padding: 3rem 3.5rem 4rem; }
@media (max-width: 1200px) { [data-testid="stMainBlockContainer"] { padding: 3rem 1.75rem 4rem; } }
@media (max-width: 640px) { [data-testid="stMainBlockContainer"] { padding: 3rem 1rem 4rem; } }
[data-testid="stSidebarHeader"] { height: 2.5rem; margin-bottom: 0; }
[data-testid="stSidebar"] [data-testid="stSkeleton"] { height: 1.25rem; }
[data-testid="stFileChips"] > * > :nth-child(n+13) { display: none; }  /* slow by the thousand */
.ae-grid { display: grid; gap: 4px 6px; align-items: center; margin: 0.25rem 0 0.5rem;
  --images: repeat(var(--count), minmax(0, var(--side))); grid-template-columns: var(--images); }
.ae-labelled { grid-template-columns: 6.5rem var(--images); }
.ae-alone { align-items: start; }
.ae-grid img { width: 100%; max-height: var(--side); object-fit: contain; display: block;
  image-rendering: pixelated; border-radius: 3px; }
.ae-grid img, .ae-picture img { box-shadow: 0 0 0 1px rgba(125, 133, 151, 0.45); }
.ae-grid img.ae-smooth { image-rendering: auto; }
.ae-grid .ae-row { font-size: 0.85rem; opacity: 0.85; text-align: right; padding-right: 0.5rem;
  line-height: 1.15; }
.ae-grid .ae-caption { font-size: 0.72rem; opacity: 0.75; text-align: center; line-height: 1.2;
  white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.ae-alone .ae-caption { white-space: normal; margin-top: 4px; }
[data-testid="stHorizontalBlock"] { row-gap: 1rem; }  /* where a wide one wraps */
.st-key-head { padding-top: 1.1rem; }
.st-key-lens { position: absolute; }
[data-testid="stLayoutWrapper"]:has(> .st-key-page-top) { position: absolute; }
.ae-room { container-type: inline-size; }
.ae-gallery { grid-template-columns: 5.9rem repeat(var(--count), minmax(0, var(--side))); }
.ae-gallery > * { grid-area: var(--wide); }
.ae-gallery > .ae-again { display: none; }
.ae-wipe { position: relative; padding: 0; border: 0; background: none; cursor: zoom-in;
  touch-action: pan-y; }
.ae-wipe i { position: absolute; inset: 0; display: none; pointer-events: none;
  background: center / contain no-repeat; image-rendering: pixelated; border-radius: 3px;
  clip-path: inset(0 calc(100% - var(--at)) 0 0); }
.ae-wiped i { display: block; }
.ae-wiped::after { content: ""; position: absolute; top: 0; bottom: 0; left: var(--at);
  border-left: 1px solid #fff; box-shadow: 0 0 2px #000; pointer-events: none; }
.ae-wipe:focus-visible { outline: 2px solid var(--st-primary-color, #3d7edb);
  outline-offset: 2px; border-radius: 3px; }
.ae-picture .ae-wipe { display: block; width: 100%; }
@container (max-width: 560px) {
  .ae-gallery { grid-template-columns: repeat(5, minmax(0, var(--side))); }
  .ae-gallery > * { grid-area: var(--narrow); }
  .ae-gallery > .ae-row { display: block; text-align: left; }
  .ae-gallery > .ae-caption { margin-bottom: 0.4rem; white-space: normal; }
}
.ae-rows { overflow-x: auto; margin: 0.25rem 0 0.5rem; }
.ae-rows table { border-collapse: separate; border-spacing: 0; font-size: 0.85rem;
  font-variant-numeric: tabular-nums; white-space: nowrap; }
.ae-rows :is(td, th) { padding: 0.2rem 0.6rem; text-align: right; font-weight: 400; }
.ae-rows thead th { font-weight: 600; vertical-align: bottom; }
.ae-rows tbody tr:first-child > * { border-top: 1px solid rgba(125, 133, 151, 0.45); }
.ae-rows tbody th { text-align: left; opacity: 0.85; }
.ae-rows tbody th[scope="rowgroup"] { vertical-align: top; max-width: 11rem; overflow: hidden;
  text-overflow: ellipsis; font-weight: 600; }
.ae-rows .ae-missing { opacity: 0.65; font-style: italic; }
.ae-rows .ae-filled { outline: 1.5px dashed currentColor; outline-offset: -2px;
  font-weight: 600; }
.ae-legend { display: flex; flex-wrap: wrap; gap: 0.1rem 1rem; font-size: 0.8rem; }
.ae-legend i { display: inline-block; width: 0.8rem; height: 0.8rem; border-radius: 2px;
  margin-right: 0.35rem; vertical-align: -0.1rem; }
.ae-windows { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr));
  gap: 0.75rem 1rem; margin: 0.4rem 0 0.5rem; }
.ae-windows figure { margin: 0; min-width: 0; max-width: 22rem; }
.ae-windows img { display: block; width: 100%; height: auto; border-radius: 3px;
  box-shadow: 0 0 0 1px rgba(125, 133, 151, 0.35); margin-bottom: 0.2rem; }
.ae-windows b { display: block; font-size: 0.75rem; font-weight: 400; opacity: 0.85;
  overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.ae-windows figcaption { font-size: 0.75rem; opacity: 0.85; line-height: 1.25;
  overflow-wrap: anywhere; }
.ae-told { display: flex; flex-wrap: wrap; gap: 0.1rem 1.5rem; align-items: baseline; }
.ae-told span { white-space: nowrap; }
.ae-told b { font-size: 1.15rem; font-weight: 600; }
.ae-strip { display: flex; flex-wrap: wrap; gap: 0.75rem; align-items: flex-start;
  margin: 0.25rem 0 0.5rem; }
.ae-picture { margin: 0; flex: 1 1 0; min-width: 72px; }
.ae-picture img { display: block; margin: 0 auto; max-width: 100%; max-height: var(--side);
  border-radius: 3px; }
.ae-crisp img { width: 100%; object-fit: contain; image-rendering: pixelated; }
.ae-picture figcaption { font-size: 0.78rem; opacity: 0.8; text-align: center; line-height: 1.25;
  margin-top: 0.3rem; overflow-wrap: anywhere; }
.ae-figures { display: grid; grid-template-columns: repeat(4, 1fr); gap: 0 0.5rem; }
.ae-figures span { white-space: nowrap; }
.ae-figures span::before { content: attr(title) " "; display: none; font-size: 0.72rem;
  opacity: 0.75; }
[data-chosen] { outline: 3px solid #d6009a; outline-offset: 1px; }
.ae-face { display: block; color: inherit; }
.ae-path { display: grid; grid-auto-columns: max-content; justify-content: start;
  align-items: center; justify-items: center; gap: 0.35rem 0; overflow-x: auto;
  padding: 0.25rem 1px 0.5rem; font-size: 0.8rem; text-align: center; }
.ae-path b { grid-row: 1; font-weight: 600; padding: 0 0.4rem; }
.ae-path span { opacity: 0.85; padding: 0 0.2rem; }
.ae-path i { width: clamp(1rem, 2.4vw, 2.6rem); background: rgba(125, 133, 151, 0.22); }
.ae-path img { display: block; image-rendering: pixelated; border-radius: 2px; }
.ae-path img, .ae-numbers { box-shadow: 0 0 0 1px rgba(125, 133, 151, 0.45); }
.ae-numbers { position: relative; width: 5rem; background: #141a24; border-radius: 2px; }
.ae-numbers u, .ae-numbers s { position: absolute; min-height: 1px; }
.ae-numbers s { background: #fff; opacity: 0.9; border-left: 1px solid #fff;
  border-right: 1px solid #fff; max-height: 2px; }
[data-testid="stSidebar"] [data-testid="stPageLink"] :is(a, span, p, div) {
  white-space: normal; text-overflow: clip; }
[class*="st-key-into-view"] { position: absolute; }
:has(> [class*="st-key-into-view"]) { position: relative; }
[class*="-field-"]:has([data-testid="stAlert"]) :is([data-baseweb="base-input"],
  [data-baseweb="select"] > div, [data-testid="stNumberInputContainer"]) {
  outline: 2px solid #d1495b; outline-offset: -1px; }
[class*="-field-"] [data-testid="stAlertContainer"] { padding: 0.35rem 0.6rem; font-size: 0.85rem; }
[class*="-undo-notice"] { position: fixed; z-index: 1000; bottom: 1.25rem; right: 1rem;
  width: min(40rem, calc(100vw - 2rem)) !important; padding: 0.5rem;
  flex-wrap: nowrap; background: Canvas; border-radius: 0.6rem;
  box-shadow: 0 2px 14px rgb(0 0 0 / 35%); }
.ae-arrow { align-self: center; opacity: 0.6; }
"""
    f"@media (max-width: 720px) {{ {NARROW} }}\n"
    f"@media (max-width: 640px) {{ {PHONE} }}\n"
    f"@media (max-width: 1023px) {{ :where({BESIDE}) {{ {NARROW} }} }}\n"
    "</style>"
)
