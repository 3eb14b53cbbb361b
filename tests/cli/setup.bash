# shellcheck shell=bash
# What the tests of this folder share: a state directory, a control group and a scratch directory of
# each file's own, containers that one talks to while they run, comparisons that show both values.
#
#   honu [OPTIONS] [ROOT] [--] PROGRAM…   honu run in the foreground
#   start NAME [OPTIONS] [ROOT]           a container that runs a shell until the test ends
#   inside NAME COMMAND                   runs a command line in that shell, prints what it prints
#   pid_of NAME, id_of NAME               its first process and its id, as the host sees them
#   stop NAME                             ends that shell; the status is honu's
#   in_mount_namespace FUNCTION…          runs a function where it may mount: the host sees nothing
#   one_line                              joins the lines of its input with blanks
#   same WHAT WANTED GOT                  fails, and shows both, where they differ
#   refused WANTED ARGUMENTS…             honu run ends with 125, says WANTED and leaves nothing
#
# SCRATCH lasts as long as the file, WORK as long as the test.

bats_require_minimum_version 1.5.0

# shellcheck source=tests/trees.sh
. "$BATS_TEST_DIRNAME/../trees.sh"

PATIENCE=20 # seconds that anything in a container may take before a test gives up

setup_file() {
	SCRATCH=$BATS_FILE_TMPDIR
	HONU_STATE=$SCRATCH/state
	GROUP=honu-cli-$$
	PROBE=${HONU_BUILD:?}/tests/probe
	TREE=$SCRATCH/tree
	export SCRATCH HONU_STATE GROUP PROBE TREE PATIENCE
	[ "$(id -u)" -eq 0 ] || return 0 # each test says so
	chmod 0755 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR"
	if declare -F prepare_file >/dev/null; then prepare_file; fi
}

setup() {
	[ "$(id -u)" -eq 0 ] || skip 'honu needs root'
	WORK=$BATS_TEST_TMPDIR
	export WORK
	chmod 0755 "$WORK"
}

teardown() {
	end_started
}

teardown_file() {
	[ "$(id -u)" -eq 0 ] || return 0
	HONU_STATE=$BATS_FILE_TMPDIR/state "$HONU" gc >/dev/null
}

honu() {
	"${HONU:?}" run --rm --cgroup-parent "$GROUP" "$@"
}

# ---- containers that run while the test looks at them ----

# The shell's commands come in by one pipe, and what they print goes out by another. Each container
# is a few files below $WORK, so that it is known in subshells as well.
start() {
	local name=$1 at=$WORK/$1 fd
	shift
	mkdir "$at"
	mkfifo "$at/in" "$at/out"
	# 3 is bats' own: whoever keeps it open keeps bats waiting.
	"$HONU" run --rm --name "$name" --cgroup-parent "$GROUP" "$@" -- sh \
		<"$at/in" >"$at/out" 2>"$at/err" 3>&- &
	echo $! >"$at/honu"
	exec {fd}>"$at/in"
	echo "$fd" >"$at/to"
	exec {fd}<"$at/out"
	echo "$fd" >"$at/from"
	inside "$name" :
	# honu writes down that it runs while the program starts.
	for ((fd = PATIENCE * 50; fd > 0; fd--)); do
		pid_of "$name" >/dev/null 2>&1 && return
		sleep 0.02
	done
	echo "container '$name' is not said to be running" >&2
	return 1
}

inside() {
	local at=$WORK/$1 line last to from
	read -r to <"$at/to"
	read -r from <"$at/from"
	# In a subshell: writing to a container that has ended is a SIGPIPE.
	(printf '{ %s\n} </dev/null 2>&1; echo "=end $?"\n' "$2" >&"$to") 2>/dev/null || :
	while IFS= read -r -t "$PATIENCE" line <&"$from"; do
		if [[ $line == *'=end '* ]]; then
			last=${line%%=end *}
			[ -z "$last" ] || printf '%s\n' "$last"
			return "${line##*=end }"
		fi
		printf '%s\n' "$line"
	done
	echo "container '$1' gave no answer to: $2" >&2
	cat "$at/err" >&2
	return 1
}

pid_of() {
	local status
	status=$(readlink "$HONU_STATE/containers/$(id_of "$1")/status")
	set -- $status
	[ "$1" = running ] && echo "$2"
}

id_of() {
	basename "$(readlink "$HONU_STATE/names/$1")"
}

# What honu itself, the one that waits for the container, has for a pid.
honu_of() {
	cat "$WORK/$1/honu"
}

stop() {
	local at=$WORK/$1 to from
	read -r to <"$at/to"
	read -r from <"$at/from"
	(echo 'exit 0' >&"$to") 2>/dev/null || :
	exec {to}>&- {from}<&-
	wait "$(cat "$at/honu")"
}

# At the end of a test, however it ended. honu hands the signal on; a shell that is process 1 and
# has no handler is killed then.
end_started() {
	local at pid
	for at in "$WORK"/*/honu; do
		[ -e "$at" ] || continue
		pid=$(cat "$at")
		kill -TERM "$pid" 2>/dev/null || continue
		timeout 10 tail --pid="$pid" -s 0.1 -f /dev/null || kill -KILL "$pid" 2>/dev/null
	done
}

# ---- mounting on the host's side ----

# The function and what it calls run with errexit in a shell of their own, in a mount namespace that
# nothing travels out of. It prints, and the test compares.
in_mount_namespace() {
	unshare --mount --propagation private bash <(
		declare -p PATIENCE
		declare -f
		echo 'set -eu; trap end_started EXIT'
		printf '%q ' "$@"
	)
}

# ---- comparisons ----

one_line() {
	paste -sd' '
}

same() {
	[ "$2" = "$3" ] && return
	printf '%s\n  wanted: %s\n  got:    %s\n' "$1" "${2//$'\n'/$'\n'          }" \
		"${3//$'\n'/$'\n'          }" >&2
	return 1
}

differ() {
	[ "$2" != "$3" ] && return
	printf '%s\n  are the same: %s\n' "$1" "$2" >&2
	return 1
}

# WHAT PATTERN GOT: the whole is as this glob pattern says.
matches() {
	# shellcheck disable=SC2053 # a pattern is what is wanted
	[[ $3 == $2 ]] && return
	printf '%s\n  wanted: %s\n  got:    %s\n' "$1" "$2" "${3//$'\n'/$'\n'          }" >&2
	return 1
}

contains() {
	[[ $3 == *"$2"* ]] && return
	printf '%s\n  wanted in it: %s\n  got:          %s\n' "$1" "$2" "$3" >&2
	return 1
}

lacks() {
	[[ $3 != *"$2"* ]] && return
	printf '%s\n  not wanted: %s\n  got:        %s\n' "$1" "$2" "$3" >&2
	return 1
}

# WANTED ARGUMENTS…: the reason is given before anything starts, so no step is named.
refused() {
	local wanted=$1 got status=0
	shift
	got=$(honu "$@" 2>&1) || status=$?
	same "exit status of: honu run $*" 125 "$status"
	contains "refusal of: honu run $*" "$wanted" "$got"
	lacks "refusal of: honu run $*" 'step ' "$got"
}

# WANTED STATUS ARGUMENTS…: it fails at the one or the other step, with this status and text.
fails() {
	local wanted=$1 expected=$2 got status=0
	shift 2
	got=$(honu "$@" 2>&1) || status=$?
	same "exit status of: honu run $* ($got)" "$expected" "$status"
	contains "message of: honu run $*" "$wanted" "$got"
}

# ---- control groups ----

# What there is of our own group, the parent of all that the tests start. By name, because a walk
# through everybody's groups fails when one of them is removed meanwhile.
groups_left() {
	local dir
	for dir in /sys/fs/cgroup/"$GROUP" /sys/fs/cgroup/*/"$GROUP"; do
		[ ! -d "$dir" ] || echo "$dir"
	done
}

# The directories of a container's group in every hierarchy.
groups_of() {
	local dir id
	id=$(id_of "$1")
	groups_left | while read -r dir; do
		[ ! -d "$dir/honu-$id" ] || echo "$dir/honu-$id"
	done
}

processes_of() {
	groups_of "$1" | while read -r dir; do find "$dir" -name cgroup.procs -exec cat {} +; done
}
