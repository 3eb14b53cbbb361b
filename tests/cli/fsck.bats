#!/usr/bin/env bats
# What honu fsck finds in stores that were broken by hand, what it mends, and what it leaves alone.

load setup

# A record of a container that has been, with its id and the range that it had.
prepare_file() {
	"$HONU" run --name web --cgroup-parent "$GROUP" -- true
	ID=$(id_of web)
	cp "$HONU_STATE/containers/$ID/record.json" "$SCRATCH"
	RANGE=$(basename "$HONU_STATE"/ids/*)
	"$HONU" rm web >/dev/null
	export ID RANGE
}

OTHER=aaaaaaaaaaaa # a container that does not exist

made() {
	"$BATS_TEST_DIRNAME/../made" "$HONU_STATE" "$@"
}

# A sound store with a container that has ended and is kept, in a state directory of its own.
sound() {
	rm -rf "$WORK/state"
	HONU_STATE=$WORK/state
	AT=$HONU_STATE/containers/$ID
	export HONU_STATE AT
	made container "$ID" web record="$(cat "$SCRATCH/record.json")" \
		exit='cause code;code 3;signal 0;core no;end'
	: >"$AT/journal"
	mkdir "$HONU_STATE/ids"
	ln -s "$ID" "$HONU_STATE/ids/$RANGE"
}

# Control groups of others, who run containers at the same time, are only noted: not shown here.
findings() {
	"$HONU" fsck "$@" | grep -v '; another state directory may have that; \|^[0-9]* container'
}

snapshot() {
	(cd "$HONU_STATE" && find . -printf '%p %y %m %s %l\n' | sort; cat containers/*/exit 2>&1 || :)
}

# Breaks a sound store, and expects one finding that has these words.
broken() { # WANTED COMMAND
	sound
	(cd "$AT" && eval "$2")
	local before after
	before=$(snapshot)
	run -1 --separate-stderr "$HONU" fsck
	after=$(snapshot)
	same "what $2 changed, after looking" "$before" "$after"
	same "findings after $2" 1 "$(findings | wc -l)"
	[[ "$(findings)" == *"$1"* ]] || { same "$2" "$1" "$(findings)"; }
}

# The same, and --repair puts it right: no finding is left, not even for --repair.
mended() { # WANTED COMMAND
	broken "$@"
	run -0 "$HONU" fsck --repair
	[[ "$output" == *'; mended'* ]] || same "$2" mended "$output"
	same "after mending $2" '' "$(findings)"
	run -0 "$HONU" fsck --repair
}

# The same, and --repair leaves it as it is.
left() { # WANTED COMMAND
	local before
	broken "$@"
	before=$(snapshot)
	run -1 "$HONU" fsck --repair
	same "what $2 changed, after --repair" "$before" "$(snapshot)"
}

@test 'a sound store has no findings' {
	sound
	same findings '' "$(findings)"
	run -0 "$HONU" fsck
	[[ "${lines[-1]}" == '1 container, 0 findings'* ]]
	run -0 "$HONU" fsck --repair
	run -0 jq -c '[.[] | select(.note | not)]' <<<"$("$HONU" fsck --json)"
	same json '[]' "$output"
	HONU_STATE=$WORK/empty run -0 "$HONU" fsck
	[[ "${lines[-1]}" == '0 containers, 0 findings'* ]]
}

@test 'names and id ranges without an owner are freed' {
	mended "names/gone: leads to container $OTHER, which is gone" \
		"ln -s $OTHER ../../names/gone"
	[ ! -L "$HONU_STATE/names/gone" ]
	mended "ids/1048576: leads to container $OTHER, which is gone" \
		"ln -s $OTHER ../../ids/1048576"
	[ -L "$HONU_STATE/names/web" ]
	[ -L "$HONU_STATE/ids/$RANGE" ]
}

@test 'what honu would not have made is left to whoever made it' {
	left 'names/notes: is no link to a container' 'echo hello >../../names/notes'
	left 'names/-x: is no link to a container' "ln -s $ID ../../names/-x"
	left 'names/far: is no link to a container' 'ln -s /etc/passwd ../../names/far'
	left 'ids/65537: is no link to a container' "ln -s $ID ../../ids/65537"
	left 'containers/notes: is no container' 'mkdir ../notes'
}

@test 'a rename that was killed is finished' {
	mended "names/web (db): was the name of a container that is called 'db' now" \
		"ln -s $ID ../../names/db; ln -s db name"
	same name "$ID" "$(readlink "$HONU_STATE/names/db")"
	[ ! -L "$HONU_STATE/names/web" ]
}

@test 'a second name that nobody can explain is left' {
	sound
	ln -s "$ID" "$HONU_STATE/names/db"
	same findings 2 "$(findings | grep -c 'is not the only name of its container')"
	run -1 "$HONU" fsck --repair
	[ -L "$HONU_STATE/names/web" ]
	[ -L "$HONU_STATE/names/db" ]
}

@test 'a name that was lost is claimed again, unless somebody has it' {
	mended "names/web: does not lead to container $ID, whose record has that name" \
		'rm ../../names/web'
	same owner "$ID" "$(readlink "$HONU_STATE/names/web")"
	sound
	rm "$HONU_STATE/names/web"
	made container "$OTHER" web
	run -1 "$HONU" fsck --repair
	[[ "$output" == *"names/web: does not lead to container $ID"*"cannot be mended: the name 'web' is taken by container $OTHER"* ]]
	same owner "$OTHER" "$(readlink "$HONU_STATE/names/web")"
}

@test 'a record that cannot be read is said to be, with the reason' {
	left "containers/$ID/record.json (web): cannot be read: " 'truncate -s 100 record.json'
	left 'record.json (web): cannot be read: ' ': >record.json'
	left 'record.json (web): cannot be read: ' 'rm record.json'
	left "it is that of container $OTHER" "sed -i s/$ID/$OTHER/ record.json"
	left 'record.json (web): cannot be read: ' "sed -i 's/^{/{\"colour\":2,/' record.json"
}

@test 'a status that is not true is settled' {
	mended "says 'running', but nobody watches over it: its supervisor was killed" \
		'ln -sfn "running 4 5 $(head -c 13 /proc/sys/kernel/random/boot_id) 6 7" status; rm exit'
	same status 'stopped 0 0 - 0 0' "$(readlink "$AT/status")"
	same cause 'cause lost' "$(head -n 1 "$AT/exit")"
	mended "says 'paused', but nobody watches over it: the machine went down" \
		'ln -sfn "paused 4 5 00000000-0000 6 7" status; rm exit'
	same cause 'cause boot' "$(head -n 1 "$AT/exit")"
	# How it ended was known before its supervisor was killed.
	mended "says 'restarting', but nobody watches over it" \
		'ln -sfn "restarting 0 0 00000000-0000 6 7" status'
	same cause 'cause code' "$(head -n 1 "$AT/exit")"
	mended "containers/$ID/status (web): is damaged" 'ln -sfn "dancing 4 5 - 6 7" status'
	same status 'stopped 0 0 - 0 0' "$(readlink "$AT/status")"
}

@test 'what nobody keeps goes' {
	mended 'nobody watches over it, and it is not to be kept' 'rm summary'
	[ ! -e "$AT" ]
	same names '' "$(ls "$HONU_STATE/names" "$HONU_STATE/ids" | grep -v : || :)"
}

@test 'an end that is not known is said not to be' {
	mended 'exit (web): is missing: nothing says how it ended' 'rm exit'
	same cause 'cause lost' "$(head -n 1 "$AT/exit")"
	mended 'exit (web): cannot be read: nothing says how it ended' 'truncate -s 20 exit'
	mended 'exit (web): cannot be read: nothing says how it ended' 'head -c 4096 /dev/zero >exit'
}

@test 'a journal that was not undone is undone' {
	mended 'journal (web): has ' 'head -c 20000 /dev/zero >journal'
	same size 0 "$(stat -c %s "$AT/journal")"
	# A torn record is one whose step never ran.
	sound
	printf torn >"$AT/journal"
	same findings '' "$(findings)"
}

@test 'notes that are damaged are made anew, or removed' {
	mended 'intent (web): is damaged' 'ln -s "sleep 15 0 0 1 2" intent'
	[ ! -L "$AT/intent" ]
	mended 'restarts (web): is damaged' 'ln -s many restarts'
	[ ! -L "$AT/restarts" ]
	mended 'summary (web): is damaged' 'ln -sfn nonsense summary'
	[[ "$(readlink "$AT/summary")" == $'keep\tall\t'*$'\thost /usr\ttrue' ]]
	# Without the record nobody knows what was in it.
	sound
	ln -sfn nonsense "$AT/summary"
	: >"$AT/record.json"
	run -1 "$HONU" fsck --repair
	same summary nonsense "$(readlink "$AT/summary")"
}

@test 'what a killed writer has left is removed' {
	mended 'status.new (web): was begun by a writer that was killed' 'ln -s x status.new'
	mended 'status.4711 (web): was begun' 'ln -s x status.4711'
	mended 'record.json.new (web): was begun' 'echo "{" >record.json.new'
	mended 'exit.new (web): was begun' ': >exit.new'
}

@test 'id ranges lead to the container and back' {
	mended "ids/$RANGE (web): does not exist: the ids of container $ID could be given to another" \
		"rm ../../ids/$RANGE"
	same owner "$ID" "$(readlink "$HONU_STATE/ids/$RANGE")"
	mended "ids/1048576 (web): leads to container $ID, whose record does not have these ids" \
		"ln -s $ID ../../ids/1048576"
	[ ! -L "$HONU_STATE/ids/1048576" ]
	sound
	made container "$OTHER" other exit='cause code;code 3;signal 0;core no;end'
	ln -sfn "$OTHER" "$HONU_STATE/ids/$RANGE"
	run -1 "$HONU" fsck --repair
	[[ "$output" == *"ids/$RANGE (web): leads to container $OTHER, but container $ID has these ids as well"* ]]
	same owner "$OTHER" "$(readlink "$HONU_STATE/ids/$RANGE")"
}

@test 'a log and its index fit together' {
	sound
	made log "$ID" '1:out:one\n' '2:err:two\n' '3:drop:1000' '4:out:part' '5:bare:rest\n'
	same findings '' "$(findings)"
	mended 'log/index (web): ends with half an entry' "made log $ID '1:out:one\n' torn"
	same size 24 "$(stat -c %s "$AT/log/index")"
	mended 'log/index (web): has 2 bytes more than log/out' \
		"made log $ID '1:out:one\n' '2:out:two\n'; truncate -s 6 log/out"
	same size 24 "$(stat -c %s "$AT/log/index")"
	left 'log/index (web): entry 1 does not begin where the one before it ends' \
		"made log $ID '1:out:one\n' '2:bare:two\n' '3:out:three\n'"
	left 'log/index.1 (web): entry 0 is of no stream that there is' \
		"made log $ID '1:out:one\n'; printf '\7' | dd of=log/index bs=1 seek=20 conv=notrunc status=none
		 made log $ID rotate '2:out:two\n'"
	left 'log/index (web): there is no log/out' "made log $ID '1:out:one\n'; rm log/out"
}

@test 'the end of a detached exec can be read' {
	sound
	mkdir "$AT/exec"
	cp "$AT/exit" "$AT/exec/7"
	same findings '' "$(findings)"
	mended 'exec/8 (web): is damaged: nothing says how process number 8 ended' \
		'mkdir exec; echo nonsense >exec/8'
	[ ! -e "$AT/exec/8" ]
	mended 'exec/9.run (web): is damaged' 'mkdir exec; ln -s nonsense exec/9.run'
}

@test 'one that runs has no findings, and what is wrong with it is not touched' {
	HONU_STATE=$WORK/state
	start runs
	AT=$HONU_STATE/containers/$(id_of runs)
	same findings '' "$(findings)"
	ln -s x "$AT/status.new"
	ln -s nonsense "$AT/intent"
	run -1 "$HONU" fsck --repair
	same findings 2 "$(findings --repair | wc -l)"
	[ -L "$AT/status.new" ]
	[ -L "$AT/intent" ]
	same pid "$(pid_of runs)" "$(inside runs 'echo $PPID' >/dev/null; pid_of runs)"
	stop runs
	same findings '' "$(findings)"
}

@test 'a status that lies about processes is found' {
	HONU_STATE=$WORK/state
	start runs
	local at status
	at=$HONU_STATE/containers/$(id_of runs)
	status=$(readlink "$at/status")
	set -- $status
	ln -sfn "$1 $2 $(($3 + 1)) $4 $5 $6" "$at/status"
	[[ "$(findings)" == *"says that process $2 is its first one, which is gone"* ]]
	ln -sfn "$1 $2 $3 $4 $5 $(($6 + 1))" "$at/status"
	[[ "$(findings)" == *"says that process $5 watches over it, which is gone"* ]]
	ln -sfn "paused $2 $3 $4 $5 $6" "$at/status"
	[[ "$(findings)" == *"says 'paused', but none of its groups is frozen"* ]]
	ln -sfn "$status" "$at/status"
	same findings '' "$(findings)"
}

@test 'of one whose honu was killed nothing is left' {
	HONU_STATE=$WORK/state
	start lost
	local id honu
	id=$(id_of lost)
	honu=$(honu_of lost)
	kill -KILL "$honu"
	wait "$honu" || :
	[[ "$(findings)" == *"containers/$id/alive (lost): nobody watches over it, and it is not to be kept: its supervisor was killed"* ]]
	run -0 "$HONU" fsck --repair
	same findings '' "$(findings)"
	same groups '' "$(find /sys/fs/cgroup -type d -name "honu-$id")"
	[ ! -e "$HONU_STATE/containers/$id" ]
}

@test 'containers in the background: waiting, running, paused, ended, lost' {
	HONU_STATE=$WORK/state
	local id supervisor
	"$HONU" create --name waits --cgroup-parent "$GROUP" -- true >/dev/null
	"$HONU" run -d --name runs --cgroup-parent "$GROUP" -- sleep 60 >/dev/null
	"$HONU" run -d --name sleeps --cgroup-parent "$GROUP" -- sleep 60 >/dev/null
	"$HONU" run -d --name ends --cgroup-parent "$GROUP" -- sh -c 'echo out; echo err >&2' >/dev/null
	"$HONU" pause sleeps >/dev/null
	same findings '' "$(findings)"
	same findings '' "$(findings --repair)"
	id=$(id_of runs)
	supervisor=$(readlink "$HONU_STATE/containers/$id/status" | cut -d ' ' -f 5)
	kill -KILL "$supervisor"
	while [ -e "/proc/$supervisor" ]; do sleep 0.02; done
	[[ "$(findings)" == *"status (runs): says 'running', but nobody watches over it: its supervisor was killed"* ]]
	run -0 "$HONU" fsck --repair
	same status 'stopped 0 0 - 0 0' "$(readlink "$HONU_STATE/containers/$id/status")"
	same cause 'cause lost' "$(head -n 1 "$HONU_STATE/containers/$id/exit")"
	same groups '' "$(find /sys/fs/cgroup -type d -name "honu-$id")"
	same findings '' "$(findings)"
	"$HONU" rm --force waits runs sleeps ends >/dev/null
	same findings '' "$(findings)"
}

# In a cgroup namespace, where the groups of nobody else are seen.
groups_alone() {
	local cg=/sys/fs/cgroup
	echo 0 >"$1/cgroup.procs"
	exec unshare --cgroup --mount --propagation private bash -euc "
		[ ! -e $cg/pids ] || v1=1
		umount -R $cg
		if [ \"\${v1-}\" ]; then
			mount -t tmpfs none $cg
			mkdir $cg/pids
			mount -t cgroup -o pids none $cg/pids
			cg=$cg/pids
		else
			mount -t cgroup2 none $cg
			cg=$cg
		fi
		$2"
}

alone() { # COMMAND
	local group
	group=/sys/fs/cgroup$([ ! -e /sys/fs/cgroup/pids ] || echo /pids)/$GROUP-alone
	mkdir "$group"
	local r=0
	(groups_alone "$group" "$1") || r=$?
	# What a test that failed has left.
	find "$group" -mindepth 1 -name cgroup.procs -exec cat {} + | xargs -r kill 2>/dev/null || :
	find "$group" -depth -type d -exec rmdir --ignore-fail-on-non-empty {} + 2>/dev/null || :
	return "$r"
}

@test 'a group without a container may belong to others: it is removed only when told so' {
	sound
	run -0 alone '
		mkdir -p $cg/below/honu-aaaaaaaaaaaa/exec $cg/honu-web $cg/honu-bbbbbbbbbbbb
		(echo 0 >$cg/honu-bbbbbbbbbbbb/cgroup.procs; exec sleep 60) &
		until grep -q . $cg/honu-bbbbbbbbbbbb/cgroup.procs; do sleep 0.01; done
		"$HONU" fsck
		"$HONU" fsck --repair
		"$HONU" fsck --groups && exit 1
		ls -d $cg/below/honu-* $cg/honu-*
		"$HONU" fsck --repair --groups && exit 1
		ls -d $cg/below/honu-* $cg/honu-* 2>&1 || :
		kill $!
		wait || :
		"$HONU" fsck --repair --groups
		ls -d $cg/below/honu-* $cg/honu-* 2>&1 || :
		rmdir $cg/below $cg/honu-web
	'
	[ "$(grep -c "below/honu-$OTHER: there is no container $OTHER in $HONU_STATE; another state directory may have that" <<<"$output")" -eq 3 ]
	[ "$(grep -c 'processes live in its group; another state directory may have that' <<<"$output")" -eq 4 ]
	same notes '1 container, 0 findings, 2 notes' "$(grep notes <<<"$output" | sort -u)"
	[ "$(grep -c "^/sys/fs/cgroup.*/below/honu-$OTHER\$" <<<"$output")" -eq 1 ]
	[ "$(grep -c '^/sys/fs/cgroup.*/honu-bbbbbbbbbbbb$' <<<"$output")" -eq 2 ]
	[ "$(grep -c '^/sys/fs/cgroup.*/honu-web$' <<<"$output")" -eq 3 ]
	[[ "$output" == *'1 container, 2 findings, 1 mended'* ]]
	[[ "$output" == *'1 container, 1 finding, 1 mended'* ]]
}

@test 'the group of a container that has ended goes, with who lives there' {
	sound
	run -0 alone '
		mkdir $cg/honu-$ID
		(echo 0 >$cg/honu-$ID/cgroup.procs; exec sleep 60) &
		until grep -q . $cg/honu-$ID/cgroup.procs; do sleep 0.01; done
		"$HONU" fsck && exit 1
		"$HONU" fsck --repair
		"$HONU" fsck
		[ ! -e $cg/honu-$ID ]
	'
	[[ "$output" == *"/honu-$ID (web): container $ID has ended, but its group is there; 'honu fsck --repair'"* ]]
	[[ "$output" == *'1 container, 1 finding, 1 mended'*'1 container, 0 findings' ]]
}

@test 'json has where, what and cure of each' {
	sound
	rm "$AT/exit"
	ln -s "$OTHER" "$HONU_STATE/names/gone"
	run -1 "$HONU" fsck --json
	same where "containers/$ID/exit names/gone" \
		"$(jq -r '.[] | select(.note | not) | .where' <<<"$output" | sort | one_line)"
	same exit "{\"where\":\"containers/$ID/exit\",\"id\":\"$ID\",\"name\":\"web\",\"what\":\"is missing: nothing says how it ended\",\"cure\":\"'honu fsck --repair' says that it is not known\",\"note\":false,\"mended\":false,\"failure\":null}" \
		"$(jq -c '.[] | select(.where | endswith("exit"))' <<<"$output")"
	run -0 "$HONU" fsck --json --repair
	same mended 'true true' "$(jq -r '.[] | select(.note | not) | .mended' <<<"$output" | one_line)"
}

@test 'nothing is found while containers start and end' {
	HONU_STATE=$WORK/state
	local n
	(for ((n = 0; n < 12; n++)); do
		honu --name "a$((n % 3))" -- true || :
	done) 3>&- &
	(for ((n = 0; n < 12; n++)); do
		honu --name "b$((n % 3))" -- true || :
	done) 3>&- &
	for ((n = 0; n < 8; n++)); do
		same "findings in round $n" '' "$(findings)"
		same "findings in round $n" '' "$(findings --repair)"
	done
	wait
	same findings '' "$(findings)"
}
