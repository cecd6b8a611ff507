/**
 * Reads `/proc/mdstat`: the arrays of disks that the kernel runs. Pure.
 * Source: Linux, `drivers/md/md.c` (`md_seq_show`), and `md(4)`.
 */
import type { RaidArray } from './signal-source.ts';

/** `md0 : active raid1 sdb1[1](F) sda1[0]`; levels are absent while an array is inactive. */
const HEAD = /^(md\S+) : active (?:\([^)]*\) )?(\S+) /;

/** `976630336 blocks super 1.2 [2/1] [U_]`: disks that there should be, and that work. */
const DISKS = /\[(\d+)\/(\d+)\]/;

/** `[==>..................]  recovery = 12.6% (37043392/292945152) finish=127.5min` */
const REPAIR = /(recovery|resync|reshape|check)\s*=\s*([\d.]+%)/;

/** Reads the arrays that have disks to spare; others cannot be degraded. */
export function parseMdstat(text: string): readonly RaidArray[] {
  const arrays: RaidArray[] = [];
  let head: RegExpExecArray | null = null;
  for (const line of text.split('\n')) {
    const begins = HEAD.exec(line);
    if (begins !== null) head = begins;
    const disks = DISKS.exec(line);
    if (head !== null && disks !== null) {
      const [, name = '', level = ''] = head;
      const [disksWanted = 0, disksWorking = 0] = disks.slice(1).map(Number);
      arrays.push({ name, level, disksWanted, disksWorking, repair: null });
      head = null;
    }
    const repair = REPAIR.exec(line);
    const last = arrays.pop();
    if (last === undefined) continue;
    const [, how, done] = repair ?? [];
    arrays.push(how === undefined ? last : { ...last, repair: `${how} = ${done}` });
  }
  return arrays;
}
