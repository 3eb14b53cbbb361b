"""What the bench compares, and the ground it is run on: shared by bench/run and bench/same-view."""

import ctypes
import json
import os
import shutil
import subprocess
import sys

# honu with the namespaces, mounts, capabilities and cgroups of the default `runc spec`, as near as
# its options go: what the floor program does too.
HONU_LIKE_RUNC = ["run", "--rm", "--userns", "host", "--no-hosts", "--dns", "none",
                  "--security-opt", "seccomp=unconfined"]  # runc spec has no filter
# honu as people run it.
HONU_DEFAULTS = ["run", "--rm"]

CAPABILITIES = ["AUDIT_WRITE", "KILL", "NET_BIND_SERVICE"]  # of runc spec

BUILD = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "build")
BUSYBOX = "/bin/busybox"
UNIFIED = "/sys/fs/cgroup/unified"
CLONE_NEWNS = 0x20000


def have_busybox():
    """A static one: the tree holds no library."""
    return (os.path.exists(BUSYBOX)
            and subprocess.run([BUSYBOX, "true"]).returncode == 0
            and b"/ld-" not in open(BUSYBOX, "rb").read(4096))


def make_tree(path):
    """A root file system of busybox and its applets."""
    for name in ("bin", "dev", "etc", "proc", "root", "run", "sys", "tmp", "var"):
        os.makedirs(f"{path}/{name}")
    shutil.copy2(BUSYBOX, f"{path}/bin/busybox")
    applets = subprocess.run([BUSYBOX, "--list"], check=True, text=True, stdout=subprocess.PIPE)
    for name in applets.stdout.split():
        if name != "busybox":
            os.symlink("busybox", f"{path}/bin/{name}")
    with open(f"{path}/etc/passwd", "w") as f:
        f.write("root:x:0:0:root:/root:/bin/sh\n")
    with open(f"{path}/etc/group", "w") as f:
        f.write("root:x:0:\ntty:x:5:\n")


def make_bundle(path, tree, args):
    """crun's own idea of `runc spec`, running args in tree without a terminal."""
    os.makedirs(path)
    subprocess.run(["crun", "spec"], cwd=path, check=True)
    with open(f"{path}/config.json") as f:
        config = json.load(f)
    config["process"]["terminal"] = False
    config["process"]["args"] = args
    config["root"]["path"] = tree
    with open(f"{path}/config.json", "w") as f:
        json.dump(config, f)


def mount(*args):
    subprocess.run(["mount", *args], check=True)


def enter_private_mounts():
    """A mount namespace of our own: whatever is mounted from here on ends with this process."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNS) < 0:
        sys.exit(f"unshare: {os.strerror(ctypes.get_errno())}")
    mount("--make-rprivate", "/")


def cover_unified():
    """crun refuses a hybrid cgroup layout: an empty tmpfs makes it v1 for everybody alike."""
    if os.path.exists(f"{UNIFIED}/cgroup.procs"):
        mount("-t", "tmpfs", "tmpfs", UNIFIED)
