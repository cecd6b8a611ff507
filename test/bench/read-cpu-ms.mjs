/** Reads the CPU time of a process. */
import { readFileSync } from 'node:fs';

/** Length of a kernel clock tick: `getconf CLK_TCK` is 100 on every Linux. Unit: ms. */
const MS_PER_TICK = 10;

/** Fields of proc(5) behind the name of the program, which may have spaces. */
const USER_TIME = 11;
const SYSTEM_TIME = 12;

/** CPU time of a process with all its threads, in ms. */
export function readCpuMs(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[USER_TIME]) + Number(fields[SYSTEM_TIME])) * MS_PER_TICK;
}
