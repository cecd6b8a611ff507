/** Describes the effect of a change of a field, as the resource table defines it. */
import type { DriverCapabilities, Field } from '@novacron/contract/schema/field';

const ALL: DriverCapabilities = { hotplugCpu: 'yes', hotplugMemory: 'yes', hotplugDisk: 'yes' };
const NONE: DriverCapabilities = { hotplugCpu: 'no', hotplugMemory: 'no', hotplugDisk: 'no' };

const WORDS = {
  live: 'live',
  restart: 'a restart',
  reimage: 'a restart with a new root disk',
  replace: 'a replacement',
  'data-loss': 'a replacement that loses data',
} as const;

interface Step {
  /** The direction as the sentence names it: `growing`. */
  readonly name: string;
  readonly before: unknown;
  readonly after: unknown;
}

/**
 * Describes the effect of a change on the running resource, for the attribute's description.
 * @returns one sentence, such as `Growing is live; shrinking is a replacement that loses data.`
 */
export function describeChange(field: Field): string {
  const [usual, ...others] = stepsOf(field).map(({ name, before, after }) => {
    const best = field.effectOf(before, after, ALL);
    const worst = field.effectOf(before, after, NONE);
    const choice = `${WORDS[best]} if the hypervisor supports it, otherwise ${WORDS[worst]}`;
    return { name, words: best === worst ? WORDS[best] : choice };
  });
  if (usual === undefined) return '';
  const different = others.filter(({ words }) => words !== usual.words);
  const { name } = different.length === 0 ? { name: 'a change' } : usual;
  const parts = [{ ...usual, name }, ...different].map((part) => `${part.name} is ${part.words}`);
  const sentence = parts.join('; ');
  return `${sentence.slice(0, 1).toUpperCase()}${sentence.slice(1)}.`;
}

function stepsOf({ example, presence, default: fallback }: Field): readonly Step[] {
  if (typeof example === 'number') {
    return [
      { name: 'growing', before: example, after: example * 2 },
      { name: 'shrinking', before: example * 2, after: example },
    ];
  }
  const change = { name: 'a change', before: example, after: otherThan(example) };
  if (presence !== 'optional' || fallback !== undefined) return [change];
  return [
    change,
    { name: 'setting it', before: null, after: example },
    { name: 'removing it', before: example, after: null },
  ];
}

function otherThan(example: unknown): unknown {
  if (typeof example === 'boolean') return !example;
  if (typeof example === 'string') return `${example}-2`;
  return Array.isArray(example) ? [] : {};
}
