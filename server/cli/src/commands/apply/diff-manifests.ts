/** `novacron diff`: what `novacron apply` would change, field by field. */
import { stringify } from 'yaml';
import type { Session } from '../../client/session.ts';
import { findingsFailure } from '../../failures/failure.ts';
import type { Outcome } from '../../operations/outcome.ts';
import type { Fields } from '../../output/fields.ts';
import { plainLine } from '../../output/plain-text.ts';
import type { FieldChange } from './compare-fields.ts';
import { titleOf } from './manifest.ts';
import { orderManifests } from './order-manifests.ts';
import { type ManifestPlan, planManifest } from './plan-manifest.ts';
import { readManifests } from './read-manifests.ts';

/**
 * Compares documents with the resources as they are. Failures: wrong usage, problems of the server,
 * and the finding that something differs.
 * @param places - files, directories, or `-`
 */
export async function diffManifests(session: Session, places: readonly string[]): Promise<Outcome> {
  const read = await readManifests(session.io, places);
  if (!read.ok) return { failure: read.error };
  const ordered = orderManifests(read.value);
  if (!ordered.ok) return { failure: ordered.error };
  const created = new Set<string>();
  const plans: ManifestPlan[] = [];
  for (const manifest of ordered.value) {
    const isPending = manifest.needs.some((title) => created.has(title));
    const pending = isPending ? manifest.referring : [];
    const planned = await planManifest(session, manifest, pending);
    if (!planned.ok) return { failure: planned.error };
    if (planned.value.action === 'create') created.add(titleOf(manifest));
    plans.push(planned.value);
  }
  const different = plans.filter(({ action }) => action !== 'none');
  const value = different.map(({ manifest: { noun, name }, action, changes }) => ({
    kind: noun,
    name,
    action,
    changes: changes.map(
      ({ field, before = null, after }): Fields => ({
        field,
        before,
        after: shownValue(field, after),
      }),
    ),
  }));
  const text = different.map(textOf).join('');
  const document = { kind: 'report', value, text } as const;
  if (different.length === 0) return { document };
  const count = `${different.length} of ${plans.length} resources`;
  return { document, failure: findingsFailure(`${count} differ from the server`) };
}

function textOf({ manifest, action, changes }: ManifestPlan): string {
  const head = `${titleOf(manifest)}${action === 'create' ? ' (new)' : ''}\n`;
  return head + changes.map((change) => changeText(change, action)).join('');
}

function changeText({ field, before, after }: FieldChange, action: string): string {
  const removed = action === 'create' ? '' : signed('-', field, before);
  return removed + signed('+', field, shownValue(field, after));
}

/** Passwords and other write-only values are in no answer, and so in no output. */
function shownValue(field: string, value: unknown): unknown {
  return field.endsWith('_wo') ? '(write-only)' : value;
}

/** `- memory_gb: 8`; values of several lines have the sign on each. */
function signed(sign: string, field: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  const lines = stringify({ [field]: value }, { lineWidth: 0 })
    .trimEnd()
    .split('\n');
  return lines.map((line) => `${sign} ${plainLine(line)}\n`).join('');
}
