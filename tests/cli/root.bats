#!/usr/bin/env bats
# Root file systems: the host's own /usr, a busybox tree, a Debian tree; read-only and ephemeral;
# devices; and that there is no way from any of them to the files of the host, nor from the host's
# mounts to theirs.

load setup

prepare_file() {
	busybox_tree "$TREE"
}

debian() {
	DEBIAN=$(debian_tree 2>"$WORK/why") || skip "no Debian tree: $(tail -n 1 "$WORK/why")"
}

# Names, owners, modes, sizes and times of all that is in a tree.
picture() {
	find "$1" -printf '%P %U:%G %m %s %T@\n' | sort
}

# ---- the host's /usr ----

@test "root: without ROOT programs come from the host's /usr, and the rest is its own" {
	same 'bash' "$(bash --version | head -n 1)" "$(honu -- bash --version | head -n 1)"
	same 'the top' 'bin dev etc home lib lib32 lib64 libx32 mnt opt proc root run sbin srv sys tmp usr var' \
		"$( (honu -- ls / | tr '\n' ' '; echo lib32 lib64 libx32) | tr ' ' '\n' | sed '/^$/d' | sort -u | one_line)"
	if [ -x /usr/bin/python3 ]; then
		same 'python3' "$(/usr/bin/python3 -c 'import json, ssl, sys; print(sys.version)')" \
			"$(honu -- python3 -c 'import json, ssl, sys; print(sys.version)')"
	fi
}

@test "root: of the host's files only /usr and names in /etc are there" {
	local got
	got=$(honu -- sh -c 'find /home /root /srv /opt /mnt /tmp /run /var ! -type d ! -type l; find /etc -type f' |
		grep -vE '^/etc/(alternatives|ssl/certs|ca-certificates|terminfo|ld\.so\.conf\.d|pki)/' | sort | tr '\n' ' ')
	for want in /etc/passwd /etc/group /etc/hosts /etc/hostname /etc/nsswitch.conf; do
		contains 'files' "$want " "$got"
		got=${got/"$want "/}
	done
	# What is left is bound from the host, read-only, and holds no secrets.
	same 'other files' '' "$(tr ' ' '\n' <<<"$got" |
		grep -vE '^(/etc/(ld\.so\.(cache|conf)|mime\.types|protocols|services|terminfo|resolv\.conf|pki/tls/.*)|)$')"
	same 'users' 'root nobody' "$(honu -- cut -d: -f1 /etc/passwd | one_line)"
	fails 'Read-only file system' 2 -- sh -c ': >/etc/services'
	same 'owners of /' '0:0 755' "$(honu -- stat -c '%u:%g %a' /)"
}

@test "root: / is writable without ROOT, and thrown away at the end" {
	honu -- sh -c ': >/file; mkdir /dir; echo root::0:0::/:/bin/sh >/etc/passwd; : >/var/lib/file; : >/run/lock/file'
	same 'the next one' no "$(honu -- sh -c 'ls /file /dir /var/lib/file 2>/dev/null; echo no')"
	fails 'without ROOT there is nothing to protect' 125 --ephemeral -- true
}

@test "root: --read-only without ROOT" {
	same 'writes' 'tmp denied
etc denied
shm done
run denied' "$(honu --read-only -- sh -c 'for d in tmp etc shm run; do p=/$d; [ $d != shm ] || p=/dev/shm
		(: >$p/file) 2>/dev/null && echo $d done || echo $d denied; done')"
	honu --read-only --tmpfs /tmp -- sh -c ': >/tmp/file'
}

# ---- a directory ----

@test "root: a busybox tree, written to" {
	local tree=$WORK/tree
	busybox_tree "$tree"
	same 'inside' 'a tree of busybox' "$(honu "$tree" cat /etc/motd)"
	honu "$tree" sh -c 'echo written >/var/file; rm /etc/motd; mkdir -p /var/a/b; ln -s /etc /var/link'
	same 'on the host' 'written /etc' "$(cat "$tree/var/file") $(readlink "$tree/var/link")"
	[ -d "$tree/var/a/b" ] && [ ! -e "$tree/etc/motd" ]
	same 'by a relative path' 'written' "$(cd "$WORK" && honu ./tree cat /var/file)"
	same 'by a path with a link in it' 'written' \
		"$(ln -s "$tree" "$WORK/link" && honu "$WORK/link" cat /var/file)"
	trees_bare "$tree"
}

@test "root: a Debian tree" {
	debian
	local before got
	before=$(picture "$DEBIAN")
	got=$(honu --ephemeral "$DEBIAN" bash -euc '
		apt-get --version | head -n 1
		dpkg -l | grep -c "^ii" | sed "s/^[0-9]\{2,\}$/packages/"
		su -s /bin/bash keeper -c "echo \$(id -un) \$(id -u) \$HOME"
		su keeper -c "cd ~ && : >file && stat -c %U file"
		getent passwd keeper | cut -d: -f1
		perl -e "print qq(perl\n)"
		chown keeper: /srv && stat -c %U:%G /srv
		[ "$(dpkg --verify coreutils dpkg | grep -v " /usr/share/")" = "" ] && echo verified')
	matches 'programs' 'apt 2.* (amd64)
packages
keeper 1000 /home/keeper
keeper
keeper
perl
keeper:keeper
verified' "$got"
	same 'the tree' "$before" "$(picture "$DEBIAN")"
}

@test "root: a package is installed in an ephemeral Debian tree" {
	debian
	local before
	before=$(picture "$DEBIAN")
	same 'dpkg' 'installed 42:2001 640' "$(honu --ephemeral "$DEBIAN" bash -euc '
		mkdir -p /tmp/p/DEBIAN /tmp/p/srv
		printf "%s\n" "Package: reef" "Version: 1" "Architecture: all" "Maintainer: x <x@y>" \
			"Description: x" >/tmp/p/DEBIAN/control
		echo coral >/tmp/p/srv/reef
		chown _apt:2001 /tmp/p/srv/reef; chmod 640 /tmp/p/srv/reef
		dpkg-deb -b /tmp/p /tmp/reef.deb >/dev/null
		dpkg -i /tmp/reef.deb >/dev/null
		echo $(dpkg-query -W -f "\${db:Status-Status}" reef) $(stat -c "%u:%g %a" /srv/reef)')"
	same 'the tree' "$before" "$(picture "$DEBIAN")"
}

@test "root: --read-only" {
	local userns before
	honu "$TREE" true # makes the mount points that are missing
	before=$(picture "$TREE")
	for userns in auto host; do
		same "with --userns $userns" 'file denied
file there
dir denied
shm done
tmpfs done' "$(honu --userns "$userns" --read-only --tmpfs /tmp "$TREE" sh -c '
			(: >/file) 2>/dev/null && echo file done || echo file denied
			rm /etc/motd 2>/dev/null; [ -e /etc/motd ] && echo file there
			mkdir /var/dir 2>/dev/null && echo dir done || echo dir denied
			: >/dev/shm/file && echo shm done
			: >/tmp/file && echo tmpfs done')"
	done
	same 'the tree' "$before" "$(picture "$TREE")"
}

@test "root: --ephemeral throws changes away, and two can use a tree at once" {
	local before userns
	before=$(picture "$TREE")
	start one --ephemeral "$TREE"
	start two --ephemeral "$TREE"
	inside one 'echo one >/etc/motd; rm /etc/group; mkdir /var/dir; chown 1000:1000 /mnt; : >/tmp/file'
	same 'in the first' 'one 1000' "$(inside one 'echo $(cat /etc/motd) $(stat -c %u /mnt)')"
	same 'in the second' 'a tree of busybox 0 ' \
		"$(inside two 'echo "$(cat /etc/motd) $(stat -c %u /mnt) $(ls /tmp)$(ls /var)"')"
	stop one
	stop two
	for userns in auto host; do
		same "owner and mode of / with --userns $userns" '0:0 755' \
			"$(honu --userns "$userns" --ephemeral "$TREE" stat -c '%u:%g %a' /)"
	done
	same 'the tree' "$before" "$(picture "$TREE")"
}

@test "root: what is no tree is said to be none" {
	: >"$WORK/file"
	fails 'there is no' 125 "$WORK/missing" true
	fails 'directory' 125 "$WORK/file" true
	mkdir "$WORK/empty"
	fails "'sh': executable file not found" 127 "$WORK/empty" sh
}

# ---- devices ----

@test "root: every device works" {
	local root
	for root in '' "$TREE"; do
		same "with root '$root'" 'null done
null empty
zero 000000
full No space left on device
random 16
urandom 16
tty none
ptmx done
fd there' "$(honu ${root:+"$root"} -- sh -c '
			echo lost >/dev/null && echo null done
			[ -z "$(cat /dev/null)" ] && echo null empty
			echo zero $(head -c 3 /dev/zero | od -An -tx1 | tr -d " ")
			echo full $(cat /etc/passwd 2>&1 >/dev/full | sed "s/.*: //")
			for d in random urandom; do echo $d $(head -c 16 /dev/$d | wc -c); done
			(: </dev/tty) 2>/dev/null && echo tty || echo tty none
			(: <>/dev/ptmx) && echo ptmx done
			[ -e /dev/fd/0 ] && [ -e /dev/stdout ] && echo fd there')"
	done
	same 'owners and modes' 'full 0:0 666 null 0:0 666 ptmx 0:0 666 random 0:0 666 tty 0:0 666 urandom 0:0 666 zero 0:0 666' \
		"$(honu -- sh -c 'cd /dev; for d in full null ptmx random tty urandom zero; do
			echo $d $(stat -L -c "%u:%g %a" $d); done' | one_line)"
	same 'all of /dev' 'core fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero' \
		"$(honu -- ls /dev | one_line)"
}

@test "root: nobody inside can make a device node" {
	fails 'not permitted' 1 --cap-add ALL -- mknod /dev/shm/null c 1 3
	fails 'not permitted' 1 --userns host -- mknod /dev/shm/null c 1 3
}

@test "root: --device" {
	local device got
	for device in /dev/fuse /dev/net/tun; do
		[ -c "$device" ] || continue
		same "$device" "$(stat -c '%t:%T %a' "$device")" \
			"$(honu --device "$device" -- stat -c '%t:%T %a' "$device")"
		honu --device "$device" -- sh -c ": <>$device"
		honu --device "$device:/dev/reef/other" "$TREE" sh -c ": <>/dev/reef/other"
		honu --userns host --device "$device:/srv/other" -- sh -c ": <>/srv/other"
	done
	same 'of the group that owns it' '0:0' "$(honu --device /dev/null:/dev/other -- stat -c %u:%g /dev/other)"
	: >"$WORK/file"
	refused 'is not a device node' --device "$WORK/file" -- true
	refused 'No such file or directory' --device /dev/no-such -- true
}

@test "root: --device with a block device, and with less access than it has" {
	local loop
	grep -q '[[:space:]]loop' /proc/devices || skip 'this kernel has no loop devices'
	truncate -s 1M "$WORK/disk"
	printf sand | dd of="$WORK/disk" conv=notrunc status=none
	loop=$(losetup --find --show "$WORK/disk") || skip 'no loop device is free'
	# Checked at the end, so that the loop device goes in any case.
	read_it=$(honu --device "$loop" -- head -c 4 "$loop" 2>&1) || :
	write_it=$(honu --device "$loop:/dev/disk" -- sh -c 'printf salt >/dev/disk; head -c 4 /dev/disk' 2>&1) || :
	denied=$(honu --device "$loop:/dev/disk:r" -- sh -c 'head -c 4 /dev/disk; printf sand >/dev/disk' 2>&1) || :
	without=$(honu --userns host --cap-add MKNOD -- sh -c "mknod /dev/disk b $(stat -c '0x%t 0x%T' "$loop") && cat /dev/disk" 2>&1) || :
	losetup -d "$loop"
	same 'read' sand "$read_it"
	same 'written' salt "$write_it"
	matches 'written where only r was given' 'salt*not permitted*' "$denied"
	matches 'made without being asked for' '*not permitted*' "$without"
}

# ---- the host's mounts and files ----

@test "root: nothing is to be seen in the host's mount namespace while it runs" {
	local before
	before=$(cat /proc/self/mountinfo)
	start main -v "$SCRATCH:/scratch" --tmpfs /cache --secret "name=/etc/hostname"
	start tree --ephemeral --device /dev/null:/srv/null "$TREE"
	start plain --userns host --init
	same 'mounts' "$before" "$(cat /proc/self/mountinfo)"
	stop main
	stop tree
	stop plain
	same 'mounts afterwards' "$before" "$(cat /proc/self/mountinfo)"
}

@test "root: a directory that is in use by a container can be removed and unmounted on the host" {
	busy() {
		mkdir "$WORK/mnt"
		mount -t tmpfs tmpfs "$WORK/mnt"
		mkdir "$WORK/mnt/data"
		start main -v "$WORK/mnt/data:/data"
		inside main ': >/data/file'
		rm -r "$WORK/mnt/data"
		umount "$WORK/mnt"
		rmdir "$WORK/mnt" && echo gone
		stop main
	}
	same 'the source' gone "$(in_mount_namespace busy)"
}

# The names in the host's root, but for those that are in any root.
host_marks() {
	: >"$WORK/mark"
	echo "$WORK/mark"
}

@test "root: no path leads to the host's files" {
	local mark userns got
	mark=$(host_marks)
	for userns in auto host; do
		got=$(honu --userns "$userns" -v "$PROBE:/probe" "$TREE" sh -c '
			for at in /proc/1/root /proc/self/root /proc/1/cwd /.. /proc/self/cwd/../../../.. /proc/1/root/../..; do
				[ -e $at'"$mark"' ] && echo "found by $at"
				[ "$(cat $at/etc/motd)" = "a tree of busybox" ] || echo "$at is something else"
			done
			for fd in /proc/1/fd/* /proc/self/fd/*; do
				[ -e $fd'"$mark"' ] && echo "found by $fd"
			done
			/probe chroot | sort | tr "\n" " "; echo
			ls -A / | sort | tr "\n" " "; echo
			pwd')
		same "with --userns $userns, lines" 3 "$(wc -l <<<"$got")"
		same 'after leaving a chroot' "$(sed -n 2p <<<"$got")" "$(sed -n 1p <<<"$got")"
		same 'getcwd' / "$(sed -n 3p <<<"$got")"
	done
}

@test "root: the old root is not in any mount namespace inside" {
	local got
	got=$(honu "$TREE" cut -d' ' -f4,5 /proc/self/mountinfo)
	same 'mounts of the host, but the tree itself' "$TREE /" "$(grep "^$SCRATCH" <<<"$got")"
	same 'two mounts on /' 1 "$(grep -c ' /$' <<<"$got")"
	# Not even for one with all capabilities, who unmounts what he sees.
	got=$(honu --cap-add ALL --security-opt seccomp=unconfined "$TREE" sh -c \
		'umount -l / 2>/dev/null; cd /..; ls -d ./'"$SCRATCH"' 2>/dev/null; echo end')
	same 'after umount /' end "$got"
}

@test "root: with --pid host other processes' roots stay closed" {
	local userns
	for userns in auto host; do
		fails 'ermission denied' 1 --userns "$userns" --pid host "$TREE" \
			sh -c 'ls /proc/1/root/ && exit 0; exit 1'
		fails 'ermission denied' 1 --userns "$userns" --pid host "$TREE" \
			sh -c "ls /proc/$$/cwd/ && exit 0; exit 1"
	done
}
