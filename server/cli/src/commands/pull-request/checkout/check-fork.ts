/**
 * Checks the configuration of a fork. Its author may be anybody, and a plan runs beside secrets of
 * the pipeline: what could read or send them is refused, with its place.
 */
import { ok, type Result } from '@novacron/contract/result';
import { isSearched } from '../../gitops/source/find-used-paths.ts';
import type { SourceEntry } from '../../gitops/source/source-entry.ts';
import { type Refusal, refuse } from '../../gitops/step/refusal.ts';

/** White space and comments of HCL. */
const GAP = String.raw`(?:\s|/\*[\s\S]*?\*/|(?://|#)[^\n]*\n)*`;

/** What is refused, and in which words. Function names of Terraform 1.11 and OpenTofu 1.9. */
const FORMS: readonly (readonly [what: string, form: RegExp])[] = [
  ['reads files', new RegExp(String.raw`\b(?:file\w*|templatefile|templatestring)\b${GAP}\(`, 'g')],
  ['sets an endpoint, which would get the key', /\bendpoint\b/g],
  // Its backends read keys from the environment.
  ['reads another state', /\bterraform_remote_state\b/g],
  ['has a key provider, which may run programs', /\bkey_provider\b/g],
  // It could hide any of these words.
  ['has an escaped character', /\\[uU]/g],
];

/** Refused: the first thing that reaches secrets. */
export function checkFork(entries: readonly SourceEntry[]): Result<void, Refusal> {
  for (const { path, content } of entries) {
    if (!isSearched(path)) continue;
    if (path.endsWith('.json')) {
      return refuse(`${path} is JSON, which is not accepted from a fork. Write it as HCL.`);
    }
    const text = content.toString('utf8');
    for (const [what, form] of FORMS) {
      const index = text.search(form);
      if (index < 0) continue;
      const line = text.slice(0, index).split('\n').length;
      return refuse(
        `${path}:${line} ${what}, which is not accepted from a fork. After a review, push the ` +
          'commit to a branch of this repository.',
      );
    }
  }
  return ok(undefined);
}
