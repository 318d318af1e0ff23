"""Denoising: corrupted in, clean out."""

ABOUT = r"""
**The idea.** The input is corrupted, the target is clean. Copying no longer helps; the network
must know what images look like to tell signal from noise:

$$
\tilde x \sim q(\tilde x \mid x), \qquad \min \; \lVert x - g(f(\tilde x)) \rVert^2
$$

**When to use it.** To restore images with the kind of noise it was trained on, and to learn
features that do not hang on single pixels.

**When not.** On noise of another kind or strength: move the slider under *Reconstructions* past
what it was trained on and watch it invent strokes.

**Three networks.** The *bottleneck* squeezes everything through a code; the *U-Net* passes fine
detail by it and restores best; the *dense* one is the classic of 2008.
"""

if __name__ == "__main__":  # worker processes, too, import the page they are started from
    from aecore.dashboard.denoising import restoration
    from aecore.dashboard.type_page import type_page

    type_page("denoising", ABOUT, own=("Restoration", restoration))
