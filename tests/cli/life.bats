#!/usr/bin/env bats
# The verbs that end a container or change it while it runs: stop, kill, pause, resume, rename, rm.

load setup

prepare_file() {
	busybox_tree "$TREE"
}

# ---- containers that run a program in the foreground of a honu in our background ----

# spawn NAME [OPTIONS] -- PROGRAM…: what it prints goes to $WORK/NAME/out. Returns when it has printed
# its first line.
spawn() {
	local name=$1 at=$WORK/$1 options=() _
	shift
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	mkdir "$at"
	{
		"$HONU" run --rm --name "$name" --cgroup-parent "$GROUP" "${options[@]}" "$TREE" \
			"$@" >"$at/out" 2>"$at/err" </dev/null 3>&- &
		echo $! >"$at/honu"
		status=0
		wait $! || status=$?
		echo $status >"$at/status.new"
		mv "$at/status.new" "$at/status"
	} 2>/dev/null 3>&- &
	for _ in $(seq $((PATIENCE * 50))); do
		[ ! -s "$at/out" ] || return 0
		sleep 0.02
	done
	echo "container '$name' printed nothing:" >&2
	cat "$at/err" >&2
	return 1
}

# Programs. The first one has no handler, so that the kernel drops the signal for pid 1; the second
# one ignores it; the third ends as it wants, and
# the fourth shows that time passes.
programs() {
	sleeper=(sh -c 'echo ready; exec sleep 1000')
	stubborn=(sh -c 'trap "" TERM INT USR1; echo ready; while :; do sleep 1000; done')
	polite=(sh -c 'trap "echo asked; exit 7" TERM; trap "echo other; exit 9" USR1; echo ready; while :; do sleep 0.05; done')
	counter=(sh -c 'i=0; while :; do i=$((i + 1)); echo $i; sleep 0.02; done')
}
programs

# The status of the honu that supervises NAME.
ended() {
	local _
	for _ in $(seq $((PATIENCE * 50))); do
		[ ! -e "$WORK/$1/status" ] || break
		sleep 0.02
	done
	cat "$WORK/$1/status"
}

# WHAT LIMIT COMMAND…: takes at most so many ms.
within() {
	local what=$1 limit=$2 begin status=0 took
	shift 2
	begin=$(date +%s%3N)
	"$@" || status=$?
	took=$(($(date +%s%3N) - begin))
	[ $took -le "$limit" ] && return $status
	echo "$what took $took ms, wanted: at most $limit" >&2
	return 1
}

nothing_left() {
	same 'groups that are left' '' "$(groups_left)"
	same 'what gc finds' '0 removed, 0 settled' "$("$HONU" gc)"
	same 'names that are left' '' "$(ls "$HONU_STATE/names" 2>/dev/null)"
}

phase_of() {
	local status
	status=$(readlink "$HONU_STATE/containers/$(id_of "$1")/status")
	echo "${status%% *}"
}

# A refusal by VERB: WANTED ARGUMENTS…, in exactly one line of error.
objects() {
	local wanted=$1 got status=0
	shift
	got=$("$HONU" "$@" 2>&1 >/dev/null) || status=$?
	same "exit status of: honu $*" 125 "$status"
	contains "error of: honu $*" "error: $wanted" "$got"
	same "lines of error of: honu $*" 1 "$(grep -c '^error: ' <<<"$got")"
}

# ---- stop ----

@test "stop: a program that has no handler ends at once, not after ten seconds" {
	spawn web -- "${sleeper[@]}"
	same 'what is printed' web "$(within 'honu stop' 3000 "$HONU" stop web)"
	same 'status of the container' 137 "$(ended web)"
	nothing_left
}

@test "stop: a program that has a handler ends as it wants" {
	spawn web -- "${polite[@]}"
	same 'what is printed' web "$(within 'honu stop' 3000 "$HONU" stop web)"
	same 'status of the container' 7 "$(ended web)"
	same 'what the program printed' 'ready asked' "$(one_line <"$WORK/web/out")"
	nothing_left
}

@test "stop: a program that ignores the signal is killed after the time, not before" {
	local begin took
	spawn web -- "${stubborn[@]}"
	begin=$(date +%s%3N)
	same 'what is printed' web "$("$HONU" stop --time 1 web)"
	took=$(($(date +%s%3N) - begin))
	[ $took -ge 1000 ] || same 'milliseconds' 'at least 1000' $took
	same 'status of the container' 137 "$(ended web)"
	nothing_left
}

@test "stop: --signal, and every way to write --time" {
	local time
	spawn web -- "${polite[@]}"
	same 'what is printed' web "$("$HONU" stop -s SIGUSR1 web)"
	same 'status of the container' 9 "$(ended web)"
	for time in '-t 0' '-t0' '--time=100ms' '--timeout 0.1'; do
		rm -r "$WORK/web"
		spawn web -- "${stubborn[@]}"
		# shellcheck disable=SC2086 # two words
		same "what is printed with $time" web "$(within "honu stop $time" 3000 "$HONU" stop $time web)"
		ended web >/dev/null
	done
	nothing_left
}

@test "stop: signal and time are the container's own" {
	"$HONU" run --help | grep -q -- --stop-signal || skip '--stop-signal is not there yet'
	spawn web --stop-signal USR1 -- "${polite[@]}"
	"$HONU" stop web
	same 'status of the container' 9 "$(ended web)"
	spawn other --stop-timeout 1 -- "${stubborn[@]}"
	same 'what is printed' other "$(within 'honu stop' 4000 "$HONU" stop other)"
	same 'status of the container' 137 "$(ended other)"
	nothing_left
}

@test "stop: honu-init hands the signal on" {
	spawn web --init -- "${sleeper[@]}"
	within 'honu stop' 3000 "$HONU" stop web
	same 'status of the container' 143 "$(ended web)"
	spawn other --init -- "${polite[@]}"
	"$HONU" stop other
	same 'status of the container' 7 "$(ended other)"
	nothing_left
}

@test "stop: without a pid namespace of its own, whoever else lives there goes as well" {
	local pid
	for pid in host container:peer; do
		[ $pid = host ] || spawn peer -- "${sleeper[@]}"
		spawn web --pid $pid -- "${sleeper[@]}"
		within 'honu stop' 3000 "$HONU" stop web
		same 'status of the container' 143 "$(ended web)"
		rm -r "$WORK/web"
		spawn web --pid $pid --userns host -- sh -c 'trap "" TERM; setsid sleep 1000 & echo ready; while :; do sleep 1000; done'
		same 'processes' 3 "$(processes_of web | sort -u | wc -l)"
		"$HONU" stop -t 1 web
		same 'status of the container' 137 "$(ended web)"
		rm -r "$WORK/web"
	done
	"$HONU" stop peer
	nothing_left
}

@test "stop: a paused container goes on, and ends as it wants" {
	spawn web -- "${polite[@]}"
	"$HONU" pause web
	same 'what is printed' web "$(within 'honu stop' 3000 "$HONU" stop web)"
	same 'status of the container' 7 "$(ended web)"
	spawn other -- "${stubborn[@]}"
	"$HONU" pause other
	"$HONU" stop -t 0 other
	same 'status of the container' 137 "$(ended other)"
	nothing_left
}

@test "stop: several at the same time" {
	local name
	for name in one two three four; do spawn $name -- "${stubborn[@]}"; done
	same 'what is printed, in the order that was asked' 'four two one three' \
		"$(within 'stopping four that take a second each' 3500 "$HONU" stop -t 1 four two one three | one_line)"
	nothing_left
}

@test "stop: --all, and an error does not keep it from the others" {
	spawn one -- "${sleeper[@]}"
	spawn two -- "${sleeper[@]}"
	same 'what is printed' 'one two 125' "$({
		"$HONU" stop one no-such two 2>"$WORK/said" || echo $?
	} | one_line)"
	same 'error' "error: stop: there is no container 'no-such'" "$(head -n 1 "$WORK/said")"
	spawn three -- "${sleeper[@]}"
	spawn four -- "${sleeper[@]}"
	"$HONU" pause four
	same 'what is printed by --all' 'four three' "$("$HONU" stop --all | sort | one_line)"
	same 'what is printed when there is none' '' "$("$HONU" stop --all)"
	nothing_left
}

@test "stop: says what it waits for, on a terminal only; Ctrl-C leaves the container alone" {
	local status=0
	spawn web -- "${stubborn[@]}"
	same 'standard error that is no terminal' '' "$("$HONU" stop -t 3 web 2>&1 >/dev/null)"
	spawn other -- "${stubborn[@]}"
	# A terminal of its own, and Ctrl-C typed after four seconds.
	python3 - "$HONU" >"$WORK/terminal" <<-'END' || status=$?
		import os, pty, sys, threading, time
		def read(fd):
		    return os.read(fd, 1024)
		pid, fd = pty.fork()
		if pid == 0:
		    os.execv(sys.argv[1], [sys.argv[1], "stop", "--time", "60", "other"])
		threading.Timer(4, lambda: os.write(fd, b"\x03")).start()
		while True:
		    try:
		        data = os.read(fd, 1024)
		    except OSError:
		        break
		    if not data:
		        break
		    sys.stdout.buffer.write(data)
		sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
	END
	same 'status after Ctrl-C' 130 $status
	contains 'what is shown' 'waiting for other: 57 s left' "$(cat "$WORK/terminal")"
	contains 'what is shown at the end' "container 'other' was told to end, and may still do so" "$(cat "$WORK/terminal")"
	same 'phase of the container' running "$(phase_of other)"
	"$HONU" kill other
	nothing_left
}

# ---- kill ----

@test "kill: SIGKILL unless another is named, and waits for the end" {
	spawn web -- "${stubborn[@]}"
	same 'what is printed' web "$("$HONU" kill web)"
	same 'names that are left' '' "$(ls "$HONU_STATE/names")"
	same 'status of the container' 137 "$(ended web)"
	nothing_left
}

@test "kill: any signal, by name and number, and does not wait" {
	spawn web -- sh -c 'trap "echo one" USR1; trap "echo two" HUP; trap "exit 5" INT; echo ready; while :; do sleep 0.05; done'
	same 'what is printed' web "$("$HONU" kill --signal USR1 web)"
	until grep -q one "$WORK/web/out"; do sleep 0.05; done
	"$HONU" kill -s 1 web
	until grep -q two "$WORK/web/out"; do sleep 0.05; done
	same 'phase' running "$(phase_of web)"
	"$HONU" kill -s sigint web
	same 'status of the container' 5 "$(ended web)"
	# Outside, it would end a program that has no handler: here as well.
	spawn other -- "${sleeper[@]}"
	"$HONU" kill -s USR2 other
	same 'status of the container' 137 "$(ended other)"
	# That one goes nowhere by default.
	spawn third -- "${sleeper[@]}"
	"$HONU" kill -s WINCH third
	sleep 0.3
	same 'phase' running "$(phase_of third)"
	"$HONU" kill --all
	nothing_left
}

@test "kill: a paused container, by SIGKILL at once, by another when it is resumed" {
	spawn web -- "${polite[@]}"
	"$HONU" pause web
	"$HONU" kill -s USR1 web
	sleep 0.3
	same 'phase' paused "$(phase_of web)"
	"$HONU" resume web
	same 'status of the container' 9 "$(ended web)"
	# The stop signal means an end.
	spawn other -- "${polite[@]}"
	"$HONU" pause other
	"$HONU" kill -s TERM other
	same 'status of the container' 7 "$(ended other)"
	spawn third -- "${polite[@]}"
	"$HONU" pause third
	within 'honu kill' 3000 "$HONU" kill third
	same 'status of the container' 137 "$(ended third)"
	nothing_left
}

# ---- pause and resume ----

pauses() { # [OPTIONS]
	local before
	spawn web "$@" -- "${counter[@]}"
	same 'what pause prints' web "$("$HONU" pause web)"
	same 'phase' paused "$(phase_of web)"
	before=$(cat "$WORK/web/out")
	sleep 0.4
	same 'what it has printed while it was paused' "$before" "$(cat "$WORK/web/out")"
	objects "pause: container 'web' is paused already" pause web
	same 'what resume prints' web "$("$HONU" resume web)"
	same 'phase' running "$(phase_of web)"
	sleep 0.4
	differ 'what it has printed since' "$before" "$(cat "$WORK/web/out")"
	objects "resume: container 'web' is not paused" resume web
	"$HONU" kill web
	ended web >/dev/null
	rm -r "$WORK/web"
	nothing_left
}

@test "pause and resume: every process stands, and goes on" {
	pauses
	pauses --init
	pauses --pid host
}

@test "pause and resume: by the freezer of cgroup v1" {
	[ -d /sys/fs/cgroup/freezer ] || skip 'there is no cgroup v1 freezer'
	without_v2() {
		programs
		mount --bind /sys/fs/cgroup/unified /sys/fs/cgroup/unified
		mount -o remount,bind,ro /sys/fs/cgroup/unified
		pauses >&2
		spawn web -- "${stubborn[@]}"
		"$HONU" pause web
		cat "$(groups_of web | grep freezer)/freezer.state"
		"$HONU" stop -t 0 web
		spawn other -- "${stubborn[@]}"
		"$HONU" pause other
		within 'honu kill' 3000 "$HONU" kill other
		spawn third -- "${stubborn[@]}"
		"$HONU" pause third
		kill -KILL "$(honu_of third)"
		ended third
		"$HONU" gc
	}
	same 'what is printed' 'web FROZEN web other other third 137 1 removed, 0 settled' \
		"$(in_mount_namespace without_v2 | one_line)"
	nothing_left
}

@test "pause: what forks while it is frozen stands as well" {
	local before
	spawn web -- sh -c 'for i in 1 2 3 4 5; do while :; do true | true; echo x; done & done; wait'
	"$HONU" pause web
	before=$(wc -c <"$WORK/web/out")
	sleep 0.4
	same 'bytes that it has printed' "$before" "$(wc -c <"$WORK/web/out")"
	"$HONU" resume --all
	"$HONU" kill web
	nothing_left
}

@test "pause: --all takes those that run, resume --all those that are paused" {
	spawn one -- "${sleeper[@]}"
	spawn two -- "${sleeper[@]}"
	"$HONU" pause two
	same 'pause --all' one "$("$HONU" pause --all)"
	same 'unpause --all' 'one two' "$("$HONU" unpause --all | sort | one_line)"
	"$HONU" kill --all
	nothing_left
}

@test "pause: refused where there is no control group" {
	without_groups() {
		programs
		mount -t tmpfs none /sys/fs/cgroup
		spawn web -- "${sleeper[@]}"
		"$HONU" pause web 2>&1 || :
		"$HONU" stop web
	}
	same 'what is said' "error: pause: container 'web': it has no control group to be frozen in" \
		"$(in_mount_namespace without_groups | head -n 1)"
}

@test "pause: killed between phase and freezer, it can be repeated or taken back" {
	spawn web -- "${counter[@]}"
	# What such a pause leaves.
	status=$(readlink "$HONU_STATE/containers/$(id_of web)/status")
	ln -sfn "paused ${status#* }" "$HONU_STATE/containers/$(id_of web)/status"
	"$HONU" pause web
	same 'frozen' 'frozen 1' "$(grep frozen "$(groups_of web | grep unified)/cgroup.events")"
	"$HONU" resume web
	ln -sfn "paused ${status#* }" "$HONU_STATE/containers/$(id_of web)/status"
	"$HONU" resume web
	same 'phase' running "$(phase_of web)"
	"$HONU" kill web
	nothing_left
}

# ---- rename ----

@test "rename: found by the new name, not by the old one" {
	local id
	spawn web -- "${sleeper[@]}"
	id=$(id_of web)
	same 'what is printed' '' "$("$HONU" rename web shop)"
	same 'container of the new name' "$id" "$(id_of shop)"
	objects "stop: there is no container 'web'" stop web
	"$HONU" rename "$id" third
	"$HONU" rename third third
	same 'container of its own name' "$id" "$(id_of third)"
	spawn other -- "${sleeper[@]}"
	objects "rename: the name 'other' is taken" rename third other
	objects "rename: 'a/b' cannot name a container" rename third a/b
	"$HONU" stop third other
	nothing_left
}

# ---- rm ----

@test "rm: one that runs is refused, and ended with --force" {
	spawn web -- "${stubborn[@]}"
	objects "rm: container 'web' is running" rm web
	"$HONU" pause web
	objects "rm: container 'web' is paused" rm web
	same 'what is printed' web "$(within 'honu rm -f' 3000 "$HONU" rm -f web)"
	same 'status of the container' 137 "$(ended web)"
	spawn other -- "${polite[@]}"
	"$HONU" rm --force --time 5 -v other
	same 'status of one that was asked' 7 "$(ended other)"
	same 'one that is not there' "note: there is no container 'other'" "$("$HONU" rm -f other 2>&1)"
	objects "rm: there is no container 'other'" rm other
	objects 'rm: --time: nothing is ended without --force' rm -t 1 other
	nothing_left
}

# ---- in the background: what is kept ----

detached() { # NAME [OPTIONS] -- PROGRAM…
	local name=$1 options=()
	shift
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	echo "$name" >>"$WORK/detached"
	"$HONU" run -d --name "$name" --cgroup-parent "$GROUP" "${options[@]}" "$TREE" "$@" >"$WORK/id"
}

teardown() {
	local name
	[ ! -e "$WORK/detached" ] || while read -r name; do
		"$HONU" rm -f "$name" >/dev/null 2>&1
	done <"$WORK/detached"
	end_started
}

exit_of() { # NAME KEY
	sed -n "s/^$2 //p" "$HONU_STATE/containers/$(id_of "$1")/exit"
}

status_of() { # NAME FIELD
	readlink "$HONU_STATE/containers/$(id_of "$1")/status" | cut -d ' ' -f "$2"
}

until_phase() { # NAME PHASE
	local _
	for _ in $(seq $((PATIENCE * 50))); do
		[ "$(phase_of "$1")" != "$2" ] || return 0
		sleep 0.02
	done
	same "phase of $1" "$2" "$(phase_of "$1")"
}

# Kills the supervisor of NAME, and waits until everything has seen it.
lose() {
	local supervisor pid
	supervisor=$(status_of "$1" 5)
	pid=$(status_of "$1" 2)
	kill -KILL "$supervisor"
	timeout "$PATIENCE" tail --pid="$supervisor" -s 0.02 -f /dev/null
	[ "$pid" = 0 ] || timeout "$PATIENCE" tail --pid="$pid" -s 0.02 -f /dev/null
}

# A handler may not be there yet when 'run -d' returns.
until_ready() {
	until grep -q ready "$HONU_STATE/containers/$(id_of "$1")/log/out" 2>/dev/null; do sleep 0.02; done
}

@test "background: stopped, and how it ended is written down" {
	detached web -- "${polite[@]}"
	until_ready web
	same 'what is printed' web "$("$HONU" stop web)"
	same 'phase' stopped "$(phase_of web)"
	same 'cause and code' 'code 7' "$(exit_of web cause) $(exit_of web code)"
	same 'one that does not run' web "$("$HONU" stop web)"
	detached other -- "${stubborn[@]}"
	until_ready other
	"$HONU" stop -t 0 other
	same 'cause and code' 'stop 137' "$(exit_of other cause) $(exit_of other code)"
	detached third -- "${sleeper[@]}"
	until_ready third
	"$HONU" stop third
	same 'cause and code of one that has no handler' 'stop 137' "$(exit_of third cause) $(exit_of third code)"
	objects "kill: container 'other' is not running" kill other
	objects "pause: container 'other' is not running" pause other
	objects "resume: container 'other' is not running" resume other
	same 'what rm prints' 'other web third' "$("$HONU" rm other web third | one_line)"
	nothing_left
}

@test "background: no restart policy starts again what was stopped or killed" {
	local way starts
	for way in 'stop -t 0' kill 'kill -s TERM'; do
		detached web --restart always --userns host -v "$WORK:/w" -- \
			sh -c 'trap "exit 3" TERM; echo x >>/w/starts; echo ready; while :; do sleep 0.05; done'
		until_ready web
		# shellcheck disable=SC2086 # words
		"$HONU" $way web
		until_phase web stopped
		starts=$(wc -l <"$WORK/starts")
		sleep 0.5
		same "phase after $way" stopped "$(phase_of web)"
		same "starts after $way" "$starts" "$(wc -l <"$WORK/starts")"
		"$HONU" rm web
	done
	nothing_left
}

@test "background: a signal that is no wish to end leaves the restart policy alone" {
	detached web --restart always --userns host -v "$WORK:/w" -- \
		sh -c 'trap "exit 3" HUP; echo x >>/w/starts; echo ready; while :; do sleep 0.05; done'
	until_ready web
	"$HONU" kill -s HUP web
	until [ "$(wc -l <"$WORK/starts")" -ge 2 ]; do sleep 0.05; done
	"$HONU" rm -f web
	nothing_left
}

@test "background: stop and rm reach one that waits to be started again" {
	local verb
	for verb in stop kill 'rm -f'; do
		detached web --restart always -- sh -c 'exit 1'
		# The back-off doubles: soon it is nearly always waiting.
		sleep 1.5
		until_phase web restarting
		# shellcheck disable=SC2086 # words
		within "honu $verb" 2000 "$HONU" $verb web
		[ "$verb" = 'rm -f' ] && break
		same "phase after $verb" stopped "$(phase_of web)"
		same 'code of its last run' 1 "$(exit_of web code)"
		"$HONU" rm web
	done
	nothing_left
}

@test "settle: whichever verb comes first finds that the supervisor was killed" {
	local verb
	for verb in stop gc start 'rm -f' rm; do
		detached web -- "${sleeper[@]}"
		"$HONU" pause web
		lose web
		# shellcheck disable=SC2046,SC2086 # words
		"$HONU" $verb $([ $verb = gc ] || echo web) >"$WORK/said"
		case $verb in
		rm*)
			same "names after $verb" '' "$(ls "$HONU_STATE/names")"
			continue
			;;
		start)
			same 'phase' running "$(phase_of web)"
			;;
		*)
			same "phase after $verb" stopped "$(phase_of web)"
			same 'cause and code' 'lost 255' "$(exit_of web cause) $(exit_of web code)"
			;;
		esac
		[ $verb != gc ] || same 'what gc prints' '0 removed, 1 settled' "$(cat "$WORK/said")"
		"$HONU" rm -f web
	done
	nothing_left
}

@test "settle: after another boot" {
	local status
	detached web -- "${sleeper[@]}"
	lose web
	status=$(readlink "$HONU_STATE/containers/$(id_of web)/status")
	# shellcheck disable=SC2086 # words
	set -- $status
	ln -sfn "$1 $2 $3 00000000-0000 $5 $6" "$HONU_STATE/containers/$(id_of web)/status"
	objects "kill: container 'web' is not running" kill web
	same 'what gc prints' '0 removed, 1 settled' "$("$HONU" gc)"
	same 'cause' boot "$(exit_of web cause)"
	"$HONU" rm web
	nothing_left
}

@test "settle: what the supervisor had written before it was killed stays" {
	detached web -- "${sleeper[@]}"
	lose web
	printf 'cause code\ncode 9\n' >"$WORK/exit"
	detached other -- sh -c 'exit 9'
	until_phase other stopped
	cp "$HONU_STATE/containers/$(id_of other)/exit" "$HONU_STATE/containers/$(id_of web)/exit"
	"$HONU" stop web
	same 'code' 9 "$(exit_of web code)"
	"$HONU" rm --all
	nothing_left
}

@test "rm: --all takes what has ended, with --force everything" {
	detached one -- "${sleeper[@]}"
	detached two -- true
	detached three -- "${sleeper[@]}"
	until_phase two stopped
	"$HONU" stop three
	"$HONU" create --name four --cgroup-parent "$GROUP" "$TREE" true
	same 'what is removed' 'four three two' "$("$HONU" rm --all | sort | one_line)"
	same 'names' one "$(ls "$HONU_STATE/names")"
	same 'what is removed' one "$("$HONU" rm -fa)"
	nothing_left
}

@test "restart: another first process, the same container" {
	local pid id
	detached web -- "${polite[@]}"
	until_ready web
	pid=$(status_of web 2)
	id=$(id_of web)
	same 'what is printed' web "$("$HONU" restart web)"
	same 'phase' running "$(phase_of web)"
	same 'id' "$id" "$(id_of web)"
	differ 'first process' "$pid" "$(status_of web 2)"
	detached other -- true
	until_phase other stopped
	detached third -- "${sleeper[@]}"
	"$HONU" pause third
	same 'what is printed' 'third web' "$("$HONU" restart --time 0 third web | one_line)"
	same 'phase' running "$(phase_of third)"
	same 'one that does not run is started' other "$("$HONU" restart other)"
	spawn fourth -- "${sleeper[@]}"
	objects "restart: container 'fourth' is gone: it was not to be kept" restart fourth
	"$HONU" rm -fa
	nothing_left
}
