"""What can be set, from flags > environment > file > defaults, and where each value came from."""

from gate_service.settings.load import CONFIG_ENV, ENV_PREFIX, Loaded, load
from gate_service.settings.model import Authentication, Mode, Settings, SettingsError, masked

__all__ = [
    "CONFIG_ENV",
    "ENV_PREFIX",
    "Authentication",
    "Loaded",
    "Mode",
    "Settings",
    "SettingsError",
    "load",
    "masked",
]
