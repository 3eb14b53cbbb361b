#!/usr/bin/env bats
# Containers in the background: run -d, create, start, attach, restart policies.

load setup

prepare_file() {
	busybox_tree "$TREE"
}

# A container in the background, gone when the test ends. Prints its id.
detached() { # NAME OPTIONS…
	local name=$1
	shift
	echo "$name" >>"$WORK/detached"
	"$HONU" run -d --name "$name" --cgroup-parent "$GROUP" "$@"
}

teardown() {
	local name
	while read -r name; do
		"$HONU" rm -f "$name" >/dev/null 2>&1 || :
	done < <(cat "$WORK/detached" 2>/dev/null)
	end_started
	same 'groups left' '' "$(groups_left)"
}

phase() {
	local status
	status=$(readlink "$HONU_STATE/containers/$(id_of "$1")/status")
	echo "${status%% *}"
}

until_phase() { # NAME PHASE
	local n
	for ((n = PATIENCE * 20; n > 0; n--)); do
		[ "$(phase "$1")" != "$2" ] || return 0
		sleep 0.05
	done
	echo "$1 never was $2, but $(phase "$1")" >&2
	return 1
}

exit_of() { # NAME KEY
	sed -n "s/^$2 //p" "$HONU_STATE/containers/$(id_of "$1")/exit"
}

supervisor_of() {
	readlink "$HONU_STATE/containers/$(id_of "$1")/status" | cut -d' ' -f5
}

@test "detached: returns when the program runs, and prints the id" {
	local id
	id=$(detached d1 "$TREE" sleep 100)
	same 'id' "$(id_of d1)" "$id"
	same 'phase' running "$(phase d1)"
	same 'program' sleep "$(cat "/proc/$(pid_of d1)/comm")"
	same 'parent of the first process' "$(supervisor_of d1)" \
		"$(awk '$1 == "PPid:" { print $2 }' "/proc/$(pid_of d1)/status")"
	same 'supervisor' honu-supervise "$(cat "/proc/$(supervisor_of d1)/comm")"
}

@test "detached: what cannot start fails as in the foreground, and stays with its reason" {
	local status=0 got
	got=$(detached d2 "$TREE" /no/such/program 2>&1) || status=$?
	same 'status' 127 "$status"
	contains 'message' "run 'd2': '/no/such/program'" "$got"
	same 'phase' stopped "$(phase d2)"
	same 'cause' start "$(exit_of d2 cause)"
	same 'code' 127 "$(exit_of d2 code)"
}

@test "detached: with --rm nothing stays, neither after a failure nor after the end" {
	local n status=0
	detached d3 --rm "$TREE" /no/such/program 2>/dev/null || status=$?
	same 'status' 127 "$status"
	[ ! -e "$HONU_STATE/names/d3" ]
	detached d3 --rm "$TREE" true
	for ((n = PATIENCE * 20; n > 0; n--)); do
		[ -L "$HONU_STATE/names/d3" ] || return 0
		sleep 0.05
	done
	echo 'd3 is still there' >&2
	return 1
}

@test "detached: the end is written down, with code and signal" {
	detached d4 "$TREE" sh -c 'exit 7'
	until_phase d4 stopped
	same 'code' 7 "$(exit_of d4 code)"
	same 'cause' code "$(exit_of d4 cause)"
	detached d5 "$TREE" sh -c 'kill -SEGV $$'
	until_phase d5 stopped
	detached d6 --init "$TREE" sh -c 'kill -USR1 $$'
	until_phase d6 stopped
	same 'code of a signal' "$((128 + 10))" "$(exit_of d6 code)"
}

@test "detached: stdout and stderr are in the log, apart, and nothing is lost at the end" {
	local at
	detached d7 "$TREE" sh -c 'echo out; echo err >&2; i=0; while [ $i -lt 2000 ]; do echo line $i; i=$((i+1)); done; printf end'
	until_phase d7 stopped
	at=$HONU_STATE/containers/$(id_of d7)/log/out
	same 'last bytes' 'line 1999 end' "$(tail -n 2 "$at" | one_line)"
	same 'lines' 2002 "$(wc -l <"$at" | tr -d ' ')"
}

@test "detached: a drawn name is a turtle's" {
	local id name
	id=$("$HONU" run -d --cgroup-parent "$GROUP" "$TREE" sleep 100)
	name=$(basename "$(find "$HONU_STATE/names" -lname "*$id")")
	echo "$name" >>"$WORK/detached"
	matches 'name' '[a-z]*-[a-z]*' "$name"
	same 'host name inside' "$name" "$(nsenter -t "$(pid_of "$name")" -u hostname)"
}

@test "detached: created, started, ended, started again, with the same name, ids and id" {
	local id map
	echo d8 >>"$WORK/detached"
	id=$("$HONU" create --name d8 --cgroup-parent "$GROUP" "$TREE" sh -c 'cat /proc/self/uid_map; exec sleep 100')
	same 'phase' created "$(phase d8)"
	same 'groups' '' "$(groups_left)"
	same 'start' d8 "$("$HONU" start d8)"
	same 'phase' running "$(phase d8)"
	same 'id' "$id" "$(id_of d8)"
	map=$(cat "/proc/$(pid_of d8)/uid_map")
	same 'start of a running one' d8 "$("$HONU" start d8)"
	"$HONU" kill d8 >/dev/null
	until_phase d8 stopped
	same 'cause' signal "$(exit_of d8 cause)"
	"$HONU" start d8 >/dev/null
	same 'ids' "$map" "$(cat "/proc/$(pid_of d8)/uid_map")"
	[ ! -e "$HONU_STATE/containers/$id/exit" ]
}

@test "detached: start --attach shows the first byte and ends with the status" {
	local status=0 got
	echo d9 >>"$WORK/detached"
	"$HONU" create --name d9 --cgroup-parent "$GROUP" "$TREE" sh -c 'echo first; echo oops >&2; exit 5' >/dev/null
	got=$("$HONU" start --attach d9 2>"$WORK/err") || status=$?
	same 'status' 5 "$status"
	same 'stdout' first "$got"
	same 'stderr' oops "$(cat "$WORK/err")"
}

@test "detached: standard input goes in with -i, and its end too" {
	local got
	echo d10 >>"$WORK/detached"
	"$HONU" create -i --name d10 --cgroup-parent "$GROUP" "$TREE" sh -c 'cat; echo end' >/dev/null
	got=$(echo hello | "$HONU" start --interactive d10)
	same 'what cat said' 'hello end' "$(one_line <<<"$got")"
}

@test "detached: attach to one that runs, several at once" {
	detached d11 -i "$TREE" sh -c 'while read -r l; do echo "got $l"; done; exit 3'
	"$HONU" attach --no-stdin d11 >"$WORK/a" 3>&- &
	local first=$! status=0
	(sleep 0.5; echo one; echo two) | "$HONU" attach d11 >"$WORK/b" || status=$?
	same 'status' 3 "$status"
	wait "$first" || status=$?
	same 'status of the other' 3 "$status"
	same 'output' 'got one got two' "$(one_line <"$WORK/b")"
	same 'output of the other' 'got one got two' "$(one_line <"$WORK/a")"
}

@test "detached: restart on failure, with a back-off, as often as was said" {
	detached d12 --restart on-failure:3 -v "$WORK:/w" --userns host "$TREE" \
		sh -c 'echo x >>/w/starts; exit 1'
	until_phase d12 stopped
	same 'starts' 4 "$(wc -l <"$WORK/starts" | tr -d ' ')"
	same 'code' 1 "$(exit_of d12 code)"
}

@test "detached: restart always, until a person stops it" {
	detached d13 --restart always -v "$WORK:/w" --userns host "$TREE" \
		sh -c 'echo x >>/w/starts; [ "$(wc -l </w/starts)" -lt 3 ] || exec sleep 100'
	local n
	for ((n = PATIENCE * 20; n > 0; n--)); do
		[ "$(wc -l <"$WORK/starts" | tr -d ' ')" -lt 3 ] || break
		sleep 0.05
	done
	until_phase d13 running
	"$HONU" stop -t 1 d13 >/dev/null
	same 'phase' stopped "$(phase d13)"
	sleep 0.5
	same 'phase later' stopped "$(phase d13)"
	same 'starts' 3 "$(wc -l <"$WORK/starts" | tr -d ' ')"
}

@test "detached: the killed supervisor takes its container along, and the next verb says so" {
	local pid
	detached d14 "$TREE" sleep 100
	pid=$(pid_of d14)
	kill -KILL "$(supervisor_of d14)"
	timeout "$PATIENCE" tail --pid="$pid" -s 0.05 -f /dev/null
	"$HONU" gc >/dev/null
	same 'phase' stopped "$(phase d14)"
	same 'cause' lost "$(exit_of d14 cause)"
	"$HONU" start d14 >/dev/null
	same 'phase' running "$(phase d14)"
}

@test "detached: a terminal of its own, attached to and left by its keys" {
	detached d15 -t "$TREE" sh -c 'test -t 0 && echo terminal; read -r l; echo "<$l>"; exec sleep 100'
	(sleep 1; printf 'word\r'; sleep 1; printf '\020\021') |
		timeout "$PATIENCE" script -qec "'$HONU' attach d15" "$WORK/typed" >/dev/null
	contains 'on the terminal' '<word>' "$(cat "$WORK/typed")"
	contains 'on the terminal' 'detached' "$(cat "$WORK/typed")"
	same 'phase' running "$(phase d15)"
}

@test "detached: --cidfile and --pidfile" {
	local status=0 got
	detached d16 --cidfile "$WORK/cid" --pidfile "$WORK/pid" "$TREE" sleep 100
	same 'cidfile' "$(id_of d16)" "$(cat "$WORK/cid")"
	same 'pidfile' "$(pid_of d16)" "$(cat "$WORK/pid")"
	got=$(detached d17 --cidfile "$WORK/cid" "$TREE" true 2>&1) || status=$?
	same 'status' 125 "$status"
	contains 'message' 'the file exists' "$got"
}

@test "detached: twenty at once, each with its own supervisor, and all gone after rm" {
	local n
	for n in {1..20}; do
		echo "many$n" >>"$WORK/detached"
		"$HONU" run -d --name "many$n" --cgroup-parent "$GROUP" "$TREE" sleep 100 >"$WORK/id$n" 3>&- &
	done
	wait
	for n in {1..20}; do
		same "phase of many$n" running "$(phase "many$n")"
	done
	"$HONU" rm -f many{1..20} >/dev/null
	same 'names left' '' "$(ls "$HONU_STATE/names" 2>/dev/null)"
}

@test "detached: --replace puts a new one in the place of one that runs" {
	local old
	old=$(detached d18 "$TREE" sleep 100)
	detached d18 --replace "$TREE" sleep 200 >/dev/null
	differ 'id' "$old" "$(id_of d18)"
	[ ! -d "$HONU_STATE/containers/$old" ]
	same 'program' "sleep 200 " "$(tr '\0' ' ' <"/proc/$(pid_of d18)/cmdline")"
}

@test "detached: gc --restart starts again what a boot or a kill has ended, as its policy says" {
	detached d19 --restart unless-stopped "$TREE" sleep 100
	detached d20 --restart unless-stopped "$TREE" sleep 100
	detached d21 "$TREE" sleep 100
	"$HONU" stop -t 1 d20 >/dev/null
	kill -KILL "$(supervisor_of d19)" "$(supervisor_of d21)"
	local n
	for ((n = 100; n > 0; n--)); do
		"$HONU" gc >/dev/null
		[ "$(phase d19) $(phase d21)" != 'stopped stopped' ] || break
		sleep 0.05
	done
	contains 'gc' 'd19 started' "$("$HONU" gc --restart)"
	same 'phases' 'running stopped stopped' "$(phase d19) $(phase d20) $(phase d21)"
}
