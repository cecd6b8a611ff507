/** Reads `--taint`: marks of the node that keep VMs away that do not tolerate them. */
import type { FieldProblem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { FleetNode } from '../fleet/fleet.ts';
import { placeOf, type SaidValues, textOf, wrong } from './read-agent-flags.ts';

/** Taints as a fleet file has them. */
type Taints = NonNullable<FleetNode['taints']>;

/** The characters of keys and values are those of the fleet file, whose schema checks them. */
const TAINT = /^(?<key>[^=:]+)(?:=(?<value>[^=:]*))?(?::(?<effect>refuse|avoid))?$/;
const FORM = 'must be such as gpu=a100:refuse or old:avoid: KEY[=VALUE][:refuse|avoid]';

/**
 * Reads them, separated by commas.
 * @returns undefined where nothing is said; else what is wrong with the first that is no taint, or
 * that has the key and effect of another
 */
export function readTaints(said: SaidValues): Result<Taints | undefined, readonly FieldProblem[]> {
  const text = textOf(said, 'taint');
  if (text === undefined) return ok(undefined);
  const place = placeOf(said, 'taint');
  const seen = new Set<string>();
  const taints: Taints = [];
  for (const part of text.split(',').map((each) => each.trim())) {
    const groups = TAINT.exec(part)?.groups;
    if (groups === undefined) return err([wrong(place, `${FORM}, not ${JSON.stringify(part)}`)]);
    const { key = '', value = '' } = groups;
    const effect = groups.effect === 'avoid' ? 'avoid' : 'refuse';
    if (seen.has(`${key}:${effect}`)) {
      return err([wrong(place, `has two taints ${key} with the effect ${effect}; leave one out`)]);
    }
    seen.add(`${key}:${effect}`);
    taints.push({ key, value, effect });
  }
  return ok(taints);
}
