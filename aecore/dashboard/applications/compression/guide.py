"""Panel: how codes become a file, and when that is worth it."""

import streamlit as st

ABOUT = r"""
**The idea.** An autoencoder describes an image by a short code. If the decoder is known on both
sides, only the code has to be stored.

**From a code to a file, in four steps.**

1. *Transform.* Codes are rotated and scaled so that a step in any direction changes images
   equally: to the principal axes of $J^\top J$, with $J$ the decoder's Jacobian on training images.
   For a linear decoder this is PCA.
2. *Quantise.* Each number is rounded to a whole number of steps. The step sets size and quality.
3. *Entropy-code.* Likely values get few bits (asymmetric numeral systems, ANS). What is likely is
   learnt from training codes: clusters, and a Gaussian or Laplace distribution about each centre.
   Validation codes decide between them.
4. *Pack.* The digest of the model and a checksum are added: under 20 bytes.

**Without loss.** A variational autoencoder with the decoder distribution *beta-binomial* gives
each pixel a distribution over the 256 grey values, under which the pixels themselves are
entropy-coded. Storing the exact code as well would cost too much; *bits-back coding* gets those
bits back: the code is not rounded but drawn, with bits of the images before it in the file as the
random numbers, which are found again when the file is read ([Townsend et al.
2019](https://arxiv.org/abs/1901.04866)). An image then takes about as many bits as the model's
negative evidence lower bound, −ELBO. The first image of a file has nothing to draw from and takes
more, so put many images into one file.

**On another machine** a lossless file gives the same pixels or an error, never other pixels. Both
sides need the same probabilities, so the networks are computed in double precision and their
outputs rounded before they are used. A lossy file gives the same pixels within rounding.

**Rows and series.** For a table, the columns that the model learnt are stored, one code per row; a
stretch is cut into windows without overlap, one code per window, and the file also holds how long
it is and when it begins. Missing values are not stored: they come back as the model reconstructs
them. CSV, gzip and bz2 keep every digit, this file does not: look at the error of each column.

**Large images.** Upload an image that is larger than the model's input, and it can keep its size:
it is cut into tiles, each stored as a code, that overlap a little and are blended when they come
back. Without the overlap files are no better and tiles have visible edges. A model of grey images
stores each colour channel in tiles of its own.

**What is compared.** All bytes count, headers too. Many small images are stored as one mosaic by
JPEG, WebP and AVIF, because otherwise headers would make up most of the file. PCA has the same
quantisation and the same coder. It is also the baseline for rows and series; CSV, gzip and bz2 are
the lossless ones there.

**When not to use it.**

- *Other images than those of the training data.* JPEG takes any image; an autoencoder of digits
  makes digits of everything.
- *High quality.* With more and more bits the error of the autoencoder itself remains, the dotted
  line of the curve. PCA and image formats go on to improve.
- *Few images.* The decoder has to be there. Count its size if it must be sent along.
- *Archives.* The file can be read as long as the run that compressed it is there. Keep its exported
  run file, too: the codec travels with it.

**Is it safe to open a file?** It holds numbers only. It is checked before it is decoded: a damaged
file, one of another model or of a newer version is refused with the reason.
"""


def guide() -> None:
    """The text."""
    st.markdown(ABOUT)
