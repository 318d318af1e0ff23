"""Denoising: corrupted in, clean out."""

ABOUT = r"""
**The idea.** The input is corrupted, the target is clean. Copying the input no longer helps: to
tell signal from noise, the network has to learn what images look like:

$$
\tilde x \sim q(\tilde x \mid x), \qquad \min \; \lVert x - g(f(\tilde x)) \rVert^2
$$

**When to use it.** To restore images with the kind of noise that the model was trained on, and to
learn features that do not depend on single pixels.

**When not to use it.** For noise of another kind or strength. Under *Reconstructions*, move the
slider beyond the strength used in training and watch the model invent strokes.

**Three networks.** The *bottleneck* network passes everything through a small code. The *U-Net*
adds skip connections for fine detail and restores best. The *dense* network is the classic of
2008.

**Cost.** The bottleneck network trains in under a minute. The U-Net needs about ten minutes on two
cores, but has only a sixth of the weights of the dense network.

**Signs of failure.** Sharp strokes where the noise has left no evidence: the model has guessed.
Compare with the classical filters under *Restoration*, which blur but do not invent.

**Further reading.** Vincent et al. 2008,
[doi:10.1145/1390156.1390294](https://doi.org/10.1145/1390156.1390294); Ronneberger et al. 2015 on
the U-Net, [arXiv:1505.04597](https://arxiv.org/abs/1505.04597); Buades et al. 2005 on non-local
means, [doi:10.1109/CVPR.2005.38](https://doi.org/10.1109/CVPR.2005.38).
"""

if __name__ == "__main__":  # worker processes import the page, too
    from aecore.dashboard.model.trials import Trial
    from aecore.dashboard.model.type_page import type_page
    from aecore.dashboard.train.panel import training_panel
    from aecore.dashboard.types.by_kind import by_kind
    from aecore.dashboard.types.denoising import restoration
    from aecore.dashboard.types.value_copies import value_restoration

    TRIALS = (
        Trial(
            "Half the pixels missing",
            "Easier than noise, because the remaining pixels are correct: the bottleneck network "
            "reaches about 22.5 dB, compared with about 20 dB for Gaussian noise of 0.5.",
            settings={"corruption": "masking", "corruption_strength": 0.5},
        ),
        Trial(
            "A missing block",
            "The network has to fill in a whole region (about 20.4 dB). Look at the worst "
            "reconstructions: they are plausible digits, but sometimes the wrong ones.",
            settings={"corruption": "block", "corruption_strength": 0.4},
        ),
        Trial(
            "The dense network of 2008",
            "Without convolutions, 0.9 million weights reach about 19.6 dB. The bottleneck network "
            "reaches about 20 dB with a quarter of the weights.",
            {"network": "dense"},
        ),
    )
    own = ("Restoration", by_kind(restoration, value_restoration))
    type_page("denoising", ABOUT, TRIALS, own, training_panel)
