/** Puts the changes of a person on top of what someone else has changed meanwhile. */
import { type Fields, isFields } from '../../output/fields.ts';
import { isSame } from '../apply/compare-fields.ts';

/** A resource as the person saw it, and as it is now. */
export interface Versions {
  readonly before: Fields;
  readonly now: Fields;
}

/** The fields to show, and a line for each that both have changed. */
export interface Merged {
  readonly fields: Fields;
  readonly notes: readonly string[];
}

/**
 * Merges by the fields, and by the members of objects such as labels: what only one of both changed
 * is as they left it, and the person's value stands where both changed the same. Source of the
 * idea: the three-way merge of `kubectl apply`.
 * @param changed - the fields that the person changed, whole
 */
export function mergeChanges(changed: Fields, { before, now }: Versions): Merged {
  const fields = { ...now };
  const notes: string[] = [];
  for (const [field, mine] of Object.entries(changed)) {
    const versions = { before: before[field], now: now[field] };
    fields[field] = mergeValue(mine, versions);
    for (const path of clashesOf(mine, versions)) {
      const name = path === '' ? field : `${field}.${path}`;
      const theirs = path === '' ? now[field] : membersOf(now[field])[path];
      notes.push(`${name} was changed to ${JSON.stringify(theirs ?? null)} meanwhile.`);
    }
  }
  return { fields, notes };
}

interface Values {
  readonly before: unknown;
  readonly now: unknown;
}

function mergeValue(mine: unknown, { before, now }: Values): unknown {
  if (!isMap(mine) || !isMap(before) || !isMap(now)) return mine;
  const [own, old] = [membersOf(mine), membersOf(before)];
  const names = new Set([...Object.keys(own), ...Object.keys(old)]);
  const changes = [...names].filter((name) => !isSame(old[name], own[name]));
  const merged = { ...membersOf(now) };
  for (const name of changes) {
    if (own[name] === undefined) delete merged[name];
    else merged[name] = own[name];
  }
  return Object.keys(merged).length === 0 ? null : merged;
}

/** The members that both changed to different values; an empty text is the whole. */
function clashesOf(mine: unknown, { before, now }: Values): readonly string[] {
  if (isSame(before, now) || isSame(mine, now)) return [];
  if (!isMap(mine) || !isMap(before) || !isMap(now)) return [''];
  const [own, old, theirs] = [membersOf(mine), membersOf(before), membersOf(now)];
  return Object.keys({ ...own, ...old, ...theirs }).filter(
    (name) =>
      !isSame(own[name], old[name]) &&
      !isSame(theirs[name], old[name]) &&
      !isSame(own[name], theirs[name]),
  );
}

/** An object, or none: labels that are all removed are null. */
function isMap(value: unknown): boolean {
  return value === null || value === undefined || isFields(value);
}

function membersOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}
