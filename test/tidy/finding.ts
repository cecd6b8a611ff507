/** What a rule found: where, what is wrong, and what to do. */
import type { TrackedFile } from './tracked-file.ts';

/** One place that breaks a rule. */
export interface Finding {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** What is wrong there and what to do. */
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
