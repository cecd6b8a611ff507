/** CPU time of this process and of the processes that it has started and waited for. */
const { readFileSync } = require('node:fs');

/** Linux counts in ticks of this length wherever Node runs; proc(5). Unit: seconds. */
const TICK_S = 0.01;
const US_PER_S = 1_000_000;

/**
 * Reads the CPU time used so far.
 * @returns {{ own: number, children: number }} seconds; children is 0 where there is no /proc
 */
function readCpuS() {
  const { user, system } = process.cpuUsage();
  return { own: (user + system) / US_PER_S, children: readChildrenS() };
}

function readChildrenS() {
  try {
    const stat = readFileSync('/proc/self/stat', 'latin1');
    // The name of the program is in parentheses and may contain anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // cutime and cstime are fields 16 and 17; the text after the name begins with field 3.
    return (Number(fields[13]) + Number(fields[14])) * TICK_S;
  } catch {
    return 0;
  }
}

module.exports = { readCpuS };
