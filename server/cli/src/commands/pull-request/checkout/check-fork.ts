/**
 * Checks the configuration of a fork. Its author may be anybody, and a plan runs beside secrets of
 * the pipeline: what could read or send them is refused, with its place.
 */
import { posix } from 'node:path';
import { ok, type Result } from '@novacron/contract/result';
import { isSearched, isWithin } from '../../gitops/source/find-used-paths.ts';
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

/** Every attribute `source`, as a module has it. Only a plain text that ends there has a value. */
const SOURCE = new RegExp(
  String.raw`(?<![\w-])source${GAP}=(?!=)[ \t]*(?:"([^"\\$%\n]*)"(?=[ \t]*(?:[\r\n,}#]|//|$)))?`,
  'g',
);

const OWN_PROVIDER = 'novacron/novacron';

/** Refused: the first thing that reaches secrets. Nothing has been initialized yet. */
export function checkFork(entries: readonly SourceEntry[]): Result<void, Refusal> {
  const paths = entries.map(({ path }) => path);
  for (const { path, kind, content } of entries) {
    if (kind === 'link') {
      // Terraform would read its target under this name.
      return refuse(`${path} is a symbolic link, which is not accepted from a fork.`);
    }
    if (!isSearched(path)) continue;
    if (path.endsWith('.json')) {
      return refuse(`${path} is JSON, which is not accepted from a fork. Write it as HCL.`);
    }
    const text = content.toString('utf8');
    for (const [what, form] of FORMS) {
      const index = text.search(form);
      if (index >= 0) return refuse(sentence(path, text.slice(0, index), what));
    }
    for (const { index, 1: source } of text.matchAll(SOURCE)) {
      if (source === OWN_PROVIDER || isOwn(source, { path, paths })) continue;
      const what = `has the source ${source ?? 'of an expression'}, no module of these files`;
      return refuse(sentence(path, text.slice(0, index), what));
    }
  }
  return ok(undefined);
}

function sentence(path: string, before: string, what: string): string {
  return (
    `${path}:${before.split('\n').length} ${what}, which is not accepted from a fork. After a ` +
    'review, push the commit to a branch of this repository.'
  );
}

/** Whether a source is a directory of the files that Terraform gets. There are no links. */
function isOwn(
  source: string | undefined,
  { path, paths }: { readonly path: string; readonly paths: readonly string[] },
): boolean {
  if (source === undefined || !/^\.\.?\//.test(source)) return false;
  const place = posix.join(posix.dirname(path), source).replace(/\/$/, '');
  return place === '.' || paths.some((each) => isWithin(place, each));
}
