#!/usr/bin/env bats
# honu cp: what lands where, that it is the same there and whose it is; and that nothing in a
# container or in an archive gets at anything else.

load setup

prepare_file() {
	busybox_tree "$TREE"
}

# A tree of this test's own, with a container in it.
begin() { # NAME [OPTIONS]
	cp -a "$TREE" "$WORK/$1-tree"
	start "$@" "$WORK/$1-tree"
}

cp_() {
	"$HONU" cp "$@"
}

copied() { # WORDS…
	same "honu cp $*" '' "$(cp_ "$@" 2>&1 || echo "status $?")"
}

# WANTED WORDS…: honu cp fails with 125 and says WANTED.
copy_fails() {
	local wanted=$1 got status=0
	shift
	got=$(cp_ "$@" 2>&1) || status=$?
	same "exit status of: honu cp $* ($got)" 125 "$status"
	contains "message of: honu cp $*" "$wanted" "$got"
}

# ---- what lands where ----

# Source, destination, what is there afterwards that was not; "!": an error, and nothing has changed.
# These are docker's rules; what podman does otherwise is marked.
IN_D='/ @/inner=inner @/sub/ @/sub/s=s'
RULES=(
	'f|new|new=f'
	'f|dir|dir/f=f'
	'f|dir/|dir/f=f'
	'f|dir/.|dir/f=f'
	'f|file|file=f'
	'f|file/|!'
	'f|nope/|!'
	'f|nope/x|!'
	'f|taken|!'
	'f|to-file|file=f|podman: replaces the link'
	'f|to-dir|dir/f=f'
	'f|to-nothing|made=f|podman: no'
	'f/|dir|!|podman: takes it out of a container'
	"d|new|new${IN_D//@/new}"
	"d|new/|new${IN_D//@/new}|podman: no"
	"d|dir|dir/d${IN_D//@/dir/d}"
	"d/|dir|dir/d${IN_D//@/dir/d}"
	"d|to-dir|dir/d${IN_D//@/dir/d}"
	"d/.|dir|dir/inner=inner dir/sub/ dir/sub/s=s"
	"d/./|dir|dir/inner=inner dir/sub/ dir/sub/s=s|podman: as d/"
	"d/.|new|new${IN_D//@/new}"
	'd|file|!'
	'd/.|file|!'
	'd|nope/x|!'
	'd/../f|dir|dir/f=f'
	'lf|dir|dir/lf>f|podman: follows'
	'lf|new|new>f|podman: follows'
	'ld|dir|dir/ld>d|podman: follows'
	"ld/|dir|dir/ld${IN_D//@/dir/ld}|podman: names it d"
	"ld/.|dir|dir/inner=inner dir/sub/ dir/sub/s=s"
	'-L lf|dir|dir/lf=f|podman: no such option'
	"-L ld|dir|dir/ld${IN_D//@/dir/ld}|podman: no such option"
	'nope|dir|!'
)

make_source() {
	mkdir -p "$1/d/sub"
	echo f >"$1/f"
	echo inner >"$1/d/inner"
	echo s >"$1/d/sub/s"
	ln -s f "$1/lf"
	ln -s d "$1/ld"
}

make_destination() {
	rm -rf "$1"
	mkdir -p "$1/dir" "$1/taken/f"
	echo old >"$1/file"
	ln -s file "$1/to-file"
	ln -s dir "$1/to-dir"
	ln -s made "$1/to-nothing"
}

listing() {
	(cd "$1" && find . -mindepth 1 \( -type d -printf '%P/\n' -o -type l -printf '%P>%l\n' \
		-o -printf '%P=' -exec cat {} \; \)) | LC_ALL=C sort
}

# DIRECTORY FUNCTION: runs FUNCTION SOURCE DESTINATION for each rule, with a new destination in DIRECTORY.
check_rules() {
	local row from to wanted remark got status
	for row in "${RULES[@]}"; do
		IFS='|' read -r from to wanted remark <<<"$row"
		[[ $2 != *podman* || -z $remark ]] || continue
		make_destination "$1"
		listing "$1" >"$WORK/before"
		status=0
		"$2" "$from" "$to" >"$WORK/said" 2>&1 || status=$?
		got=$(comm -13 "$WORK/before" <(listing "$1") | one_line)
		if [ "$wanted" = '!' ]; then
			[ "$status" -ne 0 ] || same "$2 $from $to" 'a failure' 'none'
			wanted=
		fi
		same "$2 $from $to ($(cat "$WORK/said"))" "$wanted" "$got"
	done
}

split_option() { # "-L lf" -> OPTION=-L FROM=lf
	OPTION=
	[[ $1 != -L* ]] || OPTION=-L
	FROM=${1#-L }
}

in_by_honu() { split_option "$1"; (cd "$WORK/source" && cp_ $OPTION "$FROM" "box:/x/$2"); }
out_by_honu() { split_option "$1"; cp_ $OPTION "box:/source/$FROM" "$WORK/x/$2"; }
across_by_honu() { split_option "$1"; cp_ $OPTION "box:source/$FROM" "other:x/$2"; }

@test "cp: everything lands where docker has it, into a container, out of it, and from one to another" {
	begin box
	begin other --userns host
	make_source "$WORK/source"
	make_source "$WORK/box-tree/source"
	check_rules "$WORK/box-tree/x" in_by_honu
	check_rules "$WORK/x" out_by_honu
	check_rules "$WORK/other-tree/x" across_by_honu
}

pod() {
	podman --root "$WORK/podman" --runroot "$WORK/podman-run" --storage-driver vfs \
		--cgroup-manager cgroupfs "$@"
}

in_by_podman() { (cd "$WORK/source" && pod cp "$1" "box:/x/$2"); }
out_by_podman() { pod cp "box:/source/$1" "$WORK/x/$2"; }

@test "cp: podman has everything land in the same places" {
	local mounted
	command -v podman >/dev/null || skip 'podman is not installed'
	make_source "$WORK/source"
	make_source "$WORK/image/source"
	mkdir "$WORK/image/x"
	# Where podman cannot work at all (no network, no rights) it says so here.
	tar -c -C "$WORK/image" . | pod import - honu-copy >"$WORK/said" 2>&1 &&
		pod create --name box --network none honu-copy /x >>"$WORK/said" 2>&1 &&
		mounted=$(pod mount box 2>>"$WORK/said") || skip "podman: $(tail -n 1 "$WORK/said")"
	check_rules "$mounted/x" in_by_podman
	check_rules "$WORK/x" out_by_podman
	pod umount box >/dev/null
	pod rm -f box >/dev/null
}

# ---- that it is the same ----

# Types, modes, links, targets, sizes and times of all in a tree.
picture() {
	(cd "$1" && find . -mindepth 1 \( -type d -printf '%P %y %m %T@\n' -o \
		-printf '%P %y %m %n %l %s %T@\n' \)) | LC_ALL=C sort
}

same_tree() { # ONE OTHER
	diff <(picture "$1") <(picture "$2") >&2 || {
		echo "$1 and $2 are not alike" >&2
		return 1
	}
	diff -r --no-dereference "$1" "$2" >&2
	# Names that share a file share one on the other side as well.
	diff <(shared "$1") <(shared "$2") >&2
}

shared() {
	(cd "$1" && find . -links +1 ! -type d -printf '%i %P\n') | LC_ALL=C sort -k2 |
		awk '{ if (!($1 in n)) n[$1] = ++k; $1 = n[$1]; print }'
}

# All that a file system can hold.
everything() {
	mkdir -p "$1/sub/deep" "$1/empty" "$1/sealed"
	(
		cd "$1" || exit
		echo one >file
		printf 'no newline' >sub/file
		: >sub/empty
		ln file sub/linked
		ln file third
		ln -s file link
		ln -s /nowhere/at/all dangling
		ln -s ../../.. sub/deep/up
		ln sub/deep/up sub/deep/up2
		# shellcheck disable=SC1003 # a backslash is what is meant
		touch -- 'a b' $'new\nline' -n '*' $'\x01' '"' "'" '\' 'a:b' $'na\xefve' 'żółw' $'e\xcc\x81' \
			"$(printf 'n%.0s' {1..255})"
		mkdir -p "$(printf 'd%.0s' {1..200})/$(printf 'e%.0s' {1..200})"
		echo deep >"$(printf 'd%.0s' {1..200})/$(printf 'e%.0s' {1..200})/file"
		head -c 300000 /dev/urandom >big
		chmod 0640 file
		chmod 0000 sub/empty
		chmod 0751 empty
		echo sealed >sealed/file
		chmod 2775 sub/deep
		chmod 1777 sub
		touch -d '2001-02-03 04:05:06.123456789' file sub/file big
		touch -h -d '1999-12-31 23:59:59.5' link
		touch -d '1969-12-31 12:00:00.25' sub/empty
		touch -d '2199-01-01' empty
		chmod 0500 sealed
		touch -d '2030-01-01' sealed sub
	)
}

@test "cp: in, across and out again it is the same: names, modes, times, links, content" {
	begin one
	begin two --userns host
	everything "$WORK/all"
	# A surrogate pair, each half in UTF-8: no converter may mend it.
	: >"$WORK/all/"$'\xed\xa0\xbd\xed\xb8\x80'
	mkfifo -m 0604 "$WORK/pipe"
	copied "$WORK/all" one:/srv-all
	copied one:/srv-all two:/tmp
	copied two:/tmp/srv-all/. "$WORK/back"
	same_tree "$WORK/all" "$WORK/back"
	same 'the directory itself' "$(stat -c '%a %y' "$WORK/all")" "$(stat -c '%a %y' "$WORK/back")"
	copied "$WORK/pipe" one:/tmp
	copied one:/tmp/pipe "$WORK/back/"
	same 'a pipe' 'fifo 604' "$(stat -c '%F %a' "$WORK/back/pipe")"
}

@test "cp: what is there keeps its place: directories are joined, files replaced at once, hard links cut" {
	local got
	begin box
	mkdir -p "$WORK/in/d" "$WORK/box-tree/x/in/d"
	chmod 0711 "$WORK/in/d"
	echo new >"$WORK/in/d/file"
	echo mine >"$WORK/box-tree/x/in/d/other"
	echo old >"$WORK/box-tree/x/in/d/file"
	ln "$WORK/box-tree/x/in/d/file" "$WORK/box-tree/x/second"
	chmod 0700 "$WORK/box-tree/x" "$WORK/box-tree/x/in"
	copied "$WORK/in" box:/x
	same 'content' 'new mine old' "$(cat "$WORK/box-tree"/x/in/d/{file,other} "$WORK/box-tree/x/second" | one_line)"
	same 'mode of a directory that was joined' 711 "$(stat -c %a "$WORK/box-tree/x/in/d")"
	# The destination itself is none of the copy.
	copied "$WORK/in/." box:/x
	same 'mode of the destination' 700 "$(stat -c %a "$WORK/box-tree/x")"
	same 'names that are left over' '' "$(find "$WORK/box-tree" -name '.honu*')"
	got=$(echo again >"$WORK/in/d/file" && cp_ "$WORK/in/d/file" box:/etc/hosts 2>&1)
	same 'onto a file that is mounted' '' "$got"
	same 'its content' again "$(inside box 'cat /etc/hosts')"
	same 'for the host' '' "$(cat "$WORK/box-tree/etc/hosts" 2>/dev/null)"
}

@test "cp: ten thousand small files" {
	local i
	begin box
	mkdir "$WORK/many"
	for ((i = 0; i < 100; i++)); do
		mkdir "$WORK/many/$i"
		(cd "$WORK/many/$i" && for j in {0..99}; do echo "$i $j" >"$j"; done)
	done
	copied "$WORK/many" box:/many
	same 'in the container' 10000 "$(inside box 'find /many -type f | wc -l')"
	copied box:/many "$WORK/back"
	same_tree "$WORK/many" "$WORK/back"
}

@test "cp: holes stay holes" {
	local blocks
	begin box
	mkdir "$WORK/holes"
	truncate -s 1G "$WORK/holes/huge"
	echo start | dd of="$WORK/holes/huge" conv=notrunc status=none
	echo middle | dd of="$WORK/holes/huge" bs=1 seek=500M conv=notrunc status=none
	truncate -s 1G "$WORK/holes/nothing"
	truncate -s 3M "$WORK/holes/end"
	echo end | dd of="$WORK/holes/end" bs=1 seek=3M conv=notrunc status=none
	copied "$WORK/holes" box:/holes
	copied box:/holes "$WORK/back"
	cmp "$WORK/holes/huge" "$WORK/back/huge"
	cp_ box:/holes - | tar -x -C "$WORK/back"
	for at in "$WORK/box-tree/holes" "$WORK/back" "$WORK/back/holes"; do
		blocks=$(du -s --block-size=1K "$at"/{huge,nothing,end} | awk '{ n += $1 } END { print n }')
		[ "$blocks" -lt 100 ] || same "KiB on disk in $at" 'a few' "$blocks"
		same "in the middle, $at" middle "$(dd if="$at/huge" bs=1 skip=500M count=6 status=none)"
		cmp "$WORK/holes/end" "$at/end"
		same "size in $at" "$((1 << 30))" "$(stat -c %s "$at/nothing")"
	done
}

@test "cp: extended attributes" {
	begin box
	mkdir -p "$WORK/x/d"
	echo f >"$WORK/x/f"
	echo g >"$WORK/x/g"
	setfattr -n user.note -v 'a word' "$WORK/x/f" 2>/dev/null || skip 'this file system has none'
	setfattr -n user.binary -v 0x00ff0a "$WORK/x/f"
	setfattr -n user.of-directory -v d "$WORK/x/d"
	copied "$WORK/x" box:/x
	copied box:/x "$WORK/back"
	same 'of the file' "$(cd "$WORK/x" && getfattr -d -e hex f d)" "$(cd "$WORK/back" && getfattr -d -e hex f d)"
	same 'of another' '' "$(getfattr -d "$WORK/back/g")"
}

# ---- whose it is ----

@test "cp: files copied in belong to root, with --archive to whom they belonged" {
	local userns
	for userns in auto host; do
		begin "$userns" --userns "$userns"
		mkdir -p "$WORK/in"
		echo f >"$WORK/in/f"
		ln -sf f "$WORK/in/l"
		chown -h 1000:2001 "$WORK/in/f" "$WORK/in/l" "$WORK/in"
		copied "$WORK/in" "$userns:/root-owned"
		copied -a "$WORK/in" "$userns:/kept"
		same "inside, --userns $userns" '0:0 0:0 0:0 1000:2001 1000:2001 1000:2001' "$(inside "$userns" \
			'stat -c %u:%g /root-owned /root-owned/f /root-owned/l /kept /kept/f /kept/l' | one_line)"
		same "on disk, --userns $userns" '0:0 1000:2001' "$(stat -c %u:%g "$WORK/$userns-tree"/{root-owned,kept}/f | one_line)"
	done
	chown 100000 "$WORK/in/f"
	copy_fails 'owner' -a "$WORK/in/f" auto:/root/f
	copied "$WORK/in/f" auto:/root/f
}

@test "cp: files copied out belong to the caller, with --archive to whom they belonged inside" {
	begin box
	inside box 'mkdir /x && echo f >/x/f && chown -R keeper:reef /x'
	copied box:/x "$WORK/mine"
	copied -a box:/x "$WORK/kept"
	same 'owners' '0:0 0:0 1000:2001 1000:2001' "$(stat -c %u:%g "$WORK"/{mine,mine/f,kept,kept/f} | one_line)"
	same 'in an archive' '1000/2001' "$(cp_ box:/x/f - | tar -tv --numeric-owner | awk '{ print $2 }')"
}

@test "cp: a set-user-id program is no gift" {
	begin box
	begin other
	inside box 'cp /bin/busybox /root/su && chmod 6755 /root/su && mkdir /root/d && chmod 2775 /root/d'
	copied box:/root/su "$WORK/out"
	copied box:/root/su other:/root/su
	copied -a box:/root/su "$WORK/kept"
	copied box:/root/d "$WORK/d"
	cp "$TREE/bin/busybox" "$WORK/su"
	chmod 6755 "$WORK/su"
	copied "$WORK/su" box:/root/ours
	chown 1000 "$WORK/su"
	chmod 4755 "$WORK/su"
	copied "$WORK/su" box:/root/theirs
	same 'modes: out, across, out with --archive, a directory, in as root, in as somebody else' \
		'755 755 6755 2775 6755 755' "$(stat -c %a "$WORK/out" "$WORK/other-tree/root/su" \
			"$WORK/kept" "$WORK/d" "$WORK/box-tree"/root/{ours,theirs} | one_line)"
}

@test "cp: capabilities of programs and access control lists follow the same rule" {
	local cap=0x0100000200200000000000000000000000000000
	begin box --userns host
	echo f >"$WORK/f"
	setfattr -n security.capability -v "$cap" "$WORK/f" 2>/dev/null || skip 'this file system has none'
	copied "$WORK/f" box:/root/f
	same 'in' "$cap" "$(getfattr --only-values -e hex -n security.capability "$WORK/box-tree/root/f" | xxd -p | sed 's/^/0x/')"
	copied box:/root/f "$WORK/out"
	copied -a box:/root/f "$WORK/kept"
	same 'out' '' "$(getfattr -d -m - "$WORK/out")"
	contains 'out with --archive' security.capability "$(getfattr -d -m - "$WORK/kept")"
}

@test "cp: devices are made where that was asked for and can be" {
	begin box
	begin host --userns host
	contains 'left out' '6 device nodes left out' "$(cp_ box:/dev "$WORK/dev" 2>&1)"
	same 'the rest' 'symbolic link' "$(stat -c %F "$WORK/dev/fd")"
	copy_fails 'is a device' box:/dev/null "$WORK/null"
	copied -a box:/dev/null "$WORK/null"
	same 'kept' 'character special file 1 3' "$(stat -c '%F %t %T' "$WORK/null")"
	copied -a "$WORK/null" host:/tmp/null
	copy_fails 'is a device' -a "$WORK/null" box:/tmp/null
	copy_fails 'neither a file nor a directory' "$TREE/etc/motd" box:/dev/null
}

# ---- what the container sees ----

@test "cp: volumes, tmpfs and what is mounted over them" {
	mkdir -p "$WORK/data/sub" "$WORK/plain"
	begin box -v "$WORK/data:/mnt/data" --tmpfs /mnt/tmp -v "$WORK/plain:/mnt/plain:ro" -v "$WORK/plain:/mnt/raw:noidmap"
	echo f >"$WORK/f"
	copied "$WORK/f" box:/mnt/data/sub/
	copied "$WORK/f" box:/mnt/tmp/
	same 'in the volume' 'f 0:0' "$(cat "$WORK/data/sub/f") $(stat -c %u:%g "$WORK/data/sub/f")"
	same 'in the tmpfs' 'f' "$(inside box 'cat /mnt/tmp/f')"
	same 'below the tmpfs' '' "$(ls "$WORK/box-tree/mnt/tmp")"
	copied box:/mnt "$WORK/out"
	same 'all of it' 'data data/sub data/sub/f plain raw tmp tmp/f' "$(cd "$WORK/out" && find . -mindepth 1 -printf '%P\n' | sort | one_line)"
	copy_fails 'Read-only' "$WORK/f" box:/mnt/plain/
	copied box:/proc/1/status "$WORK/status"
	contains 'a file of the kernel' 'Name:' "$(cat "$WORK/status")"
	contains 'but not by the dozen' "kernel's own" "$(cp_ box:/ "$WORK/all" 2>&1)"
	same 'nothing of it' '' "$(find "$WORK/all/proc" "$WORK/all/sys" -mindepth 1)"
	same 'and all else' "$(cat "$TREE/etc/passwd")" "$(cat "$WORK/all/etc/passwd")"
}

@test "cp: a container of the host's /usr, a read-only root, an ephemeral one" {
	local before
	echo f >"$WORK/f"
	start usr
	copied "$WORK/f" usr:/var/tmp/
	same 'inside' f "$(inside usr 'cat /var/tmp/f')"
	copied usr:/usr/bin/env "$WORK/env"
	cmp /usr/bin/env "$WORK/env"
	copy_fails 'Read-only' "$WORK/f" usr:/usr/
	cp -a "$TREE" "$WORK/tree"
	before=$(picture "$WORK/tree/root")
	start locked --read-only "$WORK/tree"
	copy_fails 'Read-only' "$WORK/f" locked:/root/
	start passing --ephemeral "$WORK/tree"
	copied "$WORK/f" passing:/root/
	same 'inside' f "$(inside passing 'cat /root/f')"
	same 'the tree' "$before" "$(picture "$WORK/tree/root")"
}

# Its honu is killed, and with it all that ran.
die() {
	kill -KILL "$(honu_of "$1")"
	wait "$(honu_of "$1")" || :
	rm "$WORK/$1/honu"
}

@test "cp: a container that does not run: its directory, its volumes, its owners" {
	mkdir -p "$WORK/data" "$WORK/plain"
	begin box -v "$WORK/data:/mnt/data" --tmpfs /mnt/tmp -v "$WORK/plain:/mnt/plain:ro"
	begin passing --ephemeral
	begin locked --read-only
	start usr
	inside box 'echo written >/root/file; chown keeper /root/file; ln -s /etc /root/etc'
	die box
	die passing
	die locked
	die usr
	mkdir "$WORK/in"
	echo f >"$WORK/in/f"
	chown 1000:1000 "$WORK/in/f"
	copied "$WORK/in" box:/root
	copied -a "$WORK/in/f" box:/mnt/data/
	copied "$WORK/in/f" box:/root/etc/
	same 'owners on disk' '0:0 1000:1000 0:0' "$(stat -c %u:%g "$WORK/box-tree/root/in/f" "$WORK/data/f" "$WORK/box-tree/etc/f" | one_line)"
	copied -a box:/root/file "$WORK/file"
	same 'out' 'written 1000' "$(cat "$WORK/file") $(stat -c %u "$WORK/file")"
	copied box:/mnt "$WORK/mnt"
	same 'its volumes' 'data data/f plain tmp' "$(cd "$WORK/mnt" && find . -mindepth 1 -printf '%P\n' | sort | one_line)"
	copy_fails 'Read-only' "$WORK/in/f" box:/mnt/tmp/
	copy_fails 'Read-only' "$WORK/in/f" box:/mnt/plain/
	copy_fails 'Read-only' "$WORK/in/f" passing:/root/
	copy_fails 'Read-only' "$WORK/in/f" locked:/root/
	copied locked:/etc/motd "$WORK/motd"
	copy_fails 'nothing is left of its root' "$WORK/in/f" usr:/tmp/
}

# ---- archives ----

@test "cp: an archive out is what tar makes of the same files" {
	begin box
	everything "$WORK/box-tree/all"
	mkdir "$WORK/one" "$WORK/other" "$WORK/contents"
	cp_ box:/all - | tar -x -p -C "$WORK/one"
	tar -c --format=pax -C "$WORK/box-tree" all | tar -x -p -C "$WORK/other"
	same_tree "$WORK/other" "$WORK/one"
	cp_ box:/all/. - | tar -x -p -C "$WORK/contents"
	same_tree "$WORK/one/all" "$WORK/contents"
	same 'names' './ ./file' "$(cp_ box:/all/. - | tar -t | LC_ALL=C sort | grep -axE '\./(file)?' | one_line)"
	same 'of a file' passwd "$(cp_ box:etc/passwd - | tar -t)"
}

@test "cp: archives of every kind are unpacked as tar does it" {
	local how
	begin box
	everything "$WORK/all"
	mkdir "$WORK/box-tree/x"
	for how in --format=pax --format=gnu '--format=gnu -z' '--format=gnu -j' '--format=gnu -J' '--format=gnu --zstd'; do
		rm -rf "$WORK/box-tree/x"
		mkdir "$WORK/box-tree/x"
		rm -rf "$WORK/wanted"
		mkdir "$WORK/wanted"
		# shellcheck disable=SC2086 # words
		tar -c $how -C "$WORK/all" . >"$WORK/archive"
		tar -x -p -C "$WORK/wanted" -f "$WORK/archive" 2>/dev/null
		cp_ - box:/x <"$WORK/archive"
		# The destination is there already, so it stays what it is.
		touch -r "$WORK/wanted" "$WORK/box-tree/x"
		same_tree "$WORK/wanted" "$WORK/box-tree/x" || same 'tar' worked "$how"
	done
	# What is missing on the way to a file is made, and links that are there lead on.
	ln -s usr/bin "$WORK/box-tree/x/bin"
	mkdir -p "$WORK/box-tree/x/usr/bin" "$WORK/more/bin" "$WORK/more/new/dir"
	echo tool >"$WORK/more/bin/tool"
	echo f >"$WORK/more/new/dir/f"
	tar -c -C "$WORK/more" bin/tool new/dir/f | cp_ - box:/x
	same 'through a link' tool "$(cat "$WORK/box-tree/x/usr/bin/tool")"
	same 'a directory that was missing' f "$(cat "$WORK/box-tree/x/new/dir/f")"
	same 'nothing' '' "$(tar -c -T /dev/null | cp_ - box:/x 2>&1)"
	copy_fails 'is no directory' - box:/etc/passwd </dev/null
	contains 'no archive' 'read the archive' "$(head -c 100000 /dev/urandom | cp_ - box:/x 2>&1 || :)"
	contains 'half an archive' 'read the archive' "$(tar -c -C "$WORK/all" . | head -c 200000 | cp_ - box:/x 2>&1 || :)"
}

# ---- attacks ----

# A directory of the host that nothing must get into or be read from.
outside() {
	OUTSIDE=$WORK/outside
	mkdir "$OUTSIDE"
	echo secret >"$OUTSIDE/secret"
}

untouched() {
	same 'the directory of the host' 'secret=secret' "$(listing "$OUTSIDE" | one_line)"
}

@test "cp: a link in the container never leads to the host" {
	begin box
	outside
	echo f >"$WORK/f"
	inside box "mkdir -p /x && ln -s $OUTSIDE /x/dir && ln -s $OUTSIDE/secret /x/file && ln -s ../../../../../../../../$OUTSIDE /x/up &&
		ln -s / /x/root"
	copy_fails 'No such file' -L box:/x/file "$WORK/out"
	copy_fails 'No such file' box:/x/dir/secret "$WORK/out"
	copy_fails 'No such file' box:/x/up/secret "$WORK/out"
	copy_fails 'no directory to put' "$WORK/f" box:/x/dir/
	copy_fails 'no directory to put' "$WORK/f" box:/x/up/f
	copy_fails 'no directory to put' "$WORK/f" box:/x/file
	copied "$WORK/f" box:/x/root/root/
	copied box:/x "$WORK/out"
	same 'the links themselves' "$OUTSIDE" "$(readlink "$WORK/out/dir")"
	copied "$WORK/out" box:/y
	untouched
}

@test "cp: swapping directories for links while files are copied out gains nothing (CVE-2018-15664)" {
	local i
	outside
	mkdir -p "$WORK/shared/x/sub"
	begin box -v "$WORK/shared:/shared"
	# shellcheck disable=SC2016 # the shell inside expands it
	inside box 'mkdir -p /x/sub; for i in $(seq 50); do echo theirs >/x/sub/$i; done'
	# In the source, and in the destination, which it shares.
	inside box "(while [ ! -e /shared/enough ]; do
			mv /x/sub /x/aside; ln -s $OUTSIDE /x/sub; rm /x/sub; mv /x/aside /x/sub
			mv /shared/x/sub /shared/aside && { ln -s $OUTSIDE /shared/x/sub; rm -rf /shared/x/sub; mv /shared/aside /shared/x/sub; }
		done) >/dev/null 2>&1 &"
	for ((i = 0; i < 25; i++)); do
		cp_ box:/x/. "$WORK/shared/x" >/dev/null 2>&1 || :
		rm -rf "$WORK/out"
		cp_ box:/x "$WORK/out" >/dev/null 2>&1 || :
		same 'brought back' '' "$(grep -arl secret "$WORK/out" 2>/dev/null)"
		cp_ "$WORK/shared/x" box:/brought >/dev/null 2>&1 || :
	done
	: >"$WORK/shared/enough"
	same 'brought in' '' "$(grep -arl secret "$WORK/box-tree/brought" 2>/dev/null)"
	untouched
}

@test "cp: nothing of the container is loaded or executed (CVE-2019-14271)" {
	local end opened
	command -v strace >/dev/null || skip 'strace is not installed'
	begin box
	echo f >"$WORK/żółw"
	copied "$WORK/żółw" box:/root/
	tar -c -z --format=pax -C "$WORK" żółw >"$WORK/archive.tgz"
	for words in 'box:/root/żółw -' 'box:/root '"$WORK/out" "$WORK/żółw box:/mnt" '- box:/tmp'; do
		# shellcheck disable=SC2086 # words
		strace -f -qq -o "$WORK/trace" -e trace=setns,pivot_root,execve,open,openat,openat2,mmap,mprotect \
			"$HONU" cp $words <"$WORK/archive.tgz" >/dev/null
		end=$(awk '/ setns\(/ { print $1; exit }' "$WORK/trace")
		[ -n "$end" ] || same 'setns in the trace' one none
		opened=$(awk -v end="$end" '$1 == end && / setns\(/ { in_there = 1 } $1 == end && in_there' "$WORK/trace")
		same "executed for: $words" '' "$(grep -E 'execve|PROT_EXEC' <<<"$opened")"
		same "opened for: $words" '' "$(sed -n 's/.*open[at2]*([^"]*"\([^"]*\)".*/\1/p' <<<"$opened" |
			LC_ALL=C grep -vxE '(/|\.|/?(root|mnt|tmp)/?|(top/)?\\305\\274\\303\\263\\305\\202w|root)')"
	done
}

@test "cp: the end in the container holds no rights but those over files" {
	local at=$WORK/in copier end i
	begin box
	mkfifo "$at"
	"$HONU" cp - box:/tmp <"$at" 3>&- &
	copier=$!
	exec 7>"$at"
	for ((i = 0; i < 100; i++)); do
		end=$(pgrep -P "$(pgrep -P "$copier")" 2>/dev/null) && grep -q '^Seccomp:	2' "/proc/$end/status" && break
		sleep 0.05
	done
	same 'rights' '0000000000000000 000000008800001b 1 2' \
		"$(awk '/^(CapInh|CapEff|NoNewPrivs|Seccomp):/ { print $2 }' "/proc/$end/status" | one_line)"
	same 'user namespace' "$(readlink "/proc/$(pid_of box)/ns/user")" "$(readlink "/proc/$end/ns/user")"
	same 'mount namespace' "$(readlink "/proc/$(pid_of box)/ns/mnt")" "$(readlink "/proc/$end/ns/mnt")"
	same 'directories that it has open' '/tmp' "$(cd "/proc/$end/fd" && for fd in *; do
		[ ! -d "$fd" ] || readlink "$fd"; done)"
	same 'descriptors' 5 "$(find "/proc/$end/fd" -mindepth 1 | wc -l)"
	tar -c -T /dev/null >&7
	exec 7>&-
	wait "$copier"
}

@test "cp: magic links of /proc are not followed" {
	begin box --userns host --pid host
	outside
	inside box "ln -s /proc/1/root/$OUTSIDE /root/out; ln -s /proc/$$/root/$OUTSIDE /root/out2; ln -s /proc/$$/cwd /root/cwd"
	echo f >"$WORK/f"
	for path in root/out root/out2 root/cwd "proc/$$/root$OUTSIDE" "proc/1/root$OUTSIDE"; do
		copy_fails '' "$WORK/f" "box:/$path/f"
		copy_fails '' "box:/$path/secret" "$WORK/out"
		copy_fails '' -L "box:/$path/." "$WORK/out"
	done
	untouched
}

evil_archive() { # NAME PYTHON…
	python3 - "$WORK/evil.tar" "$2" <<-'END'
		import io, sys, tarfile
		t = tarfile.open(sys.argv[1], "w")
		def add(name, type=tarfile.REGTYPE, link="", data=b"evil\n", mode=0o644, **more):
		    i = tarfile.TarInfo(name)
		    i.type, i.linkname, i.mode = type, link, mode
		    for key, value in more.items():
		        setattr(i, key, value)
		    i.size = len(data) if type == tarfile.REGTYPE else 0
		    t.addfile(i, io.BytesIO(data) if type == tarfile.REGTYPE else None)
		S, H, D, C = tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.CHRTYPE
		exec(sys.argv[2])
		t.close()
	END
	got=$(cp_ - box:/x <"$WORK/evil.tar" 2>&1) || got="failed: $got"
}

@test "cp: an archive can do no more than be unpacked" {
	local got
	begin box
	mkdir "$WORK/box-tree/x"
	cp -a "$WORK/box-tree/etc" "$WORK/etc"
	evil_archive 'dots' 'add("../etc/passwd")'
	contains '..' 'leads out of it' "$got"
	evil_archive 'dots inside' 'add("a/../../etc/passwd")'
	contains '.. within' 'leads out of it' "$got"
	evil_archive 'absolute' 'add("/etc/passwd")'
	contains 'absolute' 'leads out of it' "$got"
	evil_archive 'hard link up' 'add("passwd", H, "../etc/passwd"); add("passwd")'
	contains 'a hard link' 'leads out of it' "$got"
	evil_archive 'hard link absolute' 'add("passwd", H, "/etc/passwd")'
	contains 'an absolute hard link' 'leads out of it' "$got"
	# A link of its own, and a file through it.
	evil_archive 'link' 'add("l", S, "/etc"); add("l/passwd")'
	contains 'through a link' 'failed' "$got"
	evil_archive 'link' 'add("l2", S, "../etc"); add("l2/passwd")'
	contains 'through a relative link' 'failed' "$got"
	evil_archive 'link and hard link' 'add("a", S, "/etc/passwd"); add("b", H, "a"); add("b")'
	same 'the file replaces the link' 'evil' "$(cat "$WORK/box-tree/x/b")"
	same 'the links' '/etc /etc/passwd' "$(evil_archive 'links' 'add("n", S, "/etc"); add("m", S, "/etc/passwd"); add("o", H, "m")'
		readlink "$WORK/box-tree/x/n" "$WORK/box-tree/x/o" | one_line)"
	evil_archive 'twice' 'add("t", S, "/etc"); add("t", D, mode=0o755); add("t/passwd")'
	contains 'a directory over a link' 'failed' "$got"
	evil_archive 'again' 'add("r", S, "/etc/passwd"); add("r")'
	same 'a file after the link' evil "$(cat "$WORK/box-tree/x/r")"
	evil_archive 'device' 'add("disk", C, devmajor=8, devminor=0)'
	contains 'a device' '1 device nodes left out' "$got"
	evil_archive 'set-user-id' 'add("s", mode=0o6755, uid=1000, gid=1000); add("s0", mode=0o6755)'
	same 'set-user-id' '755 6755' "$(stat -c %a "$WORK/box-tree"/x/{s,s0} | one_line)"
	diff -r "$WORK/etc" "$WORK/box-tree/etc"
	same 'left over' '' "$(find "$WORK/box-tree" -name '.honu*')"
}

# ---- the end ----

@test "cp: a copy that is interrupted leaves whole files only, and says so" {
	local at=$WORK/in copier status=0 i
	begin box
	mkdir "$WORK/box-tree/x"
	echo old >"$WORK/box-tree/x/big"
	head -c 3000000 /dev/urandom >"$WORK/big"
	mkfifo "$at"
	"$HONU" cp - box:/x <"$at" 2>"$WORK/said" 3>&- &
	copier=$!
	exec 7>"$at"
	tar -c -C "$WORK" big | head -c 1000000 >&7
	for ((i = 0; i < 100; i++)); do
		[ -z "$(find "$WORK/box-tree/x" -name '.honu*' -size +100k)" ] || break
		sleep 0.05
	done
	kill -TERM "$copier"
	wait "$copier" || status=$?
	exec 7>&-
	same 'status' 143 "$status"
	contains 'what it says' 'interrupted' "$(cat "$WORK/said")"
	same 'what is there' 'big=old' "$(listing "$WORK/box-tree/x")"
}

@test "cp: when it does not fit, nothing half remains" {
	begin box --tmpfs /mnt/tmp:size=1m
	head -c 3000000 /dev/urandom >"$WORK/big"
	copy_fails 'No space left' "$WORK/big" box:/mnt/tmp/
	same 'what is there' '' "$(inside box 'ls -A /mnt/tmp')"
	# The other end is not blamed, whichever notices first.
	copy_fails 'No space left' box:/mnt/tmp/../../bin/busybox box:/mnt/tmp/
}

@test "cp: a directory into itself ends" {
	begin box
	mkdir -p "$WORK/box-tree/x/y"
	echo f >"$WORK/box-tree/x/f"
	contains 'what it says' 'lies within' "$(cp_ box:/x box:/x/y 2>&1)"
	same 'what is there' 'f=f y/ y/x/ y/x/f=f y/x/y/' "$(listing "$WORK/box-tree/x" | one_line)"
}

@test "cp: words that make no sense" {
	begin box
	copy_fails 'neither' "$WORK/a" "$WORK/b"
	copy_fails 'neither' - -
	copy_fails 'neither' ./a:b "$WORK"
	copy_fails "no container 'nobody'" nobody:/x .
	copy_fails 'has no path' box: .
	copy_fails 'which source' box:/x
	copy_fails 'unknown option' --follow box:/x .
	echo f >"$WORK/box:f"
	contains 'what was meant' "./box2:f" "$(cd "$WORK" && echo f >box2:f && cp_ box2:f . 2>&1 || :)"
	(cd "$WORK" && cp_ ./box:f box:/root/)
	same 'a name with a colon' f "$(cat "$WORK/box-tree/root/box:f")"
	same 'nothing on standard output' '' "$(cp_ box:/etc/motd "$WORK" 2>/dev/null)"
}
