#!/bin/sh
# Installs the Pi Security Camera agent as a service, on Raspberry Pi OS 12 or 13 (64-bit) or any Debian of that age.
# install.sh --help says how. Everything it makes:
#
#   /opt/picam-agent/releases/RELEASE   the program, one folder per release     /opt/picam-agent/current   link to the one in use
#   /etc/picam/camera.toml, token       settings and credential                 /var/lib/picam             pictures not sent yet
#   /etc/systemd/system/picam-agent*    the service                             /usr/local/bin/picam-agent the command
#
# A second camera named garden has /etc/picam/garden.toml, /etc/picam/garden.token, /var/lib/picam-garden and picam-agent@garden.
set -eu

usage() {
	cat <<'END'
Usage: sudo ./install.sh [options]

  --server URL        address of your server, such as http://192.168.1.10:8000 (asked for when left out)
  --pair CODE         pair with the server: the code from its page Settings, Cameras, Add a camera
  --pin PIN           with --pair: by which the server's own certificate is known, from the same page
  --in-clear          with --pair: also without https, for everybody in between to read
  --token-file FILE   take the camera's token from this file; `-` is standard input (asked for when left out)
  --sensor SPEC       pir:GPIO17 for a motion sensor on that pin (default: none)
  --source SPEC       picamera (default), or another source that the settings allow
  --camera NAME       a further camera on this machine, with settings and service of its own
  --from PATH         checkout, .tar.gz, .zip or wheel to install from (default: the checkout around this script)
  --upgrade           new program, same settings; goes back to the old one by itself when the new one does not keep running
  --rollback          go back to the release before this one
  --logs-in-memory    keep the logs of this machine in memory, which spares its card; they are gone after a restart
  --uninstall         remove the program; settings and unsent pictures stay. With --camera NAME: only that camera's service
  --purge             with --uninstall: remove settings and unsent pictures too

Run it again at any time: what is there already stays as it is. A token never stands on the command line.
END
}

root=${PICAM_INSTALL_ROOT:-}                    # tests install into a folder; then no user is made and nothing is chowned
watch_seconds=${PICAM_INSTALL_WATCH_SECONDS:-20} # so long a started service is watched before it counts as healthy
opt=$root/opt/picam-agent
etc=$root/etc/picam
units=$root/etc/systemd/system
var=$root/var/lib
command=$root/usr/local/bin/picam-agent
needed="passwd python3 python3-venv python3-numpy python3-av python3-pil"
wished="python3-picamera2 python3-simplejpeg python3-gpiozero python3-lgpio" # taken where apt has them

say() { printf '%s\n' "$@"; } # one line per argument
fail() {
	printf 'install.sh: %s\n' "$*" >&2
	exit 1
}

# --- what is asked of us -------------------------------------------------------------------------------------------------

read_arguments() {
	action=install server='' token_file='' sensor='' source='' camera=camera from='' pair='' pin='' in_clear=no purge=no logs_in_memory=no
	while [ $# -gt 0 ]; do
		case $1 in
		--server | --pair | --pin | --token-file | --sensor | --source | --camera | --from)
			[ $# -ge 2 ] || fail "$1 needs a value; see --help."
			set_option "$1" "$2"
			shift
			;;
		--upgrade) action=upgrade ;;
		--rollback) action=rollback ;;
		--uninstall) action=uninstall ;;
		--in-clear) in_clear=yes ;;
		--purge) purge=yes ;;
		--logs-in-memory) logs_in_memory=yes ;;
		--help | -h) usage && exit 0 ;;
		*) fail "there is no option $1; see --help." ;;
		esac
		shift
	done
	[ -z "$pair" ] || [ -n "$server" ] || fail "--pair needs --server, as the page shows it."
	[ -z "$pair" ] || [ -z "$token_file" ] || fail "--pair and --token-file are two ways to the same: take one."
	[ $purge = no ] || [ $action = uninstall ] || fail "--purge goes with --uninstall only."
}

set_option() {
	case $1 in
	--server)
		case $2 in http://?* | https://?*) ;; *) fail "--server must look like http://192.168.1.10:8000." ;; esac
		server=$(one_line "$1" "$2")
		;;
	--pair) pair=$(one_line "$1" "$2") ;;
	--pin) pin=$(one_line "$1" "$2") ;;
	--token-file) token_file=$2 ;;
	--sensor) sensor=$(one_line "$1" "$2") ;;
	--source) source=$(one_line "$1" "$2") ;;
	--from) from=$2 ;;
	--camera)
		case $2 in '' | -* | *[!a-z0-9-]*) fail "--camera takes small letters, digits and hyphens, such as garden." ;; esac
		camera=$2
		;;
	esac
}

# These values are written between the quotes of a settings file.
one_line() {
	case $2 in *[\"\\]* | *"
"*) fail "$1 must not hold quotes, backslashes or line breaks." ;; esac
	printf '%s' "$2"
}

# --- names of one camera's things: the first is `camera`, and plain; every other carries its name ------------------------

unit_of() { if [ "$1" = camera ]; then echo picam-agent.service; else echo "picam-agent@$1.service"; fi; }
state_of() { if [ "$1" = camera ]; then echo "$var/picam"; else echo "$var/picam-$1"; fi; }
token_of() { if [ "$1" = camera ]; then echo "$etc/token"; else echo "$etc/$1.token"; fi; }

cameras() {
	for settings in "$etc"/*.toml; do
		[ ! -f "$settings" ] || basename "$settings" .toml
	done
}

# --- the machine ---------------------------------------------------------------------------------------------------------

check_machine() {
	[ -n "$root" ] || [ "$(id -u)" = 0 ] || fail "please run it as root: sudo $0"
	for tool in apt-get systemctl; do
		command -v $tool >/dev/null || fail "this machine has no $tool: Raspberry Pi OS or Debian is needed."
	done
	case $(dpkg --print-architecture) in
	arm64 | amd64) ;;
	*) fail "this system is $(dpkg --print-architecture); a 64-bit one is needed." \
		"Write the card anew with Raspberry Pi OS (64-bit)." ;;
	esac
	! command -v python3 >/dev/null || check_python
}

check_python() {
	python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
		fail "Python 3.11 or newer is needed, this is $(python3 -V). Raspberry Pi OS 12 (bookworm) or newer has it."
}

is_installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

missing_of() {
	for package; do
		is_installed "$package" || printf '%s ' "$package"
	done
}

# shellcheck disable=SC2086  # lists of package names
install_packages() {
	missing=$(missing_of $needed)
	if [ -n "$missing$(missing_of $wished)" ]; then
		say "Reading apt's lists of packages ..."
		quietly apt-get -o DPkg::Lock::Timeout=600 update || [ -z "$missing" ] || fail "apt-get update failed, see above."
	fi
	for package in $(missing_of $wished); do
		if apt-cache show "$package" 2>/dev/null | grep -q '^Package:'; then
			missing="$missing$package "
		else
			say "apt has no $package here: left out."
		fi
	done
	[ -z "$missing" ] || {
		say "Installing $missing..."
		quietly env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 install -y --no-install-recommends \
			$missing || fail "apt-get install failed, see above. Run this again when the cause is gone."
	}
	check_python
}

# What a tool prints matters only when it fails.
quietly() {
	output=$("$@" </dev/null 2>&1) || {
		printf '%s\n' "$output" >&2
		return 1
	}
}

# --- the program ---------------------------------------------------------------------------------------------------------

find_source() {
	case $from in
	'') folder=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd) ;;
	*.whl | *.zip)
		[ -f "$from" ] || fail "there is no file $from."
		folder=$work/source
		python3 -m zipfile -e "$from" "$folder"
		;;
	*.tar | *.tar.* | *.tgz)
		[ -f "$from" ] || fail "there is no file $from."
		folder=$work/source
		mkdir "$folder"
		tar -xf "$from" -C "$folder" --no-same-owner
		;;
	*) folder=$from ;;
	esac
	entry=$(find "$folder" -maxdepth 3 -path '*/auxiliary/camera_client.py' 2>/dev/null | head -n 1)
	[ -n "$entry" ] || fail "${from:-the folder of this script} does not hold the camera agent (auxiliary/camera_client.py)."
	package=$(dirname "$entry")
	[ -f "$package/requirements.lock" ] || fail "$package holds no requirements.lock."
}

# The same files under the same Python are the same release; a system upgrade to a newer Python makes it anew.
name_release() {
	version=$(sed -n 's/^__version__ = "\([0-9A-Za-z.+-]*\)"$/\1/p' "$package/__init__.py")
	digest=$(cd "$package" && find . -type f ! -path '*/__pycache__/*' ! -path './sample/*' -exec sha256sum {} + |
		LC_ALL=C sort | sha256sum | cut -c1-8)
	python=$(python3 -c 'import sys; print("py%d.%d" % sys.version_info[:2])')
	release=$opt/releases/${version:-0}-$python-$digest
}

works() { "$1/bin/python" -m auxiliary.camera_client --help >/dev/null && "$1/bin/python" -c 'import auxiliary.agent'; }

# Complete when its marker is there; a power cut before that leaves rubbish that the next run removes.
make_release() {
	[ ! -e "$release/complete" ] || ! works "$release" 2>/dev/null || return 0
	say "Installing the agent ($(basename "$release")) ..."
	rm -rf "$release"
	mkdir -p "$opt/releases"
	python3 -m venv --system-site-packages "$release"
	# Only what is pinned with its digest comes in, and nothing is built here.
	quietly "$release/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --require-hashes \
		--only-binary :all: -r "$package/requirements.lock" || give_up "pip could not install the agent's packages, see above."
	site=$("$release/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
	tar -C "$(dirname "$package")" --exclude=__pycache__ --exclude=auxiliary/sample -cf - auxiliary |
		tar -C "$site" -xf - --no-same-owner
	chmod -R u=rwX,go=rX "$site/auxiliary"
	ln -sfn "$site/auxiliary/install" "$release/install"
	"$release/bin/python" -m compileall -q "$site/auxiliary" || true
	works "$release" || give_up "the new release does not start, see above. What was installed before is untouched."
	: >"$release/complete"
	sync
}

give_up() {
	rm -rf "$release"
	fail "$@"
}

current_release() { readlink "$opt/current" 2>/dev/null || true; }

# Switches program, command and units together; the link changes in one step, so there is always a whole release behind it.
use_release() {
	ln -sfn "$1" "$opt/current.new"
	mv -T "$opt/current.new" "$opt/current"
	install -d -m 755 "$units" "$(dirname "$command")"
	for each in picam-agent.service picam-agent@.service picam-pairing.service; do
		[ ! -e "$1/install/$each" ] || install -m 644 "$1/install/$each" "$units/" # an older release has fewer
	done
	install -m 755 "$1/install/picam-agent" "$command"
	systemctl daemon-reload
}

remember_previous() { [ "$1" = "$2" ] || [ -z "$1" ] || printf '%s\n' "$1" >"$opt/previous"; }
previous_release() { cat "$opt/previous" 2>/dev/null || true; }

remove_old_releases() {
	for old in "$opt"/releases/*; do
		[ "$old" = "$(current_release)" ] || [ "$old" = "$(previous_release)" ] || rm -rf "$old"
	done
}

# --- settings ------------------------------------------------------------------------------------------------------------

make_user() {
	[ -z "$root" ] || return 0
	for group in video gpio; do # a Debian that is no Pi has no group gpio
		getent group "$group" >/dev/null || groupadd --system "$group"
	done
	getent passwd picam >/dev/null ||
		useradd --system --user-group --home-dir /var/lib/picam --no-create-home --shell /usr/sbin/nologin picam
	usermod --append --groups video,gpio picam
}

give_to_service() { [ -n "$root" ] || chown "$1" "$2"; }

can_ask() { (: </dev/tty) 2>/dev/null && [ -z "$root" ]; }

write_settings() {
	install -d -m 755 "$etc"
	state=$(state_of "$camera")
	[ -d "$state" ] || install -d -m 700 "$state"
	give_to_service picam:picam "$state"
	file=$etc/$camera.toml
	if [ -e "$file" ]; then
		[ -z "${pair:+ok}" ] || return 0 # pairing changes what it must
		[ -z "$server$sensor$source" ] || say "$file is there already and stays as it is: change it with an editor."
		return 0
	fi
	if [ -z "$server" ] && can_ask; then
		printf 'Address of your server (such as http://192.168.1.10:8000): ' >/dev/tty
		IFS= read -r server </dev/tty || true
		[ -z "$server" ] || set_option --server "$server"
	fi
	{
		say "# Settings of this camera. After a change: sudo systemctl restart $(unit_of "$camera")"
		say "# Every option that picam-agent --help names may stand here."
		if [ -n "$server" ]; then say "server = \"$server\""; else say "# server = \"http://192.168.1.10:8000\""; fi
		say "token_file = \"${token#"$root"}\""
		say "spool = \"${state#"$root"}/spool\""
		if [ -n "$source" ]; then say "source = \"$source\""; else say "# source = \"picamera\""; fi
		if [ -n "$sensor" ]; then say "sensor = \"$sensor\""; else say "# sensor = \"pir:GPIO17\""; fi
	} >"$file.new"
	chmod 640 "$file.new" # a source may carry the password of a network camera
	give_to_service root:picam "$file.new"
	mv "$file.new" "$file"
	say "Wrote ${file#"$root"}."
}

# The token goes from the file or the keyboard into the file that only root reads; no command line and no output ever has it.
write_token() {
	token=$(token_of "$camera") token_is_new=no
	if [ "$token_file" = - ]; then
		keep_token
	elif [ -n "$token_file" ]; then
		[ -r "$token_file" ] || fail "the token file $token_file cannot be read."
		keep_token <"$token_file"
	elif [ -n "$pair" ]; then
		: # pairing brings it
	elif [ ! -e "$token" ] && can_ask; then
		# Silent before the question is asked, so that nothing that is pasted early shows up either.
		trap 'stty echo </dev/tty; clean_up' EXIT
		trap 'exit 130' INT TERM
		stty -echo </dev/tty
		printf "The camera's token (it is not shown while you paste it; Enter alone to do it later): " >/dev/tty
		keep_token </dev/tty
		stty echo </dev/tty
		trap clean_up EXIT
		printf '\n' >/dev/tty
	fi
}

keep_token() {
	IFS= read -r word || [ -n "$word" ] || true
	word=$(printf '%s' "$word" | tr -d '[:space:]')
	[ -n "$word" ] || {
		[ -z "$token_file" ] || fail "no token came from $token_file."
		return 0
	}
	install -d -m 755 "$etc"
	(umask 077 && printf '%s\n' "$word" >"$token.new") # printf is part of the shell: no process gets it as an argument
	chmod 600 "$token.new"
	mv "$token.new" "$token"
	word='' token_is_new=yes
	say "Wrote ${token#"$root"} (only root reads it)."
}

# The agent's own command asks the server, and writes token and settings; here they only get their owner.
pair_camera() {
	set -- "$pair" --server "$server" --config "$etc/$camera.toml" --token-file "$token"
	[ -z "$pin" ] || set -- "$@" --pin "$pin"
	[ $in_clear = no ] || set -- "$@" --in-clear
	"$opt/current/bin/python" -m auxiliary.camera_client pair "$@" ||
		fail "the agent is installed, but not paired, see above. Run the line again with a new code from the page."
	give_to_service root:picam "$etc/$camera.toml"
	token_is_new=yes
}

is_set_up() { [ -s "$(token_of "$1")" ] && grep -q '^server *=' "$etc/$1.toml"; }

keep_logs_in_memory() {
	[ $logs_in_memory = yes ] || return 0
	install -d -m 755 "$root/etc/systemd/journald.conf.d"
	printf '%s\n' '[Journal]' 'Storage=volatile' 'RuntimeMaxUse=16M' >"$root/etc/systemd/journald.conf.d/picam.conf"
	systemctl try-restart systemd-journald.service
	say "Logs of this machine are kept in memory from now on."
}

# --- the service ---------------------------------------------------------------------------------------------------------

# Runs, and goes on running without having been started again in between.
runs_healthily() {
	systemctl restart "$1" || return 1
	seconds=0
	while systemctl is-active --quiet "$1"; do
		[ "$seconds" -lt "$watch_seconds" ] || {
			[ "$(systemctl show --property NRestarts --value "$1")" = 0 ]
			return
		}
		sleep 1
		seconds=$((seconds + 1))
	done
	return 1
}

running_units() {
	for name in $(cameras); do
		unit=$(unit_of "$name")
		! systemctl is-active --quiet "$unit" || echo "$unit"
	done
}

all_run_healthily() {
	for unit; do
		runs_healthily "$unit" || {
			say "$unit does not keep running."
			return 1
		}
	done
}

# --- what can be done ----------------------------------------------------------------------------------------------------

install_agent() {
	check_machine
	install_packages
	find_source
	name_release
	before=$(current_release)
	running=$(running_units)
	make_release
	make_user
	if [ "$before" != "$release" ] && [ -n "$running" ]; then
		change_release "$release" "$before" "$running"
	else
		use_release "$release"
		remember_previous "$before" "$release"
	fi
	remove_old_releases
	[ $action = install ] || {
		say "The agent is at $(basename "$release")."
		return 0
	}
	write_token
	write_settings
	[ -z "$pair" ] || pair_camera
	keep_logs_in_memory
	unit=$(unit_of "$camera")
	quietly systemctl enable "$unit" picam-pairing.service
	report
}

report() {
	config=''
	[ "$camera" = camera ] || config=" --camera $camera"
	if ! is_set_up "$camera"; then
		say "" "Not started yet, it needs the server's address in ${etc#"$root"}/$camera.toml and the token in ${token#"$root"}" \
			"(sudo $0 --token-file FILE puts it there). Then: sudo systemctl start $unit"
	elif systemctl is-active --quiet "$unit" && [ $token_is_new = no ]; then
		say "$unit is running. See how it is: picam-agent$config status"
	elif runs_healthily "$unit"; then
		say "$unit is running and starts with the machine." "Now try every part: sudo picam-agent$config check"
	else
		say "$unit does not keep running." "Its own words: journalctl -u $unit -n 20" \
			"Every part by itself: sudo picam-agent$config check"
		exit 1
	fi
}

# change_release NEW OLD UNITS: with the cameras that run; back to OLD when one of them does not keep running on NEW.
# shellcheck disable=SC2086  # a list of units
change_release() {
	say "Changing to $(basename "$1"), watching it for $watch_seconds s ..."
	use_release "$1"
	if all_run_healthily $3; then
		remember_previous "$2" "$1"
		return 0
	fi
	[ -n "$2" ] && [ -e "$2/complete" ] || fail "there is no earlier release to go back to."
	say "Going back to $(basename "$2") ..."
	use_release "$2"
	all_run_healthily $3 || fail "the earlier release does not keep running either: sudo picam-agent check says why."
	[ "$1" = "$2" ] || rm -rf "$1"
	fail "the new release did not keep running; $(basename "$2") is back at work. Nothing was lost."
}

roll_back() {
	check_machine
	back=$(previous_release)
	before=$(current_release)
	[ -n "$back" ] && [ -e "$back/complete" ] || fail "there is no release before this one."
	change_release "$back" "$before" "$(running_units)"
	say "Back at $(basename "$back")."
}

uninstall() {
	check_machine
	names=$(cameras)
	[ "$camera" = camera ] || names=$camera
	for name in $names; do
		quietly systemctl disable --now "$(unit_of "$name")" || true
		[ $purge = no ] || purge_camera "$name"
	done
	if [ "$camera" != camera ]; then
		say "The camera $camera is switched off."
		return 0
	fi
	rm -rf "$opt"
	quietly systemctl disable picam-pairing.service || true
	rm -f "$units/picam-agent.service" "$units/picam-agent@.service" "$units/picam-pairing.service" "$command" "$root/etc/systemd/journald.conf.d/picam.conf"
	systemctl daemon-reload
	if [ $purge = yes ]; then
		rmdir "$etc" 2>/dev/null || true
		[ -n "$root" ] || ! getent passwd picam >/dev/null || userdel picam 2>/dev/null || true
		say "Removed the agent with its settings and pictures. Packages from apt stay."
	else
		say "Removed the agent. Settings (/etc/picam) and unsent pictures (/var/lib/picam*) stay; --uninstall --purge removes them."
	fi
}

purge_camera() {
	state=$(state_of "$1")
	waiting=$(find "$state/spool" -name '*.jpg' ! -name '*.thumb.jpg' 2>/dev/null | wc -l)
	say "Removing the settings of $1 and its $waiting unsent pictures."
	rm -rf "$state" "$etc/$1.toml"
	rm -f "$(token_of "$1")"
}

clean_up() { rm -rf "$work"; }

main() {
	read_arguments "$@"
	umask 022
	work=$(mktemp -d)
	trap clean_up EXIT
	mkdir -p "$root/run"
	exec 9>"$root/run/picam-install.lock"
	flock -n 9 || fail "another install.sh is at work."
	case $action in
	install | upgrade) install_agent ;;
	rollback) roll_back ;;
	uninstall) uninstall ;;
	esac
}

# The last line, so that a download that was cut off does nothing.
main "$@"
