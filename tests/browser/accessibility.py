"""Faults that axe-core finds on a page (https://github.com/dequelabs/axe-core, MPL-2.0)."""

from pathlib import Path

AXE = Path(__file__).with_name("vendor") / "axe.min.js"
# faults of Streamlit's own elements, which a page cannot mend: rule → selector
NOT_OURS = {
    # long lines of code scroll; Chromium and Firefox let the keyboard do so without a tabindex
    "scrollable-region-focusable": "[data-testid=stCode] pre",
}
FAULTS = """
async ({notOurs, rules}) => {
  const runOnly = rules && {type: "rule", values: rules};
  const found = await axe.run(document, {resultTypes: ["violations"], ...(runOnly && {runOnly})});
  const ours = (rule, target) => {
    const element = target.length === 1 && document.querySelector(target[0]);
    return !(notOurs[rule] && element && element.closest(notOurs[rule]));
  };
  return found.violations.filter(({impact}) => ["serious", "critical"].includes(impact)).flatMap(
    ({id, nodes}) => nodes.filter(({target}) => ours(id, target)).map(
      ({html, any, all, none}) => [id, html.slice(0, 200), ...[...any, ...all, ...none].map(
        ({message}) => message)].join(": ")));
}
"""


def serious_faults(page, rules: tuple[str, ...] = ()) -> list[str]:
    """Faults of serious or critical impact on a page that stay: styles may come a moment late.

    Args:
        rules: those to look at; none: all.
    """
    for _ in range(8):
        if not (found := _faults(page, rules)):
            break
        page.wait_for_timeout(1000)
    return found


def _faults(page, rules: tuple[str, ...]) -> list[str]:
    if not page.evaluate("Boolean(window.axe)"):
        page.add_script_tag(path=AXE)
        page.add_style_tag(content="* { transition: none !important; }")  # no colour on its way
    return page.evaluate(FAULTS, {"notOurs": NOT_OURS, "rules": list(rules) or None})
