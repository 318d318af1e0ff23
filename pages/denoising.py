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

**What it costs.** The bottleneck learns in under a minute; the U-Net needs some ten minutes on two
cores, and only one tenth of the weights of a dense network.

**How to tell that it fails.** Its strokes are sharp where the noise left nothing to go by: it has
guessed. Compare with the classical filters under *Restoration*, which blur but do not invent.

**Further reading.** Vincent et al. 2008,
[doi:10.1145/1390156.1390294](https://doi.org/10.1145/1390156.1390294); Ronneberger et al. 2015 on
the U-Net, [arXiv:1505.04597](https://arxiv.org/abs/1505.04597); Buades et al. 2005 on non-local
means, [doi:10.1109/CVPR.2005.38](https://doi.org/10.1109/CVPR.2005.38).
"""

if __name__ == "__main__":  # worker processes, too, import the page they are started from
    from aecore.dashboard.model.trials import Trial
    from aecore.dashboard.model.type_page import type_page
    from aecore.dashboard.train.panel import training_panel
    from aecore.dashboard.types.denoising import restoration

    TRIALS = (
        Trial(
            "Half the pixels missing",
            "Easier than noise: what is left is true. Some 22.5 dB with the bottleneck, where "
            "Gaussian noise of 0.5 leaves about 20.",
            settings={"corruption": "masking", "corruption_strength": 0.5},
        ),
        Trial(
            "A missing block",
            "The network has to make up a whole piece (about 20.4 dB). Look at the worst "
            "reconstructions: plausible digits, sometimes other ones.",
            settings={"corruption": "block", "corruption_strength": 0.4},
        ),
        Trial(
            "The dense network of 2008",
            "No convolutions: 0.9 million weights, about 19.6 dB, where the bottleneck gets "
            "about 20 with a quarter of them.",
            {"network": "dense"},
        ),
    )
    type_page("denoising", ABOUT, TRIALS, ("Restoration", restoration), training_panel)
