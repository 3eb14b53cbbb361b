#!/usr/bin/env bats
# The program: who it is, what it may do, what it is given, how it ends, and its terminal.

load setup

prepare_file() {
	busybox_tree "$TREE"
}

# Waits until a file holds a line that begins so.
await() { # FILE BEGINNING
	local n
	for ((n = PATIENCE * 20; n > 0; n--)); do
		grep -q "^$2" "$1" 2>/dev/null && return
		sleep 0.05
	done
	printf 'never came: %s\n  in: %s\n' "$2" "$(cat "$1")" >&2
	return 1
}

# A program in the background whose output goes to $WORK/out, once it has said "ready".
begin() { # OPTIONS… PROGRAM…
	rm -f "$WORK/out"
	mkdir -p "$WORK/begun"
	# A shell has its background jobs ignore INT and QUIT, and honu would not take them then.
	env --default-signal "$HONU" run --rm --cgroup-parent "$GROUP" "$@" \
		</dev/null >"$WORK/out" 2>&1 3>&- &
	BEGUN=$!
	echo "$BEGUN" >"$WORK/begun/honu"
	await "$WORK/out" ready
}

# Its exit status. Never in a subshell, whose child it is not.
ended() {
	STATUS=0
	timeout "$PATIENCE" tail --pid="$BEGUN" -s 0.05 -f /dev/null || kill -KILL "$BEGUN"
	wait "$BEGUN" || STATUS=$?
}

# ---- who ----

WHO='echo $(id -u) $(id -g) "($(id -G | tr " " "\n" | sort -n | tr "\n" " "))" $HOME'

@test "process: users and groups are those of the tree, or numbers" {
	while read -r user wanted; do
		same "--user $user" "$wanted" "$(honu --user "$user" "$TREE" sh -c "$WHO")"
	done <<-'END'
		root 0 0 (0 ) /root
		keeper 1000 1000 (1000 2001 2002 ) /home/keeper
		1000 1000 1000 (1000 2001 2002 ) /home/keeper
		stray 1001 1001 (1001 2001 ) /nonexistent
		keeper:shoal 1000 2003 (2003 ) /home/keeper
		keeper:77 1000 77 (77 ) /home/keeper
		1234 1234 0 (0 ) /
		1234:4321 1234 4321 (4321 ) /
		0:2001 0 2001 (2001 ) /root
	END
	same 'no --user' '0 0 (0 ) /root' "$(honu "$TREE" sh -c "$WHO")"
	same '--group-add' '1234 0 (0 77 2003 ) /' \
		"$(honu --user 1234 --group-add shoal --group-add 77 "$TREE" sh -c "$WHO")"
}

@test "process: users that are not in the tree are refused, also when the host has them" {
	grep -q '^daemon:' /etc/passwd /etc/group || skip 'the host has no daemon either'
	fails "--user 'daemon': the container has no" 125 --user daemon "$TREE" true
	fails "--user 'keeper:daemon': the container has no" 125 --user keeper:daemon "$TREE" true
	fails 'daemon' 125 --group-add daemon "$TREE" true
	cp -r "$TREE/bin" "$WORK" && mkdir "$WORK/bare" && mv "$WORK/bin" "$WORK/bare"
	fails 'the container has no /etc/passwd' 125 --user keeper "$WORK/bare" true
	# What is no regular file is not read: this one would never answer.
	mkfifo "$TREE/etc/fifo"
	mv "$TREE/etc/passwd" "$WORK/passwd" && ln -s fifo "$TREE/etc/passwd"
	fails 'not a regular file' 125 --user keeper "$TREE" true
	honu --user 1000 "$TREE" true
	rm "$TREE/etc/passwd" "$TREE/etc/fifo" && mv "$WORK/passwd" "$TREE/etc/passwd"
	same 'a number needs none' '5 6' "$(honu --user 5:6 "$WORK/bare" sh -c 'echo $(id -u) $(id -g)')"
}

@test "process: the working directory" {
	same 'by default' / "$(honu "$TREE" pwd)"
	same '--workdir' /home/keeper "$(honu --workdir /home/keeper "$TREE" pwd)"
	same 'a link' / "$(ln -sfn / "$TREE/var/top" && honu --workdir /var/top "$TREE" pwd -P)"
	same 'one that is missing is made' '/var/new/dir 0:0 755' "$(honu --workdir /var/new/dir --user 1000 "$TREE" \
		sh -c 'echo $(pwd) $(stat -c "%u:%g %a" .)')"
	fails 'Not a directory' 125 --workdir /etc/passwd "$TREE" true
	refused '' --workdir relative "$TREE" true
}

@test "process: honu called in a directory that was removed: only relative paths need it" {
	mkdir "$WORK/gone" && cd "$WORK/gone" && rmdir "$WORK/gone"
	same 'the program runs' / "$(honu "$TREE" pwd)"
	same 'an absolute volume' passwd "$(honu -v "$TREE/etc:/mnt" "$TREE" ls /mnt/passwd | xargs basename)"
	for words in "./tree true" "-v .:/mnt $TREE true" "--secret key=file $TREE true" \
		"--env-file list $TREE true" "--ipc path:file $TREE true" \
		"--mount type=overlay,lowerdir=./a,target=/mnt $TREE true"; do
		# shellcheck disable=SC2086
		refused 'starts from the working directory, which was removed' $words
	done
	cd /
}

@test "process: the environment" {
	export PASSED=passed SECRET_OF_CALLER=x
	printf '# comment\n\nA=of file\nB=of file\nPASSED\nQUOTED="x y"\n' >"$WORK/env"
	same 'by default' 'HOME HOSTNAME PATH container' \
		"$(honu "$TREE" env | grep -vE '^(PWD|SHLVL|TZ|_)=' | cut -d= -f1 | sort | one_line)"
	same 'values' 'honu /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
		"$(honu "$TREE" sh -c 'echo $container $PATH')"
	same '--env and --env-file' 'A=of file|B=of option|C=|PASSED=passed|QUOTED="x y"' \
		"$(honu -e B='of option' -e C= -e NOT_SET --env-file "$WORK/env" "$TREE" env |
			grep -E '^(A|B|C|PASSED|QUOTED|NOT_SET|SECRET_OF_CALLER)=' | sort | paste -sd'|')"
	same 'PATH finds the program' found "$(honu -e PATH=/usr/bin -v "$PROBE:/usr/bin/probe2:ro" "$TREE" probe2 uid >/dev/null && echo found)"
	same 'HOME stays what is said' /elsewhere "$(honu -e HOME=/elsewhere --user keeper "$TREE" sh -c 'echo $HOME')"
}

@test "process: --ulimit and --umask" {
	local hard
	hard=$(ulimit -Hn)
	[ "$hard" != unlimited ] && [ "$hard" -lt 524288 ] || hard=524288
	same 'nofile by default' "1024 $hard" "$(honu -- sh -c 'echo $(ulimit -Sn) $(ulimit -Hn)')"
	same 'nofile' '100 200' "$(honu --ulimit nofile=100:200 -- sh -c 'echo $(ulimit -Sn) $(ulimit -Hn)')"
	same 'others' '0 0 77 unlimited' "$(honu --ulimit core=0 --ulimit nproc=77 --ulimit cpu=unlimited -- \
		bash -c 'echo $(ulimit -Sc) $(ulimit -Hc) $(ulimit -u) $(ulimit -t)')"
	same 'umask' 0022 "$(umask 077; honu -- sh -c umask)"
	same '--umask' 0027 "$(honu --umask 027 -- sh -c umask)"
	same 'oom-score-adj' 500 "$(honu --oom-score-adj 500 -- cat /proc/self/oom_score_adj)"
}

# ---- what it may do ----

caps() {
	honu "$@" grep -E '^Cap' /proc/self/status | tr -d '\t' | tr '\n' ' '
}

# Numbers of capabilities as a mask.
mask() {
	local n sum=0
	for n; do sum=$((sum | 1 << n)); done
	printf '%016x' "$sum"
}

@test "process: capabilities" {
	local none=0000000000000000 default all userns
	local every
	every=$(printf '%016x' $(((1 << $(cat /proc/sys/kernel/cap_last_cap) + 1) - 1)))
	# CHOWN DAC_OVERRIDE FOWNER FSETID KILL SETGID SETUID SETPCAP NET_BIND_SERVICE SYS_CHROOT SETFCAP
	default=$(mask 0 1 3 4 5 6 7 8 10 18 31)
	for userns in auto host; do
		set -- --userns "$userns"
		same "default, --userns $userns" "CapInh:$none CapPrm:$default CapEff:$default CapBnd:$default CapAmb:$none " \
			"$(caps "$@" --)"
		same "of a user, --userns $userns" "CapInh:$none CapPrm:$none CapEff:$none CapBnd:$default CapAmb:$none " \
			"$(caps "$@" --user 1000 --)"
		same "--cap-drop ALL, --userns $userns" "CapInh:$none CapPrm:$none CapEff:$none CapBnd:$none CapAmb:$none " \
			"$(caps "$@" --cap-drop ALL --)"
		default_and=$(mask 0 1 3 4 5 6 7 8 10 12 18 21 31)
		same "--cap-add, --userns $userns" "CapInh:$none CapPrm:$default_and CapEff:$default_and CapBnd:$default_and CapAmb:$none " \
			"$(caps "$@" --cap-add CAP_NET_ADMIN --cap-add sys_admin --)"
		one=$(mask 5)
		same "both, --userns $userns" "CapInh:$none CapPrm:$one CapEff:$one CapBnd:$one CapAmb:$none " \
			"$(caps "$@" --cap-add KILL --cap-drop ALL --)"
		# In a user namespace of its own also what honu itself lacks.
		[ $userns = host ] || all=$every
		[ $userns = auto ] || all=$(awk '/^CapEff/ { print $2 }' /proc/self/status)
		same "--privileged, --userns $userns" "CapInh:$none CapPrm:$all CapEff:$all CapBnd:$all CapAmb:$none " \
			"$(caps "$@" --privileged --)"
	done
	same 'what NET_ADMIN is for' lo-down "$(honu --cap-add NET_ADMIN -- sh -c 'ip link set lo down && echo lo-down')"
	fails 'not permitted' 2 -- ip link set lo down
}

@test "process: no new privileges, and the system call filter" {
	protection() { honu "$@" -- awk '/^(NoNewPrivs|Seccomp):/ { print $2 }' /proc/self/status | one_line; }
	same 'by default' '1 2' "$(protection)"
	same 'of a user' '1 2' "$(protection --user 1000)"
	same 'no-new-privileges=false' '0 2' "$(protection --security-opt no-new-privileges=false)"
	same 'and of a user' '0 2' "$(protection --security-opt no-new-privileges=false --user 1000)"
	same 'seccomp=unconfined' '1 0' "$(protection --security-opt seccomp=unconfined)"
	same '--privileged' '1 0' "$(protection --privileged)"
}

@test "process: calls that the filter does not know do not exist" {
	local call
	call() { honu -v "$PROBE:/probe:ro" "$@"; }
	same 'number 9999' ENOSYS "$(call "$TREE" /probe call 9999)"
	same 'getpid of x32' ENOSYS "$(call "$TREE" /probe call x32 39)"
	[ "$(uname -m)" = x86_64 ] || return 0
	# A call that is known, and needs a capability that is not there: mount, reboot, init_module.
	for call in 165 169 175; do
		same "call $call" EPERM "$(call "$TREE" /probe call "$call")"
	done
	# With the capability the kernel looks at the arguments.
	same 'mount with SYS_ADMIN' EFAULT "$(call --cap-add SYS_ADMIN "$TREE" /probe call 165)"
	same 'getpid' 'done' "$(call "$TREE" /probe call 39)"
	# Another architecture's number is another call: the end. Not every kernel has them.
	[ "$("$PROBE" call i386 2>/dev/null)" = 'done' ] || return 0
	fails '' 159 -v "$PROBE:/probe:ro" "$TREE" /probe call i386
}

@test "process: kernel settings of its own namespaces" {
	local before
	before=$(sysctl -n net.ipv4.ip_forward kernel.shmmax kernel.msgmax 2>/dev/null)
	same 'set' '1 12345678 4096 20 reef.example' "$(honu --sysctl net.ipv4.ip_forward=1 --sysctl kernel.shmmax=12345678 \
		--sysctl kernel/msgmax=4096 --sysctl fs.mqueue.msg_max=20 --sysctl kernel.domainname=reef.example -- sh -c 'cd /proc/sys
		echo $(cat net/ipv4/ip_forward kernel/shmmax kernel/msgmax fs/mqueue/msg_max kernel/domainname)')"
	same 'of the host' "$before" "$(sysctl -n net.ipv4.ip_forward kernel.shmmax kernel.msgmax 2>/dev/null)"
	refused "this setting is the host's" --sysctl kernel.printk=1 -- true
	refused "this setting is the host's" --sysctl vm.swappiness=1 -- true
	refused 'it would change others as well' --ipc host --sysctl kernel.shmmax=1 -- true
	refused '--hostname reef' --sysctl kernel.hostname=reef -- true
	fails 'sysctl.write' 125 --sysctl net.ipv4.no_such=1 -- true
}

# ---- what it is given ----

@test "process: /etc/hosts, /etc/hostname and /etc/resolv.conf" {
	local got tree=$WORK/tree
	busybox_tree "$tree"
	echo 'of the tree' >"$tree/etc/hosts"
	echo 'of the tree' >"$tree/etc/resolv.conf"
	got=$(honu --hostname reef --add-host db:192.0.2.7 --add-host six:2001:db8::1 "$tree" cat /etc/hosts /etc/hostname)
	for want in $'127.0.0.1\tlocalhost' $'127.0.1.1\treef' $'192.0.2.7\tdb' $'2001:db8::1\tsix' $'\nreef'; do
		contains '/etc/hosts and /etc/hostname' "$want" "$got"
	done
	same 'where there is no network' 'of the tree' "$(honu "$tree" cat /etc/resolv.conf)"
	same "the host's" "$(cat /etc/resolv.conf)" "$(honu --network host "$tree" cat /etc/resolv.conf 2>/dev/null)"
	same '--dns and the like' $'nameserver 192.0.2.53\nsearch example.org\noptions ndots:2' \
		"$(honu --dns 192.0.2.53 --dns-search example.org --dns-option ndots:2 "$tree" cat /etc/resolv.conf)"
	same '--dns none' 'of the tree' "$(honu --network host --dns none "$tree" cat /etc/resolv.conf 2>/dev/null)"
	same '--no-hosts' 'of the tree honu-busybox' "$(honu --no-hosts "$tree" sh -c 'echo $(cat /etc/hosts /etc/hostname)')"
	same 'of the tree, afterwards' 'of the tree of the tree' "$(cat "$tree/etc/hosts" "$tree/etc/resolv.conf" | one_line)"
	if [ -s /etc/resolv.conf ]; then
		same "without ROOT" "$(cat /etc/resolv.conf)" "$(honu --network host -- cat /etc/resolv.conf 2>/dev/null)"
	fi
	trees_bare "$tree"
}

@test "process: secrets are files in memory for the user alone, and nowhere else" {
	local id
	echo 'mother of pearl' >"$WORK/pearl"
	printf 'a\0b' >"$WORK/binary"
	start main --secret "pearl=$WORK/pearl" --credential "binary=$WORK/binary" --user 1000:1000
	same 'content' 'mother of pearl' "$(inside main 'cat $CREDENTIALS_DIRECTORY/pearl')"
	same 'bytes' '61 00 62' "$(inside main 'echo $(od -An -tx1 $CREDENTIALS_DIRECTORY/binary)')"
	same 'modes and owners' '400 1000:1000 755 /run/secrets' \
		"$(inside main 'echo $(stat -c "%a %u:%g" /run/secrets/pearl) $(stat -c %a /run/secrets) $CREDENTIALS_DIRECTORY')"
	matches 'written to' '*Read-only*' "$(inside main '(: >/run/secrets/pearl)' || :)"
	if unshare --mount mount -t tmpfs -o noswap tmpfs /mnt 2>/dev/null; then
		contains 'never swapped' ',noswap' "$(inside main 'grep /run/secrets /proc/self/mountinfo')"
	fi
	id=$(id_of main)
	same 'in the record and the rest of the state' '' \
		"$(grep -rl 'mother of pearl' "$HONU_STATE" || :)"
	same 'in the environment' '' "$(tr '\0' '\n' <"/proc/$(pid_of main)/environ" | grep pearl || :)"
	stop main
	same 'afterwards' '' "$(ls -d "$HONU_STATE/containers/$id" 2>/dev/null || :)"
	same 'another user inside' denied "$(honu --secret "pearl=$WORK/pearl" --user 1000 "$TREE" \
		sh -c 'cat /run/secrets/pearl >/dev/null && echo denied')"
	same 'from a pipe' pipe "$(honu --secret "key=/dev/stdin" "$TREE" cat /run/secrets/key <<<pipe)"
	fails 'no-such' 125 --secret "key=$WORK/no-such" "$TREE" true
}

# ---- streams and descriptors ----

@test "process: standard input, output and error are the caller's" {
	same 'input and output' 'abc' "$(printf abc | honu "$TREE" cat)"
	same 'much of it' "$(head -c 20000000 /dev/zero | cksum)" \
		"$(head -c 20000000 /dev/zero | honu "$TREE" cat | cksum)"
	same 'error' 'err' "$(honu "$TREE" sh -c 'echo out; echo err >&2' 2>&1 >/dev/null)"
	same 'a reader that goes away' 'y' "$(honu "$TREE" yes | head -n 1)"
	honu "$TREE" true <&-
}

# Which descriptors there are, and what they lead to.
DESCRIPTORS='for n in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 20 63 100 255; do
	[ -e /proc/self/fd/$n ] && printf "%s " $n; done'

@test "process: every descriptor but the first three is closed" {
	same 'inside' '0 1 2 ' "$(exec 5</dev/null 7>"$WORK/file" 63</ 100</etc; honu "$TREE" sh -c "$DESCRIPTORS")"
	same 'with --init' '0 1 2 ' "$(exec 5</dev/null 63</; honu --init "$TREE" sh -c "$DESCRIPTORS")"
	same 'with --userns host' '0 1 2 ' "$(exec 5</dev/null 63</; honu --userns host "$TREE" sh -c "$DESCRIPTORS")"
	same 'of honu-init itself' '3' "$(honu --init "$TREE" sh -c 'ls /proc/1/fd | wc -l' | sed 's/^4$/3/')"
}

@test "process: --preserve-fds passes descriptors on" {
	echo three >"$WORK/3" && echo four >"$WORK/4" && echo five >"$WORK/5"
	for init in '' --init; do
		same "two of three ${init}" 'three four 0 1 2 3 4 ' "$(exec 3<"$WORK/3" 4<"$WORK/4" 5<"$WORK/5"
			honu $init --preserve-fds 2 "$TREE" sh -c "echo \$(cat <&3) \$(cat <&4) \$($DESCRIPTORS)" | sed 's/$/ /')"
	done
	fails 'descriptor 4 is not open' 125 --preserve-fds 2 "$TREE" true 3</dev/null 4<&-
}

@test "process: LISTEN_FDS passes sockets on, with the number of the process inside" {
	echo three >"$WORK/3" && echo four >"$WORK/4"
	for init in '' --init; do
		same "LISTEN_FDS ${init}" 'three four 0 1 2 3 4 : 2 a:b self' "$(
			exec 3<"$WORK/3" 4<"$WORK/4" 5</dev/null
			export LISTEN_FDS=2 LISTEN_PID=$BASHPID LISTEN_FDNAMES=a:b
			exec "$HONU" run --rm --cgroup-parent "$GROUP" $init "$TREE" sh -c "
				echo \$(cat <&3) \$(cat <&4) \$($DESCRIPTORS) : \$LISTEN_FDS \$LISTEN_FDNAMES \
				\$([ \$LISTEN_PID = \$\$ ] && echo self || echo \$LISTEN_PID is not \$\$)")"
	done
	same 'meant for somebody else' '0 1 2 ' "$(exec 3<"$WORK/3"
		LISTEN_FDS=1 LISTEN_PID=1 honu "$TREE" sh -c "$DESCRIPTORS; echo \$LISTEN_FDS" | tr -d '\n')"
}

@test "process: what the caller ignores and blocks is not ignored and blocked inside" {
	same 'signals' '0000000000000000 0000000000000000' "$(trap '' HUP PIPE USR1
		honu "$TREE" awk '/^Sig(Blk|Ign):/ { print $2 }' /proc/self/status | one_line)"
}

# ---- how it ends ----

@test "process: exit codes" {
	local status
	while read -r wanted words; do
		status=0
		eval "honu $words" >/dev/null 2>&1 || status=$?
		same "honu run $words" "$wanted" "$status"
	done <<-'END'
		0 -- true
		1 -- false
		77 -- sh -c 'exit 77'
		77 --init -- sh -c 'exit 77'
		125 --no-such-option -- true
		125 ./no-such-tree true
		126 -- /etc/passwd
		126 -- /usr
		127 -- no-such-program
		127 -- /no/such/program
		127 --init -- no-such-program
		126 --init -- /etc/passwd
		137 --init -- sh -c 'kill -KILL $$'
		139 --init -- sh -c 'kill -SEGV $$'
		143 --init -- sh -c 'kill -TERM $$'
	END
}

@test "process: a script without its interpreter, and what is no program" {
	printf '#!/no/such/shell\n' >"$TREE/script"
	printf 'neither script nor program\n' >"$TREE/text"
	printf '\177ELF\002\001\001\n' >"$TREE/elf"
	chmod +x "$TREE/script" "$TREE/text" "$TREE/elf"
	fails 'whose interpreter /no/such/shell is missing' 127 "$TREE" /script
	fails 'neither a program nor a script' 126 "$TREE" /text
	fails 'neither a program nor a script' 126 "$TREE" /elf
	fails 'mounted noexec' 126 -v "$TREE:/w:noexec" "$TREE" /w/script
	rm "$TREE/script" "$TREE/text" "$TREE/elf"
}

@test "MISSION Process/Process namespace: signals reach the program" {
	local init signal
	for init in '' --init; do
		for signal in TERM INT HUP USR1 QUIT WINCH; do
			begin $init "$TREE" sh -c "trap 'echo got $signal; exit 7' $signal; echo ready
				while :; do sleep 0.02; done"
			kill -"$signal" "$BEGUN"
			ended
			same "status after $signal $init" 7 "$STATUS"
			same "output after $signal $init" "got $signal" "$(tail -n 1 "$WORK/out")"
		done
	done
}

@test "MISSION Process/Process namespace: a program without a handler ends at once" {
	local init before
	for init in '' --init; do
		for signal in TERM INT HUP USR1; do
			before=$(date +%s%N)
			begin $init "$TREE" sh -c 'echo ready; exec sleep 60'
			kill -"$signal" "$BEGUN"
			ended
			same "status after $signal $init" $((128 + $(kill -l "$signal"))) "$STATUS"
			[ $(($(date +%s%N) - before)) -lt 5000000000 ]
		done
	done
	# One that ignores the signal goes on.
	begin "$TREE" sh -c 'trap "" TERM; echo ready; sleep 0.5; echo still here; exit 5'
	kill -TERM "$BEGUN"
	ended
	same 'one that ignores it' 5 "$STATUS"
	same 'its output' 'still here' "$(tail -n 1 "$WORK/out")"
}

@test "process: killed from outside, killed with honu" {
	local pid status=0
	start main
	pid=$(pid_of main)
	kill -KILL "$pid"
	stop main || status=$?
	same 'status' 137 "$status"
	start other
	pid=$(pid_of other)
	kill -KILL "$(honu_of other)"
	wait "$(honu_of other)" || :
	timeout 5 tail --pid="$pid" -s 0.1 -f /dev/null
	same 'honu gc' '1 removed, 0 settled' "$("$HONU" gc)"
	same 'groups' '' "$(groups_left)"
}

@test "process: honu can be stopped and goes on" {
	begin "$TREE" sh -c 'echo ready; sleep 0.4; echo done'
	kill -STOP "$BEGUN"
	sleep 0.6
	kill -CONT "$BEGUN"
	ended
	same 'status' 0 "$STATUS"
	same 'output' 'done' "$(tail -n 1 "$WORK/out")"
}

# ---- a terminal ----

# Each terminal has a server of its own: one that is ending takes no new session.
tmux_() {
	tmux -S "$SERVER" -f /dev/null "$@"
}

# A terminal of 90 columns and 30 lines with honu in it, until it shows what is awaited.
terminal() { # AWAITED OPTIONS… PROGRAM…
	local awaited=$1
	shift
	SERVER=$WORK/tmux-$RANDOM
	{
		printf '%q ' "$HONU" run --rm --cgroup-parent "$GROUP" "$@"
		echo "; echo \"status \$?\"; sleep $PATIENCE"
	} >"$WORK/command"
	tmux_ new-session -d -x 90 -y 30 "HONU_STATE=$HONU_STATE bash $WORK/command" 3>&-
	shows "$awaited"
}

shows() {
	local n
	for ((n = PATIENCE * 10; n > 0; n--)); do
		tmux_ capture-pane -p >"$WORK/screen"
		grep -qE "$1" "$WORK/screen" && return
		sleep 0.1
	done
	printf 'the screen never shows: %s\n  it shows:\n%s\n' "$1" "$(cat "$WORK/screen")" >&2
	tmux_ kill-server
	return 1
}

@test "process: -it gives a terminal of the container's own" {
	command -v tmux >/dev/null || skip 'tmux is not installed'
	terminal 'ready' -it -e PS1='> ' "$TREE" sh -c \
		'echo via console >/dev/console; echo via tty >/dev/tty
		echo tty $(tty) size $(stty size) session $(ps -o pid,ppid,tty | wc -l); ls -l /dev/console
		trap "echo resized \$(stty size)" WINCH; echo ready; while :; do read -r line && echo "read $line"; done'
	grep -E '^tty /dev/(console|pts/0) size 30 90 ' "$WORK/screen"
	grep -E '^via console' "$WORK/screen"
	grep -E '^via tty' "$WORK/screen"
	tmux_ send-keys 'some words' Enter
	shows '^read some words'
	tmux_ resize-window -x 100 -y 40
	tmux_ send-keys Enter
	shows '^resized 40 100'
	tmux_ send-keys C-c
	shows 'status 130'
	tmux_ kill-server
}

@test "process: a shell on a terminal has job control, and the terminal comes back" {
	command -v tmux >/dev/null || skip 'tmux is not installed'
	terminal '^inside' -it -e PS1='inside ' "$TREE" sh -i
	lacks 'the shell' "can't access tty" "$(cat "$WORK/screen")"
	tmux_ send-keys 'sleep 100' Enter
	sleep 0.3
	tmux_ send-keys C-z
	shows 'Stopped'
	tmux_ send-keys 'fg' Enter
	sleep 0.2
	tmux_ send-keys C-c
	tmux_ send-keys 'echo $((40 + 2))' Enter
	shows '^42'
	tmux_ send-keys 'exit 9' Enter
	shows '^status 9'
	tmux_ kill-server
}

@test "process: Ctrl-C ends a program without a handler, at once" {
	command -v tmux >/dev/null || skip 'tmux is not installed'
	for init in '' --init; do
		terminal 'ready' -it $init "$TREE" sh -c 'echo ready; exec sleep 100'
		tmux_ send-keys C-c
		shows 'status 130'
		tmux_ kill-server
	done
	# Without a terminal of its own it is the terminal of the caller.
	terminal 'ready' --tty=false "$TREE" sh -c 'echo ready; exec sleep 100'
	tmux_ send-keys C-c
	shows 'status 130'
	tmux_ kill-server
}

@test "process: output on a terminal is complete, also when the program ends at once" {
	command -v tmux >/dev/null || skip 'tmux is not installed'
	terminal 'status 0' -t "$TREE" sh -c 'seq 1 28'
	same 'lines' "$(seq 1 28)" "$(head -n 28 "$WORK/screen")"
	tmux_ kill-server
}

@test "process: -t where there is no terminal, input from a pipe" {
	same 'tty and input' 'a tty, abc' "$(printf 'abc\n' | honu -t "$TREE" sh -c \
		'stty -echo; [ -t 1 ] && read -r line && echo "a tty, $line"' | tr -d '\r' | tail -n 1)"
	same 'none unless asked for' 'no tty' "$(printf '' | honu "$TREE" sh -c '[ -t 0 ] || echo no tty')"
}

@test "process: --timing tells what each step took" {
	local got
	got=$(honu --timing -- true 2>&1)
	contains 'header' 'took us' "$got"
	contains 'total' 'total until the program starts' "$got"
	[ "$(grep -cE '^ *[0-9]+  (host|init) ' <<<"$got")" -gt 30 ]
}
