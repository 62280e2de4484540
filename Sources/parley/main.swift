import Glibc
import Node

exit(Program.run(Array(CommandLine.arguments.dropFirst())))
