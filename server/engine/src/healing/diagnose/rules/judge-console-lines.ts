/** Judges the guests' latest console output. The text is not trusted: it is only quoted. */
import type { CauseKind, DiagnosisInput, Finding, Weight } from '../model/diagnosis.ts';

interface Sign {
  readonly pattern: RegExp;
  readonly cause: CauseKind;
  readonly weight: Weight;
}

/** Messages of Linux, GRUB and OVMF. Each pattern is linear in the length of a line. */
const SIGNS: readonly Sign[] = [
  { pattern: /out of memory|oom-kill/i, cause: 'guest_memory', weight: 'decisive' },
  { pattern: /kernel panic/i, cause: 'guest_kernel', weight: 'strong' },
  { pattern: /unable to mount root|no init found/i, cause: 'template_image', weight: 'strong' },
  { pattern: /no bootable (device|option)/i, cause: 'template_image', weight: 'decisive' },
  { pattern: /no such (device|partition)\b/i, cause: 'template_image', weight: 'strong' },
  { pattern: /i\/o error|remounting filesystem/i, cause: 'disk_error', weight: 'very_strong' },
  { pattern: /no space left on device/i, cause: 'disk_error', weight: 'strong' },
];

/** The longest quotation. Unit: characters. */
const QUOTED_MAX = 160;

/** Judges the last line that each sign is in. */
export function judgeConsoleLines({ vms }: DiagnosisInput): readonly Finding[] {
  return vms.flatMap(({ name, console: lines }) =>
    SIGNS.flatMap(({ pattern, cause, weight }): readonly Finding[] => {
      const line = lines.findLast((each) => pattern.test(each));
      if (line === undefined) return [];
      const text = `The console of ${name} said: "${line.slice(0, QUOTED_MAX)}".`;
      return [{ cause, weight, text, atMs: null }];
    }),
  );
}
