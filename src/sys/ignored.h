/* sys/ignored.h - the signals that our caller had us ignore (nohup, a Python parent). */
#pragma once

#include <stdint.h>

/* Bit n - 1: signal n was ignored when this was first asked; honu itself ignores none before. */
uint64_t ignored_signals(void);
