/** Output of `novacron server doctor --help`; completion reads its flags. */

/** The help text. */
export function doctorUsage(): string {
  return `Usage: novacron server doctor [options]

Examines what a server with these flags needs, and changes nothing. Run it as the server's user and
with the server's flags, before the server starts or while it runs. It prints a line for each thing:
ok, limited or missing, what that costs, and what mends it. A server cannot start, or waits, without
what is missing.

Options: those of novacron server, and
  --json                    Print a JSON document
  --help                    Print this text

Exit codes: 0 when a server can start here, even if with limits; 1 when it cannot; 2 for wrong
usage.

Example:
  novacron server doctor --data-dir ./data --json
`;
}
