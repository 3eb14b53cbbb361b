# shellcheck shell=sh
# Root file systems for tests. Source this file; it needs no more than a POSIX shell.
#
#   busybox_tree DIRECTORY   makes a small tree there, in a tenth of a second: yours to write to
#   debian_tree              prints the path of a Debian tree that all tests share: made once, kept
#                            below $HONU_BUILD. Never write to it: use --ephemeral or --read-only
#   trees_bare DIRECTORY     removes what busybox_tree made, and nothing that is mounted below it

# Users and groups that the host does not have, so that a name found is a name of the tree.
trees_accounts() {
	cat >"$1/etc/passwd" <<-END
		root:x:0:0:root:/root:/bin/sh
		keeper:x:1000:1000:keeper:/home/keeper:/bin/sh
		stray:x:1001:1001:no home:/nonexistent:/bin/sh
		nobody:x:65534:65534:nobody:/:/bin/false
	END
	cat >"$1/etc/group" <<-END
		root:x:0:
		tty:x:5:
		keeper:x:1000:
		stray:x:1001:
		reef:x:2001:keeper,stray
		lagoon:x:2002:keeper
		shoal:x:2003:
		nogroup:x:65534:
	END
}

busybox_tree() {
	trees_busybox=$(command -v busybox) || {
		echo 'busybox_tree: busybox is not installed (Debian: busybox-static)' >&2
		return 1
	}
	mkdir -p "$1" || return 1
	(
		set -e
		umask 022
		cd "$1"
		mkdir bin etc dev proc sys run tmp root home home/keeper usr usr/bin var mnt
		chmod 1777 tmp
		chmod 0700 root
		chown 1000:1000 home/keeper
		cp "$trees_busybox" bin/busybox
		for applet in $(bin/busybox --list); do
			echo "ln -s busybox bin/$applet 2>/dev/null"
		done | bin/busybox sh || : # "busybox" itself is there already
		trees_accounts .
		echo honu-busybox >etc/hostname
		echo 'a tree of busybox' >etc/motd
	)
}

# --one-file-system: should a test have left a mount, what is in it is not ours to remove.
trees_bare() {
	rm -rf --one-file-system "$1"
}

# The accounts are those of Debian; a user is added to have one.
trees_make_debian() {
	# A slash in the host's name breaks mmdebstrap, hence another name for as long as it runs.
	# shellcheck disable=SC2016 # the inner shell expands them
	unshare --uts sh -c 'hostname debian-tree && exec "$@"' sh \
		mmdebstrap --quiet --variant=apt --include=dash bookworm "$1" </dev/null || return 1
	echo 'keeper:x:1000:1000:keeper:/home/keeper:/bin/bash' >>"$1/etc/passwd"
	echo 'keeper:x:1000:' >>"$1/etc/group"
	echo 'keeper:*:19000:0:99999:7:::' >>"$1/etc/shadow"
	mkdir "$1/home/keeper" && chown 1000:1000 "$1/home/keeper"
}

debian_tree() (
	tree=$HONU_BUILD/trees/debian
	if [ -d "$tree" ]; then
		echo "$tree"
		exit
	fi
	command -v mmdebstrap >/dev/null || {
		echo 'debian_tree: mmdebstrap is not installed' >&2
		exit 1
	}
	[ "$(id -u)" -eq 0 ] || {
		echo 'debian_tree: making it needs root' >&2
		exit 1
	}
	mkdir -p "$HONU_BUILD/trees" || exit 1
	exec 9>"$HONU_BUILD/trees/lock"
	flock 9 # whoever comes second waits for the first one's
	if ! [ -d "$tree" ]; then
		rm -rf --one-file-system "$tree".new
		trees_make_debian "$tree".new >"$tree".log 2>&1 9>&- || {
			echo 'debian_tree: mmdebstrap failed:' >&2
			tail -n 5 "$tree".log >&2
			rm -rf --one-file-system "$tree".new
			exit 1
		}
		mv "$tree".new "$tree"
	fi
	echo "$tree"
)
