#!/usr/bin/env bats
# Limits of the control group, by what they do: who is held back, by how much, and that his neighbour
# is not. That a file holds a number proves nothing.

load setup

prepare_file() {
	DISK=$SCRATCH/disk.img
	LOOP=
	export DISK LOOP
	truncate -s 256M "$DISK"
	LOOP=$(losetup --find --show --direct-io=on "$DISK" 2>/dev/null ||
		losetup --find --show "$DISK" 2>/dev/null) || LOOP=
	busybox_tree "$TREE"
}

teardown_file() {
	[ "$(id -u)" -eq 0 ] || return 0
	[ -z "$LOOP" ] || losetup --detach "$LOOP"
	"$HONU" gc >/dev/null
}

teardown() {
	end_started
	! "$HONU" ps -aq --filter name=again 2>/dev/null | grep -q . || "$HONU" rm --force again >/dev/null
}

need_controller() {
	grep -qsw "$1" /sys/fs/cgroup/cgroup.controllers && return
	awk -v name="$1" '$1 == name && $2 > 0 && $4 == 1 { found = 1 } END { exit !found }' /proc/cgroups ||
		skip "this host has no cgroup controller '$1'"
}

need_disk() {
	need_controller blkio
	command -v fio >/dev/null || skip 'fio is not installed'
	[ -n "$LOOP" ] || skip 'this host has no loop devices'
}

# WANTED PERCENT GOT
near() {
	local what=$1 wanted=$2 percent=$3 got=$4
	awk -v w="$wanted" -v p="$percent" -v g="$got" \
		'BEGIN { exit !(g >= w * (100 - p) / 100 && g <= w * (100 + p) / 100) }' && return
	printf '%s\n  wanted: %s, within %s %%\n  got:    %s\n' "$what" "$wanted" "$percent" "$got" >&2
	return 1
}

# Nanoseconds on a CPU of all processes of a container.
cpu_time() {
	local pid time sum=0
	for pid in $(processes_of "$1" | sort -u); do
		read -r time _ <"/proc/$pid/schedstat"
		sum=$((sum + time)) # mawk would end at 2^31
	done
	echo "$sum"
}

# Others work on this machine too: what they disturb once, they may not disturb three times.
thrice() {
	local try
	for try in 1 2 3; do
		"$@" && return
		echo "attempt $try: see above" >&2
	done
	return 1
}

hog() {
	inside "$1" 'while :; do :; done &'
}

# ---- CPU ----

ratio_of_two() { # WANTED: the time of 'much' by that of 'little'
	local little much
	little=$(cpu_time little) much=$(cpu_time much)
	sleep 2.5
	little=$(($(cpu_time little) - little)) much=$(($(cpu_time much) - much))
	near "of $little and $much ns" "$1" 10 "$(awk "BEGIN { print $much / $little }")"
}

@test "limits: 1024 and 2048 shares on one CPU are one part and two" {
	need_controller cpu
	start little --cpu-shares 1024 --cpuset-cpus 0
	start much --cpu-shares 2048 --cpuset-cpus 0
	hog little
	hog much
	thrice ratio_of_two 2
}

@test "limits: weights are shares in the same proportion" {
	need_controller cpu
	start little --cpu-weight 50 --cpuset-cpus 0
	start much --cpu-weight 150 --cpuset-cpus 0
	hog little
	hog much
	thrice ratio_of_two 3
}

# Hundredths of a second that all CPUs together had nothing to do.
idle_time() {
	awk '$1 == "cpu" { print $5 + $6 }' /proc/stat
}

# Never more than the limit. Less only where others took what was left: then no CPU was idle.
share_of() { # NAME WANTED: of one CPU
	local used began idle got
	used=$(cpu_time "$1") began=$(date +%s%N) idle=$(idle_time)
	sleep 2
	used=$(($(cpu_time "$1") - used)) idle=$(($(idle_time) - idle))
	got=$(awk "BEGIN { print $used / ($(date +%s%N) - $began) }")
	if [ "$idle" -lt 100 ] && awk "BEGIN { exit !($got < $2) }"; then
		echo "the machine was busy: $got of $2" >&2
		return 0
	fi
	near "CPU time of $1" "$2" 10 "$got"
}

more_than() { # NAME LEAST: of one CPU; how much more depends on who else works here
	local used
	used=$(cpu_time "$1")
	sleep 1
	used=$(($(cpu_time "$1") - used))
	same "$used ns are more than $2 s" yes "$(awk "BEGIN { print ($used / 1e9 > $2 ? \"yes\" : \"no\") }")"
}

@test "limits: --cpus 0.2 is a fifth of a CPU, and so is a quota of a fifth of the period" {
	need_controller cpu
	start part --cpus 0.2
	start quota --cpu-period 50000 --cpu-quota 10000
	hog part
	hog quota
	thrice share_of part 0.2
	thrice share_of quota 0.2
}

@test "limits: who is idle leaves the CPU to others" {
	need_controller cpu
	local idle busy
	start idle --cpu-idle --cpuset-cpus 0
	start busy --cpuset-cpus 0
	hog idle
	hog busy
	idle=$(cpu_time idle) busy=$(cpu_time busy)
	sleep 2
	idle=$(($(cpu_time idle) - idle)) busy=$(($(cpu_time busy) - busy))
	[ $((busy / 20)) -gt "$idle" ] || same 'CPU time of the idle one' "less than a 20th of $busy" "$idle"
}

@test "limits: --cpuset-cpus pins every process to those CPUs" {
	need_controller cpuset
	local cpu pid last
	last=$(sed 's/.*[-,]//' /sys/devices/system/cpu/online)
	[ "$last" -gt 0 ] || skip 'this host has one CPU'
	for cpu in 0 "$last"; do
		same 'CPUs that it sees' 1 "$(honu --cpuset-cpus "$cpu" -- nproc)"
		start "pinned$cpu" --cpuset-cpus "$cpu"
		hog "pinned$cpu"
		hog "pinned$cpu"
		sleep 0.5
		for pid in $(processes_of "pinned$cpu" | sort -u); do
			same "CPU of process $pid" "$cpu" "$(sed 's/.*) //' "/proc/$pid/stat" | cut -d ' ' -f 37)"
		done
	done
}

@test "limits: real-time processes need --cpu-rt-runtime where the kernel divides real time" {
	need_controller cpu
	[ -e /sys/fs/cgroup/cpu/cpu.rt_runtime_us ] || skip 'this kernel does not divide real time among groups'
	run ! honu --userns host --cap-add SYS_NICE -- chrt --fifo 1 true
	# Not below our parent group: that has no real time to give.
	"$HONU" run --rm --cpu-rt-runtime 50000 --userns host --cap-add SYS_NICE -- chrt --fifo 1 true
}

# ---- memory ----

@test "limits: --memory kills who takes more, and nobody else" {
	need_controller memory
	start beside
	start main --memory 64m --oom-group=false
	# tail keeps a line without an end in memory.
	same 'a hog of 200 MiB' 'killed 137' \
		"$(inside main 'head -c 200m /dev/zero | tail -n 1 >/dev/null; echo killed $?' | tail -n 1)"
	same 'one of 32 MiB' 'fits 0' \
		"$(inside main 'head -c 32m /dev/zero | tail -n 1 >/dev/null; echo fits $?')"
	same 'beside it' 'fits 0' \
		"$(inside beside 'head -c 200m /dev/zero | tail -n 1 >/dev/null; echo fits $?')"
}

@test "limits: --memory holds for what is kept in /dev/shm and in caches" {
	need_controller memory
	run -137 honu --memory 64m --shm-size 1g -- sh -c 'head -c 200m /dev/zero >/dev/shm/file'
	start main --memory 64m
	same 'the cache of a file is given back' 'read 0' "$(inside main \
		'cat /usr/bin/* 2>/dev/null | head -c 200m | wc -c >/dev/null; echo read $?')"
}

@test "limits: a program that is the whole container ends with 137" {
	need_controller memory
	run -137 honu --memory 32m -- sh -c 'exec tail -n 1 /dev/zero'
}

@test "limits: --oom-kill-disable lets it wait instead" {
	need_controller memory
	[ -e /sys/fs/cgroup/memory/memory.oom_control ] || skip 'this host has no memory controller of v1'
	local pid state
	start main --memory 32m --oom-kill-disable
	inside main 'tail -n 1 /dev/zero >/dev/null & :'
	sleep 1.5
	pid=$(processes_of main | sort -un | tail -n 1)
	state=$(awk '/^VmRSS/ { rss = $2 } END { print (rss > 20000 ? "large" : "small") }' "/proc/$pid/status")
	same 'the hog' large "$state"
	same 'under its limit' 'under_oom 1' "$(groups_of main | while read -r dir; do
		grep -sh under_oom "$dir/memory.oom_control"; done)"
}

# ---- processes ----

@test "limits: --pids-limit stops a fork bomb" {
	need_controller pids
	local most
	start main --pids-limit 20
	inside main '(for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25; do sleep 100 & done) 2>/dev/null' || :
	most=$(processes_of main | sort -u | wc -l)
	matches 'processes' '@(19|20)' "$most"
	start free
	inside free 'for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25; do sleep 100 & done'
	same 'without' 26 "$(processes_of free | sort -u | wc -l)"
}

@test "limits: --cgroup-conf writes what has no option" {
	need_controller pids
	run ! honu --cgroup-conf pids.max=1 -- sh -c 'true | true'
	honu --cgroup-conf pids.max=10 -- sh -c 'true | true'
}

# ---- disks ----

# NAME OPTIONS-OF-HONU -- OPTIONS-OF-FIO: starts it in a container, its figures go to $WORK/NAME.json.
fio_in() {
	local name=$1 options=()
	shift
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	honu --userns host --device "$LOOP" "${options[@]}" -- fio --name="$name" --filename="$LOOP" \
		--direct=1 --invalidate=0 --ioengine=libaio --time_based --size=256M --output-format=json "$@" \
		>"$WORK/$name.json" 2>"$WORK/$name.err" 3>&-
}

figure() { # NAME read|write bw_bytes|iops
	python3 -c 'import json, sys
print(json.load(open(sys.argv[1]))["jobs"][0][sys.argv[2]][sys.argv[3]])' "$WORK/$1.json" "$2" "$3"
}

weighed() {
	local jobs=(--rw=randwrite --bs=16k --iodepth=16 --runtime=4) light
	fio_in light --blkio-weight 100 -- "${jobs[@]}" &
	light=$!
	fio_in heavy --blkio-weight 500 -- "${jobs[@]}"
	wait "$light"
	near "$(figure light write iops) and $(figure heavy write iops) operations" 5 25 \
		"$(awk "BEGIN { print $(figure heavy write iops) / $(figure light write iops) }")"
}

@test "limits: writers of weight 100 and 500 on one disk are one part and five" {
	need_disk
	local name=${LOOP#/dev/}
	echo bfq >"/sys/block/$name/queue/scheduler" 2>/dev/null || skip 'this kernel has no bfq'
	thrice weighed
}

@test "limits: a weight is refused where no disk divides by it" {
	need_disk
	local name=${LOOP#/dev/}
	echo none >"/sys/block/$name/queue/scheduler"
	refused "$name divides by no weight: its I/O scheduler is none, and that takes bfq" \
		--blkio-weight-device "$LOOP:200" -- true
	# By a file that lies on a disk, and by a partition, it is the disk that counts.
	refused 'lies on no disk that the kernel names' --blkio-weight-device /proc/self:200 -- true
}

bounded() { # NAME FIGURE UNIT WANTED OPTION RW BS
	fio_in "$1" "$5" -- --rw="$6" --bs="$7" --iodepth=4 --runtime=3
	near "$5" "$4" 15 "$(figure "$1" "$2" "$3")"
}

@test "limits: bytes and operations in a second, read and written" {
	need_disk
	thrice bounded wbps write bw_bytes 2097152 "--device-write-bps=$LOOP:2m" write 64k
	thrice bounded rbps read bw_bytes 2097152 "--device-read-bps=$LOOP:2m" read 64k
	thrice bounded wiops write iops 200 "--device-write-iops=$LOOP:200" randwrite 4k
	thrice bounded riops read iops 200 "--device-read-iops=$LOOP:200" randread 4k
}

@test "limits: a disk is known by its node, by what lies on it" {
	need_disk
	local disk
	disk=$(stat -c %Hd:%Ld "$TREE")
	[ -e "/sys/dev/block/$disk" ] || skip "what holds $TREE is no disk"
	[ ! -e "/sys/dev/block/$disk/partition" ] || disk=$(cat "/sys/dev/block/$disk/../dev")
	contains 'by a directory' "'$disk 1048576'" \
		"$("$HONU" explain --list run --device-read-bps "$TREE:1m" -- true)"
	contains 'by its node' "'$(cat "/sys/block/${LOOP#/dev/}/dev") 1048576'" \
		"$("$HONU" explain --list run --device-read-bps "$LOOP:1m" -- true)"
}

# ---- changes ----

update() {
	"$HONU" update "$@" >/dev/null
}

@test "update: CPU time of a container that runs, up and down" {
	need_controller cpu
	start main --cpus 0.2
	hog main
	thrice share_of main 0.2
	same 'what it prints' main "$("$HONU" update --cpus 0.5 main)"
	thrice share_of main 0.5
	update --cpu-period 10000 --cpu-quota 1000 --cpu-burst 500 main
	thrice share_of main 0.1
	update --cpu-quota -1 --cpu-burst 0 main
	thrice more_than main 0.3
}

@test "update: shares, weights and idle take each other's place" {
	need_controller cpu
	start little --cpu-idle --cpuset-cpus 0
	start much --cpu-shares 2048 --cpuset-cpus 0
	hog little
	hog much
	update --cpu-shares 1024 little
	thrice ratio_of_two 2
	update --cpu-weight 50 little
	thrice ratio_of_two 4
}

@test "update: memory grows and shrinks, and below what is used the kernel says" {
	need_controller memory
	local got status=0
	start main --memory 32m --oom-group=false
	update --memory 256m main
	same '100 MiB in 256' 'fits 0' \
		"$(inside main 'head -c 100m /dev/zero | tail -n 1 >/dev/null; echo fits $?')"
	update --memory 48m main
	same '100 MiB in 48' 'killed 137' \
		"$(inside main 'head -c 100m /dev/zero | tail -n 1 >/dev/null; echo killed $?' | tail -n 1)"
	update --memory 256m --memory-swap 300m main
	inside main 'head -c 40m /dev/zero >/dev/shm/file'
	[ -e /sys/fs/cgroup/memory/memory.limit_in_bytes ] || return 0
	[ "$(wc -l </proc/swaps)" -le 1 ] || return 0 # it would be swapped out
	got=$("$HONU" update --memory 20m main 2>&1) || status=$?
	same "status of: $got" 125 "$status"
	contains 'the note' 'it uses 4' "$got"
	contains 'the hint' 'it uses more than that, and what it uses cannot be taken from it' "$got"
	# What failed is not recorded.
	contains 'recorded' '"value":268435456' "$(cat "$HONU_STATE/containers/$(id_of main)/record.json")"
}

@test "update: processes and CPUs, and both at once from many sides" {
	need_controller pids
	local i pids=()
	start main --pids-limit 5
	update --pids-limit 40 main
	inside main '(for i in 1 2 3 4 5 6 7 8 9 10; do sleep 100 & done)'
	same 'processes' 11 "$(processes_of main | sort -u | wc -l)"
	hog main
	update --cpuset-cpus 0 main
	sleep 0.3
	same 'CPUs' 0 "$(processes_of main | sort -u | while read -r i; do
		sed 's/.*) //' "/proc/$i/stat" | cut -d ' ' -f 1,37 | sed -n 's/^R //p'; done | sort -u)"
	for i in 1 2 3 4 5; do
		update --cpu-shares "$((100 + i))" main 3>&- &
		pids+=($!)
		update --memory "$((100 + i))m" main 3>&- &
		pids+=($!)
	done
	for i in "${pids[@]}"; do wait "$i"; done
	matches 'none got lost' '*"memory"*"cpu-shares"*"cpuset-cpus"*"pids-limit"*' \
		"$(cat "$HONU_STATE/containers/$(id_of main)/record.json")"
}

@test "update: whoever is started again has the new limits" {
	need_controller pids
	"$HONU" run -d --name again --cgroup-parent "$GROUP" --pids-limit 40 "$TREE" sleep 1000 >/dev/null
	update --pids-limit 2 again
	same 'while it runs' 2 "$(groups_of again | while read -r i; do cat "$i/pids.max" 2>/dev/null || :; done)"
	"$HONU" stop -t 0 again >/dev/null
	update --memory 64m again
	"$HONU" start again >/dev/null
	same 'after a start' 2 "$(groups_of again | while read -r i; do cat "$i/pids.max" 2>/dev/null || :; done)"
	same 'what was changed while it was stopped' 67108864 "$(groups_of again | while read -r i; do
		cat "$i/memory.limit_in_bytes" "$i/memory.max" 2>/dev/null || :; done)"
	"$HONU" rm --force again >/dev/null
}

@test "update: explain shows what would be written, and writes nothing" {
	need_controller pids
	start main --pids-limit 40
	contains 'list' 'file=pids.max values=[7]' "$("$HONU" explain --list update --pids-limit 7 main)"
	contains 'shell' 'echo 7 > ' "$("$HONU" explain update --pids-limit 7 main)"
	same 'as before' 40 "$(groups_of main | while read -r i; do cat "$i/pids.max" 2>/dev/null || :; done)"
	"$HONU" explain update --pids-limit 7 main | sh -
	same 'the shell says the same' 7 "$(groups_of main | while read -r i; do cat "$i/pids.max" 2>/dev/null || :; done)"
}

@test "limits: nothing is left of them" {
	same 'groups' '' "$(groups_left)"
}
