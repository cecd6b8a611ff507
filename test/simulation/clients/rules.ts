/**
 * Rules that simulated clients write. None refuses a delete and none is of the type `access`, whose
 * silence refuses everything: a client may lock itself out, but then it learns little.
 */
import type { Chance } from '../world/chance.ts';

const RULES = [
  `package novacron.sizes
deny contains "too many cores" if {
  input.operation == "vm.create"
  input.resource.cpu_cores > 2
}`,
  `package novacron.access
allow if input.subject.role == "admin"`,
  `package novacron.moments
deny contains "not in an odd millisecond" if {
  input.operation == "volume.update"
  (time.now_ns() / 1000000) % 2 == 1
}`,
  `package novacron.tiers
warn contains "the tier is not said" if {
  input.operation == "vm.update"
  not input.resource.metadata.tier
}`,
  'package novacron.broken\nallow if {',
];

/** One of a few, so that each is compiled once a process. */
export function chooseRule(chance: Chance): string {
  return chance.pick(RULES);
}
