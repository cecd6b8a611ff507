import { Token } from 'cdktf';
import { loadOffline } from '../offline/load-offline.ts';
import type { PolicyRule } from '../props/policy-rule.ts';

/**
 * Compiles a policy's text as the server does.
 * @returns every mistake with its place; none if the text is only known when Terraform runs
 */
export function checkRego({ text, file }: PolicyRule): string[] {
  if (Token.isUnresolved(text)) return [];
  const modules = { [file]: text };
  const compiled = loadOffline().compileRego({ modules, entrypoints: [], level: 2 });
  if (compiled.ok) return [];
  return compiled.error.map(({ row, column, message }) => `${file}:${row}:${column}: ${message}`);
}
