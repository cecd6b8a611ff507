/** Describes how verdicts change when a policy moves to the next language level. */
import type { LevelDependence } from '../model/policy.ts';

/** Whether requests are newly refused or newly allowed; `none`: no answer depends on it. */
export type LevelEffect = 'refuses' | 'allows' | 'either' | 'none';

const EFFECTS = {
  allow: { less: 'refuses', more: 'allows', either: 'either' },
  deny: { less: 'allows', more: 'refuses', either: 'either' },
  violation: { less: 'allows', more: 'refuses', either: 'either' },
} as const;

/** Finds out what the rules that answer come to. */
export function effectOfLevel({ rules }: Pick<LevelDependence, 'rules'>): LevelEffect {
  const effects = new Set<LevelEffect>();
  for (const [name, change] of Object.entries(rules)) {
    const answer = name.slice(name.lastIndexOf('.') + 1);
    if (isAnswer(answer)) effects.add(EFFECTS[answer][change]);
  }
  const [only] = effects;
  if (only === undefined) return 'none';
  return effects.size === 1 ? only : 'either';
}

function isAnswer(name: string): name is keyof typeof EFFECTS {
  return Object.hasOwn(EFFECTS, name);
}

const CONSEQUENCES: Readonly<Record<LevelEffect, string>> = {
  refuses: 'level 2 refuses what level 1 allows',
  allows: 'level 2 allows what level 1 refuses',
  either: 'level 2 may refuse what level 1 allows, and allow what it refuses',
  none: 'allow, deny and violation do not depend on it',
};

/** Says what depends on the level, without the place. */
export function describeLevelChange(dependence: LevelDependence): string {
  const parts = new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(dependence.parts);
  return (
    `Where ${parts} is undefined, this negation holds at language level 1 and not at level 2, ` +
    `as in OPA: ${CONSEQUENCES[effectOfLevel(dependence)]}.`
  );
}
