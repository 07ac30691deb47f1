"""What a person copies, saves or photographs to pair a camera. Pure functions of where the server is and the code.

Nothing that goes into a command can end a word of a shell: addresses and codes have no such characters, and are quoted.
"""

import io
import shlex
from urllib.parse import urlsplit

from api.addresses import is_loopback
from api.services.reach import Reach

CARD_FILE = "picam-pairing.toml"
_USER_DATA = """\
#cloud-config
# A camera without screen and keyboard, for Raspberry Pi OS 13 (trixie, 64-bit) or newer, which reads this at its first start.
# Write the card with Raspberry Pi Imager (give it your Wi-Fi there), and save this file on the card's small partition `bootfs`
# as `user-data`. Card into the Pi, power on: after five to ten minutes the page shows what it sees. The code works once.
# If it does not appear: /var/log/picam-install.log on the Pi says why.
hostname: picam
manage_etc_hosts: true
ssh_pwauth: false
package_update: true
packages: [curl, ca-certificates]
runcmd:
  # A Pi without a battery starts with a wrong clock, and with that apt does not work: wait for the time, at most 5 minutes.
  - [timeout, "300", sh, -c, 'until [ "$(timedatectl show --property NTPSynchronized --value)" = yes ]; do sleep 2; done']
  - - sh
    - -c
    - >-
      {command}
      >/var/log/picam-install.log 2>&1
"""


def install_command(reach: Reach, code: str, *, sudo: bool = True) -> str:
    """The one line for a machine without the agent: it fetches the installer from this very server and no other."""
    # The pin takes the place of the authorities: `-k` switches off those alone, curl goes on checking the pin.
    pinned = f"k --pinnedpubkey {shlex.quote(reach.pin)}" if reach.pin else ""
    fetch = f"curl -fsS{pinned} {shlex.quote(f'{reach.server}/install.sh')}"
    shell = "sudo sh" if sudo else "sh"
    return f"{fetch} | {shell} -s -- --server {shlex.quote(reach.server)}{_options(reach)} --pair {code}"


def pair_command(reach: Reach, code: str) -> str:
    """The one line for a machine that has the agent."""
    return f"sudo picam-agent pair {code} --server {shlex.quote(reach.server)}{_options(reach)}"


def card_file(reach: Reach, code: str) -> str:
    """`picam-pairing.toml`: an installed agent takes it from its boot partition at the next start, and removes it."""
    lines = [f'server = "{reach.server}"', f'code = "{code}"']
    if reach.pin:
        lines.append(f'pin = "{reach.pin}"')
    if _in_clear(reach):
        lines.append("in_clear = true")
    return "\n".join(["# Pairs this camera at its next start; it is removed then. The code works once.", *lines, ""])


def user_data(reach: Reach, code: str) -> str:
    """`user-data` for cloud-init: a freshly written card becomes a paired camera by itself."""
    return _USER_DATA.format(command=install_command(reach, code, sudo=False))


def qr_svg(text: str) -> str:
    """A QR code as an SVG document, dark on light with its quiet zone, scaled by whoever shows it."""
    import segno

    buffer = io.BytesIO()
    segno.make(text, error="l", micro=False).save(
        buffer,
        kind="svg",
        dark="#000",
        light="#fff",
        border=4,
        omitsize=True,
        xmldecl=False,
        svgclass=None,
        lineclass=None,
    )
    return buffer.getvalue().decode()


def _options(reach: Reach) -> str:
    if reach.pin:
        return f" --pin {shlex.quote(reach.pin)}"
    return " --in-clear" if _in_clear(reach) else ""


def _in_clear(reach: Reach) -> bool:
    """The server's owner has chosen plain HTTP beyond the machine; a camera wants to be told that this is meant."""
    parts = urlsplit(reach.server)
    return parts.scheme == "http" and not is_loopback(parts.hostname or "")
