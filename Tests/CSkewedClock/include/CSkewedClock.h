// A clock that is wrong by what a file says. Nothing to call: it is preloaded into a program.
