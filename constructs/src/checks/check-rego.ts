import { Token } from 'cdktf';
import { loadOffline } from '../offline/load-offline.ts';
import type { PolicyRule } from '../props/policy-rule.ts';

/** What a policy is evaluated for, where its props say it. */
export interface JudgedRequests {
  readonly actions?: string[] | undefined;
  readonly kinds?: string[] | undefined;
}

/**
 * Compiles a policy's text as the server does, with the input that it will be asked about.
 * @returns every mistake with its place; none if the text is only known when Terraform runs
 */
export function checkRego({ text, file }: PolicyRule, judged: JudgedRequests): string[] {
  if (Token.isUnresolved(text)) return [];
  const { compileRego, judgedInput } = loadOffline();
  const modules = { [file]: text };
  const input = { schema: judgedInput(judged), mismatches: 'problems' } as const;
  const compiled = compileRego({ modules, entrypoints: [], level: 2, input });
  if (compiled.ok) return [];
  return compiled.error.map(({ row, column, message }) => `${file}:${row}:${column}: ${message}`);
}
