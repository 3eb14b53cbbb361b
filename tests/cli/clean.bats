#!/usr/bin/env bats
# Whatever was done and however it ended: the host is as it was before.

load setup

prepare_file() {
	busybox_tree "$TREE"
}

# All that a container could have left behind.
host() {
	echo '-- mounts'
	cat /proc/self/mountinfo
	echo '-- groups'
	groups_left
	echo '-- links'
	ip -o link | cut -d: -f2
	echo '-- loop devices'
	losetup --list --noheadings --output NAME 2>/dev/null
	echo '-- tables'
	! command -v nft >/dev/null || nft list tables 2>/dev/null
	echo '-- IPC objects'
	ipcs -m -q -s | grep -v '^$'
	ls /dev/shm /dev/mqueue 2>/dev/null
	echo '-- processes'
	pgrep -f "cgroup-parent $GROUP" || :
	echo '-- state'
	find "$HONU_STATE" -mindepth 2 2>/dev/null
	echo '-- trees'
	find "$TREE" "$WORK/data" ! -newermt '@0' -o -printf '%p %U:%G %m %T@\n' | sort
}

same_host() { # WHAT
	diff <(echo "$BEFORE") <(host) && return
	echo "left behind by: $1" >&2
	return 1
}

begin() {
	mkdir "$WORK/data"
	: >"$WORK/begin"
	# The mount points that are missing are made once.
	honu -v "$WORK/data:/mnt/data" --tmpfs /mnt/tmp --dns 192.0.2.1 --secret "key=$WORK/begin" "$TREE" true
	BEFORE=$(host)
}

FULL=(--init --ephemeral --hostname reef --tmpfs /mnt/tmp --timens private --time-offset boottime=10
	--cap-add SYS_ADMIN --sysctl net.ipv4.ip_forward=1 --device /dev/null:/dev/other)

@test "clean: after containers of every kind" {
	begin
	honu -- true
	honu --userns host -- true
	honu "${FULL[@]}" -v "$WORK/data:/mnt/data:ro" --secret "key=$WORK/begin" "$TREE" true
	honu --name named "$TREE" true
	honu --network host --pid host --ipc host --uts host --cgroupns host "$TREE" true 2>/dev/null
	honu --read-only --tmpfs /tmp -- sh -c ': >/tmp/file'
	honu "$TREE" sh -c 'exit 9' || :
	"$HONU" run --rm --name kept --cgroup-parent "$GROUP" "$TREE" true
	same_host 'containers that ended'
	start first
	start second --pid container:first --network container:first
	stop second
	stop first
	same_host 'containers that shared'
}

@test "clean: after containers that did not start" {
	begin
	fails '' 127 -- no-such-program
	fails '' 126 -- /etc/passwd
	fails '' 125 --user no-such-user "$TREE" true
	fails '' 125 -v /no/such/source:/data "$TREE" true
	fails '' 125 -v /proc/sys:/data "$TREE" true
	fails '' 125 --sysctl net.no.such=1 "$TREE" true
	fails '' 125 --network path:/no/such/file "$TREE" true
	fails '' 125 --no-such-option
	fails '' 127 --name failed "${FULL[@]}" "$TREE" no-such-program
	same_host 'containers that did not start'
}

@test "clean: after a fault in the middle, and after honu was killed there" {
	local where
	begin
	for where in cgroup.make ns.clone mount.idmap root.pivot cred.switch exec; do
		HONU_FAULT=$where:before fails 'fault before the step' 125 "${FULL[@]}" "$TREE" true
		same_host "HONU_FAULT=$where:before"
	done
	for where in cgroup.make ns.clone mount.idmap root.pivot exec; do
		HONU_FAULT=$where:kill honu "${FULL[@]}" "$TREE" sleep 100 2>/dev/null || :
		"$HONU" gc >/dev/null
		same_host "HONU_FAULT=$where:kill and honu gc"
	done
}

@test "clean: after signals, and after SIGKILL and honu gc" {
	local signal
	begin
	for signal in TERM HUP KILL; do
		start main "${FULL[@]}" "$TREE"
		inside main 'sleep 1000 & mount -t tmpfs tmpfs /mnt; ip link set lo up 2>/dev/null; :'
		kill -"$signal" "$(honu_of main)"
		wait "$(honu_of main)" || :
		[ $signal != KILL ] || "$HONU" gc >/dev/null
		same_host "SIG$signal"
		rm -r "$WORK/main"
	done
}

@test "clean: with the default state directory, which goes as well" {
	default_state() {
		mount -t tmpfs tmpfs /run
		unset HONU_STATE
		honu -- true
		"$HONU" run --rm --name main --cgroup-parent "$GROUP" "$TREE" ls -d /proc/1
		"$HONU" gc
		find /run -mindepth 1
	}
	same 'what is printed, and what is left in /run' $'/proc/1\n0 removed, 0 settled' "$(in_mount_namespace default_state)"
}
