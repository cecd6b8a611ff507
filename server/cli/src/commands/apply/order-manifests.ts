/** Orders documents so that each stands behind those that it refers to. */
import { err, ok, type Result } from '@novacron/contract/result';
import { type FieldSchema, nounsOf, withoutNull } from '../../arguments/field-schema.ts';
import { type Failure, usageFailure } from '../../failures/failure.ts';
import { isFields } from '../../output/fields.ts';
import { type Manifest, manifestKinds, titleOf } from './manifest.ts';

/** A document and the documents that it refers to, by title. */
export interface OrderedManifest extends Manifest {
  readonly needs: readonly string[];
  /** Its own fields that refer to them. */
  readonly referring: readonly string[];
}

/**
 * Returns the documents in an order in which they can be created: by wave, and within a wave those
 * without references in their order (Kahn's algorithm). Failures: wrong usage for references in a
 * circle, and for those to a later wave.
 */
export function orderManifests(
  manifests: readonly Manifest[],
): Result<readonly OrderedManifest[], Failure> {
  const titles = new Set(manifests.map(titleOf));
  let waiting = manifests.map((manifest) => withNeeds(manifest, titles));
  const ordered: OrderedManifest[] = [];
  while (waiting.length > 0) {
    const open = new Set(waiting.map(titleOf));
    const wave = Math.min(...waiting.map((manifest) => manifest.wave));
    const own = waiting.filter((manifest) => manifest.wave === wave);
    const ready = own.filter(({ needs }) => needs.every((title) => !open.has(title)));
    if (ready.length === 0) return err(usageFailure(explainStop(own, waiting)));
    ordered.push(...ready);
    waiting = waiting.filter((manifest) => !ready.includes(manifest));
  }
  return ok(ordered);
}

/** Why no document of a wave can be next. */
function explainStop(own: readonly OrderedManifest[], waiting: readonly OrderedManifest[]): string {
  for (const manifest of own) {
    const later = waiting.find(
      (other) => other.wave > manifest.wave && manifest.needs.includes(titleOf(other)),
    );
    if (later === undefined) continue;
    return (
      `${titleOf(manifest)} of wave ${manifest.wave} refers to ${titleOf(later)} of the later ` +
      `wave ${later.wave}`
    );
  }
  const names = own.map(titleOf).join(', ');
  return `these resources refer to each other in a circle: ${names}`;
}

function withNeeds(manifest: Manifest, titles: ReadonlySet<string>): OrderedManifest {
  const kind = manifestKinds().get(manifest.noun);
  const needs = new Set<string>();
  const referring: string[] = [];
  for (const { field, schema } of kind?.create?.flags ?? []) {
    const value = manifest.fields[field];
    const found = referencesIn(schema, field, value)
      .map(({ noun, text }) => titleOf({ noun, name: text }))
      .filter((title) => titles.has(title) && title !== titleOf(manifest));
    if (found.length > 0) referring.push(field);
    for (const title of found) needs.add(title);
  }
  return { ...manifest, needs: [...needs], referring };
}

interface Reference {
  readonly noun: string;
  readonly text: string;
}

/** Returns a value's references, including those in lists and objects. */
function referencesIn(schema: FieldSchema, field: string, value: unknown): readonly Reference[] {
  const main = withoutNull(schema);
  if (typeof value === 'string') {
    return nounsOf(field, main).map((noun) => ({ noun, text: value }));
  }
  if (Array.isArray(value)) {
    return value.flatMap((item) => referencesIn(main.items ?? {}, field, item));
  }
  if (!isFields(value)) return [];
  return Object.entries(main.properties ?? {}).flatMap(([member, property]) =>
    referencesIn(property, member, value[member]),
  );
}
