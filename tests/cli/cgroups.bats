#!/usr/bin/env bats
# Control groups: one of its own in every hierarchy, its view from inside, the devices that it
# allows, and that nothing is left of it however the container ended.

load setup

# Mount points of all hierarchies that can be written to.
hierarchies() {
	awk '$(NF - 2) ~ /^cgroup2?$/ && $6 ~ /(^|,)rw/ { print $5 }' /proc/self/mountinfo
}

need_groups() {
	[ -n "$(hierarchies)" ] || skip 'this host has no control groups that can be written to'
}

device_rules() { # NAME: of its v1 devices group
	cat "/sys/fs/cgroup/devices/$GROUP/honu-$(id_of "$1")/devices.list"
}

@test "cgroups: a group of its own in every hierarchy, seen from outside while it runs" {
	need_groups
	local base pid groups
	start main
	pid=$(pid_of main)
	groups=$(groups_of main)
	same 'groups' "$(hierarchies | sed "s|\$|/$GROUP/honu-$(id_of main)|" | sort)" "$(sort <<<"$groups")"
	for base in $groups; do
		[ -z "$(cat "$base/cgroup.procs" "$base/payload/cgroup.procs" 2>/dev/null | grep -vx "$pid")" ]
	done
	same 'the process is in each of them' "/$GROUP/honu-$(id_of main)" \
		"$(cut -d: -f3 "/proc/$pid/cgroup" | sed 's|/payload$||' | sort -u)"
	same 'and honu itself in none' '' "$(grep "$GROUP" "/proc/$(honu_of main)/cgroup" || :)"
	stop main
	same 'afterwards' '' "$(groups_left)"
}

@test "cgroups: --cgroup-parent, and where the group is without it" {
	need_groups
	local parent
	for parent in "$GROUP" "$GROUP/night" "/$GROUP/a/b/c"; do
		same "--cgroup-parent $parent" "/${parent#/}/honu-" "$(honu --cgroup-parent "$parent" \
			--cgroupns host -- cat /proc/self/cgroup | cut -d: -f3 | sed 's|honu-[0-9a-f]*\(/payload\)\?$|honu-|' | sort -u)"
	done
	same 'afterwards' '' "$(groups_left)"
	same 'without' '/honu-' "$("$HONU" run --rm --cgroupns host -- cat /proc/self/cgroup |
		cut -d: -f3 | sed 's|honu-[0-9a-f]*\(/payload\)\?$|honu-|' | sort -u)"
}

@test "cgroups: a parent that honu made goes with the last container in it" {
	need_groups
	start one
	start two
	stop one
	same 'while one of two is left' "$(hierarchies | wc -l)" "$(groups_left | wc -l)"
	stop two
	same 'afterwards' '' "$(groups_left)"
}

@test "cgroups: a parent that was there before stays, with what is set in it" {
	local memory=/sys/fs/cgroup/memory
	[ -e $memory/memory.limit_in_bytes ] || skip 'this host has no memory controller of v1'
	mkdir "$memory/$GROUP"
	echo 104857600 >"$memory/$GROUP/memory.limit_in_bytes"
	honu --cgroup-parent "$GROUP/sub" -- true || :
	limit=$(cat "$memory/$GROUP/memory.limit_in_bytes")
	left=$(groups_left)
	rmdir "$memory/$GROUP"
	same 'what is left' "$memory/$GROUP" "$left"
	same 'its limit' 104857600 "$limit"
}

@test "cgroups: inside its group is the root of every hierarchy, and read-only" {
	need_groups
	local userns got
	for userns in auto host; do
		start main --userns "$userns"
		same "/proc/self/cgroup with --userns $userns" / \
			"$(inside main 'cut -d: -f3 /proc/self/cgroup | sort -u')"
		# The shell, and what it runs at the moment.
		for base in $(hierarchies); do
			got=$(inside main "cat $base/cgroup.procs | sort -n | head -n 1")
			same "first process in $base" 1 "$got"
		done
		same 'groups inside' '' "$(inside main 'find /sys/fs/cgroup -mindepth 2 -type d')"
		same 'made inside' denied "$(inside main 'd=$(dirname $(find /sys/fs/cgroup -name cgroup.procs | head -n 1))
			mkdir $d/new 2>/dev/null && echo made || echo denied')"
		stop main
		rm -r "$WORK/main"
	done
	start main
	contains '--cgroupns host' "honu-$(id_of main)" "$(honu --cgroupns host -- find /sys/fs/cgroup -name 'honu-*')"
	stop main
}

@test "cgroups: devices that were not asked for cannot be opened" {
	[ -e /sys/fs/cgroup/devices/devices.list ] || skip 'this host has no devices controller of v1'
	local got
	# The node itself is made: harmless. /dev/port, /dev/fuse, and a block device.
	got=$(honu --userns host --cap-add MKNOD -- sh -c '
		mknod /dev/port c 1 4; mknod /dev/fuse c 10 229; mknod /dev/disk b 7 0; mknod /dev/other c 1 3
		for d in port fuse disk; do [ -e /dev/$d ] && (exec 3</dev/$d) 2>&1; done; : >/dev/other && echo null works')
	same "refused, of: $got" 3 "$(grep -c 'not permitted' <<<"$got")"
	contains 'null under another name' 'null works' "$got"
	[ -c /dev/fuse ] || return 0
	honu --userns host --device /dev/fuse:r -- sh -c ': </dev/fuse'
	fails 'not permitted' 2 --userns host --device /dev/fuse:r -- sh -c ': >/dev/fuse'
	honu --userns host --privileged -- sh -c 'mknod /dev/fuse c 10 229 && : </dev/fuse'
	start main --device /dev/fuse:r
	same 'rules' 'b *:* m;c *:* m;c 10:229 r' "$(device_rules main | grep -vE '^c (1:[35789]|5:[012]|136:\*|10:200) rwm$' |
		sort | paste -sd';')"
	stop main
}

@test "cgroups: what is left of a container that shares the host's processes ends with it" {
	need_groups
	local userns pid left
	for userns in auto host; do
		start main --pid host --userns "$userns"
		# Three that would go on: in the background, in a session of its own, and ignoring everything.
		inside main 'sleep 1000 & setsid sleep 1000 & (trap "" HUP TERM INT; exec setsid sleep 1000) & :'
		same "processes with --userns $userns" 4 "$(processes_of main | sort -u | wc -l)"
		left=$(processes_of main | sort -u)
		stop main
		for pid in $left; do
			# A zombie is left to whoever is process 1 of the host.
			matches "process $pid" '@(gone|Z)' "$(sed 's/.*) \(.\) .*/\1/' "/proc/$pid/stat" 2>/dev/null || echo gone)"
		done
		same 'groups afterwards' '' "$(groups_left)"
		rm -r "$WORK/main"
	done
}

@test "cgroups: groups that were made below go with it, and so does what lives there" {
	need_groups
	local base victim
	start main
	inside main 'sleep 1000 & :'
	victim=$(processes_of main | sort -un | tail -n 1)
	for base in $(groups_of main); do
		mkdir "$base/below" "$base/below/deeper"
		# A cpuset takes nobody before it is filled in.
		[ -e "$base/cpuset.cpus" ] || echo "$victim" >"$base/below/deeper/cgroup.procs"
	done
	stop main
	same 'the one that lived there' '' "$(cat "/proc/$victim/cmdline" 2>/dev/null | tr '\0' ' ')"
	same 'afterwards' '' "$(groups_left)"
}

@test "cgroups: a frozen container can be ended" {
	local freezer=/sys/fs/cgroup/freezer pid
	[ -d $freezer ] || skip 'this host has no freezer of v1'
	start main
	pid=$(pid_of main)
	echo FROZEN >"$freezer/$GROUP/honu-$(id_of main)/freezer.state"
	kill -KILL "$(honu_of main)"
	wait "$(honu_of main)" || :
	same 'honu gc' '1 removed, 0 settled' "$("$HONU" gc)"
	timeout 5 tail --pid="$pid" -s 0.1 -f /dev/null
	same 'afterwards' '' "$(groups_left)"
}

@test "cgroups: nothing is left after SIGKILL of honu and one honu gc" {
	need_groups
	local name left pid
	start plain
	start hostly --pid host --userns host
	start inits --init --network host
	start alive
	inside hostly 'setsid sleep 1000 & :'
	left=$(processes_of hostly | sort -u)
	for name in plain hostly inits; do
		kill -KILL "$(honu_of $name)"
		wait "$(honu_of $name)" || :
	done
	same 'honu gc' '3 removed, 0 settled' "$("$HONU" gc)"
	for pid in $left; do
		same "process $pid" '' "$(cat "/proc/$pid/cmdline" 2>/dev/null | tr '\0' ' ')"
	done
	same 'groups' "$(hierarchies | sed "s|\$|/$GROUP/honu-$(id_of alive)|" | sort)" \
		"$(groups_left | while read -r dir; do find "$dir" -mindepth 1 -type d; done | sort)"
	same 'names' 'alive' "$(ls "$HONU_STATE/names")"
	same 'the one that runs' 'alive' "$(inside alive 'echo alive')"
	same 'honu gc once more' '0 removed, 0 settled' "$("$HONU" gc)"
	stop alive
	same 'groups afterwards' '' "$(groups_left)"
}

@test "cgroups: a name is free again after its honu was killed" {
	start main
	kill -KILL "$(honu_of main)"
	wait "$(honu_of main)" || :
	rm -r "$WORK/main"
	start main
	fails 'main' 125 --name main -- true
	stop main
}
