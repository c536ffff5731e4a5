"""The recipe of a training, one frozen tree read from TOML. The defaults are the paper's recipe.

Boiarov & Tyantov, "Large Scale Landmark Recognition via Deep Metric Learning", CIKM 2019, sections 3 and 4.
"""

from landmarq.training.config.network import PAIR_HEADS, HeadConfig, NetworkConfig
from landmarq.training.config.photos import AugmentConfig, DataConfig, SamplingConfig
from landmarq.training.config.steps import OptimiserConfig, ScheduleConfig
from landmarq.training.config.tree import SHIPPED, AverageConfig, MachineConfig, StageConfig, TrainConfig, read_config

__all__ = [
    "PAIR_HEADS",
    "SHIPPED",
    "AugmentConfig",
    "AverageConfig",
    "DataConfig",
    "HeadConfig",
    "MachineConfig",
    "NetworkConfig",
    "OptimiserConfig",
    "SamplingConfig",
    "ScheduleConfig",
    "StageConfig",
    "TrainConfig",
    "read_config",
]
