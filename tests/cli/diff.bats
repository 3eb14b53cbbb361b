#!/usr/bin/env bats
# honu diff: what a container has changed in its root, and nothing else.

load setup

prepare_file() {
	busybox_tree "$TREE"
	mkdir -p "$TREE/lib/deep/deeper" "$TREE/lib/other"
	echo one >"$TREE/lib/deep/deeper/file"
	echo two >"$TREE/lib/deep/second"
	ln -s second "$TREE/lib/deep/link"
	mkdir "$TREE/odd"
	touch "$TREE/odd/żółw" "$TREE/odd/naïve"
}

changes() { # WORDS…
	"$HONU" diff "$@" 2>&1 || echo "status $?"
}

diff_fails() { # WANTED NAME
	local got status=0
	got=$("$HONU" diff "$2" 2>&1) || status=$?
	same "status of: honu diff $2 ($got)" 125 "$status"
	contains "message of: honu diff $2" "$1" "$got"
}

@test "diff: of an ephemeral directory, whoever owns it inside" {
	local userns
	for userns in auto host; do
		start "$userns" --userns "$userns" --ephemeral "$TREE"
		same "at first, --userns $userns" '' "$(changes "$userns")"
		inside "$userns" '
			echo new >/lib/deep/deeper/new
			echo changed >/lib/deep/second
			rm /etc/motd
			mkdir -p /added/below && : >/added/below/file && ln -s / /added/link
			rm -r /var && rm -r /lib/other && : >/lib/other
			chmod 0711 /home/keeper
			chown 1000 /mnt
			rm /odd/*
			mv /etc/group /etc/grp
			touch -d @1 /etc/passwd'
		same "afterwards, --userns $userns" "A /added
A /added/below
A /added/below/file
A /added/link
C /etc
D /etc/group
A /etc/grp
D /etc/motd
C /etc/passwd
C /home
C /home/keeper
C /lib
C /lib/deep
C /lib/deep/deeper
A /lib/deep/deeper/new
C /lib/deep/second
C /lib/other
C /mnt
C /odd
D /odd/naïve
D /odd/żółw
D /var" "$(changes "$userns")"
		stop "$userns"
	done
	same 'the directory itself' 'a tree of busybox' "$(cat "$TREE/etc/motd")"
}

@test "diff: of a root made of the host's /usr" {
	local userns
	for userns in auto host; do
		start "$userns" --userns "$userns" -v "$WORK:/srv/one/two"
		same "at first, --userns $userns" '' "$(changes "$userns")"
		inside "$userns" '
			echo "more:x:1:1::/:/bin/sh" >>/etc/passwd
			chmod 0600 /etc/group
			rm /etc/mtab && ln -s elsewhere /etc/mtab
			rm -r /var/spool
			: >/srv/file && : >/srv/one/two/file
			chmod 0700 /opt
			: >/tmp/file && rm /tmp/file
			: >/dev/shm/file
			mkdir /home/me'
		same "afterwards, --userns $userns" "C /etc
C /etc/group
C /etc/mtab
C /etc/passwd
C /home
A /home/me
C /opt
C /srv
A /srv/file
C /var
D /var/spool" "$(changes "$userns" | sed '/^A \/srv\/one/d')"
		stop "$userns"
	done
}

@test "diff: mounts are not part of the root, nor is what leads to them" {
	mkdir -p "$WORK/data/dir"
	start box --ephemeral -v "$WORK/data:/srv/a/b/data" -v "$TREE/etc/motd:/etc/motd" --tmpfs /var/cache --device /dev/null:/opt/null "$TREE"
	same 'at first' '' "$(changes box)"
	inside box ': >/srv/a/b/data/file; : >/var/cache/file; : >/dev/shm/file; echo more >>/etc/hosts'
	same 'what is written to them' '' "$(changes box)"
	inside box ': >/srv/a/file; chmod 0700 /var'
	same 'what is written beside them' "A /srv
A /srv/a
A /srv/a/file
C /var" "$(changes box)"
}

@test "diff: links and roots that the container chooses lead nowhere" {
	local i
	mkdir "$WORK/outside"
	echo secret >"$WORK/outside/secret"
	start box --ephemeral --userns host "$TREE"
	inside box "rm -r /lib/deep && ln -s $WORK/outside /lib/deep; rm -r /var; ln -s / /var; mkdir /x; ln -s /proc/1/root /x/root; ln -s $TREE /x/tree"
	same 'changes' "C /lib
C /lib/deep
C /var
A /x
A /x/root
A /x/tree" "$(changes box)"
	# Its first process may have another root by now; the container has not.
	"$HONU" run --name jail --cgroup-parent "$GROUP" --ephemeral --cap-add SYS_CHROOT "$TREE" sh -c \
		': >/outer; mkdir -p /jail/bin; cp /bin/busybox /jail/bin/; exec chroot /jail /bin/busybox sleep 60' 3>&- &
	mkdir "$WORK/jail"
	echo $! >"$WORK/jail/honu"
	for ((i = 0; i < PATIENCE * 20; i++)); do
		[ "$(cat "/proc/$(pid_of jail 2>/dev/null)/comm" 2>/dev/null)" != busybox ] || break
		sleep 0.05
	done
	same 'of one in a root below its own' "A /jail
A /jail/bin
A /jail/bin/busybox
A /outer" "$(changes jail)"
}

@test "diff: what changes while it is looked at does no harm" {
	local i
	start box --ephemeral "$TREE"
	inside box '(while :; do mkdir -p /x/y/z; : >/x/y/z/f; mv /x/y /x/w; rm -rf /x; ln -s /lib /x; rm /x; done) >/dev/null 2>&1 &'
	for ((i = 0; i < 30; i++)); do
		lacks 'messages' status "$(changes box)"
	done
}

@test "diff: a thousand directories deep" {
	start box --ephemeral "$TREE"
	# shellcheck disable=SC2016 # the shell inside expands it
	inside box 'i=0; while [ $i -lt 1000 ]; do mkdir d && cd d || break; i=$((i+1)); done; : >file; cd /'
	same 'lines' 1001 "$(changes box | wc -l)"
	same 'the last' 'file' "$(changes box | tail -n 1 | sed 's,.*/,,')"
}

@test "diff: only what changed is visited" {
	local calls
	command -v strace >/dev/null || skip 'strace is not installed'
	cp -a "$TREE" "$WORK/tree"
	(cd "$WORK/tree/lib" && mkdir many && cd many && for i in {1..200}; do mkdir "$i" && touch "$i"/{1..20}; done)
	start box --ephemeral "$WORK/tree"
	inside box ': >/etc/new'
	calls=$(strace -f -o "$WORK/trace" "$HONU" diff box | wc -l; wc -l <"$WORK/trace")
	same 'lines' 2 "$(head -n 1 <<<"$calls")"
	[ "$(tail -n 1 <<<"$calls")" -lt 600 ] || same 'system calls' 'fewer than 600' "$(tail -n 1 <<<"$calls")"
}

@test "diff: --json and --format" {
	start box --ephemeral "$TREE"
	inside box 'rm /etc/motd; : >"/new
line"; : >/żółw'
	same 'JSON' '[{"path": "/etc", "change": "changed"}, {"path": "/etc/motd", "change": "deleted"}, {"path": "/new\nline", "change": "added"}, {"path": "/\u017c\u00f3\u0142w", "change": "added"}]' \
		"$("$HONU" diff --json box | python3 -c 'import json, sys; print(json.dumps(json.load(sys.stdin)))')"
	same 'a template' 'changed:/etc deleted:/etc/motd' "$(changes --format '{{.change}}:{{.path}}' box | head -n 2 | one_line)"
	start other --read-only "$TREE"
	same 'none' '[]' "$(changes --json other)"
}

@test "diff: where nothing can be told, it says so" {
	cp -a "$TREE" "$WORK/tree"
	start plain "$WORK/tree"
	diff_fails 'writes to its directory itself' plain
	start locked --read-only "$WORK/tree"
	same 'read-only' '' "$(changes locked)"
	start gone --ephemeral "$WORK/tree"
	kill -KILL "$(honu_of gone)"
	wait "$(honu_of gone)" || :
	rm "$WORK/gone/honu"
	diff_fails 'does not run' gone
	diff_fails 'no container' nobody
	start shared --mountns container:plain --pid container:plain
	diff_fails 'another mount namespace' shared
}
