#!/usr/bin/env bats
# honu exec: one more process in a container that runs. Where it is, who it is, what it may do, its
# streams and its terminal, how it ends, and what the container cannot do to honu meanwhile.

load setup

prepare_file() {
	busybox_tree "$TREE"
	cp "$PROBE" "$TREE/bin/probe"
}

hexec() {
	"${HONU:?}" exec "$@"
}

# WANTED STATUS WORDS…: it fails with this status, and says so.
denied() {
	local wanted=$1 expected=$2 got status=0
	shift 2
	got=$(hexec "$@" 2>&1) || status=$?
	same "exit status of: honu exec $* ($got)" "$expected" "$status"
	contains "message of: honu exec $*" "$wanted" "$got"
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

# A process in the background, once it has said "ready": BEGUN is honu's pid, INSIDE the program's.
begin() { # WORDS…
	rm -f "$WORK/out"
	mkdir -p "$WORK/begun"
	env --default-signal "$HONU" exec "$@" </dev/null >"$WORK/out" 2>&1 3>&- &
	BEGUN=$!
	echo "$BEGUN" >"$WORK/begun/honu"
	await "$WORK/out" ready
	INSIDE=$(tr -d ' ' <"/proc/$BEGUN/task/$BEGUN/children")
}

ended() {
	STATUS=0
	timeout "$PATIENCE" tail --pid="$BEGUN" -s 0.05 -f /dev/null || kill -KILL "$BEGUN"
	wait "$BEGUN" || STATUS=$?
}

gone() { # PID
	timeout 5 tail --pid="$1" -s 0.05 -f /dev/null
}

links() { # PID
	readlink "/proc/$1"/ns/{user,pid,mnt,net,ipc,uts,cgroup,time}
}

# In all that the first process is in.
same_place() { # CONTAINER
	local first
	first=$(pid_of "$1")
	begin "$1" sh -c 'echo ready; exec sleep 1000'
	same "namespaces of $1" "$(links "$first")" "$(links "$INSIDE")"
	same "control groups of $1" "$(cat "/proc/$first/cgroup")" "$(cat "/proc/$INSIDE/cgroup")"
	same "root directory of $1" "$(stat -L -c '%d:%i' "/proc/$first/root")" \
		"$(stat -L -c '%d:%i' "/proc/$INSIDE/root")"
	same "id map of $1" "$(cat "/proc/$first/uid_map" "/proc/$first/gid_map")" \
		"$(cat "/proc/$INSIDE/uid_map" "/proc/$INSIDE/gid_map")"
	same "oom score of $1" "$(cat "/proc/$first/oom_score_adj")" \
		"$(cat "/proc/$INSIDE/oom_score_adj")"
	kill -TERM "$BEGUN"
	ended
	same 'status' 143 "$STATUS"
	gone "$INSIDE"
}

# ---- where ----

@test "exec: in all namespaces and control groups of the container" {
	start main "$TREE"
	same_place main
	differ 'the user namespace' "$(readlink /proc/self/ns/user)" "$(hexec main readlink /proc/self/ns/user)"
}

@test "exec: in those that the container shares with the host, or with another" {
	start main "$TREE"
	start host --userns host "$TREE"
	same_place host
	start view --userns host --pid host --network host --ipc host --uts host --cgroupns host "$TREE"
	same_place view
	start joined --network container:main --ipc container:main --pid container:main \
		--uts container:main "$TREE"
	same_place joined
	start clock --time-offset boottime=1000000 --oom-score-adj 300 "$TREE"
	same_place clock
	same 'its clock' "$(hexec clock cut -d. -f1 /proc/uptime | cut -c1-4)" \
		"$(inside clock 'cut -d. -f1 /proc/uptime | cut -c1-4')"
	start mounts --mountns container:main
	same_place mounts
}

@test "exec: in the container's namespaces, wherever honu is called from" {
	start main --network host "$TREE"
	links "$(pid_of main)" >"$WORK/wanted"
	same 'called from other ones' "$(cat "$WORK/wanted")" "$(unshare --net --uts --ipc --mount \
		"$HONU" exec main sh -c 'for n in user pid mnt net ipc uts cgroup time; do
			readlink /proc/self/ns/$n; done')"
}

@test "exec: by name, by id, by the beginning of an id" {
	local id
	start main "$TREE"
	id=$(id_of main)
	same 'by id' here "$(hexec "$id" echo here)"
	same 'by its beginning' here "$(hexec "${id:0:6}" echo here)"
	inside main 'echo changed >/tmp/file'
	same 'one root' changed "$(hexec main cat /tmp/file)"
	same 'one pid namespace' 1 "$(hexec main ps -o pid,args | grep -c 'ps -o')"
	contains 'its first process is in sight' sh "$(hexec main ps -o args)"
}

# ---- who, and what it may do ----

WHO='echo $(id -u) $(id -g) "($(id -G | tr " " "\n" | sort -n | tr "\n" " "))" $HOME'

@test "exec: users and groups are those of the tree, by default the container's" {
	start main --user keeper --group-add shoal "$TREE"
	same 'by default' '1000 1000 (1000 2001 2002 2003 ) /home/keeper' "$(hexec main sh -c "$WHO")"
	while read -r user wanted; do
		same "--user $user" "$wanted" "$(hexec -u "$user" main sh -c "$WHO")"
	done <<-'END'
		root 0 0 (0 2003 ) /root
		stray 1001 1001 (1001 2001 2003 ) /nonexistent
		stray:reef 1001 2001 (2001 2003 ) /nonexistent
		1234:77 1234 77 (77 2003 ) /
	END
	grep -q '^daemon:' /etc/passwd
	denied "--user 'daemon': the container has no user 'daemon'" 125 -u daemon main true
	denied "expected" 125 -u a:b:c:d main true
	same 'an id that is not mapped' 125 "$(hexec -u 70000 main true 2>/dev/null || echo $?)"
}

STATE='grep -E "^(Cap|NoNewPrivs|Seccomp)" /proc/self/status; ulimit -Sn; ulimit -Hn; umask; cat /proc/self/oom_score_adj'

@test "exec: capabilities, filter, limits and mask are those of the container" {
	local options
	for options in '' '--userns host' '--cap-drop ALL --cap-add NET_RAW' '--security-opt seccomp=unconfined' \
		'--security-opt no-new-privileges=false' '--ulimit nofile=77:88 --umask 027 --oom-score-adj 500' \
		'--privileged' '--user 1000'; do
		# shellcheck disable=SC2086 # words
		start "main" $options "$TREE"
		same "with $options" "$(inside main "$STATE")" "$(hexec main sh -c "$STATE")"
		stop main
		rm -r "$WORK/main"
	done
}

@test "exec: --privileged gives what the user namespace has" {
	start main --cap-drop ALL "$TREE"
	same 'without' 0000000000000000 "$(hexec main awk '/^CapEff/ { print $2 }' /proc/self/status)"
	same 'with' "$(hexec --privileged main awk '/^CapBnd/ { print $2 }' /proc/self/status)" \
		"$(printf '%016x' $(((1 << ($(cat /proc/sys/kernel/cap_last_cap) + 1)) - 1)))"
	same 'it may mount' mounted "$(hexec --privileged main sh -c 'mkdir -p /tmp/m && mount -t tmpfs m /tmp/m && umount /tmp/m && echo mounted')"
	same 'the next one has none' 0000000000000000 \
		"$(hexec main awk '/^CapEff/ { print $2 }' /proc/self/status)"
	same 'nothing inheritable' 0000000000000000 \
		"$(hexec --privileged main awk '/^CapInh/ { print $2 }' /proc/self/status)"
}

@test "exec: a session and a keyring of its own" {
	start main --security-opt seccomp=unconfined "$TREE"
	same 'session' leader "$(hexec main sh -c '[ $(cut -d " " -f 6 /proc/$$/stat) = $$ ] && echo leader')"
	same 'keyring' "_ses.$(id_of main)" "$(hexec main probe keyring | cut -d' ' -f2)"
	differ 'not the one of the caller' "$("$PROBE" keyring)" "$(hexec main probe keyring)"
}

# ---- what it is given ----

@test "exec: the environment is the container's, less what was for its first process" {
	export PASSED=passed SECRET_OF_CALLER=x
	printf 'A=of file\nC=of file\n' >"$WORK/env"
	start main -e A=1 -e B=2 --user keeper "$TREE"
	same 'by default' "$(inside main env | grep -vE '^(PWD|SHLVL|_)=' | sort)" \
		"$(hexec main env | grep -vE '^(PWD|SHLVL|_)=' | sort)"
	same 'options' 'A=of option|B=2|C=of file|HOME=/root|PASSED=passed' \
		"$(hexec -u root -e A='of option' -e PASSED -e NOT_SET --env-file "$WORK/env" main env |
			grep -E '^(A|B|C|HOME|PASSED|NOT_SET|SECRET_OF_CALLER)=' | sort | paste -sd'|')"
	same 'PATH finds the program' '' "$(hexec -e PATH=/nowhere main /bin/true)"
	denied 'executable file not found in $PATH' 127 -e PATH=/nowhere main true
	denied '--env' 125 -e = main true
	denied 'no-such-file' 125 --env-file "$WORK/no-such-file" main true
}

@test "exec: nothing of socket activation but to the first process" {
	local status=0
	mkdir "$WORK/main"
	(
		exec 3</dev/null
		export LISTEN_FDS=1 LISTEN_PID=$BASHPID
		exec "$HONU" run --rm --name main --cgroup-parent "$GROUP" "$TREE" sleep 1000 </dev/null >/dev/null 2>&1
	) &
	echo $! >"$WORK/main/honu"
	for ((n = 100; n > 0; n--)); do pid_of main >/dev/null 2>&1 && break || sleep 0.05; done
	same 'the first' LISTEN_FDS=1 "$(tr '\0' '\n' <"/proc/$(pid_of main)/environ" | grep LISTEN_FDS=)"
	same 'the other' '' "$(hexec main env | grep LISTEN || :)"
}

@test "exec: the working directory" {
	start main --workdir /home/keeper "$TREE"
	same 'by default' /home/keeper "$(hexec main pwd)"
	same '--workdir' /usr/bin "$(hexec -w /usr/bin main pwd)"
	denied 'there is no /no/such in the container' 125 -w /no/such main true
	same 'it was not made' '' "$(hexec main ls -d /no 2>/dev/null || :)"
	denied '' 125 -w relative main true
	denied 'Not a directory' 125 -w /etc/passwd main true
	# What a leaked descriptor would lead to (CVE-2024-21626).
	denied '' 125 -w /proc/self/fd/3 main true
	denied '' 125 -w /proc/1/cwd/../../../../proc/self/fd/4 main true
}

# ---- streams ----

@test "exec: output, error and, with -i, input are the caller's" {
	start main "$TREE"
	same 'output' out "$(hexec main echo out)"
	same 'error' err "$(hexec main sh -c 'echo err >&2' 2>&1 >/dev/null)"
	same 'input' 'abc' "$(printf abc | hexec -i main cat)"
	same 'much of it' "$(head -c 20000000 /dev/zero | cksum)" \
		"$(head -c 20000000 /dev/zero | hexec -i main cat | cksum)"
	same 'a reader that goes away' 'y' "$(hexec main yes 2>/dev/null | head -n 1)"
	same 'a closed input' '' "$(hexec -i main cat <&-)"
	# Without -i a loop over lines keeps its own.
	same 'a loop' 'one two three' "$(printf 'one\ntwo\nthree\n' | while read -r word; do
		hexec main cat && echo "$word"; done | one_line)"
}

DESCRIPTORS='for n in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 20 63 100 255; do
	[ -e /proc/self/fd/$n ] && printf "%s " $n; done'

@test "exec: no descriptor of the host gets in" {
	for options in '' '--userns host' '--pid host --userns host' '--network host'; do
		# shellcheck disable=SC2086 # words
		start main $options "$TREE"
		same "with $options" '0 1 2 ' \
			"$(exec 5</dev/null 7>"$WORK/file" 63</ 100</etc; hexec main sh -c "$DESCRIPTORS")"
		begin main sh -c 'echo ready; exec sleep 1000'
		same "seen from outside with $options" "/dev/null $WORK/out $WORK/out" \
			"$(for fd in "/proc/$INSIDE/fd"/*; do readlink "$fd"; done | one_line)"
		kill -TERM "$BEGUN"
		ended
		stop main
		rm -r "$WORK/main"
	done
}

# ---- how it ends ----

@test "exec: exit codes" {
	local status
	start main "$TREE"
	printf '#!/no/such/shell\n' >"$TREE/tmp/orphan"
	printf 'plain text\n' >"$TREE/tmp/text"
	chmod +x "$TREE/tmp/orphan" "$TREE/tmp/text"
	while read -r wanted words; do
		status=0
		eval "hexec $words" >/dev/null 2>&1 || status=$?
		same "honu exec $words" "$wanted" "$status"
	done <<-'END'
		0 main true
		1 main false
		77 main sh -c 'exit 77'
		137 main sh -c 'kill -KILL $$'
		139 main sh -c 'kill -SEGV $$'
		143 main sh -c 'kill -TERM $$'
		125 --no-such-option main true
		125 main
		125 no-such-container true
		125 main ''
		126 main /etc/passwd
		126 main /usr
		126 main /tmp/text
		127 main no-such-program
		127 main /no/such/program
		127 main /tmp/orphan
	END
	rm "$TREE/tmp/orphan" "$TREE/tmp/text"
}

@test "exec: signals are handed on" {
	local signal
	start main "$TREE"
	for signal in TERM INT HUP USR1 QUIT WINCH; do
		begin main sh -c "trap 'echo got $signal; exit 7' $signal; echo ready
			while :; do sleep 0.02; done"
		kill -"$signal" "$BEGUN"
		ended
		same "status after $signal" 7 "$STATUS"
		same "output after $signal" "got $signal" "$(tail -n 1 "$WORK/out")"
	done
	for signal in TERM INT HUP USR1; do
		begin main sh -c 'echo ready; exec sleep 60'
		kill -"$signal" "$BEGUN"
		ended
		same "status after $signal, no handler" $((128 + $(kill -l "$signal"))) "$STATUS"
	done
	inside main true
}

@test "exec: ends when its client is killed, and with the container" {
	local status
	start main "$TREE"
	begin main sh -c 'trap "" TERM HUP INT; echo ready; while :; do sleep 0.1; done'
	kill -KILL "$BEGUN"
	gone "$INSIDE"
	wait "$BEGUN" || status=$?
	same 'nothing is left of it' "$(pid_of main)" "$(processes_of main | sort -u | one_line)"
	begin main sh -c 'echo ready; exec sleep 1000'
	stop main
	ended
	same 'status' 137 "$STATUS"
	gone "$INSIDE"
	# The same without a pid namespace, whose end would take it along.
	start open --userns host --pid host "$TREE"
	begin open sh -c 'echo ready; exec sleep 1000'
	stop open
	ended
	same 'status' 137 "$STATUS"
	gone "$INSIDE"
	same 'groups' '' "$(groups_left)"
}

@test "exec: many at once" {
	local n
	start main "$TREE"
	for ((n = 0; n < 20; n++)); do
		hexec main sh -c "sleep 0.2; echo $n" >"$WORK/many.$n" 2>&1 3>&- &
		echo $! >>"$WORK/many"
	done
	while read -r n; do wait "$n"; done <"$WORK/many"
	same 'all of them' "$(seq 0 19)" "$(cat "$WORK"/many.* | sort -n)"
	same 'nothing is left of them' "$(pid_of main)" "$(processes_of main | sort -u | one_line)"
}

# ---- in the background ----

# What honu-supervise has written about it.
end_of() { # CONTAINER NUMBER
	local file n
	file=$HONU_STATE/containers/$(id_of "$1")/exec/$2
	for ((n = PATIENCE * 20; n > 0; n--)); do
		[ -f "$file" ] && break
		sleep 0.05
	done
	sed -n 's/^\(cause\|code\|signal\) //p' "$file" | one_line
}

running() { # CONTAINER NUMBER -> its pid and that of its supervisor
	readlink "$HONU_STATE/containers/$(id_of "$1")/exec/$2.run" | awk '{ print $1, $4 }'
}

@test "exec: --detach leaves it in the background, and its end is kept" {
	local pid supervisor
	start main "$TREE"
	same 'number' 1 "$(hexec -d main sh -c 'echo here >/tmp/left; sleep 1000')"
	read -r pid supervisor <<<"$(running main 1)"
	same 'namespaces' "$(links "$(pid_of main)")" "$(links "$pid")"
	same 'control groups' "$(cat "/proc/$(pid_of main)/cgroup")" "$(cat "/proc/$pid/cgroup")"
	same 'streams' '/dev/null /dev/null /dev/null' \
		"$(readlink "/proc/$pid/fd/0" "/proc/$pid/fd/1" "/proc/$pid/fd/2" | one_line)"
	same 'descriptors' 3 "$(find "/proc/$pid/fd" -mindepth 1 | wc -l)"
	same 'its parent' "$supervisor honu-supervise" \
		"$(awk '/^PPid/ { print $2 }' "/proc/$pid/status") $(cat "/proc/$supervisor/comm")"
	same 'a session of its own' "$supervisor" "$(ps -o sid= -p "$supervisor" | tr -d ' ')"
	kill -TERM "$pid"
	same 'its end' 'signal 143 15' "$(end_of main 1)"
	same 'another' 2 "$(hexec -d main sh -c 'exit 7')"
	same 'its end' 'code 7 0' "$(end_of main 2)"
	same 'with a terminal' 3 "$(hexec -dt main sh -c 'sleep 0.2; tty >/tmp/tty; yes | head -c 200000')"
	same 'its end' 'code 0 0' "$(end_of main 3)"
	same 'its terminal' /dev/pts/0 "$(inside main 'cat /tmp/tty')"
	same 'user and directory' 4 "$(hexec -d -u 1000 -w /tmp main sh -c 'echo $(id -u) $(pwd) >/tmp/who')"
	same 'its end' 'code 0 0' "$(end_of main 4)"
	same 'who it was' '1000 /tmp' "$(inside main 'cat /tmp/who')"
	gone "$supervisor"
}

@test "exec: --detach says at once what is wrong" {
	start main "$TREE"
	denied 'executable file not found' 127 -d main no-such-program
	denied 'permission denied' 126 -d main /etc/passwd
	denied "the container has no user 'nobody-here'" 125 -d -u nobody-here main true
	same 'nothing is noted' '' "$(ls "$HONU_STATE/containers/$(id_of main)/exec" 2>/dev/null)"
	same 'nothing is left' "$(pid_of main)" "$(processes_of main | sort -u | one_line)"
}

@test "exec: what is left ends with the container, or with its supervisor" {
	local pid supervisor
	start main "$TREE"
	hexec -d main sleep 1000
	read -r pid supervisor <<<"$(running main 1)"
	kill -KILL "$supervisor"
	gone "$pid"
	hexec -d main sleep 1000
	read -r pid supervisor <<<"$(running main 2)"
	stop main
	gone "$pid"
	gone "$supervisor"
	same 'groups' '' "$(groups_left)"
	same 'state' '' "$(find "$HONU_STATE/containers" -mindepth 1)"
}

@test "exec: start and end are among the events, of containers that are kept" {
	local before n
	start main "$TREE"
	before=$(cat "$HONU_STATE/events" 2>/dev/null | wc -l)
	hexec main true
	hexec -d main true
	end_of main 1
	same 'of one that leaves nothing' "$before" "$(cat "$HONU_STATE/events" 2>/dev/null | wc -l)"
	"$HONU" run -d --name kept --cgroup-parent "$GROUP" "$TREE" sleep 1000 >"$WORK/id"
	hexec kept sh -c 'exit 3' || :
	hexec -d kept sh -c 'exit 4'
	end_of kept 1
	same 'events' 'exec_start sh -c '"'exit 3'"' - -|exec_die - 3 -|exec_start sh -c '"'exit 4'"' - 1|exec_die - 4 1' \
		"$(grep '"exec_' "$HONU_STATE/events" | grep "$(cat "$WORK/id")" | python3 -c 'import json, sys
for line in sys.stdin:
	e = json.loads(line); a = e["attributes"]
	print(e["action"], *(a.get(k, "-") for k in ("command", "exitCode", "execID")))' | paste -sd'|')"
	"$HONU" rm -f kept
}

# ---- refused ----

# It was killed before it could say anything else.
dead() { # NAME
	local pid
	pid=$(pid_of "$1")
	kill -KILL "$(honu_of "$1")"
	wait "$(honu_of "$1")" || :
	gone "$pid"
}

@test "exec: refused where it cannot be" {
	denied "there is no container 'main'" 125 main true
	start main "$TREE"
	denied "did you mean 'main'" 125 mian true
	denied 'which program?' 125 main
	denied 'which container?' 125
	denied "unknown option '--cap-add'" 125 --cap-add NET_RAW main true
	denied "did you mean '--workdir'" 125 --workdri / main true
	denied "--tty 'maybe'" 125 --tty=maybe main true
	# Words behind the program are the program's.
	same 'options of the program' '-u root --help' "$(hexec main echo -u root --help)"
	dead main
	denied "container 'main' is not running" 125 main true
	"$HONU" gc >/dev/null
}

@test "exec: refused in one that is paused, and whose record is damaged" {
	local status dir
	start main "$TREE"
	dir=$HONU_STATE/containers/$(id_of main)
	status=$(readlink "$dir/status")
	ln -sfn "paused${status#running}" "$dir/status"
	denied "container 'main' is paused" 125 main true
	denied 'honu resume main' 125 main true
	ln -sfn "$status" "$dir/status"
	# Another process has the pid by now: its start time differs.
	# shellcheck disable=SC2086 # words
	set -- $status
	ln -sfn "$1 $2 $(($3 + 1)) ${*:4}" "$dir/status"
	denied 'No such process' 125 main true
	denied 'the container ended meanwhile' 125 main true
	ln -sfn "$status" "$dir/status"
	cp "$dir/record.json" "$WORK/record"
	head -c 100 "$WORK/record" >"$dir/record.json"
	denied "read what container 'main' was started with" 125 main true
	rm "$dir/record.json"
	denied "read what container 'main' was started with" 125 main true
	cp "$WORK/record" "$dir/record.json"
	cp "$dir/journal" "$WORK/journal"
	printf 'x%.0s' {1..1000} >"$dir/journal"
	denied "read the journal of container 'main'" 125 main true
	cp "$WORK/journal" "$dir/journal"
	same 'as before' well "$(hexec main echo well)"
}

# ---- what the container cannot do ----

# Somebody inside tries to get at each process that comes, until it is the program.
@test "exec: honu cannot be looked into while it joins (CVE-2019-5736, CVE-2016-9962)" {
	local options hunter name n
	mkdir "$WORK/alone"
	cp -r "${HONU%/*}/libexec" "$WORK/alone"
	cp "$HONU" "$WORK/alone/honu-prey" # others may run honu as well
	for options in '' '--privileged' '--userns host' '--userns host --pid host' \
		'--userns host --cap-add SYS_PTRACE' '--privileged --userns host'; do
		# shellcheck disable=SC2086 # words
		start main $options "$TREE"
		case $options in *'--pid host') name=honu-prey ;; *) name= ;; esac
		# shellcheck disable=SC2086 # a word or none
		hexec main probe hunt true 2000 $name >"$WORK/prey" 3>&- &
		hunter=$!
		await "$WORK/prey" hunting
		for ((n = 0; n < 60; n++)); do "$WORK/alone/honu-prey" exec main true; done
		wait "$hunter"
		case $options in
		*PTRACE* | '--privileged --userns host')
			# It may look at all processes, and finds a file that is read-only for it.
			contains "with $options" 'exe for writing: EROFS' "$(cat "$WORK/prey")"
			;;
		*) same "with $options" 'hunting seen some' "$(one_line <"$WORK/prey")" ;;
		esac
		stop main
		rm -r "$WORK/main"
	done
}

@test "exec: nor can a container's first process, by another that shares the host's pids and users" {
	local hunter n
	mkdir "$WORK/alone"
	cp -r "${HONU%/*}/libexec" "$WORK/alone"
	cp "$HONU" "$WORK/alone/honu-prey"
	start main --userns host --pid host "$TREE"
	hexec main probe hunt true 2500 honu-prey >"$WORK/prey" 3>&- &
	hunter=$!
	await "$WORK/prey" hunting
	for ((n = 0; n < 60; n++)); do
		"$WORK/alone/honu-prey" run --rm --cgroup-parent "$GROUP" --userns host "$TREE" true
	done
	wait "$hunter"
	same 'what it got' 'hunting seen some' "$(one_line <"$WORK/prey")"
}

@test "exec: a script cannot have honu executed as its interpreter, and write to it" {
	local options
	mkdir "$WORK/alone"
	cp -r "$HONU" "${HONU%/*}/libexec" "$WORK/alone"
	sha256sum "$WORK/alone/honu" >"$WORK/sum"
	printf '#!/proc/self/exe\n' >"$TREE/tmp/self"
	chmod +x "$TREE/tmp/self"
	for options in '' '--userns host' '--userns host --cap-add SYS_PTRACE'; do
		# shellcheck disable=SC2086 # words
		start main $options "$TREE"
		# Who wins the race has the executable open, and writes when nobody executes it any more.
		inside main '(for n in $(seq 300); do for exe in /proc/[0-9]*/exe; do
			case $(readlink $exe) in */honu) exec 9<$exe && echo x 2>/dev/null >>/proc/self/fd/9;; esac
			done; done) >/dev/null 2>&1 & echo started' >/dev/null
		for ((n = 0; n < 20; n++)); do
			"$WORK/alone/honu" exec main /tmp/self >/dev/null 2>&1 || :
		done
		sha256sum --quiet -c "$WORK/sum"
		stop main
		rm -r "$WORK/main"
	done
	rm "$TREE/tmp/self"
}

# ---- a terminal ----

# Runs a command line on a terminal whose input does not end.
on_terminal() {
	[ -p "$WORK/hold" ] || mkfifo "$WORK/hold"
	script -qec "$1" /dev/null <>"$WORK/hold" | tr -d '\r'
}

@test "exec: a terminal of the container's" {
	local got
	start main "$TREE"
	got=$(on_terminal "stty cols 91 rows 31; '$HONU' exec -it main sh -c \
		'tty; stty size; [ -t 0 ] && [ -t 1 ] && [ -t 2 ] && echo all three'")
	same 'name, size and streams' $'/dev/pts/0\n31 91\nall three' "$got"
	same 'by itself on a terminal' yes "$(on_terminal "'$HONU' exec main sh -c '[ -t 0 ] && echo yes'")"
	same 'unless denied' no "$(on_terminal "'$HONU' exec --tty=false main sh -c '[ -t 0 ] || echo no'")"
	same 'TERM of the caller' TERM=tmux-256color \
		"$(TERM=tmux-256color on_terminal "'$HONU' exec -t main env" | grep TERM)"
	same 'belongs to the user' 1000 "$(on_terminal "'$HONU' exec -u 1000 -t main stat -c %u /dev/pts/0")"
	same 'status' 9 "$(on_terminal "'$HONU' exec -it main sh -c 'exit 9'; echo \$?")"
}

@test "exec: -t without a terminal of honu's own" {
	start main "$TREE"
	same 'tty and input' 'a tty, abc' "$(printf 'abc\n' | hexec -it main sh -c \
		'stty -echo; [ -t 1 ] && read -r line && echo "a tty, $line"' | tr -d '\r' | tail -n 1)"
}

# ---- explained ----

@test "exec: explain shows the same plan, and its commands do the same" {
	local what
	# shellcheck disable=SC2016 # for the shell inside
	what='echo $A; id; grep -E "Cap|NoNew" /proc/self/status; cat /proc/self/cgroup; pwd; umask
		readlink /proc/self/ns/*; ulimit -n'
	start main --umask 027 --workdir /tmp
	"$HONU" explain --list exec -e A='x y' main sh -c "$what" >"$WORK/list"
	same 'steps' 'ns.target exec' "$(awk 'NR == 1 { print $2 } END { print $2 }' "$WORK/list" | one_line)"
	"$HONU" explain exec -e A='x y' main sh -c "$what" >"$WORK/listing"
	unshare --mount sh "$WORK/listing" >"$WORK/by-hand" 2>&1
	same 'by hand' "$(hexec -e A='x y' main sh -c "$what")" "$(cat "$WORK/by-hand")"
}

@test "exec: --timing shows every step" {
	local got
	start main "$TREE"
	got=$(hexec --timing main true 2>&1)
	contains 'steps' 'ns.join' "$got"
	contains 'total' 'total until the program starts' "$got"
}
