#!/usr/bin/env bats
# The rows of the mission that are about files, the network of the host and applications: each
# experiment in both directions, with the exact lists of files before and after. The rows about the
# other namespaces are in namespaces.bats and process.bats, under the same word.

load setup

# All files below a directory, on one line.
list() {
	(cd "$1" && find . -type f | sort | tr '\n' ' ')
}

list_inside() { # NAME DIRECTORY
	inside "$1" "cd $2 && find . -type f | sort | tr '\n' ' '"
}

# ---- binds ----

# On the host a tmpfs is mounted on source/mnt, inside one on bind/mnt2; prints what each side sees
# before, after the first, after the second and at the end.
bind_experiment() { # PROPAGATION OPTIONS...
	local propagation=$1 source=$WORK/source
	shift
	mkdir -p "$source/mnt" "$source/mnt2"
	: >"$source/a-file"
	mount --bind "$source" "$source"
	mount --make-shared "$source"
	start binder --cap-add SYS_ADMIN -v "$source:/bind${propagation:+:$propagation}" "$@"
	echo "before: source $(list "$source"), bind $(list_inside binder /bind)"
	mount -t tmpfs tmpfs "$source/mnt"
	: >"$source/mnt/tmpfs-file"
	echo "then: source $(list "$source"), bind $(list_inside binder /bind)"
	inside binder 'mount -t tmpfs tmpfs /bind/mnt2 && : >/bind/mnt2/mnt2-file'
	echo "then: source $(list "$source"), bind $(list_inside binder /bind)"
	stop binder
	umount "$source/mnt"
	if mountpoint -q "$source/mnt2"; then umount "$source/mnt2"; fi
	echo "after: source $(list "$source")"
}

# PROPAGATION WANTED: with a user namespace of its own and without.
check_bind() {
	local userns
	for userns in auto host; do
		rm -rf --one-file-system "$WORK/source" "$WORK/binder"
		same "bind '$1' with --userns $userns" "$2" \
			"$(in_mount_namespace bind_experiment "$1" --userns "$userns")"
	done
}

@test "MISSION Filesystem/Private bind: mounts of one side are not seen on the other" {
	local mode
	for mode in private rprivate ''; do
		check_bind "$mode" 'before: source ./a-file , bind ./a-file 
then: source ./a-file ./mnt/tmpfs-file , bind ./a-file 
then: source ./a-file ./mnt/tmpfs-file , bind ./a-file ./mnt2/mnt2-file 
after: source ./a-file '
	done
}

@test "MISSION Filesystem/Shared bind: mounts of each side are seen on both" {
	local mode
	for mode in shared rshared; do
		check_bind "$mode" 'before: source ./a-file , bind ./a-file 
then: source ./a-file ./mnt/tmpfs-file , bind ./a-file ./mnt/tmpfs-file 
then: source ./a-file ./mnt/tmpfs-file ./mnt2/mnt2-file , bind ./a-file ./mnt/tmpfs-file ./mnt2/mnt2-file 
after: source ./a-file '
	done
}

@test "MISSION Filesystem/Slave bind: mounts travel from the source to the bind, not back" {
	local mode
	for mode in slave rslave; do
		check_bind "$mode" 'before: source ./a-file , bind ./a-file 
then: source ./a-file ./mnt/tmpfs-file , bind ./a-file ./mnt/tmpfs-file 
then: source ./a-file ./mnt/tmpfs-file , bind ./a-file ./mnt/tmpfs-file ./mnt2/mnt2-file 
after: source ./a-file '
	done
}

@test "MISSION Filesystem/Shared bind: a source on a private mount is refused, with what to do" {
	mkdir "$WORK/source"
	private_source() {
		fails 'lies on a private mount' 125 \
			-v "$WORK/source:/bind:$1" -- true
	}
	in_mount_namespace private_source shared
	in_mount_namespace private_source rslave
}

@test "MISSION Filesystem/Slave: --rootfs-propagation rslave shows later mounts below ROOT" {
	root_experiment() {
		mount --bind "$WORK/root" "$WORK/root"
		mount --make-shared "$WORK/root"
		start follower --cap-add SYS_ADMIN --rootfs-propagation "$1" "$WORK/root"
		mount -t tmpfs tmpfs "$WORK/root/mnt"
		: >"$WORK/root/mnt/from-outside"
		inside follower 'mount -t tmpfs tmpfs /var && : >/var/from-inside'
		echo "source $(list "$WORK/root/mnt")$(list "$WORK/root/var")," \
			"inside $(list_inside follower /mnt)$(list_inside follower /var)"
		stop follower
	}
	busybox_tree "$WORK/root"
	same rprivate 'source ./from-outside , inside ./from-inside ' \
		"$(in_mount_namespace root_experiment rprivate)"
	rm -r "$WORK/follower"
	same rslave 'source ./from-outside , inside ./from-outside ./from-inside ' \
		"$(in_mount_namespace root_experiment rslave)"
	rm -r "$WORK/follower"
	# Shared among the namespaces that are made inside, never with the host.
	same rshared 'source ./from-outside , inside ./from-inside ' \
		"$(in_mount_namespace root_experiment rshared)"
	trees_bare "$WORK/root"
}

# A directory with a tmpfs mounted below it.
readonly_experiment() { # OPTION USERNS CAPABILITY
	local source=$WORK/source
	mkdir -p "$source/mnt"
	: >"$source/a-file"
	mount -t tmpfs tmpfs "$source/mnt"
	: >"$source/mnt/tmpfs-file"
	honu --userns "$2" --cap-add "$3" -v "$source:/bind:$1" -- sh -c '
		cd /bind && find . -type f | sort | tr "\n" " "
		(: >new) 2>/dev/null && echo "top written" || echo "top read-only"
		(: >a-file) 2>/dev/null && echo "file written" || echo "file read-only"
		(: >mnt/new) 2>/dev/null && echo "below written" || echo "below read-only"'
	echo "source $(list "$source")"
	umount "$source/mnt"
}

@test "MISSION Filesystem/Read-only: a bind is read-only inside, and recursively so" {
	local userns mode
	for userns in auto host; do
		for mode in ro rro; do
			rm -rf --one-file-system "$WORK/source"
			same "bind '$mode' with --userns $userns" \
				'./a-file ./mnt/tmpfs-file top read-only
file read-only
below read-only
source ./a-file ./mnt/tmpfs-file ' \
				"$(in_mount_namespace readonly_experiment "$mode" "$userns" KILL)"
		done
	done
	rm -rf --one-file-system "$WORK/source"
	same "bind 'rw'" './a-file ./mnt/tmpfs-file top written
file written
below written
source ./a-file ./mnt/new ./mnt/tmpfs-file ./new ' \
		"$(in_mount_namespace readonly_experiment rw auto KILL)"
}

@test "MISSION Filesystem/Read-only: sub-mounts stay writable where that is asked for" {
	below_writable() {
		mkdir -p "$WORK/source/mnt"
		mount -t tmpfs tmpfs "$WORK/source/mnt"
		honu --mount "type=bind,src=$WORK/source,dst=/bind,ro,bind-recursive=writable" -- sh -c '
			(: >/bind/new) 2>/dev/null && echo "top written" || echo "top read-only"
			(: >/bind/mnt/new) 2>/dev/null && echo "below written" || echo "below read-only"'
		list "$WORK/source"
	}
	same 'bind-recursive=writable' 'top read-only
below written
./mnt/new ' "$(in_mount_namespace below_writable)"
}

# ---- patterns ----

@test "MISSION Filesystem/Patterns: /usr is read-only inside, also for root with all capabilities" {
	local userns got
	for userns in auto host; do
		got=$(honu --userns "$userns" --cap-add ALL -- sh -c '
			: >/usr/honu-was-here && echo written
			rm -f /usr/bin/env && echo removed
			chmod 0 /usr/bin/env && echo changed' 2>&1) || :
		lacks "writing to /usr with --userns $userns" written "$got"
		lacks "removing from /usr with --userns $userns" removed "$got"
		lacks "changing /usr with --userns $userns" changed "$got"
		contains "the reason with --userns $userns" 'Read-only file system' "$got"
	done
	same 'on the host' 'no such file' "$([ -e /usr/honu-was-here ] && echo there || echo no such file)"
}

@test "MISSION Filesystem/Patterns: each container has a /tmp of its own, away from the host's" {
	: >"$WORK/of-host"
	start one
	start two
	inside one 'echo one >/tmp/file; echo one >/var/tmp/file'
	inside two 'echo two >/tmp/file; echo two >/var/tmp/file'
	same 'one' 'file one one' "$(inside one 'echo $(ls /tmp) $(cat /tmp/file /var/tmp/file)')"
	same 'two' 'file two two' "$(inside two 'echo $(ls /tmp) $(cat /tmp/file /var/tmp/file)')"
	same 'scratch of the test, seen inside' '' "$(inside one "ls $WORK/of-host 2>/dev/null || :")"
	same 'mode of /tmp' '1777 root' "$(inside one 'stat -c "%a %U" /tmp')"
	stop one
	stop two
}

@test "MISSION Filesystem/Patterns: two containers share data through binds; ids on disk stay" {
	mkdir -m 1777 "$WORK/data"
	start writer -v "$WORK/data:/data"
	start reader -v "$WORK/data:/elsewhere:ro" --user 1000:1000
	inside writer 'echo pearl >/data/shell; umask 077; echo salt >/data/secret'
	same 'read by the other' 'pearl' "$(inside reader 'cat /elsewhere/shell')"
	matches 'closed to the other' '*denied*' "$(inside reader 'cat /elsewhere/secret' || :)"
	inside writer 'chown 1000:1000 /data/secret'
	same 'given to the other' 'salt 1000:1000' \
		"$(inside reader 'echo $(cat /elsewhere/secret) $(stat -c %u:%g /elsewhere/secret)')"
	same 'on disk' '0:0 1000:1000' "$(stat -c %u:%g "$WORK/data/shell" "$WORK/data/secret" | one_line)"
	differ 'outside ids of the two' "$(stat -c %u "/proc/$(pid_of writer)")" \
		"$(($(stat -c %u "/proc/$(pid_of reader)") - 1000))"
	stop writer
	stop reader
}

# ---- the network of the host ----

@test "MISSION Network/Root namespace: every interface, address and route of the machine" {
	local got
	look='ls /sys/class/net; cat /proc/net/route /proc/net/if_inet6 /proc/net/dev_mcast'
	same 'namespace' "$(readlink /proc/self/ns/net)" \
		"$(honu --network host -- readlink /proc/self/ns/net)"
	same 'with --userns host' "$(sh -c "$look")" "$(honu --network host --userns host -- sh -c "$look")"
	got=$(honu --network host -- sh -c "$look" 2>"$WORK/notes")
	same 'with a user namespace' "$(sh -c "$look")" "$got"
	contains 'what it cannot do' 'ports below' "$(cat "$WORK/notes")"
}

# In a network namespace of the test's own, which is then "the host".
full_access() {
	ip link set lo up
	ip link add name reef0 type bridge 2>/dev/null || { echo 'no bridges'; return; }
	ip link del reef0
	honu --network host --userns host --cap-add NET_ADMIN -- sh -c '
		ip link add reef0 type bridge && ip addr add 192.0.2.1/24 dev reef0 && ip link set reef0 up'
	ip -o -4 addr show reef0 | awk '{print $2, $4}'
	honu --network host --userns host -- python3 -c '
import socket
s = socket.socket(); s.bind(("192.0.2.1", 80)); s.listen(); print("port 80")'
}

@test "MISSION Network/Root namespace: with --userns host it is root's own network" {
	local got
	got=$(unshare --net bash <(
		declare -f honu full_access
		echo 'set -eu; full_access'
	))
	[ "$got" != 'no bridges' ] || skip 'this kernel knows no bridges'
	same 'made inside, seen outside' $'reef0 192.0.2.1/24\nport 80' "$got"
}

# Bytes per second over lo.
transfer() { # COMMAND...
	"$@" python3 -c '
import socket, threading, time
size = 64 << 20
server = socket.create_server(("127.0.0.1", 0))
def send():
    s, _ = server.accept()
    s.sendall(bytes(size)); s.close()
threading.Thread(target=send).start()
begin, n = time.monotonic(), 0
c = socket.create_connection(server.getsockname())
while data := c.recv(1 << 20): n += len(data)
assert n == size
print(int(n / (time.monotonic() - begin)))'
}

@test "MISSION Network/Root namespace: at the machine's speed" {
	local outside=0 within=0 n
	# Nothing lies between, so it is the same but for noise, which is large on a busy machine: the
	# best of several, taken in turn.
	for n in $(seq 12); do
		n=$(transfer env)
		[ "$outside" -gt "$n" ] || outside=$n
		n=$(transfer honu --network host --userns host --)
		[ "$within" -gt "$n" ] || within=$n
		[ "$within" -lt $((outside * 3 / 4)) ] || break
	done
	echo "outside $outside, inside $within bytes per second"
	[ "$within" -ge $((outside * 3 / 4)) ]
}

# ---- an application ----

@test "MISSION System designs/Application container: user data and the socket are there at the start" {
	mkdir "$WORK/data"
	echo 'from the sea' >"$WORK/data/answer"
	cat >"$WORK/listen.py" <<-'END'
		import os, socket, sys
		s = socket.create_server(("127.0.0.1", 0))
		print(s.getsockname()[1], flush=True)
		os.dup2(s.fileno(), 3)
		os.set_inheritable(3, True)
		os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()), LISTEN_FDNAMES="answers")
		os.execvp(sys.argv[1], sys.argv[1:])
	END
	cat >"$WORK/data/serve.py" <<-'END'
		import os, socket
		assert os.environ["LISTEN_PID"] == str(os.getpid()) == "1"
		s = socket.socket(fileno=3)
		c, _ = s.accept()
		c.sendall(open("/data/answer", "rb").read())
		print("served by", os.environ["LISTEN_FDNAMES"], os.listdir("/sys/class/net"))
	END
	/usr/bin/python3 "$WORK/listen.py" "$HONU" run --rm --cgroup-parent "$GROUP" \
		-v "$WORK/data:/data:ro" -- python3 /data/serve.py >"$WORK/out" 2>"$WORK/err" 3>&- &
	local server=$! port=
	for _ in $(seq 100); do
		read -r port <"$WORK/out" && break
		sleep 0.05
	done
	same 'answer' 'from the sea' "$(exec 5<>"/dev/tcp/127.0.0.1/$port" && timeout 10 cat <&5)"
	wait "$server"
	same 'the application' "served by answers ['lo']" "$(sed -n 2p "$WORK/out")"
}
