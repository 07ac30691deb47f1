"""What the machine says about itself: temperature, power, radio, disk. Everything is optional; nothing here fails."""

import os
import platform
import time
from pathlib import Path
from typing import Any

_UNDER_VOLTAGE_NOW, _FREQUENCY_CAPPED, _THROTTLED_NOW, _SOFT_LIMIT = 1 << 0, 1 << 1, 1 << 2, 1 << 3


def machine_health(root: Path = Path("/")) -> dict[str, Any]:
    """The wire's health fields that this machine can answer; `root` is where /sys and /proc are found."""
    fields = {
        "uptime_seconds": _uptime_seconds(),
        "temperature_celsius": _scaled(root / "sys/class/thermal/thermal_zone0/temp", 1000),
        "wifi_signal_dbm": _wifi_signal_dbm(root / "proc/net/wireless"),
        **_power(root),
    }
    return {name: value for name, value in fields.items() if value is not None}


def about_machine(root: Path = Path("/")) -> dict[str, str]:
    """What does not change while the agent runs: model, operating system, Python."""
    release = dict(line.partition("=")[::2] for line in (_read(root / "etc/os-release") or "").splitlines())
    fields = {
        "model": (_read(root / "proc/device-tree/model") or "").strip("\0 ")[:80],
        "os_version": release.get("PRETTY_NAME", "").strip('"')[:80],
        "python_version": platform.python_version(),
    }
    return {name: value for name, value in fields.items() if value}


def disk_free_bytes(directory: Path) -> int | None:
    """Bytes that an ordinary user may still write where `directory` is."""
    try:
        disk = os.statvfs(directory)
    except OSError:
        return None
    return disk.f_bavail * disk.f_frsize


def _power(root: Path) -> dict[str, bool | None]:
    """From the firmware's flags on a Pi, else from the kernel's under-voltage alarm."""
    flags = _read(root / "sys/devices/platform/soc/soc:firmware/get_throttled")
    try:
        bits = int(flags or "", 16)
    except ValueError:
        return {"under_voltage": _voltage_alarm(root / "sys/class/hwmon"), "throttled": None}
    throttled = bool(bits & (_FREQUENCY_CAPPED | _THROTTLED_NOW | _SOFT_LIMIT))
    return {"under_voltage": bool(bits & _UNDER_VOLTAGE_NOW), "throttled": throttled}


def _voltage_alarm(monitors: Path) -> bool | None:
    try:
        chips = sorted(monitors.iterdir())
    except OSError:
        return None
    for chip in chips:
        if _read(chip / "name") == "rpi_volt":
            return _read(chip / "in0_lcrit_alarm") == "1"
    return None


def _wifi_signal_dbm(table: Path) -> float | None:
    """The level column of the first interface; the kernel writes dBm there for every driver of today."""
    for line in (_read(table) or "").splitlines()[2:]:
        columns = line.split()
        try:
            level = float(columns[3].rstrip("."))
        except (IndexError, ValueError):
            continue
        if level < 0:
            return level
    return None


def _uptime_seconds() -> float:
    return round(time.clock_gettime(time.CLOCK_BOOTTIME), 1)


def _scaled(file: Path, divisor: float) -> float | None:
    try:
        return round(float(_read(file) or "") / divisor, 1)
    except ValueError:
        return None


def _read(file: Path) -> str | None:
    try:
        return file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None
