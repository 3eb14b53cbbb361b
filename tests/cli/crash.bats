#!/usr/bin/env bats
# Everybody acts on the same containers at once, and is killed meanwhile: what is left is as the state
# directory says, and has an owner. Single system calls are killed by tests/torture.

load setup

prepare_file() {
	busybox_tree "$TREE"
}

storm() {
	"$BATS_TEST_DIRNAME/../storm" "$GROUP" "$TREE" "$@"
}

@test "crash: two hundred verbs at once on twenty names" {
	storm
}

@test "crash: the same on containers in the foreground" {
	storm --foreground
}

@test "crash: verbs and supervisors are killed at random" {
	storm --kill
	storm --foreground --kill
}
