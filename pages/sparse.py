"""Sparse: few of many units are active."""

ABOUT = r"""
**The idea.** The code is large, but for one image only a few units may be on. Each unit then
comes to stand for something: a stroke, a loop, an end.

$$
L = \text{reconstruction} + \beta \sum_j \mathrm{KL}(\rho \,\Vert\, \hat\rho_j), \qquad
\mathrm{KL}(\rho \Vert \hat\rho) =
\rho \ln\frac{\rho}{\hat\rho} + (1-\rho)\ln\frac{1-\rho}{1-\hat\rho}
$$

with $\hat\rho_j$ the mean activity of unit $j$. L1 charges activity itself; top-k simply keeps
the $k$ strongest units and switches off the rest.

**When to use it.** For features that a simple classifier can use, and that a person can look at.

**When not.** When the code has to be short: sparse is not small.

**How to tell that it fails.** Dead units (never on) or a penalty so strong that all images come
back as the same average.
"""

if __name__ == "__main__":  # worker processes, too, import the page they are started from
    from aecore.dashboard.sparse import units
    from aecore.dashboard.type_page import type_page

    type_page("sparse", ABOUT, own=("Units", units))
