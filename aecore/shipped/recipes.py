"""What the models that ship are trained with: type, hyperparameters, settings."""

U_NET = {"network": "u-net", "filters": (16, 32, 64)}
RESTORER = {"loss": "mse", "learning_rate": 3e-3, "epochs": 6}

# folder → type, hyperparameters, settings of the experiment; both change the type's defaults.
# Chosen on validation images. Minutes are those of a machine with two cores.
RECIPES: dict[str, tuple[str, dict, dict]] = {
    "linear": ("linear", {}, {}),  # 0.1
    "undercomplete": ("undercomplete", {}, {}),  # 0.2
    "overcomplete": ("overcomplete", {}, {}),  # 2
    "sparse": ("sparse", {}, {"epochs": 40}),  # 2
    "sparse-top-k": ("sparse", {"penalty": "top-k", "latent_size": 784}, {"epochs": 40}),  # 4
    "denoising": ("denoising", U_NET, RESTORER),  # 10
    "denoising-masking": (
        "denoising",
        U_NET,
        {**RESTORER, "corruption": "masking", "corruption_strength": 0.5},
    ),  # 10
    "denoising-salt-pepper": (
        "denoising",
        U_NET,
        {**RESTORER, "corruption": "salt-pepper", "corruption_strength": 0.3},
    ),  # 10
    "denoising-super-resolution": (
        "denoising",
        U_NET,
        {**RESTORER, "corruption": "downscaling", "corruption_strength": 2.0},
    ),  # 10
    "contractive": ("contractive", {"weight": 0.05}, {"epochs": 40}),  # 0.5
    "contractive-unpenalised": ("contractive", {"weight": 0.0}, {"epochs": 40}),  # 0.5
    "deep": ("deep", {}, {"optimizer": "adamw", "weight_decay": 0.05, "epochs": 40}),  # 6
    "convolutional": ("convolutional", {}, {"epochs": 25}),  # 6
    "variational": ("variational", {}, {"epochs": 40}),  # 2
    "variational-16": (
        "variational",
        {"latent_size": 16, "decoder_layers": (256, 512)},
        {"epochs": 40},
    ),  # 2
    "variational-gaussian": (
        "variational",
        {"latent_size": 16, "decoder_layers": (256, 512), "decoder": "gaussian"},
        {"epochs": 20},
    ),  # 2
    "variational-lossless": (
        "variational",
        {
            "encoder_layers": (400,),
            "latent_size": 50,
            "decoder_layers": (400,),
            "decoder": "beta-binomial",
        },
        {"epochs": 40},
    ),  # 10
    "linear-breast-cancer": (
        "linear",
        {"latent_size": 6},
        {"dataset": "breast_cancer", "epochs": 55},
    ),
    "undercomplete-penguins": ("undercomplete", {"latent_size": 2}, {"dataset": "penguins"}),  # 0.1
    "undercomplete-breast-cancer": (  # a detector, as its page proposes it: class 1 is benign
        "undercomplete",
        {},
        {"dataset": "breast_cancer", "normal": (1,), "batch_size": 16, "epochs": 55},
    ),
    "variational-seattle-weather": (
        "variational",
        {"latent_size": 2},
        {"dataset": "seattle_weather"},
    ),  # 0.1
    "convolutional-ecg": ("convolutional", {"latent_size": 8}, {"dataset": "ecg"}),  # 0.2
}
