/* tests/torture/crowd.h - many containers at once, on few names, with honu killed at random. */
#pragma once

#include "torture/torture.h"

/* In the words of the command, '@' alone stands for a name. */
void torture_crowd(struct torture *t);
