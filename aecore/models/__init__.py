"""What is learnt: nine types of autoencoder, in the order in which they are taught."""

from aecore.models.base import Autoencoder
from aecore.models.contractive import Contractive
from aecore.models.convolutional import Convolutional
from aecore.models.deep import Deep
from aecore.models.denoising import Denoising
from aecore.models.linear import Linear
from aecore.models.overcomplete import Overcomplete
from aecore.models.settings import SettingError
from aecore.models.sparse import Sparse
from aecore.models.undercomplete import Undercomplete
from aecore.models.variational import Variational

AUTOENCODERS: dict[str, type[Autoencoder]] = {
    kind.key: kind
    for kind in (
        Linear,
        Undercomplete,
        Overcomplete,
        Sparse,
        Denoising,
        Contractive,
        Deep,
        Convolutional,
        Variational,
    )
}

__all__ = ["AUTOENCODERS", "Autoencoder", "SettingError"]
