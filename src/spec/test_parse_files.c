/* spec/test_parse_files.c - settings of files: what each value becomes, or why it is refused. */
#include "spec/test_rows.h"

/* Short form of binds: paths, every flag, contradictions. */
static void volumes(void **state)
{
	static const struct row rows[] = {
		{ "-v /srv:/data -- true", "mounts", "bind /srv /data rec nosuid nodev" },
		{ "-v /srv:/data:ro -- true", "mounts", "bind /srv /data rec ro rro nosuid nodev" },
		{ "-v /srv:/data:rro -- true", "mounts",
		  "bind /srv /data rec ro rro nosuid nodev" },
		{ "-v /srv:/data:bind,ro -- true", "mounts", "bind /srv /data ro nosuid nodev" },
		{ "-v ./d:/data -- true", "mounts", "bind /home/me/d /data rec nosuid nodev" },
		{ "-v .:/data -- true", "mounts", "bind /home/me /data rec nosuid nodev" },
		{ "-v ../d:/data -- true", "mounts", "bind /home/me/../d /data rec nosuid nodev" },
		{ "-v /srv://data/./x/ -- true", "mounts", "bind /srv /data/x rec nosuid nodev" },
		{ "-v /srv:/data:rshared -- true", "mounts",
		  "bind /srv /data rec nosuid nodev rshared" },
		{ "-v /srv:/data:slave,noexec,noatime,suid,dev -- true", "mounts",
		  "bind /srv /data rec noexec noatime slave" },
		{ "-v /srv:/data:noidmap -- true", "mounts",
		  "bind /srv /data rec nosuid nodev noidmap" },
		{ "-v /srv:/data:idmap,rw,exec,atime,rbind,nosuid,nodev -- true", "mounts",
		  "bind /srv /data rec nosuid nodev" },
		{ "-v /srv:/data:O -- true", "mounts", "overlay /srv /data rec nosuid nodev" },
		{ "-v /srv:/data:z,ro -- true", "mounts",
		  "bind /srv /data rec ro rro nosuid nodev" },
		{ "-v /srv:/data:Z -- true", "mounts", "bind /srv /data rec nosuid nodev" },
		{ "-v /srv:/data:runbindable -- true", "mounts",
		  "bind /srv /data rec nosuid nodev runbindable" },
		{ "-v /srv:/data:private -- true", "mounts",
		  "bind /srv /data rec nosuid nodev private" },
		{ "-v /srv:/data:unbindable -- true", "mounts",
		  "bind /srv /data rec nosuid nodev unbindable" },
		{ "-v /srv:/data:shared -- true", "mounts",
		  "bind /srv /data rec nosuid nodev shared" },
		{ "-v /srv:/data:rslave -- true", "mounts",
		  "bind /srv /data rec nosuid nodev rslave" },
		{ "-v /a -- true", "error",
		  "--volume '/a': expected SOURCE:TARGET[:OPTIONS] | "
		  "for example: --volume /srv/data:/data:ro" },
		{ "-v /a:/b:ro:x -- true", "error",
		  "--volume '/a:/b:ro:x': expected SOURCE:TARGET[:OPTIONS] | "
		  "for example: --volume /srv/data:/data:ro" },
		{ "-v :/b -- true", "error",
		  "--volume ':/b': expected SOURCE:TARGET[:OPTIONS] | "
		  "for example: --volume /srv/data:/data:ro" },
		{ "-v /a: -- true", "error",
		  "--volume '/a:': expected SOURCE:TARGET[:OPTIONS] | "
		  "for example: --volume /srv/data:/data:ro" },
		{ "-v /a:/b: -- true", "error",
		  "--volume '/a:/b:': expected SOURCE:TARGET[:OPTIONS] | "
		  "for example: --volume /srv/data:/data:ro" },
		{ "-v /a:/ -- true", "error",
		  "--volume '/a:/': the target / is the root itself | "
		  "give the directory as ROOT: honu run ./tree PROGRAM" },
		{ "-v /a:b -- true", "error",
		  "--volume '/a:b': the target 'b' is not an absolute path without '..' | "
		  "for example: --volume /srv/data:/data:ro" },
		{ "-v /a:/b/../c -- true", "error",
		  "--volume '/a:/b/../c': the target '/b/../c' is not an absolute path without '..' | "
		  "for example: --volume /srv/data:/data:ro" },
		{ "-v data:/data -- true", "error",
		  "--volume 'data:/data': named volumes are not supported yet: 'data' | "
		  "a directory is written /data or ./data" },
		{ "-v data/x:/data -- true", "error",
		  "--volume 'data/x:/data': the source 'data/x' is not a path | "
		  "an absolute path starts with /, one from here with ./" },
		{ "-v /a:/b:rx -- true", "error",
		  "--volume '/a:/b:rx': unknown option 'rx' | "
		  "did you mean 'rw'?" },
		{ "-v /a:/b:ro,rw -- true", "error",
		  "--volume '/a:/b:ro,rw': 'rw' contradicts 'ro' | "
		  "leave one of them out" },
		{ "-v /a:/b:shared,slave -- true", "error",
		  "--volume '/a:/b:shared,slave': 'slave' contradicts 'shared' | "
		  "leave one of them out" },
		{ "-v /a:/b:ro,ro -- true", "mounts", "bind /a /b rec ro rro nosuid nodev" },
		{ "-v /a:/b:U -- true", "error",
		  "--volume '/a:/b:U': 'U' is not supported: honu never changes owners on disk | "
		  "leave it out: binds are id-mapped, so owners inside are those on disk" },
		{ "-v /a:/b:tmpcopyup -- true", "error",
		  "--volume '/a:/b:tmpcopyup': unknown option 'tmpcopyup' | "
		  "for example: --volume /srv/data:/data:ro" },
		{ "-v /a:/b:readonly -- true", "error",
		  "--volume '/a:/b:readonly': unknown option 'readonly' | "
		  "for example: --volume /srv/data:/data:ro" },
	};

	(void)state;
	rows_check(rows, ELEMENTS(rows), NULL);
}

/* Long form: keys by type, and what a type needs. */
static void mounts_at_length(void **state)
{
	static const struct row rows[] = {
		{ "--mount type=bind,src=/a,dst=/b -- true", "mounts",
		  "bind /a /b rec nosuid nodev" },
		{ "--mount type=bind,source=./a,target=/b,readonly -- true", "mounts",
		  "bind /home/me/a /b rec ro rro nosuid nodev" },
		{ "--mount src=/a,destination=/b,type=bind,ro=false -- true", "mounts",
		  "bind /a /b rec nosuid nodev" },
		{ "--mount type=bind,src=/a,dst=/b,ro,bind-recursive=enabled -- true", "mounts",
		  "bind /a /b rec ro rro nosuid nodev" },
		{ "--mount type=bind,src=/a,dst=/b,ro,bind-recursive=disabled -- true", "mounts",
		  "bind /a /b ro nosuid nodev" },
		{ "--mount type=bind,src=/a,dst=/b,ro,bind-recursive=writable -- true", "mounts",
		  "bind /a /b rec ro nosuid nodev" },
		{ "--mount type=bind,src=/a,dst=/b,ro,bind-recursive=readonly -- true", "mounts",
		  "bind /a /b rec ro rro nosuid nodev" },
		{ "--mount type=bind,src=/a,dst=/b,bind-propagation=rslave,noexec -- true",
		  "mounts", "bind /a /b rec noexec nosuid nodev rslave" },
		{ "--mount type=tmpfs,dst=/t -- true", "mounts",
		  "tmpfs /t noexec nosuid nodev 0 1777" },
		{ "--mount type=tmpfs,dst=/t,tmpfs-size=1m,tmpfs-mode=700,tmpcopyup,exec -- true",
		  "mounts", "tmpfs /t nosuid nodev copyup 1048576 700" },
		{ "--mount type=overlay,lower=/l,dst=/o -- true", "mounts",
		  "overlay /l /o nosuid nodev" },
		{ "--mount type=overlay,lowerdir=/l,upperdir=./u,workdir=/w,dst=/o,ro -- true",
		  "mounts", "overlay /l /o upper=/home/me/u work=/w ro nosuid nodev" },
		{ "--mount src=/a,dst=/b -- true", "error",
		  "--mount 'src=/a,dst=/b': expected type=bind, type=tmpfs or type=overlay | "
		  "for example: --mount type=bind,src=/srv/data,dst=/data,ro" },
		{ "--mount type=volume,src=x,dst=/b -- true", "error",
		  "--mount 'type=volume,src=x,dst=/b': type 'volume' is not supported | "
		  "the types are bind, tmpfs and overlay" },
		{ "--mount type=bind,dst=/b -- true", "error",
		  "--mount 'type=bind,dst=/b': source=PATH is missing | "
		  "for example: --mount type=bind,src=/srv/data,dst=/data,ro" },
		{ "--mount type=bind,src=/a -- true", "error",
		  "--mount 'type=bind,src=/a': target=PATH is missing | "
		  "for example: --mount type=bind,src=/srv/data,dst=/data,ro" },
		{ "--mount type=overlay,dst=/b -- true", "error",
		  "--mount 'type=overlay,dst=/b': lower=PATH is missing | "
		  "for example: --mount type=bind,src=/srv/data,dst=/data,ro" },
		{ "--mount type=overlay,lower=/l,upper=/u,dst=/b -- true", "error",
		  "--mount 'type=overlay,lower=/l,upper=/u,dst=/b': upper and work go together | "
		  "work is an empty directory on the file system of upper; without both, changes are "
		  "thrown away" },
		{ "--mount type=overlay,lower=l,dst=/b -- true", "error",
		  "--mount 'type=overlay,lower=l,dst=/b': 'l' is not a path that starts with / or ./ | "
		  "for example: --mount type=bind,src=/srv/data,dst=/data,ro" },
		{ "--mount type=bind,src=/a,dst=/b,bind-recursive=readonly -- true", "error",
		  "--mount 'type=bind,src=/a,dst=/b,bind-recursive=readonly': bind-recursive=readonly goes "
		  "with readonly | "
		  "for example: --mount type=bind,src=/srv/data,dst=/data,ro" },
		{ "--mount type=bind,src=/a,dst=/b,bind-recursive=no -- true", "error",
		  "--mount 'type=bind,src=/a,dst=/b,bind-recursive=no': bind-recursive is enabled, "
		  "disabled, writable or readonly, not 'no' | "
		  "for example: --mount type=bind,src=/srv/data,dst=/data,ro" },
		{ "--mount type=bind,src=/a,dst=/b,bind-propagation=x -- true", "error",
		  "--mount 'type=bind,src=/a,dst=/b,bind-propagation=x': unknown propagation 'x' | "
		  "for example: --mount type=bind,src=/srv/data,dst=/data,ro" },
		{ "--mount type=bind,src=/a,dst=/b,ro=maybe -- true", "error",
		  "--mount 'type=bind,src=/a,dst=/b,ro=maybe': readonly is true or false, not 'maybe' | "
		  "for example: --mount type=bind,src=/srv/data,dst=/data,ro" },
		{ "--mount type=bind,src=/a,dst=/b,tmpfs-size=1m -- true", "error",
		  "--mount 'type=bind,src=/a,dst=/b,tmpfs-size=1m': unknown key 'tmpfs-size' for type=bind "
		  "| "
		  "for example: --mount type=bind,src=/srv/data,dst=/data,ro" },
		{ "--mount type=bind,soruce=/a,dst=/b -- true", "error",
		  "--mount 'type=bind,soruce=/a,dst=/b': unknown key 'soruce' for type=bind | "
		  "did you mean 'source'?" },
		{ "--mount type=bind,src,dst=/b -- true", "error",
		  "--mount 'type=bind,src,dst=/b': 'src' needs a value | "
		  "for example: --mount type=bind,src=/srv/data,dst=/data,ro" },
		{ "--mount type=tmpfs,dst=/t,tmpfs-size=0 -- true", "error",
		  "--mount 'type=tmpfs,dst=/t,tmpfs-size=0': expected a size above 0 such as 64m, not '0' | "
		  "for example: --mount type=bind,src=/srv/data,dst=/data,ro" },
		{ "--mount type=tmpfs,dst=/t,tmpfs-mode=9 -- true", "error",
		  "--mount 'type=tmpfs,dst=/t,tmpfs-mode=9': expected an octal mode such as 1777, not '9' "
		  "| "
		  "for example: --mount type=bind,src=/srv/data,dst=/data,ro" },
	};

	(void)state;
	rows_check(rows, ELEMENTS(rows), NULL);
}

/* Defaults and flags of file systems in memory. */
static void tmpfs(void **state)
{
	static const struct row rows[] = {
		{ "--tmpfs /tmp -- true", "mounts", "tmpfs /tmp noexec nosuid nodev 0 1777" },
		{ "--tmpfs /tmp:size=64m,mode=755,exec,suid,dev,noatime -- true", "mounts",
		  "tmpfs /tmp noatime 67108864 755" },
		{ "--tmpfs /tmp:ro,tmpcopyup -- true", "mounts",
		  "tmpfs /tmp ro noexec nosuid nodev copyup 0 1777" },
		{ "--tmpfs /tmp:rw,notmpcopyup,noexec,nosuid,nodev -- true", "mounts",
		  "tmpfs /tmp noexec nosuid nodev 0 1777" },
		{ "--tmpfs tmp -- true", "error",
		  "--tmpfs 'tmp': the target 'tmp' is not an absolute path without '..' | "
		  "for example: --tmpfs /scratch:size=64m,mode=1777" },
		{ "--tmpfs / -- true", "error",
		  "--tmpfs '/': the target / is the root itself | "
		  "give the directory as ROOT: honu run ./tree PROGRAM" },
		{ "--tmpfs /tmp:size=x -- true", "error",
		  "--tmpfs '/tmp:size=x': expected a size above 0 such as 64m, not 'x' | "
		  "for example: --tmpfs /scratch:size=64m,mode=1777" },
		{ "--tmpfs /tmp:mode=8 -- true", "error",
		  "--tmpfs '/tmp:mode=8': expected an octal mode such as 1777, not '8' | "
		  "for example: --tmpfs /scratch:size=64m,mode=1777" },
		{ "--tmpfs /tmp:rbind -- true", "error",
		  "--tmpfs '/tmp:rbind': unknown option 'rbind' | "
		  "for example: --tmpfs /scratch:size=64m,mode=1777" },
		{ "--tmpfs /tmp:a:b -- true", "error",
		  "--tmpfs '/tmp:a:b': expected TARGET[:OPTIONS] | "
		  "for example: --tmpfs /scratch:size=64m,mode=1777" },
	};

	(void)state;
	rows_check(rows, ELEMENTS(rows), NULL);
}

/* The rest of what a tree is made of. */
static void devices_secrets_and_the_root(void **state)
{
	static const struct row rows[] = {
		{ "--read-only ./t", "root", "directory /home/me/t ro" },
		{ "--ephemeral ./t", "root", "directory /home/me/t ephemeral" },
		{ "--rootfs-propagation rslave ./t", "root", "directory /home/me/t rslave" },
		{ "--rootfs-propagation x ./t", "error",
		  "--rootfs-propagation 'x': expected private, rprivate, shared, rshared, slave, rslave, "
		  "unbindable or runbindable | "
		  "for example: --rootfs-propagation rslave" },
		{ "--shm-size 1g -- true", "shm", "1073741824" },
		{ "-- true", "shm", "67108864" },
		{ "--shm-size 0 -- true", "error",
		  "--shm-size '0': expected a size above 0 such as 64m, not '0' | "
		  "for example: --shm-size 256m" },
		{ "--shm-size lots -- true", "error",
		  "--shm-size 'lots': expected a size above 0 such as 64m, not 'lots' | "
		  "for example: --shm-size 256m" },
		{ "--device /dev/fuse -- true", "files", "/dev/fuse /dev/fuse rwm" },
		{ "--device /dev/sda:/dev/xvda -- true", "files", "/dev/sda /dev/xvda rwm" },
		{ "--device /dev/sda:r -- true", "files", "/dev/sda /dev/sda r" },
		{ "--device /dev/sda:/dev/xvda:rw -- true", "files", "/dev/sda /dev/xvda rw" },
		{ "--device fuse -- true", "error",
		  "--device 'fuse': expected HOST[:INSIDE][:rwm] with absolute paths | "
		  "for example: --device /dev/fuse" },
		{ "--device /dev/a:b -- true", "error",
		  "--device '/dev/a:b': 'b' is not an absolute path of a file inside | "
		  "for example: --device /dev/fuse" },
		{ "--device /dev/a:/dev/b:x -- true", "error",
		  "--device '/dev/a:/dev/b:x': the access is some of r, w and m, not 'x' | "
		  "for example: --device /dev/fuse" },
		{ "--device /dev/a:/dev/b:rw:m -- true", "error",
		  "--device '/dev/a:/dev/b:rw:m': expected HOST[:INSIDE][:rwm] with absolute paths | "
		  "for example: --device /dev/fuse" },
		{ "--secret token=/etc/token --credential key=k -- true", "files",
		  "token=/etc/token; key=/home/me/k" },
		{ "--secret token -- true", "error",
		  "--secret 'token': expected NAME=FILE | "
		  "for example: --secret token=/etc/web/token" },
		{ "--secret a/b=/x -- true", "error",
		  "--secret 'a/b=/x': the name is that of a file in /run/secrets: without '/', and not "
		  "starting with a dot | "
		  "for example: --secret token=/etc/web/token" },
		{ "--secret ../x=/x -- true", "error",
		  "--secret '../x=/x': the name is that of a file in /run/secrets: without '/', and not "
		  "starting with a dot | "
		  "for example: --secret token=/etc/web/token" },
		{ "--secret =x -- true", "error",
		  "--secret '=x': expected NAME=FILE | "
		  "for example: --secret token=/etc/web/token" },
	};

	(void)state;
	rows_check(rows, ELEMENTS(rows), NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(volumes),
		cmocka_unit_test(mounts_at_length),
		cmocka_unit_test(tmpfs),
		cmocka_unit_test(devices_secrets_and_the_root),
	};

	return cmocka_run_group_tests_name("spec/parse_files", tests, NULL, NULL);
}
