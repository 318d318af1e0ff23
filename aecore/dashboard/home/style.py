"""The style sheet of home, beside the one that all pages have."""

STYLE = """
:root { --home-row: 9; }
@media (max-width: 1200px) { :root { --home-row: 5; } }
@media (max-width: 640px) { :root { --home-row: 3; } }
@media (min-width: 640.1px) {
  .st-key-home-stage { min-height: 21.6rem; }  /* while the pad is loaded */
  .st-key-home-stage [data-testid="stHorizontalBlock"] { flex-wrap: wrap; }
  .st-key-home-stage [data-testid="stColumn"] { flex: 1 1 22rem; min-width: 0; }
  .st-key-home-stage [data-testid="stColumn"]:first-child { flex: 0 0 14rem; }
}
@media (max-width: 640px) {
  .st-key-home-stage [data-testid="stHorizontalBlock"] { gap: 1.5rem; }
  .st-key-home-stage [data-testid="stColumn"]:first-child { flex: 0 1 15rem; }
}
.ae-way { display: flex; gap: 0.75rem; align-items: flex-start; }
.ae-way figure, .ae-tile { margin: 0; }
.ae-way > figure { flex: 1 1 0; min-width: 0; max-width: 150px; }
.ae-way > .ae-code { flex-grow: 1.3; max-width: 210px; }
.ae-way img, .ae-tile img { display: block; width: 100%; image-rendering: pixelated;
  border-radius: 3px; box-shadow: 0 0 0 1px rgba(125, 133, 151, 0.45); }
.ae-way .ae-code img { aspect-ratio: 1.4; box-shadow: none; border-radius: 0;
  image-rendering: auto; }
.ae-way figcaption { font-size: 0.8rem; line-height: 1.25; text-align: center;
  margin-top: 0.35rem; }
.ae-way > .ae-arrow { align-self: auto; padding-top: 3.4rem; }
.st-key-home-digits button { width: 2.6rem; min-height: 2.6rem; height: 2.6rem; padding: 0;
  background-color: #000; background-size: cover; image-rendering: pixelated; }
@media (min-width: 640.1px) and (max-width: 1200px) {
  .st-key-home-digits button { width: 2.2rem; min-height: 2.2rem; height: 2.2rem; }
}
.st-key-home-digits button p { position: absolute; width: 1px; overflow: hidden; font-size: 0;
  clip-path: inset(50%); }  /* the picture says it, and the button's name */
.st-key-home-digits [data-testid="stBaseButton-primary"] { outline: 2px solid #3d7edb;
  outline-offset: 2px; }
.st-key-home-nine { display: grid; gap: 0.75rem 0.5rem;
  grid-template-columns: repeat(var(--home-row), minmax(0, 1fr)); }
.st-key-home-nine .ae-face { margin: 0 auto; }
.st-key-home-nine [data-testid="stPageLink"] a { padding: 0; justify-content: center; }
.st-key-home-nine [data-testid="stPageLink"] p { font-size: 0.8rem; }
.ae-tile { position: relative; max-width: 120px; }
.ae-tile .ae-given { position: absolute; top: 0; left: 0; width: 40%; }
.ae-tile figcaption { height: 4rem; display: flex; flex-direction: column; align-items: center;
  justify-content: flex-end; border-bottom: 1px solid rgba(125, 133, 151, 0.7); }
.ae-tile b { font-size: 0.85rem; font-weight: 600; }
.ae-tile i { width: 55%; min-height: 1px; background: #3d7edb; border-radius: 2px 2px 0 0; }
.st-key-home-examples { display: grid; gap: 1rem;
  grid-template-columns: repeat(auto-fill, minmax(min(15rem, 100%), 1fr)); }
.st-key-home-examples > div, .st-key-home-examples > div > div { height: 100%; }
.ae-card { height: 5.5rem; display: flex; gap: 0.5rem; align-items: center; }
.ae-card img { height: 100%; image-rendering: pixelated; border-radius: 3px;
  box-shadow: 0 0 0 1px rgba(125, 133, 151, 0.45); }
.ae-drawn img { box-shadow: none; border-radius: 0; }
.ae-sizes { align-items: flex-end; gap: 0.35rem; font-size: 0.75rem; }
.ae-sizes span { display: flex; flex-direction: column; align-items: center; }
.ae-sizes i { width: 1.4rem; background: #3d7edb; border-radius: 2px 2px 0 0; }
"""
