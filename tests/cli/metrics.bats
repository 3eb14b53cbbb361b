#!/usr/bin/env bats
# What honu says that containers use, compared with programs that use known amounts.

load setup

prepare_file() {
	busybox_tree "$TREE"
	cp "$HONU_BUILD/tests/consume" "$TREE/bin/consume"
}

figure() { # NAME FIGURE
	"$HONU" stats --no-stream --interval 1ms --format "{{.$2}}" "$1"
}

# A figure of memory.stat comes late: the kernel adds up every two seconds.
near() { # NAME FIGURE WANTED PERCENT
	local got n
	for ((n = 40; n > 0; n--)); do
		got=$(figure "$1" "$2")
		[ -n "$got" ] && ((got * 100 >= $3 * (100 - $4) && got * 100 <= $3 * (100 + $4))) &&
			return
		sleep 0.1
	done
	echo "$2 of $1 is '$got', not $3 by $4 %" >&2
	return 1
}

below() { # NAME FIGURE LIMIT
	local got
	got=$(figure "$1" "$2")
	[ -n "$got" ] && ((got < $3)) && return
	echo "$2 of $1 is '$got', not below $3" >&2
	return 1
}

# The container's directory of a v1 controller, or of the v2 hierarchy that has it.
group_of() { # NAME CONTROLLER
	local id base
	id=$(id_of "$1")
	for base in "/sys/fs/cgroup/$2" /sys/fs/cgroup/unified /sys/fs/cgroup; do
		[ -d "$base/$GROUP/honu-$id" ] && echo "$base/$GROUP/honu-$id" && return
	done
	return 1
}

MIB=$((1024 * 1024))

@test "64 MiB of anonymous memory are anonymous, and nothing else" {
	start web "$TREE"
	inside web 'consume anonymous 64'
	near web memory.anonymous $((64 * MIB)) 5
	near web memory.workingSet $((65 * MIB)) 5
	below web memory.file $MIB
	below web memory.shared $MIB
}

@test "64 MiB in a tmpfs are shared, and nothing else" {
	start web --tmpfs /mnt "$TREE"
	inside web 'dd if=/dev/zero of=/mnt/data bs=1M count=64 2>&1 | tail -n 0'
	near web memory.shared $((64 * MIB)) 5
	near web memory.workingSet $((65 * MIB)) 5
	below web memory.anonymous $((2 * MIB))
	below web memory.file $MIB
}

@test "64 MiB of a file are page cache, and no working set" {
	mkdir -m 0777 "$WORK/data"
	start web -v "$WORK/data:/data" "$TREE"
	inside web 'dd if=/dev/zero of=/data/file bs=1M count=64 2>&1 | tail -n 0; sync'
	near web memory.file $((64 * MIB)) 5
	near web memory.inactiveFile $((64 * MIB)) 5
	below web memory.anonymous $((2 * MIB))
	below web memory.shared $MIB
	below web memory.workingSet $((8 * MIB))
}

@test "processor time is that which was used" {
	start web "$TREE"
	local before after user system
	before=$(figure web cpu.usage)
	inside web 'consume cpu 1000'
	after=$(figure web cpu.usage)
	((after - before >= 1000000000 && after - before <= 1100000000)) || {
		echo "1 s of work are $((after - before)) ns" >&2
		return 1
	}
	user=$(figure web cpu.user)
	system=$(figure web cpu.system)
	# v1 alone has these in hundredths of a second.
	((user + system <= after + 100000000 && user + system >= after - 100000000))
}

@test "one who is busy uses a processor, and stats show it" {
	start web "$TREE"
	inside web 'consume cpu 60000 & '
	sleep 0.3
	local share
	share=$("$HONU" stats --no-stream --format '{{.cpuPercent}}' web)
	# Other tests may want the processor too.
	((${share%.*} > 20 && ${share%.*} <= 110)) || {
		echo "cpuPercent is $share" >&2
		return 1
	}
}

@test "a CPU limit that stops it is seen" {
	start web "$TREE"
	local dir
	dir=$(group_of web cpu)
	if [ -e "$dir/cpu.cfs_quota_us" ]; then
		echo 20000 >"$dir/cpu.cfs_quota_us"
	else
		echo '20000 100000' >"$dir/cpu.max"
	fi
	inside web 'consume cpu 200'
	local periods throttled time
	periods=$(figure web cpu.periods)
	throttled=$(figure web cpu.throttledPeriods)
	time=$(figure web cpu.throttledTime)
	# 200 ms of work, 20 of every 100 ms: about nine pauses of 80 ms.
	((throttled >= 6 && throttled <= periods && time >= 300000000 && time <= 1500000000)) || {
		echo "$throttled of $periods periods, $time ns" >&2
		return 1
	}
	"$HONU" stats --no-stream web | grep -q THROTTLED
}

@test "tasks are counted" {
	start web "$TREE"
	inside web 'consume tasks 7'
	same tasks.current 8 "$(figure web tasks.current)"
	local peak
	peak=$(figure web tasks.peak)
	[ -z "$peak" ] || ((peak >= 8))
}

@test "what is written to a device is counted to the byte" {
	local loop name id
	truncate -s 16M "$WORK/image"
	loop=$(losetup --find --show --direct-io=off "$WORK/image") || skip 'no loop device is to be had'
	name=${loop##*/}
	if ! grep -q '\[bfq\]' "/sys/block/$name/queue/scheduler" && [ ! -e /sys/fs/cgroup/io.stat ] &&
		! echo bfq >"/sys/block/$name/queue/scheduler"; then
		losetup --detach "$loop"
		skip 'cgroup v1 without bfq counts no I/O'
	fi
	start web --device "$loop" --userns host "$TREE"
	run inside web "dd if=/dev/zero of=$loop bs=64k count=16 oflag=direct 2>/dev/null && \
		dd if=$loop of=/dev/null bs=16k count=8 iflag=direct 2>/dev/null && echo done"
	local told
	told=$("$HONU" stats --no-stream --interval 1ms --format \
		'{{range .io.devices}}{{.name}} {{.writtenBytes}} {{.writes}} {{.readBytes}} {{.reads}}
{{end}}' web | grep "^$name ")
	losetup --detach "$loop"
	same 'the container' done "$output"
	same I/O "$name $((16 * 65536)) 16 $((8 * 16384)) 8" "$told"
}

@test "traffic is counted to the byte, and lo is no traffic" {
	start web "$TREE"
	inside web 'consume datagrams 10 1000'
	local pid told
	pid=$(pid_of web)
	interfaces() {
		"$HONU" stats --no-stream --interval 1ms --format \
			'{{range .net.interfaces}}{{.name}} {{.receivedBytes}} {{.receivedPackets}} {{.sentBytes}} {{.sentPackets}};{{end}}' web
	}
	# 20 bytes of IP, 8 of UDP
	same lo 'lo 10280 10 10280 10;' "$(interfaces)"
	same 'the sum' 0 "$(figure web net.sentBytes)"
	nsenter --target "$pid" --net sh -ec '
		echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6
		echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
		ip link add near0 type veth peer name far0
		ip link set near0 up
		ip link set far0 up'
	nsenter --target "$pid" --net "$HONU_BUILD/tests/consume" frames near0 5 1400
	told=$(interfaces | tr ';' '\n' | grep '^near0 ')
	same 'the sender' 'near0 0 0 7000 5' "$told"
	told=$(interfaces | tr ';' '\n' | grep '^far0 ')
	same 'the receiver' 'far0 7000 5 0 0' "$told"
	same 'the sum' 7000 "$(figure web net.receivedBytes)"
}

@test "the network of the host is nobody's" {
	start web --network host "$TREE"
	same net.sentBytes '' "$(figure web net.sentBytes)"
	"$HONU" stats --explain web | grep '^net.sentBytes' | grep -q "the network is the host's"
}

@test "each figure says where it comes from, and what is there is what is said" {
	start web "$TREE"
	local name value from file key
	"$HONU" stats --explain web >"$WORK/explain"
	(($(grep -c '^[a-z]*\.' "$WORK/explain") > 80))
	run ! grep -E '^[a-z.A-Z]+ +-- *$' "$WORK/explain"
	local compared=0
	# What does not change while we look.
	while read -r name value _ file key; do
		case $name in
		memory.peak | memory.limitHits | tasks.limitHits | cpu.periods) ;;
		*) continue ;;
		esac
		[ -f "$file" ] || continue
		compared=$((compared + 1))
		same "$name" "$value" "$(if [ -n "$key" ]; then
			awk -v key="$key" '$1 == key { print $2 }' "$file"
		else
			cat "$file"
		fi)"
	done < <(sed -E 's/ (bytes|ns|pages) / /; s/^([^ ]+ +[^ ]+ +)/\1 - /' "$WORK/explain")
	((compared >= 3))
}

@test "one that does not run has no figures, and says so" {
	HONU_STATE=$WORK/state
	export HONU_STATE
	"$BATS_TEST_DIRNAME/../made" "$HONU_STATE" container 000000000001 web
	same 'all that run' 'CONTAINER ID NAME CPU % MEM USAGE / LIMIT MEM % NET I/O BLOCK I/O PIDS' \
		"$("$HONU" stats --no-stream | tr -s ' ')"
	same all '000000000001 web -- -- / -- -- -- / -- -- / -- --' \
		"$("$HONU" stats --no-stream --all --interval 1ms | tail -n 1 | tr -s ' ')"
	same 'by name' ' null' "$("$HONU" stats --no-stream --interval 1ms \
		--format '{{.tasks.current}} {{json .memory.anonymous}}' web)"
	run "$HONU" stats --no-stream nobody
	same status 125 "$status"
	[[ $output == *"nobody"* ]]
}

@test "docker's templates work" {
	start web "$TREE"
	local got
	got=$("$HONU" stats --no-stream --format \
		'{{.Container}} {{.Name}} {{.ID}} {{.CPUPerc}} {{.MemUsage}} {{.NetIO}} {{.PIDs}}' web)
	[[ $got =~ ^web\ web\ $(id_of web)\ [0-9.]+%\ [0-9.]+(B|KiB|MiB)\ /\ [0-9.]+GiB\ 0B\ /\ 0B\ 1$ ]] || {
		echo "got: $got" >&2
		return 1
	}
}

@test "a screen of 80 columns is not overrun, in ASCII, from the upper left corner on" {
	command -v script >/dev/null || skip 'script is not installed'
	start web "$TREE"
	script -qec "stty rows 24 cols 80; timeout 1.5 '$HONU' stats --interval 200ms" /dev/null \
		</dev/null >"$WORK/screen" || :
	(($(grep -c $'\033\[H' "$WORK/screen") >= 4))
	LC_ALL=C run ! grep -q $'[^ -~[:space:]\033]' "$WORK/screen"
	sed -E $'s/\033\\[[0-9;]*[A-Za-z]//g; s/\r$//' "$WORK/screen" | awk 'length($0) > 80 { print; bad = 1 } END { exit bad }'
	grep -q web "$WORK/screen"
}

@test "showing one container takes at most 3 ms of processor time" {
	start web "$TREE"
	local n used best=1000000
	for n in 1 2 3 4 5; do
		used=$(
			TIMEFORMAT='%3U %3S'
			{ time "$HONU" stats --no-stream --interval 1ms web >/dev/null; } 2>&1 |
				awk '{ printf "%d", ($1 + $2) * 1000 }'
		)
		((used < best)) && best=$used
	done
	((best <= 3)) || {
		echo "$best ms" >&2
		return 1
	}
}
