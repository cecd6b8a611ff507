/** Finding of a rule: location, fault and advice. */
import type { TrackedFile } from './tracked-file.ts';

/** One place that breaks a rule. */
export interface Finding {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** Description of the fault, and its remedy. */
  readonly advice: string;
}

/** A rule: looks at the whole repository and finds what breaks it. */
export type Rule = (files: readonly TrackedFile[]) => readonly Finding[];

/** Findings as lines that editors understand: `path:line advice`. */
export function listFindings(findings: readonly Finding[]): string {
  return findings.map(({ path, line, advice }) => `${path}:${line} ${advice}`).join('\n');
}

/** A rule that looks at one line after the other. */
export function findInLines(
  files: readonly TrackedFile[],
  adviceFor: (line: string, file: TrackedFile) => string | undefined,
): readonly Finding[] {
  return files.flatMap((file) =>
    file.text.split('\n').flatMap((text, index) => {
      const advice = adviceFor(text, file);
      return advice === undefined ? [] : [{ path: file.path, line: index + 1, advice }];
    }),
  );
}
