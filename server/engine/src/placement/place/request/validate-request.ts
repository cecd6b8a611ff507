/** Validates a placement request, whatever the fleet: sizes, terms, contradictions. */
import { type FieldProblem, type Problem, problem } from '@novacron/contract/problem/problem';
import { describeSelector, describeTerm } from '../explain/describe-rules.ts';
import type { AffinityTerm, PlacementRequest, TopologyLevel } from '../model/placement.ts';

/** Required terms of one request: with the common filters they make 31, a bit each. */
const REQUIRED_TERMS_MAX = 7;

/** From near to far. */
const LEVELS: readonly TopologyLevel[] = ['node', 'rack', 'zone'];

/** Validates a request. @returns a problem with all faults; undefined for a valid request */
export function validateRequest(request: PlacementRequest): Problem | undefined {
  const fields = [...checkSizes(request), ...checkTerms(request), ...checkStrategy(request)];
  const conflicts = findContradictions(request);
  const { name } = request.vm;
  const { node = '', exclusions } = request.constraints;
  const why = exclusions?.[node];
  const [first] = fields;
  if (first !== undefined) {
    return problem('validation-failed', {
      detail: `The VM ${name} cannot be placed: ${first.path.join('.')} ${first.message}.`,
      remedy: 'Correct the fields listed in errors.',
      fields,
    });
  }
  const [conflict] = conflicts;
  if (conflict !== undefined && why !== undefined) {
    return problem('validation-failed', {
      detail: `The VM ${name} is pinned to node ${node} (placement.node), which ${why}.`,
      remedy: 'Remove the pin, or pin it to another node.',
      fields: [{ path: ['constraints'], message: `pins it to a node that ${why}` }],
      data: { conflict: [...conflict] },
    });
  }
  if (conflict === undefined) return undefined;
  return problem('validation-failed', {
    detail: `No node fits the VM ${name}: ${conflict.join(' and ')} contradict each other.`,
    remedy: 'Remove one of them.',
    fields: [{ path: ['constraints'], message: `contradict: ${conflict.join(' and ')}` }],
    data: { conflict: [...conflict] },
  });
}

function checkSizes({ vm }: PlacementRequest): FieldProblem[] {
  const sizes: readonly (readonly [string, number])[] = [
    ['cpu_cores', vm.cpuCores],
    ['memory_gb', vm.memoryMib],
    ['disk_gb', vm.diskGb],
    ...Object.entries(vm.pools ?? {}).map(([name, asked = 0]) => [name, asked] as const),
  ];
  const fields = sizes.flatMap(([field, size]): FieldProblem[] => {
    if (Number.isFinite(size) && size >= 0) return [];
    const what = Number.isNaN(size) ? 'is not a number' : `is ${size}, not a size of 0 or more`;
    return [{ path: [field], message: what }];
  });
  const devices = vm.devices ?? [];
  if (devices.length === 0 && sizes.every(([, size]) => size === 0)) {
    fields.push({ path: ['cpu_cores'], message: 'is 0 like everything else: it asks for nothing' });
  }
  for (const [at, { count, milli }] of devices.entries()) {
    if (!Number.isInteger(count) || count < 1) {
      fields.push({ path: ['devices', at, 'count'], message: `is ${count}, not 1 or more` });
    }
    if (!(milli > 0 && milli <= 1000)) {
      const message = `is ${milli}, not within 1 and 1000 thousandths of a device`;
      fields.push({ path: ['devices', at, 'milli'], message });
    }
  }
  return fields;
}

function checkTerms({ vm, constraints }: PlacementRequest): FieldProblem[] {
  const { affinity = [], spread = [], spotRiskMax } = constraints;
  const fields: FieldProblem[] = [];
  for (const [at, { to }] of affinity.entries()) {
    if (to.kind === 'vm' && to.name === vm.name) {
      fields.push({ path: ['affinity', at, 'to'], message: 'is the VM itself' });
    }
  }
  for (const [at, { maxSkew }] of spread.entries()) {
    if (!Number.isInteger(maxSkew) || maxSkew < 1) {
      const message = `is ${maxSkew}, not a whole number of 1 or more`;
      fields.push({ path: ['spread', at, 'max_skew'], message });
    }
  }
  if (spotRiskMax !== undefined && !(spotRiskMax >= 0 && spotRiskMax <= 1)) {
    fields.push({ path: ['spot_risk_max'], message: `is ${spotRiskMax}, not within 0 and 1` });
  }
  const required = [...affinity, ...spread].filter(({ need }) => need === 'required').length;
  if (required > REQUIRED_TERMS_MAX) {
    const message = `has ${required} required terms; at most ${REQUIRED_TERMS_MAX} are possible`;
    fields.push({ path: ['affinity'], message });
  }
  return fields;
}

function checkStrategy({ strategy }: PlacementRequest): FieldProblem[] {
  if (typeof strategy === 'string') return [];
  const weights = Object.entries(strategy.mix);
  const wrong = weights.find(([, weight]) => !(Number.isFinite(weight) && weight >= 0));
  if (wrong !== undefined) {
    const message = `is ${wrong[1]}, not a weight of 0 or more`;
    return [{ path: ['strategy', wrong[0]], message }];
  }
  return weights.some(([, weight]) => weight > 0)
    ? []
    : [{ path: ['strategy'], message: 'is a mix without a weight above 0' }];
}

/** Pairs of rules that no fleet could satisfy together: the smallest conflicting sets there are. */
function findContradictions({ constraints }: PlacementRequest): readonly (readonly string[])[] {
  const { node, excludeNodes, zone, zones, affinity = [] } = constraints;
  const found: (readonly string[])[] = [];
  if (node !== undefined && excludeNodes?.includes(node)) {
    found.push([`the pin to ${node}`, `the exclusion of ${node}`]);
  }
  if (zone !== undefined && zones !== undefined && !zones.includes(zone)) {
    found.push([`zone ${zone}`, `zones ${zones.join(', ')}`]);
  }
  const required = affinity.filter(({ need }) => need === 'required');
  for (const together of required.filter(({ rule }) => rule === 'together')) {
    const apart = required.find((term) => term.rule === 'apart' && rulesOut(term, together));
    if (apart !== undefined) found.push([describeTerm(together), describeTerm(apart)]);
  }
  return found;
}

/** VMs that share a node share its rack and its zone, so apart by rack implies apart by node. */
function rulesOut(apart: AffinityTerm, together: AffinityTerm): boolean {
  return (
    describeSelector(apart.to) === describeSelector(together.to) &&
    LEVELS.indexOf(together.level) <= LEVELS.indexOf(apart.level)
  );
}
