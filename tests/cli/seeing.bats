#!/usr/bin/env bats
# What the verbs that show make of containers: mostly of such that were made by hand (tests/made), so
# that every state can be had.

load setup

prepare_file() {
	busybox_tree "$TREE"
}

# A state directory for each test. Ids are 00000000000N.
made() {
	HONU_STATE=$WORK/state
	export HONU_STATE
	"$BATS_TEST_DIRNAME/../made" "$HONU_STATE" "$@"
}

# A container that somebody watches over: its lock is held, and the status says by whom.
made_alive() { # ID NAME [KEY=VALUE…]
	local id=$1 n
	made container "$@"
	flock --no-fork "$HONU_STATE/containers/$id/alive" sleep 60 3>&- &
	mkdir -p "$WORK/$id"
	echo $! >"$WORK/$id/honu"
	made container "$@" boot=now pid=$! supervisor=$! \
		start="$(awk '{ print $22 }' /proc/$!/stat)"
	for ((n = 100; n > 0; n--)); do
		flock -n "$HONU_STATE/containers/$id/alive" true || return 0
		sleep 0.01
	done
	return 1
}

made_lines() { # ID COUNT
	local n pieces=()
	for ((n = 1; n <= $2; n++)); do pieces+=("$n:out:line $n\n"); done
	made log "$1" "${pieces[@]}"
}

# The supervisor is gone, as by kill -9.
die() { # ID
	local pid
	pid=$(cat "$WORK/$1/honu")
	kill -KILL "$pid"
	wait "$pid" 2>/dev/null || :
	rm "$WORK/$1/honu"
}

# It is removed, in the order of the store.
gone() { # ID
	local at=$HONU_STATE/containers/$1
	find "$at" -mindepth 1 ! -name alive -delete
	rm "$at/alive"
	rmdir "$at"
}

ago() { # SECONDS -> nanoseconds since 1970
	echo "$(($(date +%s) - $1))000000000"
}

ended() { # CAUSE CODE SECONDS-AGO -> a file exit
	echo "cause $1;code $2;signal 0;core no;ended $(ago "$3");end"
}

ps() {
	"$HONU" ps "$@"
}

# Time that passes while a test runs is cut out, and columns are one blank apart.
plain() {
	sed -E 's/(Up|About) (less than a second|[0-9]+ seconds?)/\1 T/; s/25[0-9] seconds/4 minutes/' |
		tr -s ' ' | sed 's/ $//'
}

# ---- ps ----

every_state() {
	made container 000000000001 web created="$(ago 7300)" labels=tier=front,a.b=1 \
		exit="$(ended code 3 250)"
	made container 000000000002 db created="$(ago 7200)" root=/srv/trees/debian labels=tier=back \
		command='postgres -D /var/lib/postgresql/data' exit="$(ended oom 137 250)"
	made container 000000000003 api created="$(ago 7100)" exit="$(ended stop 137 250)"
	made container 000000000004 created="$(ago 7000)" phase=created
	made container 000000000005 lost created="$(ago 6900)" phase=running boot=now
	made container 000000000006 off created="$(ago 6800)" phase=paused boot=other
	made container 000000000007 bad created="$(ago 6700)" exit="$(ended start 127 250)"
	made_alive 000000000008 up created="$(ago 6600)" phase=running health='healthy 0 0 0'
	made_alive 000000000009 ice created="$(ago 6500)" phase=paused
	made_alive 00000000000a loop created="$(ago 6400)" phase=restarting \
		exit="$(ended code 1 250)"
	made container 00000000000b damaged created="$(ago 6300)" phase=odd
}

@test "ps: every state in words, newest first; without --all what lives" {
	every_state
	same 'ps --all' 'CONTAINER ID NAME COMMAND CREATED STATUS ROOT
00000000000b damaged sleep 60 105 minutes ago Lost (supervisor killed) host /usr
00000000000a loop sleep 60 106 minutes ago Restarting (1) 4 minutes ago host /usr
000000000009 ice sleep 60 108 minutes ago Up T (Paused) host /usr
000000000008 up sleep 60 110 minutes ago Up T (healthy) host /usr
000000000007 bad sleep 60 111 minutes ago Failed to start (127) 4 minutes ago host /usr
000000000006 off sleep 60 113 minutes ago Lost (machine went down) host /usr
000000000005 lost sleep 60 115 minutes ago Lost (supervisor killed) host /usr
000000000004 sleep 60 116 minutes ago Created host /usr
000000000003 api sleep 60 118 minutes ago Exited (137) 4 minutes ago (killed: it did not stop) host /usr
000000000002 db postgres -D /var/lib/postgres… 2 hours ago Exited (137) 4 minutes ago (out of memory) /srv/trees/debian
000000000001 web sleep 60 2 hours ago Exited (3) 4 minutes ago host /usr' "$(ps --all | plain)"
	same 'ps' 'NAME loop ice up' "$(ps | awk '{ print $2 == "ID" ? $3 : $2 }' | one_line)"
	same 'ps --no-trunc' 'postgres -D /var/lib/postgresql/data' \
		"$(ps --all --no-trunc --format '{{.command}}' --filter name=db)"
	contains 'ps --no-trunc' ' /var/lib/postgresql/data ' "$(ps --all --no-trunc)"
}

@test "ps: -q, -n, -l and every filter" {
	every_state
	# Words, and the last digits of the ids that are wanted.
	while IFS='|' read -r words wanted; do
		# shellcheck disable=SC2086 # words
		same "ps -q $words" "$wanted" "$(ps -q $words | sed 's/^0*//' | one_line)"
	done <<-'END'
		|a 9 8
		--all|b a 9 8 7 6 5 4 3 2 1
		-n 2|b a
		-n 4|b a 9 8
		-l|b
		--filter status=running|8
		--filter status=exited|b 7 6 5 3 2 1
		--filter status=stopped --filter status=created|b 7 6 5 4 3 2 1
		--filter status=paused|9
		--filter status=restarting|a
		--filter exited=137|3 2
		--filter exited=1|
		-a --filter name=^w|1
		-a --filter name=^.b$|2
		-a --filter name=web --filter name=api|3 1
		-a --filter id=00000000000|b a 9 8 7 6 5 4 3 2 1
		-a --filter id=000000000003|3
		-a --filter label=tier|2 1
		-a --filter label=tier=front|1
		-a --filter label=tier --filter label=a.b=1|1
		-a --filter label=tier=none|
		-a --filter ancestor=/srv/trees|2
		-a --filter ancestor=/srv/trees/debian/|2
		-a --filter ancestor=/srv/tree|
		--filter health=healthy|8
		--filter health=none|a 9
		-a --filter before=api|2 1
		-a --filter since=000000000009|b a
		-a --filter since=db --filter status=exited|b 7 6 5 3
		-a -n 1 --filter status=exited|b
	END
}

@test "ps: what it does not understand is named" {
	every_state
	while IFS='|' read -r words wanted; do
		eval "run ps -a $words"
		same "exit status of: ps $words" 125 "$status"
		contains "ps $words" "$wanted" "$output"
	done <<-'END'
		--filter state=running|did you mean 'status='?
		--filter status|expected KEY=VALUE
		--filter status=dead|one of: creating, created, running
		--filter exited=999|expected an exit status
		--filter 'name=('|not a regular expression
		--filter since=nobody|there is no such container
		--format '{{.Nmae}}'|there is no field '.Nmae'
		--format '{{.Nmae}}'|did you mean '.name'?
		--json --format '{{.id}}'|--json together with --format
		web|too many words: 'web'
	END
	# Also where there is nothing to list.
	HONU_STATE=$WORK/empty run ps --format '{{.whatever}}'
	contains 'no container, no field' "there is no field '.whatever'" "$output"
	same 'no container' '[]' "$(HONU_STATE=$WORK/empty ps --json)"
}

@test "ps: JSON and templates" {
	every_state
	same 'template of docker' '000000000001 web stopped 1' \
		"$(ps -a --filter name=web --format '{{.ID}} {{.Names}} {{.State}} {{.Label "a.b"}}')"
	same 'table' $'NAME  EXIT CODE\nbad   127' \
		"$(ps --filter exited=127 --format 'table {{.Names}}\t{{.ExitCode}}')"
	ps -a --json >"$WORK/list"
	same 'JSON' 'web stopped code 3 front null' "$(python3 - "$WORK/list" <<-'END'
		import json, sys
		one = json.load(open(sys.argv[1]))[-1]
		print(one["name"], one["state"], one["cause"], one["exitCode"], one["labels"]["tier"],
		      "null" if one["pid"] is None else one["pid"])
	END
	)"
	same 'pid' "$(cat "$WORK/000000000008/honu")" "$(ps --filter name=up --format '{{.pid}}')"
	same '--format json' "$(cat "$WORK/list" | wc -l)" "$(ps -a --format json | wc -l)"
}

@test "ps: a container in the foreground is seen, by its record" {
	start seen --rm "$TREE"
	same 'ps' "$(id_of seen) seen sh Up T $TREE" \
		"$(ps | grep seen | plain | sed 's/ sh .* ago Up/ sh Up/')"
	same 'kept' false "$(ps --format '{{.kept}}')"
	stop seen
	same 'afterwards' '' "$(ps -a -q)"
}

# ---- inspect ----

field() { # NAME TEMPLATE
	"$HONU" inspect --format "$2" "$1"
}

@test "inspect: how one ended, and who asked for it" {
	made container 000000000001 web labels=tier=front restarts='3 800' \
		intent='stop 15 1 1000 77 1795457262000000000' \
		exit='cause stop;code 137;signal 9;core no;started 1795457200000000000;ended 1795457262000000000;oom-kills 0;memory-peak 4096;error a b;end'
	same 'state' 'stopped 137 SIGKILL stop 3 800 0 4096  a b' \
		"$(field web '{{.State.Status}} {{.State.ExitCode}} {{.State.Signal}} {{.State.Cause}} {{.RestartCount}} {{.state.restartDelay}} {{.state.oomKills}} {{.state.memoryPeak}} {{.state.memoryLimit}} {{.state.error}}')"
	same 'times' '2026-11-23T18:06:40.000000000Z 2026-11-23T18:07:42.000000000Z' \
		"$(field web '{{.State.StartedAt}} {{.State.FinishedAt}}')"
	same 'intent' 'stop SIGTERM true 1000 77 2026-11-23T18:07:42.000000000Z' \
		"$(field web '{{.intent.wish}} {{.intent.signal}} {{.intent.forced}} {{.intent.uid}} {{.intent.pid}} {{.intent.time}}')"
	same 'nobody lives' 'null null [] null' \
		"$(field web '{{json .state.supervisor}} {{json .namespaces}} {{.cgroups}} {{json .config}}')"
	run "$HONU" inspect web nobody
	same 'status where one lacks' 125 "$status"
	contains 'the one that lacks' "there is no container 'nobody'" "$output"
	contains 'the other is shown' '"id": "000000000001"' "$output"
	run "$HONU" inspect --format '{{.state.exitcod}}' web
	contains 'typing error' "did you mean '.exitCode'?" "$output"
}

@test "inspect: one whose supervisor was killed has ended, nobody knows how" {
	made_alive 000000000001 web phase=running health='unhealthy 4 1 1795457262000000000'
	printf 'connection refused' >"$HONU_STATE/containers/000000000001/health.log"
	same 'alive' "running true $(cat "$WORK/000000000001/honu") unhealthy 4 1 connection refused" \
		"$(field web '{{.state.phase}} {{.state.running}} {{.state.supervisor.pid}} {{.state.health.status}} {{.state.health.failures}} {{.state.health.exitCode}} {{.state.health.output}}')"
	die 000000000001
	same 'killed' 'stopped false lost ' \
		"$(field web '{{.state.phase}} {{.state.running}} {{.state.cause}} {{.state.exitCode}}')"
	made container 000000000002 off phase=running boot=other
	same 'power-off' 'stopped boot' "$(field off '{{.state.phase}} {{.state.cause}}')"
}

@test "inspect: a container that runs, its namespaces, groups and protections" {
	start seen --userns host --cap-add NET_RAW --label a=b "$TREE"
	local pid
	pid=$(pid_of seen)
	same 'pid' "$pid" "$(field seen '{{.state.pid}}')"
	same 'namespaces' "$(readlink "/proc/$pid/ns/mnt" "/proc/$pid/ns/net" "/proc/$pid/ns/user" |
		tr -dc '0-9\n' | one_line)" \
		"$(field seen '{{.namespaces.mount}} {{.namespaces.net}} {{.namespaces.user}}')"
	same 'groups' "$(groups_of seen | sort)" \
		"$(field seen '{{range .cgroups}}{{.}}\n{{end}}' | grep . | sort)"
	same 'left' 'userNamespace capabilities idMappedMounts' \
		"$(field seen '{{range .defaults}}{{if .holds}}{{else}}{{.name}} {{end}}{{end}}' | tr -s ' ' |
			sed 's/ $//')"
	same 'record' 'NET_RAW b' "$(field seen '{{.config.process.capabilitiesAdded}} {{.labels.a}}' |
		tr -d '"[]')"
	# Each option that is named there exists.
	local option
	for option in $(field seen '{{range .defaults}}{{.option}} {{end}}' | grep -oE -- '--[a-z-]+'); do
		contains "option $option" " $option" "$("$HONU" run --help)"
	done
	stop seen
}

# ---- logs ----

logs() {
	"$HONU" logs "$@"
}

some_log() {
	made container 000000000001 web
	made log 000000000001 '1000.5:out:one\n' '1001:err:oops\n' '1002:out:two\nthr' \
		'1003.25:out:ee\n' rotate '2000:out:four\n' rotate '3000:out:five\nsix\n' '3001:err:bad\n' \
		'3002:out:seven'
}

@test "logs: each stream where it belongs, over all files" {
	some_log
	same 'standard output' 'one two three four five six seven' "$(logs web 2>/dev/null | one_line)"
	same 'standard error' 'oops bad' "$(logs web 2>&1 >/dev/null | one_line)"
	same 'in order' 'one oops two three four five six bad seven' "$(logs web 2>&1 | one_line)"
	same '--stderr' 'oops bad' "$(logs --stderr web 2>&1 | one_line)"
	same '--stdout' 'one two three four five six seven' "$(logs --stdout web 2>&1 | one_line)"
	logs web 2>/dev/null | cmp - <(printf 'one\ntwo\nthree\nfour\nfive\nsix\nseven')
}

@test "logs: --tail goes back over files, and reads no more than that" {
	some_log
	while IFS='|' read -r words wanted; do
		# shellcheck disable=SC2086 # words
		same "logs --tail $words" "$wanted" "$(logs --tail $words web 2>&1 | one_line)"
	done <<-'END'
		0|
		1|seven
		2|bad seven
		4|five six bad seven
		5|four five six bad seven
		6|three four five six bad seven
		8|oops two three four five six bad seven
		9|one oops two three four five six bad seven
		99|one oops two three four five six bad seven
		all|one oops two three four five six bad seven
		3 --stdout|five six seven
		1 --stderr|bad
		2 --stderr|oops bad
		2 --until 2500|three four
	END
	made container 000000000002 much
	made_lines 000000000002 2000
	truncate -s 100M "$HONU_STATE/containers/000000000002/log/out"
	made log 000000000002 '5000:out:\nlast\n'
	# shellcheck disable=SC2016
	read -r line bytes < <(bash -c 'line=$("$HONU" logs --tail 1 much)
		echo "$line" "$(awk "/rchar/ { print \$2 }" /proc/$$/io)"')
	same 'the last line of a large log' last "$line"
	[ "$bytes" -lt 1000000 ] || same 'bytes read' 'less than 1000000' "$bytes"
}

@test "logs: --since and --until in every form" {
	made container 000000000001 web
	made log 000000000001 "$(date -d '-2 hours' +%s):out:old\n" \
		"$(date -d '-30 minutes' +%s):out:half an hour\n" "$(date +%s):out:now\n"
	while IFS='|' read -r words wanted; do
		eval "run logs $words web"
		same "logs $words" "$wanted" "$(echo "$output" | one_line)"
	done <<-END
		--since 10m|now
		--since 1h30m|half an hour now
		--until 1h|old
		--since 3h --until 1h|old
		--since $(date -d '-1 hour' +%s)|half an hour now
		--since $(date -d '-1 hour' +%s).5 --until 60s|half an hour
		--since $(date -u -d '-1 hour' +%Y-%m-%dT%H:%M:%SZ)|half an hour now
		--since "$(date -d '-1 hour' '+%Y-%m-%d %H:%M:%S')"|half an hour now
		--since $(TZ=Asia/Tokyo date -d '-1 hour' +%Y-%m-%dT%H:%M:%S%:z)|half an hour now
		--since 1970-01-01 --until 1971-01-01|
	END
	same 'the zone of here' 'half an hour now' \
		"$(TZ=XYZ-5 logs --since "$(TZ=XYZ-5 date -d '-1 hour' +%Y-%m-%dT%H:%M:%S)" web | one_line)"
	run logs --since yesterday web
	contains 'no time' "--since 'yesterday': expected a time" "$output"
}

@test "logs: times and JSON put lines together" {
	made container 000000000001 web
	made log 000000000001 '1000.5:out:be' '1001:err:oops\n' '1002:out:gun\n' '1003:drop:7' \
		'1004:out:end'
	same '--timestamps' '1970-01-01T00:16:41.000000000Z oops
1970-01-01T00:16:40.500000000Z begun
note: 7 bytes of stdout were not logged at 1970-01-01T00:16:43.000000000Z: there was no room
1970-01-01T00:16:44.000000000Z end' "$(logs -t web 2>&1)"
	same '--json' '{"time":"1970-01-01T00:16:41.000000000Z","stream":"stderr","text":"oops","partial":false,"dropped":null}
{"time":"1970-01-01T00:16:40.500000000Z","stream":"stdout","text":"begun","partial":false,"dropped":null}
{"time":"1970-01-01T00:16:43.000000000Z","stream":"stdout","text":null,"partial":false,"dropped":7}
{"time":"1970-01-01T00:16:44.000000000Z","stream":"stdout","text":"end","partial":true,"dropped":null}' \
		"$(logs --json web)"
}

# What a killed supervisor, a full disk or a power failure leaves.
@test "logs: a torn record, bytes without one, a record without bytes, files that lack" {
	made container 000000000001 web
	made log 000000000001 '1000:out:one\n' '1001:bare:two\nthree' torn
	same 'torn' 'one two three' "$(logs web | one_line)"
	same 'torn, from the end' 'two three' "$(logs --tail 2 web | one_line)"
	same 'unknown stream' 'unknown' "$(logs --json --tail 1 web | sed 's/.*"stream":"//; s/".*//')"
	same 'is on neither side' 'two three' "$(logs --stderr web | one_line)"
	made container 000000000002 cut
	made log 000000000002 '1000:out:one\n' '1001:out:two\n' '1002:out:three\n'
	truncate -s 6 "$HONU_STATE/containers/000000000002/log/out"
	same 'cut' 'one tw' "$(logs cut | one_line)"
	same 'cut, from the end' 'tw' "$(logs --tail 1 cut | one_line)"
	# Killed between two renames, and with a number that lacks.
	made container 000000000003 moved
	made log 000000000003 '1000:out:one\n' rotate '2000:out:two\n' '2001:err:bad\n' rotate \
		'3000:out:three\n'
	mv "$HONU_STATE"/containers/000000000003/log/{out.2,out.5}
	mv "$HONU_STATE"/containers/000000000003/log/{index.2,index.5}
	mv "$HONU_STATE"/containers/000000000003/log/{out.1,out.2}
	same 'a number lacks' 'one two three' "$(logs moved 2>/dev/null | one_line)"
	same 'the index of one is a number behind' 'bad' "$(logs moved 2>&1 >/dev/null)"
	rm "$HONU_STATE"/containers/000000000003/log/index.1
	same 'no index' 'one two bad three' "$(logs moved 2>/dev/null | one_line)"
	made container 000000000004 mute
	run logs mute
	same 'status without a log' 125 "$status"
	contains 'no log' "container 'mute' has no log" "$output"
}

@test "logs: -f goes on over new files until the container has ended" {
	made_alive 000000000001 web phase=running
	made log 000000000001 '1000:out:one\n'
	logs -f web >"$WORK/followed" 2>&1 3>&- &
	local follower=$!
	await "$WORK/followed" one
	made log 000000000001 '1001:out:two\n'
	await "$WORK/followed" two
	made log 000000000001 rotate '1002:out:three\n' rotate '1003:out:four\n'
	await "$WORK/followed" four
	made log 000000000001 '1004:bare:last\n'
	die 000000000001
	timeout 10 tail --pid="$follower" -s 0.05 -f /dev/null
	wait "$follower"
	same 'followed' 'one two three four last' "$(one_line <"$WORK/followed")"
}

@test "logs: -f --tail begins at the end, --until ends it" {
	made_alive 000000000001 web phase=running
	made log 000000000001 '1000:out:one\n' '1001:out:two\n'
	logs -f --tail 1 web >"$WORK/followed" 2>&1 3>&- &
	local follower=$!
	await "$WORK/followed" two
	made log 000000000001 "$(date +%s):out:three\n"
	await "$WORK/followed" three
	kill "$follower"
	same 'followed' 'two three' "$(one_line <"$WORK/followed")"
	same 'until then' 'one two' \
		"$(timeout 10 "$HONU" logs -f --until 1500 web | one_line)"
	same 'of one that has ended' 'one two three' \
		"$(die 000000000001; timeout 10 "$HONU" logs -f web | one_line)"
}

# ---- wait ----

# In the background, its output in $WORK/waited.
begin_wait() { # ARGUMENTS…
	"$HONU" wait "$@" >"$WORK/waited" 2>&1 3>&- &
	WAITER=$!
	sleep 0.2
	[ ! -s "$WORK/waited" ] || same 'printed too early' '' "$(cat "$WORK/waited")"
}

waited() { # STATUS OUTPUT
	local status=0
	timeout 10 tail --pid="$WAITER" -s 0.02 -f /dev/null || kill "$WAITER"
	wait "$WAITER" || status=$?
	same 'what wait printed' "$2" "$(one_line <"$WORK/waited")"
	same 'its status' "$1" "$status"
}

@test "wait: those that have ended, in order; what cannot be is said" {
	made container 000000000001 a exit="$(ended code 3 60)"
	made container 000000000002 b exit="$(ended oom 137 60)"
	made container 000000000003 c phase=created
	same 'codes' '137 3 0' "$("$HONU" wait b a c | one_line)"
	same 'exited' '3 137' "$("$HONU" wait --condition exited a b | one_line)"
	run "$HONU" wait a nobody b
	same 'status where one lacks' 125 "$status"
	same 'the others' '3 error: wait: there is no container '\''nobody'\'' 137' \
		"$(grep -v hint <<<"$output" | one_line)"
	run "$HONU" wait --condition stoped a
	contains 'no condition' "did you mean 'stopped'?" "$output"
	run "$HONU" wait --condition healthy a
	contains 'never' "has ended before it was healthy" "$output"
	same 'status of never' 125 "$status"
}

@test "wait: until it has ended, and its supervisor with it" {
	made_alive 000000000001 web phase=running
	begin_wait web
	made container 000000000001 web phase=stopped exit="$(ended code 7 0)"
	die 000000000001
	waited 0 7
}

@test "wait: exited is before a restart, stopped is not" {
	made_alive 000000000001 web phase=running
	"$HONU" wait --condition exited web >"$WORK/exited" 3>&- &
	local exited=$!
	begin_wait web
	echo "$(ended code 7 0)" | tr ';' '\n' >"$HONU_STATE/containers/000000000001/exit"
	wait "$exited"
	same 'exited' 7 "$(cat "$WORK/exited")"
	rm "$HONU_STATE/containers/000000000001/exit"
	sleep 0.2
	same 'stopped: not yet' '' "$(cat "$WORK/waited")"
	made container 000000000001 web phase=stopped exit="$(ended code 8 0)"
	waited 0 8
}

@test "wait: a killed supervisor is noticed, and put in order" {
	made_alive 000000000001 web phase=running
	begin_wait web
	die 000000000001
	waited 0 255
	same 'settled' stopped "$(readlink "$HONU_STATE/containers/000000000001/status" | cut -d' ' -f1)"
	contains 'cause' 'cause lost' "$(cat "$HONU_STATE/containers/000000000001/exit")"
	made container 000000000002 off phase=running boot=other supervisor=1
	same 'after a power-off' 255 "$("$HONU" wait off)"
}

@test "wait: one that is gone when it has ended" {
	made_alive 000000000001 web phase=running
	begin_wait web
	made event "$(($(date +%s) + 1))" die 000000000001 web exitCode=9
	gone 000000000001
	waited 0 9
	made_alive 000000000002 db phase=running
	begin_wait --condition removed db
	gone 000000000002
	waited 0 0
}

@test "wait: running, healthy, paused" {
	made container 000000000001 web phase=created
	begin_wait --condition running web
	made_alive 000000000001 web phase=running health='starting 0 0 0'
	waited 0 ''
	begin_wait --condition healthy web
	ln -sfT 'healthy 0 0 1795457262000000000' "$HONU_STATE/containers/000000000001/health"
	waited 0 ''
	begin_wait --condition paused web
	ln -sfT "$(readlink "$HONU_STATE/containers/000000000001/status" | sed s/running/paused/)" \
		"$HONU_STATE/containers/000000000001/status"
	waited 0 ''
}

@test "wait: --timeout, and Ctrl-C" {
	made_alive 000000000001 web phase=running
	run timeout 10 "$HONU" wait --timeout 200ms web
	same 'status' 124 "$status"
	contains 'what is said' "container 'web' is not stopped after 0.200 s" "$output"
	env --default-signal "$HONU" wait web 3>&- &
	WAITER=$!
	sleep 0.1
	kill -INT "$WAITER"
	: >"$WORK/waited"
	waited 130 ''
}

# ---- why ----

why() {
	"$HONU" why "$@" 2>&1
}

@test "why: how one ended, what proves it, what to do, its last lines" {
	made container 000000000001 web restart=on-failure:3 restarts='3 800' \
		exit="cause oom;code 137;signal 9;core no;started $(ago 700);ended $(ago 300);oom-kills 1;memory-peak 1048576;memory-limit 1048576;end"
	made_lines 000000000001 20
	same 'why' "web was killed 5 minutes ago: it ran out of memory

  status    137
  ended     T (5 minutes ago), after 6 minutes
  memory    1.0 MiB at most, 1.0 MiB allowed
  killed    1 process for want of memory
  restart   on-failure:3, 3 times in a row: not again, since that was the last try

what to do:
  give it more than 1.0 MiB with --memory, or have it use less: most run-times have a setting for that

last lines that it wrote:
$(seq -f '  line %g' 11 20)" "$(why web | sed -E 's/[0-9-]{10}T[0-9:]{8}Z/T/')"
	why --json web >"$WORK/why.json"
	same '--json' 'oom 137 web was killed 5 minutes ago: it ran out of memory line 20 10' \
		"$(python3 - "$WORK/why.json" <<-'END'
			import json, sys
			w = json.load(open(sys.argv[1]))
			print(w["cause"], w["exitCode"], w["verdict"], w["log"][-1], len(w["log"]))
		END
		)"
}

@test "why: one that runs tells of its earlier ends, one that is gone of its last" {
	made_alive 000000000001 web phase=running restart=always restarts='2 200' \
		health='unhealthy 3 1 0'
	printf '\nconnection refused\nmore\n' >"$HONU_STATE/containers/000000000001/health.log"
	made event "$(($(date +%s) - 300))" die 000000000001 web exitCode=1 cause=code
	contains 'verdict' ', but it is unhealthy' "$(why web)"
	contains 'probe' '  probe     connection refused' "$(why web)"
	contains 'restarts' '  restart   always, 2 times in a row' "$(why web)"
	contains 'before' '  before    ended with 1, cause code, ' "$(why web)"
	made event "$(($(date +%s) - 250))" die 000000000002 db exitCode=137 cause=oom
	made event "$(($(date +%s) - 249))" remove 000000000002 db
	contains 'gone' 'db was killed 4 minutes ago: it ran out of memory' "$(why db)"
	contains 'gone, by id' '000000000002 was killed 4 minutes ago' "$(why 000000000002)"
	run why nobody
	same 'status of nobody' 125 "$status"
	contains 'nobody' "there is no container 'nobody'" "$output"
}

@test "why: who asked for the end" {
	made container 000000000001 web intent="stop 15 1 0 77 $(ago 310)" \
		exit="cause stop;code 137;signal 9;core no;started $(ago 700);ended $(ago 300);end"
	contains 'asked' 'honu stop by root, ' "$(why web)"
	made container 000000000002 lost phase=running boot=now
	contains 'lost' 'its supervisor was killed, so nobody knows how' "$(why lost)"
}

# ---- events ----

some_events() {
	made event 1000 create 000000000001 web
	made event 1001 start 000000000001 web
	made event 1002 start 000000000002
	made event 1500 die 000000000001 web exitCode=137 cause=oom
	echo '{"time":"torn' >>"$HONU_STATE/events"
	made event 2000 rename 000000000001 site 'from=web page'
}

@test "events: in words, JSON, templates; filters and times" {
	some_events
	same 'words' "1970-01-01T00:16:40.000000000Z  create         web (000000000001)
1970-01-01T00:16:41.000000000Z  start          web (000000000001)
1970-01-01T00:16:42.000000000Z  start          000000000002
1970-01-01T00:25:00.000000000Z  die            web (000000000001) exitCode=137 cause=oom
1970-01-01T00:33:20.000000000Z  rename         site (000000000001) from='web page'" \
		"$("$HONU" events)"
	same '--json' '{"time":"1970-01-01T00:16:42.000000000Z","timeNano":1002000000000,"action":"start","id":"000000000002","name":null,"attributes":{},"cut":false}' \
		"$("$HONU" events --json --filter container=000000000002)"
	while IFS='|' read -r words wanted; do
		eval "run \$HONU events $words --format '{{.timeNano}}'"
		same "events $words" "$wanted" "$(sed 's/000000000$//' <<<"$output" | one_line)"
	done <<-'END'
		|1000 1001 1002 1500 2000
		--since 1001 --until 1500|1001 1002 1500
		--filter event=start|1001 1002
		--filter event=start --filter event=die|1001 1002 1500
		--filter event=start --filter name=web|1001
		--filter container=web|1000 1001 1500
		--filter container=0000000000|1000 1001 1002 1500 2000
		--filter name=site|2000
		-f --until 1002|1000 1001 1002
	END
	same 'docker' '137 die' "$("$HONU" events --filter event=die \
		--format '{{.Actor.Attributes.exitCode}} {{.Status}}')"
	run "$HONU" events --filter event=dei
	contains 'unknown event' "did you mean 'event=die'?" "$output"
	run "$HONU" events --filter status=die
	contains 'unknown key' 'event=, container=' "$output"
}

@test "events: -f goes on over a new file" {
	some_events
	"$HONU" events -f --filter event=start --format '{{.timeNano}}' >"$WORK/followed" 3>&- &
	local follower=$!
	await "$WORK/followed" 1002000000000
	made event 3000 start 000000000002
	await "$WORK/followed" 3000000000000
	mv "$HONU_STATE"/events{,.1}
	made event 4000 start 000000000002
	await "$WORK/followed" 4000000000000
	kill "$follower"
	same 'followed' '1001 1002 3000 4000' "$(sed 's/000000000$//' "$WORK/followed" | one_line)"
}

await() { # FILE LINE
	local n
	for ((n = PATIENCE * 20; n > 0; n--)); do
		grep -qx "$2" "$1" && return
		sleep 0.05
	done
	printf 'never came: %s\n  in: %s\n' "$2" "$(cat "$1")" >&2
	return 1
}
