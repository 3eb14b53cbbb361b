#!/usr/bin/env bats
# Mounts that the user asks for: every option and its effect, where they go, and that read-only
# stays read-only also for a root inside who may mount.

load setup

prepare_file() {
	busybox_tree "$TREE"
}

# The options of a mount as the kernel tells them: per mount, then of the file system.
flags_of() { # TARGET, of the mountinfo on standard input
	awk -v t="$1" '$5 == t { print $6 }' | tail -n 1
}

data() {
	mkdir -p "$WORK/data"
	echo coral >"$WORK/data/file"
}

# ---- binds ----

@test "mounts: -v and its options are on the mount" {
	data
	while read -r option wanted; do
		same "-v …:${option#-}" "$wanted" "$(honu -v "$WORK/data:/data${option#-}" "$TREE" \
			cat /proc/self/mountinfo | flags_of /data | sed 's/,idmapped//')"
	done <<-'END'
		- rw,nosuid,nodev,relatime
		:rw rw,nosuid,nodev,relatime
		:ro ro,nosuid,nodev,relatime
		:noexec rw,nosuid,nodev,noexec,relatime
		:suid,dev,exec rw,relatime
		:noatime rw,nosuid,nodev,noatime
		:ro,noexec,noatime,rprivate ro,nosuid,nodev,noexec,noatime
		:z rw,nosuid,nodev,relatime
	END
}

@test "mounts: noexec, nodev and noatime have their effect" {
	data
	cp "$PROBE" "$WORK/data/probe"
	mknod "$WORK/data/null" c 1 3
	touch -a -d '2001-01-01' "$WORK/data/file"
	same 'all off' $'22\nnode\ndone' "$(honu -v "$WORK/data:/data:dev" --userns host "$TREE" sh -c '
		/data/probe uid >/dev/null && echo 22; : >/data/null && echo node; cat /data/file >/dev/null && echo done')"
	[ "$(stat -c %X "$WORK/data/file")" -gt 1000000000 ]
	touch -a -d '2001-01-01' "$WORK/data/file"
	same 'all on' 'noexec nodev' "$(honu -v "$WORK/data:/data:noexec,noatime" --userns host "$TREE" sh -c '
		/data/probe uid 2>/dev/null || echo noexec; (: >/data/null) 2>/dev/null || echo nodev
		cat /data/file >/dev/null' | one_line)"
	same 'access time' "$(date -d 2001-01-01 +%s)" "$(stat -c %X "$WORK/data/file")"
}

@test "mounts: sources are directories, files, relative paths and links" {
	data
	ln -s data "$WORK/link"
	cd "$WORK"
	same 'relative' coral "$(honu -v ./data:/data "$TREE" cat /data/file)"
	same 'a link' coral "$(honu -v "$WORK/link:/data" "$TREE" cat /data/file)"
	same 'a file' coral "$(honu -v "$WORK/data/file:/etc/motd" "$TREE" cat /etc/motd)"
	same 'a file that is missing inside' 'coral regular file' "$(honu -v "$WORK/data/file:/etc/new/file:ro" \
		"$TREE" sh -c 'echo $(cat /etc/new/file) $(stat -c %F /etc/new/file)')"
	honu -v "$WORK/data/file:/etc/motd" "$TREE" sh -c 'echo sand >/etc/motd'
	same 'written through a file' sand "$(cat data/file)"
	same 'of the tree' 'a tree of busybox' "$(cat "$TREE/etc/motd")"
	honu -v "$WORK/data/file:/etc/hosts" "$TREE" grep -qx sand /etc/hosts
	fails 'there is no' 125 -v "$WORK/no-such:/data" "$TREE" true
	fails 'the source is a directory, but /etc/motd in the container is a file' 125 \
		-v "$WORK/data:/etc/motd" "$TREE" true
	fails 'the source is a file, but /etc in the container is a directory' 125 \
		-v "$WORK/data/file:/etc" "$TREE" true
}

@test "mounts: mount points that are missing are made, open to all, whatever the caller's umask" {
	local tree=$WORK/tree
	busybox_tree "$tree"
	data
	(umask 077 && honu -v "$WORK/data:/a/b/c" --tmpfs /d/e -v "$WORK/data/file:/f/g" --user 1000 "$tree" \
		cat /a/b/c/file /f/g >/dev/null)
	same 'made' $'755 a\n755 a/b\n755 a/b/c\n755 d\n755 d/e\n755 f\n644 f/g' \
		"$(cd "$tree" && stat -c '%a %n' a a/b a/b/c d d/e f f/g)"
	trees_bare "$tree"
}

@test "mounts: bind or rbind decides on what is mounted below the source" {
	below() {
		data
		mkdir -p "$WORK/data/mnt"
		mount -t tmpfs tmpfs "$WORK/data/mnt"
		: >"$WORK/data/mnt/below"
		honu -v "$WORK/data:/data$1" "$TREE" ls /data/mnt
		umount "$WORK/data/mnt"
	}
	same 'by default' below "$(in_mount_namespace below '')"
	same 'rbind' below "$(in_mount_namespace below :rbind)"
	same 'bind' '' "$(in_mount_namespace below :bind)"
	same 'bind,ro' '' "$(in_mount_namespace below :bind,ro)"
}

@test "mounts: a mount below another one, in any order" {
	data
	mkdir -p "$WORK/data/sub/deep"
	for order in 1 2; do
		set -- -v "$WORK/data:/data" --tmpfs /data/sub -v "$WORK/data/file:/data/sub/deep/file"
		[ $order = 1 ] || set -- -v "$WORK/data/file:/data/sub/deep/file" --tmpfs /data/sub -v "$WORK/data:/data"
		same "order $order" $'/data/file\n/data/sub/deep/file' "$(honu "$@" "$TREE" find /data -type f | sort)"
	done
	refused 'both are to be /data' -v "$WORK/data:/data" --tmpfs /data "$TREE" true
}

@test "mounts: O throws changes to a bind away" {
	data
	for userns in auto host; do
		same "with --userns $userns" 'sand 0:0' "$(honu --userns "$userns" -v "$WORK/data:/data:O" "$TREE" \
			sh -c 'echo sand >/data/file; : >/data/new; echo $(cat /data/file) $(stat -c %u:%g /data/new)')"
	done
	same 'on disk' 'coral file' "$(cat "$WORK/data/file") $(ls "$WORK/data")"
}

@test "mounts: --mount type=bind" {
	data
	mkdir "$WORK/data/mnt"
	while read -r wanted option; do
		same "--mount …,$option" "$wanted" "$(honu \
			--mount "type=bind,src=$WORK/data,dst=/data${option:+,$option}" "$TREE" \
			cat /proc/self/mountinfo | flags_of /data | sed 's/,idmapped//')"
	done <<-'END'
		rw,nosuid,nodev,relatime
		ro,nosuid,nodev,relatime readonly
		ro,nosuid,nodev,relatime ro=true
		rw,nosuid,nodev,relatime ro=false
		ro,nosuid,nodev,relatime ro,bind-recursive=readonly
		ro,nosuid,nodev,relatime ro,bind-recursive=disabled
		rw,nosuid,nodev,noexec,relatime noexec,bind-propagation=rprivate
	END
	same 'other words' coral "$(honu --mount "type=bind,source=$WORK/data,target=/data" "$TREE" cat /data/file)"
	same 'other words' coral "$(honu --mount "type=bind,source=$WORK/data,destination=/data" "$TREE" cat /data/file)"
}

@test "mounts: unbindable, and what cannot be more than private" {
	data
	same 'unbindable' $'refused\nbound' "$(honu --cap-add SYS_ADMIN -v "$WORK/data:/data:unbindable" \
		-v "$WORK/data:/other" "$TREE" sh -c 'mount --bind /data /mnt 2>/dev/null && echo bound || echo refused
		mount --bind /other /mnt && echo bound')"
	while read -r propagation wanted; do
		same "--rootfs-propagation $propagation" "$wanted" "$(honu --rootfs-propagation "$propagation" "$TREE" \
			awk '$5 == "/" || $5 == "/dev" { sub(":.*", "", $7); print $7 }' /proc/self/mountinfo | one_line)"
	done <<-'END'
		private - -
		rprivate - -
		shared shared -
		rshared shared shared
		unbindable unbindable -
		runbindable unbindable unbindable
	END
}

@test "mounts: sockets, pipes, and more sources than one message holds" {
	local n options=()
	mkfifo "$WORK/pipe"
	python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$WORK/socket"
	same 'kinds' 'fifo socket' "$(honu -v "$WORK/pipe:/run/pipe" -v "$WORK/socket:/run/socket" "$TREE" \
		stat -c %F /run/pipe /run/socket | one_line)"
	for n in $(seq 300); do
		mkdir "$WORK/$n"
		options+=(-v "$WORK/$n:/mnt/$n")
	done
	same 'mounts' 300 "$(honu --ephemeral "${options[@]}" "$TREE" sh -c 'ls /mnt | wc -l')"
}

# ---- tmpfs and overlay ----

@test "mounts: --tmpfs with size and mode" {
	local got
	same 'flags' 'rw,nosuid,nodev,noexec,relatime 1777 0:0' "$(honu --tmpfs /scratch "$TREE" sh -c '
		echo $(awk "\$5 == \"/scratch\" { print \$6 }" /proc/self/mountinfo) $(stat -c "%a %u:%g" /scratch)')"
	same 'asked for otherwise' 'ro,relatime 700' "$(honu --tmpfs /scratch:mode=700,ro,exec,suid,dev "$TREE" sh -c '
		echo $(awk "\$5 == \"/scratch\" { print \$6 }" /proc/self/mountinfo) $(stat -c %a /scratch)')"
	got=$(honu --tmpfs /scratch:size=1m,exec "$TREE" sh -c '
		dd if=/dev/zero of=/scratch/file bs=64k count=32 2>&1; stat -c %s /scratch/file
		cp /bin/busybox /scratch/echo 2>/dev/null; df -k /scratch | tail -n 1')
	contains 'beyond its size' 'No space left' "$got"
	contains 'what fits' 1048576 "$got"
	same '--mount' '1024 755' "$(honu --mount type=tmpfs,dst=/scratch,tmpfs-size=1m,tmpfs-mode=755 "$TREE" \
		sh -c 'echo $(df -k /scratch | awk "END { print \$2 }") $(stat -c %a /scratch)')"
	same 'under what honu mounts itself' key "$(honu --tmpfs /run --secret "key=$PROBE" "$TREE" ls /run/secrets)"
	same '--shm-size' '2048' "$(honu --shm-size 2m "$TREE" df -k /dev/shm | awk 'END { print $2 }')"
}

@test "mounts: tmpcopyup starts with what the directory held" {
	local tree=$WORK/tree userns
	busybox_tree "$tree"
	mkdir -p "$tree/srv/dir/deep" && echo pearl >"$tree/srv/dir/deep/file" && ln -s dir/deep "$tree/srv/link"
	chown 1000:2001 "$tree/srv/dir/deep/file" && chmod 4640 "$tree/srv/dir/deep/file" && chmod 2750 "$tree/srv/dir"
	for userns in auto host; do
		same "with --userns $userns" 'pearl 1000:2001 4640 2750 dir/deep' "$(honu --userns "$userns" \
			--tmpfs /srv:tmpcopyup "$tree" sh -c 'echo sand >/srv/new
			echo $(cat /srv/link/file) $(stat -c "%u:%g %a" /srv/link/file) $(stat -c %a /srv/dir) $(readlink /srv/link)')"
		same "by --mount" 'pearl' "$(honu --userns "$userns" \
			--mount type=tmpfs,dst=/srv,tmpcopyup,ro "$tree" sh -c 'cat /srv/link/file; : 2>/dev/null >/srv/new')"
	done
	same 'of the tree' no "$([ -e "$tree/srv/new" ] && echo yes || echo no)"
	same 'without' '' "$(honu --tmpfs /srv "$tree" ls /srv)"
	trees_bare "$tree"
}

@test "mounts: --mount type=overlay" {
	data
	mkdir "$WORK/upper" "$WORK/work" "$WORK/readable"
	same 'thrown away' sand "$(honu --mount "type=overlay,lower=$WORK/data,dst=/data" "$TREE" \
		sh -c 'echo sand >/data/file; cat /data/file')"
	same 'on disk' coral "$(cat "$WORK/data/file")"
	honu --userns host --mount "type=overlay,lower=$WORK/data,upper=$WORK/upper,work=$WORK/work,dst=/data" \
		"$TREE" sh -c 'echo sand >/data/file; : >/data/new'
	same 'kept' 'coral sand file new' \
		"$(cat "$WORK/data/file") $(cat "$WORK/upper/file") $(cd "$WORK/upper" && echo *)"
	fails 'an upper directory of yours cannot be id-mapped' 125 \
		--mount "type=overlay,lower=$WORK/data,upper=$WORK/upper,work=$WORK/work,dst=/data" "$TREE" true
	refused 'upper and work go together' \
		--mount "type=overlay,lower=$WORK/data,upper=$WORK/upper,dst=/data" "$TREE" true
}

# ---- what of /proc and /sys is covered ----

# Fails for those of the paths that can be read, or written.
COVERED='for p in /proc/acpi /proc/asound /proc/interrupts /proc/kcore /proc/keys /proc/latency_stats \
		/proc/sched_debug /proc/scsi /proc/timer_list /proc/timer_stats /sys/firmware \
		/sys/devices/virtual/powercap; do
		[ ! -e $p ] || [ -z "$(ls -A $p 2>/dev/null | grep -vx $p)$([ -d $p ] || head -c 1 $p 2>/dev/null)" ] || echo $p
	done
	for p in /proc/bus /proc/fs /proc/irq /proc/sys /proc/sysrq-trigger; do
		[ ! -e $p ] || grep -q " $p ro,"  /proc/self/mountinfo || echo writable $p
	done'

@test "mounts: paths of /proc and /sys that show the host are masked or read-only" {
	local userns
	for userns in auto host; do
		same "with --userns $userns" '' "$(honu --userns "$userns" -- sh -c "$COVERED")"
		fails 'Read-only file system' 2 --userns "$userns" -- sh -c 'echo 1 >/proc/sys/kernel/printk'
		[ ! -e /proc/sysrq-trigger ] ||
			fails 'Read-only file system' 2 --userns "$userns" -- sh -c 'echo h >/proc/sysrq-trigger'
		matches '/sys' '* ro,nosuid,nodev,noexec*' "$(honu --userns "$userns" -- grep ' /sys ' /proc/self/mountinfo)"
	done
}

@test "mounts: mask=, unmask= and --privileged" {
	same 'mask=FILE' 0 "$(honu --security-opt mask=/etc/motd "$TREE" sh -c 'wc -c </etc/motd')"
	same 'mask=DIRECTORY' '' "$(honu --security-opt mask=/etc:/home "$TREE" sh -c 'ls -A /etc /home | grep -v :')"
	contains 'unmask=PATH' 'CPU0' "$(honu --security-opt unmask=/proc/interrupts "$TREE" head -n 1 /proc/interrupts)"
	same 'and only that' /proc/interrupts "$(honu --security-opt unmask=/proc/interrupts -- sh -c "$COVERED")"
	for option in '--security-opt unmask=ALL' --privileged; do
		contains "$option" 'writable /proc/sys' "$(honu $option -- sh -c "$COVERED")"
		contains "$option" 'CPU0' "$(honu $option -- head -n 1 /proc/interrupts)"
	done
	# Own user namespace still: it is not root of the host who writes.
	fails 'denied' 2 --privileged -- sh -c 'echo 1 >/proc/sys/kernel/printk'
}

# ---- read-only stays read-only ----

# With CAP_SYS_ADMIN and no filter, in the container's own user namespace.
locked() { # WHAT PATH OPTIONS...
	local what=$1 path=$2 got
	shift 2
	got=$(honu --cap-add SYS_ADMIN --security-opt seccomp=unconfined -v "$PROBE:/probe:ro" "$@" \
		/probe unlock "$path" 2>&1) || :
	same "$what: $got" locked "$(tail -n 1 <<<"$got")"
	same "attempts on $what" 8 "$(grep -c 'then writing' <<<"$got")"
}

@test "mounts: read-only stays so for a root inside that may mount" {
	data
	mkdir "$WORK/data/mnt"
	locked '-v …:ro' /data -v "$WORK/data:/data:ro" "$TREE"
	locked 'a file' /etc/file -v "$WORK/data/file:/etc/file:ro" "$TREE"
	locked 'bind-recursive=writable' /data \
		--mount "type=bind,src=$WORK/data,dst=/data,ro,bind-recursive=writable" "$TREE"
	locked 'noidmap' /data -v "$WORK/data:/data:ro,noidmap" "$TREE"
	locked '--read-only' /var --read-only "$TREE"
	locked "the host's /usr" /usr --
	locked "the host's /usr/lib" /usr/lib --
	locked "a file of /etc that the host lends" /etc/services --
	locked '/sys' /sys "$TREE"
	same 'on disk' 'file mnt' "$(cd "$WORK/data" && echo *)"
	same 'in the tree' no "$([ -e "$TREE/var/probe-was-here" ] && echo yes || echo no)"
}

@test "mounts: read-only stays so for a root inside, with what is mounted below the source" {
	below() {
		data
		mkdir -p "$WORK/data/mnt"
		mount -t tmpfs tmpfs "$WORK/data/mnt"
		mkdir "$WORK/data/mnt/dir"
		locked 'rro, at the top' /data -v "$WORK/data:/data:rro" "$TREE"
		locked 'rro, below' /data/mnt -v "$WORK/data:/data:rro" "$TREE"
		find "$WORK/data" -name probe-was-here
		umount "$WORK/data/mnt"
	}
	same 'written' '' "$(in_mount_namespace below)"
}

@test "mounts: the probe can unlock what is not locked" {
	local got
	got=$(honu --cap-add SYS_ADMIN -v "$PROBE:/probe:ro" --tmpfs /scratch:ro "$TREE" /probe unlock /scratch) || :
	same "a tmpfs of its own: $got" writable "$(tail -n 1 <<<"$got")"
	data
	got=$(honu --userns host --cap-add SYS_ADMIN -v "$PROBE:/probe:ro" -v "$WORK/data:/data:ro" "$TREE" \
		/probe unlock /data) || :
	same "with --userns host: $got" writable "$(tail -n 1 <<<"$got")"
}

@test "mounts: without CAP_SYS_ADMIN nothing can be mounted inside, nor in one more user namespace" {
	fails 'denied' 1 "$TREE" mount -t tmpfs tmpfs /mnt
	fails 'not permitted' 1 -- unshare --user --map-root-user --mount true
	honu --cap-add SYS_ADMIN "$TREE" mount -t tmpfs tmpfs /mnt
}

# ---- links in the tree ----

@test "mounts: links in the tree lead nowhere else" {
	local tree=$WORK/tree outside=$WORK/outside before link
	busybox_tree "$tree"
	data
	mkdir "$outside"
	ln -s ../../../../../../../../../../.."$outside" "$tree/up"
	ln -s "$outside" "$tree/absolute"
	ln -s /proc/self/root "$tree/magic"
	ln -s up "$tree/chain"
	ln -s loop "$tree/loop"
	before=$(cat /proc/self/mountinfo)
	# In the tree they lead nowhere; on the host they would.
	for link in up absolute chain; do
		fails 'make the mount point' 125 -v "$WORK/data:/$link/dir" "$tree" true
		fails 'make the mount point' 125 --tmpfs "/$link" "$tree" true
		fails "/$link" 125 --workdir "/$link" "$tree" true
	done
	# Now they lead somewhere.
	mkdir -p "$tree$outside"
	for link in up absolute chain; do
		same "-v …:/$link/dir" 'file' "$(honu -v "$WORK/data:/$link/dir" "$tree" ls "/$link/dir")"
		same "--tmpfs /$link" 'tmpfs' "$(honu --tmpfs "/$link" "$tree" stat -f -c %T "/$link")"
		honu --workdir "/$link" "$tree" sh -c ': >here'
	done
	[ -d "$tree$outside/dir" ] && [ -e "$tree$outside/here" ]
	same 'outside' '' "$(ls -A "$outside")"
	fails 'goes through a link of /proc or in circles' 125 -v "$WORK/data:/loop/dir" "$tree" true
	# Followed on the host it would be the root of honu.
	fails 'goes through a link of /proc or in circles' 125 -v "$WORK/data:/magic/dir" "$tree" true
	same 'mounts of the host' "$before" "$(cat /proc/self/mountinfo)"
	trees_bare "$tree"
}

@test "mounts: files that honu writes do not go through links of the tree" {
	local tree=$WORK/tree outside=$WORK/outside
	busybox_tree "$tree"
	echo untouched >"$outside"
	ln -sf "../../../../../../../../..$outside" "$tree/etc/hosts"
	ln -sf "$outside" "$tree/etc/resolv.conf"
	rmdir "$tree/dev" "$tree/sys" && ln -s "$WORK" "$tree/dev" && ln -s / "$tree/sys"
	honu --network host --add-host reef:192.0.2.1 "$tree" true 2>/dev/null || :
	honu --secret "key=$outside" "$tree" true 2>/dev/null || :
	same 'outside' 'untouched' "$(cat "$outside")"
	same 'all there is outside' 'outside tree' "$(cd "$WORK" && echo *)"
	trees_bare "$tree"
}
