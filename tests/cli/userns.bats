#!/usr/bin/env bats
# User namespaces: which ids the container gets, and that ids on disk are what they would be without
# one, for the root, for binds and in both directions.

load setup

prepare_file() {
	busybox_tree "$TREE"
}

# First outside id of a container, and how many there are.
range_of() { # NAME uid|gid
	awk '{ print $2, $3 }' "/proc/$(pid_of "$1")/$2_map"
}

# The four ids of a process on the host.
ids_of() { # PID
	awk '/^(Uid|Gid):/ { print $2, $3, $4, $5 }' "/proc/$1/status" | tr '\n' ' '
}

@test "userns: automatic ranges lie where no user is, and do not overlap" {
	local first second
	start one
	start two
	first=$(range_of one uid)
	second=$(range_of two uid)
	same 'groups as users' "$first" "$(range_of one gid)"
	same 'how many' '65536 65536' "${first#* } ${second#* }"
	[ "${first% *}" -ge 524288 ] && [ "$((${first% *} + 65536))" -le 1879048192 ]
	[ "${second% *}" -ge 524288 ] && [ "$((${second% *} + 65536))" -le 1879048192 ]
	[ $((${first% *} - ${second% *})) -ge 65536 ] || [ $((${second% *} - ${first% *})) -ge 65536 ]
	same 'map as seen inside' "0 $first" "$(inside one 'echo $(cat /proc/self/uid_map)')"
	same 'the process outside' "${first% *} ${first% *}" "$(ids_of "$(pid_of one)" | cut -d' ' -f1,5)"
	stop one
	stop two
}

@test "userns: an automatic range is held for as long as the container runs" {
	held() { find "$HONU_STATE/ids" -mindepth 1 2>/dev/null | wc -l; }
	start one
	same 'ranges that are held' 1 "$(held)"
	stop one
	same 'afterwards' 0 "$(held)"
}

@test "userns: ranges of /etc/subuid are left alone" {
	first_range() {
		echo "somebody:524288:1000000" >"$WORK/subuid"
		mount --bind "$WORK/subuid" /etc/subuid
		honu -- awk '{ print $2 }' /proc/self/uid_map
	}
	[ -e /etc/subuid ] || skip 'there is no /etc/subuid to be covered'
	[ "$(in_mount_namespace first_range)" -ge 1524288 ]
}

@test "userns: auto:SIZE is a smaller or larger range" {
	local size
	for size in auto:1 auto:1000 auto:size=200000; do
		same "$size" "${size##*[:=]}" "$(honu --userns "$size" -- awk '{ print $3 }' /proc/self/uid_map)"
	done
	same 'its last id' '999' "$(honu --userns auto:1000 --user 999 -- id -u)"
	fails 'is not mapped in this user namespace' 125 --userns auto:1000 --user 1000 -- true
	refused 'expected auto, or auto:SIZE' --userns auto:0 -- true
}

@test "userns: all ids of the process are outside ids, also with --user" {
	local base
	start main --user 1000:1001 --group-add 2001
	base=$(range_of main uid)
	base=${base% *}
	same 'inside' '1000 1001 2001 1001' "$(inside main 'echo $(id -u) $(id -g) $(id -G | tr " " "\n" | sort -rn)')"
	same 'outside' "$((base + 1000)) $((base + 1000)) $((base + 1000)) $((base + 1000)) $((base + 1001)) $((base + 1001)) $((base + 1001)) $((base + 1001)) " \
		"$(ids_of "$(pid_of main)")"
	stop main
}

@test "userns: what is written to the root has plain ids on disk" {
	local tree=$WORK/tree
	busybox_tree "$tree"
	honu "$tree" sh -c ': >/root/of-root; : >/home/keeper/of-keeper; chown keeper:reef /home/keeper/of-keeper
		mkdir -m 1770 /var/made; chown 65535:65535 /var/made'
	honu --user keeper "$tree" sh -c ': >/tmp/by-keeper; : >/root/no' 2>/dev/null || :
	same 'by root' '0:0' "$(stat -c %u:%g "$tree/root/of-root")"
	same 'given away' '1000:2001' "$(stat -c %u:%g "$tree/home/keeper/of-keeper")"
	same 'the last id' '65535:65535 1770' "$(stat -c '%u:%g %a' "$tree/var/made")"
	same 'by a user' '1000:1000' "$(stat -c %u:%g "$tree/tmp/by-keeper")"
	same 'where he may not' no "$([ -e "$tree/root/no" ] && echo yes || echo no)"
	same 'an id beyond the range' '' "$(find "$tree" -uid +65535 -o -gid +65535)"
	trees_bare "$tree"
}

@test "userns: a bind shows the ids that are on disk, and takes plain ones" {
	local data=$WORK/data got
	mkdir "$data"
	: >"$data/root" && : >"$data/keeper" && : >"$data/far"
	chown 1000:2001 "$data/keeper"
	chown 300000:300000 "$data/far"
	chmod 0600 "$data/keeper"
	for got in '' :ro; do
		same "read through a bind$got" $'far 65534:65534\nkeeper 1000:2001\nroot 0:0' \
			"$(honu -v "$data:/data$got" "$TREE" sh -c 'cd /data; stat -c "%n %u:%g" *')"
	done
	honu -v "$data:/data" "$TREE" sh -c 'cd /data && : >new && mkdir dir && chown 1001:1001 dir &&
		echo "read as its owner: $(cat keeper && echo yes)"'
	honu -v "$data:/data" --user 1001:0 "$TREE" sh -c ': >/data/dir/by-stray'
	same 'on disk' '0:0 1001:1001 1001:0' "$(cd "$data" && stat -c %u:%g new dir dir/by-stray | one_line)"
	# An id that is on disk but not in the map belongs to nobody: also root inside cannot touch it.
	fails 'not permitted' 1 -v "$data:/data" "$TREE" chown 0:0 /data/far
}

@test "userns: a set-user-id file in a bind has no effect inside unless that is asked for" {
	mkdir "$WORK/data"
	cp "$PROBE" "$WORK/data/probe"
	honu -v "$WORK/data:/data" "$TREE" chmod 4755 /data/probe
	same 'by default' 1000 "$(honu -v "$WORK/data:/data" --user 1000 "$TREE" /data/probe uid)"
	same 'suid, but no new privileges' 1000 \
		"$(honu -v "$WORK/data:/data:suid" --user 1000 "$TREE" /data/probe uid)"
	same 'both ways open' 0 "$(honu -v "$WORK/data:/data:suid" --user 1000 \
		--security-opt no-new-privileges=false "$TREE" /data/probe uid)"
	# Root inside it may be; outside it is nobody who owns anything.
	same 'root of the container' no "$(honu -v "$WORK/data:/data:suid" --user 1000 --pid host \
		--security-opt no-new-privileges=false "$TREE" sh -c "/data/probe uid >/dev/null
			cat /proc/$$/environ >/dev/null 2>&1 && echo yes || echo no" 2>/dev/null)"
}

@test "userns: --userns keep-id keeps whoever called sudo" {
	local pid data=$WORK/data
	mkdir "$data" && chown 1000:1000 "$data"
	export SUDO_UID=1000 SUDO_GID=1000
	start kept --userns keep-id -v "$data:/data"
	pid=$(pid_of kept)
	same 'inside' '1000 1000' "$(inside kept 'echo $(id -u) $(id -g)')"
	same 'outside' '1000 1000 1000 1000 1000 1000 1000 1000 ' "$(ids_of "$pid")"
	inside kept ': >/data/file'
	same 'on disk' '1000:1000' "$(stat -c %u:%g "$data/file")"
	same 'root is somebody else' yes "$(awk '$1 == 0 && $2 >= 524288 { print "yes" }' "/proc/$pid/uid_map")"
	stop kept
	same 'under other ids' '33 34' "$(honu --userns keep-id:uid=33,gid=34 -- sh -c 'echo $(id -u) $(id -g)')"
	same 'as root inside' '0 0' "$(honu --userns keep-id --user 0 -- sh -c 'echo $(id -u) $(id -g)')"
	unset SUDO_UID SUDO_GID
	refused 'the caller is root' --userns keep-id -- true
}

@test "userns: --uidmap, --gidmap and --userns map: are what the kernel is told" {
	same '--userns map:' '0 700000 1000 5000 702000 10' \
		"$(honu --userns map:0:700000:1000,5000:702000:10 -- sh -c 'echo $(cat /proc/self/uid_map)')"
	same '--uidmap' '0 700000 1000 | 0 700000 1000' "$(honu --uidmap 0:700000:1000 -- \
		sh -c 'echo $(cat /proc/self/uid_map) "|" $(cat /proc/self/gid_map)')"
	same 'both' '0 700000 1000 | 0 800000 5' "$(honu --uidmap 0:700000:1000 --gidmap 0:800000:5 -- \
		sh -c 'echo $(cat /proc/self/uid_map) "|" $(cat /proc/self/gid_map)')"
	refused 'id 0 is not mapped' --uidmap 1:700000:1000 -- true
	refused 'map the same ids inside' --uidmap 0:700000:1000 --uidmap 5:900000:1 -- true
	refused 'map to the same ids outside' --uidmap 0:700000:1000 --uidmap 5000:700005:1 -- true
}

@test "userns: --userns host is no user namespace at all" {
	same 'namespace' "$(readlink /proc/self/ns/user)" "$(honu --userns host -- readlink /proc/self/ns/user)"
	start main --userns host
	same 'outside' '0 0 0 0 0 0 0 0 ' "$(ids_of "$(pid_of main)")"
	stop main
	busybox_tree "$WORK/tree"
	honu --userns host --user keeper "$WORK/tree" sh -c ': >/tmp/by-keeper'
	same 'on disk' '1000:1000' "$(stat -c %u:%g "$WORK/tree/tmp/by-keeper")"
	trees_bare "$WORK/tree"
}

@test "userns: --userns container: has the same ids, for its root and its binds too" {
	local data=$WORK/data
	mkdir "$data"
	busybox_tree "$WORK/tree"
	start main
	same 'the range' "$(range_of main uid)" "$(honu --userns container:main "$WORK/tree" \
		awk '{ print $2, $3 }' /proc/self/uid_map)"
	honu --userns container:main -v "$data:/data" "$WORK/tree" \
		sh -c ': >/data/root; : >/root/file; : >/data/keeper; chown 1000:1000 /data/keeper'
	same 'on disk' '0:0 1000:1000 0:0' "$(stat -c %u:%g "$data/root" "$data/keeper" "$WORK/tree/root/file" | one_line)"
	same 'ranges that are held' 1 "$(find "$HONU_STATE/ids" -mindepth 1 | wc -l)"
	stop main
	trees_bare "$WORK/tree"
}

@test "userns: a file system that cannot be id-mapped is named, with what to do" {
	local got
	got=$(honu -v /proc/sys:/data -- true 2>&1) && false
	contains 'error' 'mount.idmap' "$got"
	matches 'hint' "*hint: *ids of /proc/sys (proc)*the option 'noidmap'*--userns host*" "$got"
	on_overlay() {
		mkdir -p "$WORK/lower" "$WORK/upper" "$WORK/work" "$WORK/merged"
		mount -t overlay overlay -o "lowerdir=$WORK/lower,upperdir=$WORK/upper,workdir=$WORK/work" \
			"$WORK/merged"
		"$@"
	}
	got=$(in_mount_namespace on_overlay honu -v "$WORK/merged:/data" -- true 2>&1) && false
	contains 'hint' "ids of $WORK/merged (overlay)" "$got"
	: >"$WORK/lower/file"
	same 'with noidmap files belong to nobody' '65534:65534' \
		"$(in_mount_namespace on_overlay honu -v "$WORK/merged:/data:noidmap" -- stat -c %u:%g /data/file)"
	same 'with --userns host they are themselves' '0:0' \
		"$(in_mount_namespace on_overlay honu --userns host -v "$WORK/merged:/data" -- stat -c %u:%g /data/file)"
	below() {
		mkdir -p "$WORK/source/mnt"
		mount -t proc proc "$WORK/source/mnt"
		honu -v "$WORK/source:/data$1" -- true
	}
	got=$(in_mount_namespace below '' 2>&1) && false
	contains 'hint' 'mounted below it' "$got"
	in_mount_namespace below :bind
	root_on_overlay() {
		busybox_tree "$WORK/merged"
		honu "$WORK/merged" true
	}
	got=$(in_mount_namespace on_overlay root_on_overlay 2>&1) && false
	contains 'hint' "ids of $WORK/merged (overlay)" "$got"
}

@test "userns: noidmap leaves a bind as it is: root inside is not its owner" {
	mkdir "$WORK/data"
	echo secret >"$WORK/data/file"
	chmod 0600 "$WORK/data/file"
	fails 'Permission denied' 1 -v "$WORK/data:/data:noidmap" -- cat /data/file
	same 'id-mapped' 'secret' "$(honu -v "$WORK/data:/data:idmap" -- cat /data/file)"
}
