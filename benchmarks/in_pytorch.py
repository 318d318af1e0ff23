"""The same networks in careful PyTorch: the contestant of `benchmarks.training`.

All images are one tensor, from which batches are taken by index; the optimizer is the fused one,
losses take logits, and nothing waits for a number within an epoch.
"""

import itertools
import math
import os
import time

import torch
import torch.nn.functional as F
from torch import nn

from aecore.data.datasets import Dataset
from aecore.training.experiment import Experiment

EVALUATION_BATCH = 500
ACTIVATIONS = {"relu": nn.ReLU, "gelu": nn.GELU, "sigmoid": nn.Sigmoid, "linear": nn.Identity}
EPSILON, MOMENTUM = 1e-3, 0.1  # of Keras' normalizations, as PyTorch counts


class Network(nn.Module):
    """Encoder, decoder and what the type charges for the code."""

    def __init__(self, kind, shape):
        super().__init__()
        self.kind, self.pixels = kind, math.prod(shape)
        self.encoder, self.decoder = BUILDERS.get(kind.key, dense)(kind, shape)
        for layer in self.modules():
            if isinstance(layer, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
                nn.init.xavier_uniform_(layer.weight)  # as Keras starts

    def forward(self, images):
        """Images (n, c, h, w) → logits of the same shape, and the penalty of the batch."""
        logits, penalty = getattr(self, f"_{self.kind.key}", self._plain)(images)
        return logits.view(images.shape), penalty / self.pixels

    def _plain(self, images):
        return self.decoder(self.encoder(images)), 0.0

    def _sparse(self, images):
        codes = self.encoder(images)
        if self.kind.penalty == "top-k":
            least = codes.topk(self.kind.k).values[:, -1:]
            return self.decoder(codes * (codes >= least)), 0.0
        rho = self.kind.target
        active = codes.mean(0).clamp(1e-6, 1 - 1e-6)
        kl = rho * torch.log(rho / active) + (1 - rho) * torch.log((1 - rho) / (1 - active))
        return self.decoder(codes), self.kind.weight * kl.sum()

    def _contractive(self, images):
        codes = self.encoder(images)
        *_, units, _ = self.encoder
        weights = units.weight.square().sum(1)  # (latent_size,)
        slopes = codes * (1 - codes)
        return self.decoder(codes), self.kind.weight * (slopes.square() @ weights).mean()

    def _variational(self, images):
        mean, log_variance = self.encoder(images).chunk(2, 1)
        kl = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(1).mean()
        codes = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
        return self.decoder(codes), self.kind.beta * kl

    def _denoising(self, images):
        if self.kind.network == "u-net":
            return u_net_outputs(self, images), 0.0
        return self._plain(images)


def normalization(name: str, size: int) -> list[nn.Module]:
    """Batch or layer normalization of so many units, or nothing."""
    if name == "batch":
        return [nn.BatchNorm1d(size, EPSILON, MOMENTUM)]
    return [nn.LayerNorm(size, EPSILON)] if name == "layer" else []


def stack(sizes, kind) -> list[nn.Module]:
    """Dense layers, each normalized, then activated."""
    layers: list[nn.Module] = []
    for before, after in itertools.pairwise(sizes):
        layers.append(nn.Linear(before, after))
        layers += [*normalization(kind.normalization, after), ACTIVATIONS[kind.activation]()]
    return layers


def dense(kind, shape):
    """The dense types: what one has not, such as layers beside the code, is left out."""
    pixels = math.prod(shape)
    down = [pixels, *getattr(kind, "encoder_layers", ())]
    up = [kind.latent_size, *getattr(kind, "decoder_layers", ())]
    units = nn.Linear(down[-1], kind.latent_size)
    activation = getattr(kind, "latent_activation", "linear")
    if getattr(kind, "penalty", "") == "top-k":
        normal = nn.BatchNorm1d(kind.latent_size, EPSILON, MOMENTUM)
        normal.weight.requires_grad_(False)  # it has no scale
        code = [units, normal, nn.ReLU()]
    elif getattr(kind, "penalty", "") == "kl":
        nn.init.constant_(units.bias, -2.0)
        code = [units, nn.Sigmoid()]
    else:
        nn.init.constant_(units.bias, 1.0 if activation == "relu" else 0.0)
        code = [units, ACTIVATIONS[activation]()]
    encoder = nn.Sequential(nn.Flatten(), *stack(down, kind), *code)
    return encoder, nn.Sequential(*stack(up, kind), nn.Linear(up[-1], pixels))


def variational(kind, shape):
    """Means and log-variances come from one product."""
    pixels = math.prod(shape)
    down, up = [pixels, *kind.encoder_layers], [kind.latent_size, *kind.decoder_layers]
    heads = nn.Linear(down[-1], 2 * kind.latent_size)
    return (
        nn.Sequential(nn.Flatten(), *stack(down, kind), heads),
        nn.Sequential(*stack(up, kind), nn.Linear(up[-1], pixels)),
    )


def activated(kind, convolution: nn.Module, channels: int) -> list[nn.Module]:
    """A convolution, batch normalization and activation."""
    norm = nn.BatchNorm2d(channels, EPSILON, MOMENTUM)
    return [convolution, norm, ACTIVATIONS[kind.activation]()]


def enlarged(kind, before: int, after: int) -> list[nn.Module]:
    """A transposed convolution that doubles the sides."""
    return activated(kind, nn.ConvTranspose2d(before, after, 4, 2, 1, bias=False), after)


def convolutional(kind, shape):
    """Convolutions of stride 2 to a dense code, and back."""
    side, _, channels = shape
    kernel = getattr(kind, "kernel_size", 3)
    down: list[nn.Module] = []
    for before, after in itertools.pairwise([channels, *kind.filters]):
        convolution = nn.Conv2d(before, after, kernel, 2, kernel // 2, bias=False)
        down += activated(kind, convolution, after)
    least, deepest = side // 2 ** len(kind.filters), kind.filters[-1]
    flat = least * least * deepest
    up = activated(kind, nn.Unflatten(1, (deepest, least, least)), deepest)
    for before, after in itertools.pairwise(kind.filters[::-1]):
        up += enlarged(kind, before, after)
    up.append(nn.ConvTranspose2d(kind.filters[0], channels, 4, 2, 1))
    return (
        nn.Sequential(*down, nn.Flatten(), nn.Linear(flat, kind.latent_size)),
        nn.Sequential(nn.Linear(kind.latent_size, flat), *up),
    )


def denoising(kind, shape):
    """The three networks."""
    if kind.network == "bottleneck":
        return convolutional(kind, shape)
    if kind.network == "u-net":
        return u_net(kind, shape)
    pixels = math.prod(shape)
    down = [pixels, *kind.hidden_layers]
    up = [kind.latent_size, *kind.hidden_layers[::-1]]
    return (
        nn.Sequential(nn.Flatten(), *stack(down, kind), nn.Linear(down[-1], kind.latent_size)),
        nn.Sequential(*stack(up, kind), nn.Linear(up[-1], pixels)),
    )


def u_net(kind, shape):
    """Pairs of convolutions at each scale down, and at each up again; a last one of size 1."""

    def pair(before: int, after: int):
        first, second = (
            nn.Conv2d(size, after, 3, padding=1, bias=False) for size in (before, after)
        )
        return nn.Sequential(*activated(kind, first, after), *activated(kind, second, after))

    channels = shape[-1]
    down = [pair(a, b) for a, b in itertools.pairwise([channels, *kind.filters])]
    up: list[nn.Module] = []
    for a, b in itertools.pairwise(kind.filters[::-1]):
        up += [nn.Sequential(*enlarged(kind, a, b)), pair(2 * b, b)]
    return nn.ModuleList(down), nn.ModuleList([*up, nn.Conv2d(kind.filters[0], channels, 1)])


def u_net_outputs(network: Network, x):
    """Logits of a U-Net."""
    skips = []
    for number, pair in enumerate(network.encoder):
        x = pair(F.max_pool2d(x, 2) if number else x)
        skips.append(x)
    skips.pop()
    *layers, last = network.decoder
    for enlarge, pair in zip(layers[::2], layers[1::2], strict=True):
        x = pair(torch.cat([enlarge(x), skips.pop()], 1))
    return last(x)


BUILDERS = {"variational": variational, "convolutional": convolutional, "denoising": denoising}


def corrupted(images, experiment: Experiment):
    """Images with fresh noise, if the experiment has any."""
    if experiment.corruption == "none":
        return images
    if experiment.corruption != "gaussian":
        raise NotImplementedError(experiment.corruption)
    noise = torch.randn_like(images).mul_(experiment.corruption_strength)
    return noise.add_(images).clamp_(0.0, 1.0)


def train(experiment: Experiment, data: Dataset, goes_on) -> dict:
    """Trains as long as `goes_on` says, of the times at which epochs ended: `ends`, `losses`."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(experiment.seed)
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    torch.set_flush_denormal(True)  # as TensorFlow does
    torch.set_float32_matmul_precision("high")  # likewise, on a GPU
    images, held = (
        torch.tensor(part.images).movedim(-1, 1).contiguous().to(device)
        for part in (data.training, data.validation)
    )
    held_inputs = corrupted(held, experiment)
    network = Network(experiment.autoencoder, experiment.shape).to(device)
    network = network.to(memory_format=torch.channels_last)  # a tenth faster on a processor
    weights = [each for each in network.parameters() if each.requires_grad]
    optimizer = torch.optim.Adam(weights, experiment.learning_rate, eps=1e-7, fused=True)
    error = F.mse_loss if experiment.loss == "mse" else F.binary_cross_entropy_with_logits
    ends, losses, low = [], [], experiment.precision == "bfloat16"
    while goes_on(ends):
        network.train()
        total = torch.zeros((), device=device)
        for rows in torch.randperm(len(images), device=device).split(experiment.batch_size):
            clean = images[rows]
            inputs = corrupted(clean, experiment)
            with torch.autocast(device, torch.bfloat16, enabled=low):
                logits, penalty = network(inputs)
            loss = error(logits.float(), clean) + penalty
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.detach()
        network.eval()
        with torch.inference_mode():
            measured = []
            batches = (part.split(EVALUATION_BATCH) for part in (held_inputs, held))
            for inputs, clean in zip(*batches, strict=True):
                logits, penalty = network(inputs)
                measured.append(error(logits, clean) + penalty)
            losses.append(float(torch.stack(measured).mean()))
        if not math.isfinite(float(total)):
            raise ArithmeticError("The training diverged.")
        ends.append(time.perf_counter())
    parameters = sum(each.numel() for each in weights)
    return {"ends": ends, "losses": losses, "parameters": parameters}
