# shellcheck shell=sh
# Shared by the shell tools, which source it from the root of the checkout: plain messages, one log, stamps.

setup_log=.venv/setup.log

say() {
	printf '%s\n' "$*"
}

fail() {
	printf '%s\n' "$*" >&2
	exit 1
}

# step "What happens now ..." command arguments: runs the command, silent unless it fails.
# In a child shell with -e, because a function called in a condition would go on after an error.
step() {
	say "$1"
	shift
	mkdir -p .venv
	printf '\n== %s\n' "$*" >>"$setup_log"
	set +e
	(
		set -e
		"$@"
	) >>"$setup_log" 2>&1 </dev/null
	step_code=$?
	set -e
	if [ "$step_code" != 0 ]; then
		tail -n 25 "$setup_log" >&2
		fail "That did not work (the last lines are above, the whole log is in $setup_log). Is the internet reachable?" \
			"Once the cause is gone, the same command goes on from here."
	fi
}

# A checksum that changes with the names and the contents of the given files.
checksum() {
	cat -- "$@" | cksum | tr ' ' '-'
}

is_stamped() {
	[ "$(cat ".venv/$1.stamp" 2>/dev/null)" = "$2" ]
}

stamp() {
	printf '%s\n' "$2" >".venv/$1.stamp"
}

remove_venv_but_log() {
	if [ -d .venv ]; then
		find .venv -mindepth 1 -maxdepth 1 ! -name setup.log -exec rm -rf {} +
	fi
}

# `make run` and `make test` started together would otherwise write into one environment. The lock is on a file that is
# always there and ends with this process.
only_one_setup_at_a_time() {
	if command -v flock >/dev/null; then
		exec 9<tools/bootstrap
		if ! flock -n 9; then
			say "Another set-up is at work in this folder; waiting for it ..."
			flock 9
		fi
	fi
}
