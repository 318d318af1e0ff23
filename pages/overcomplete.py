"""Overcomplete: the code is larger than the image."""

ABOUT = r"""
**The idea.** With more code units than pixels the network can pass every pixel through
unchanged. A tiny error then says nothing about what was understood.

$$
\dim z > \dim x \quad\Rightarrow\quad x' = x \text{ is possible without learning anything}
$$

What keeps it honest is a price on the code: an L1 penalty, weight decay, noise on the code, or
corruption of the input. Choose one under *Train* and compare.

**When to use it.** With such a price: large codes make good features (see the sparse and the
denoising type).

**When not.** To compress; or to find anomalies: a network that copies anything copies the
anomaly too.

**How to tell that it fails.** Feed it something it has never seen, a photo or noise, under *Your
images*: a faithful copy of it is a bad sign.
"""

if __name__ == "__main__":  # worker processes, too, import the page they are started from
    from aecore.dashboard.overcomplete import copying
    from aecore.dashboard.type_page import type_page

    type_page("overcomplete", ABOUT, own=("Copying", copying))
