/** Judges which nodes are silent together, and what they share. */
import type { DiagnosisInput, Finding } from '../model/diagnosis.ts';
import { countOf } from './time-before.ts';

/** From this share of the fleet on, the servers themselves are the common part. */
const FLEET_SHARE = 0.5;

/** Judges it. */
export function judgeSilence({ fleet, nodes }: DiagnosisInput): readonly Finding[] {
  // One that is known to be off now was silent before: that is why it was looked at.
  const silent = nodes.filter(({ state }) => state === 'silent' || state === 'dead');
  if (silent.length === 0) return [];
  if (fleet.silent >= FLEET_SHARE * fleet.nodes && fleet.silent > 1) {
    const text = `${fleet.silent} of ${fleet.nodes} nodes of the fleet do not answer.`;
    return [{ cause: 'servers_cut_off', weight: 'decisive', text, atMs: null }];
  }
  if (silent.length > 1) return [...sharedBy(silent)];
  const [only] = silent;
  const others = fleet.nodes - Math.max(1, fleet.silent + (fleet.dead ?? 0));
  if (others === 0) return [];
  const verb = others === 1 ? 'does' : 'do';
  const text = `${only?.name} does not answer, and ${countOf(others, 'other node')} ${verb}.`;
  return [
    { cause: 'host_failed', weight: 'substantial', text, atMs: null },
    { cause: 'host_unreachable', weight: 'substantial', text, atMs: null },
    { cause: 'shared_infrastructure', weight: 'against', text, atMs: null },
  ];
}

function sharedBy(silent: DiagnosisInput['nodes']): readonly Finding[] {
  const racks = new Set(silent.map(({ zone, rack }) => `${zone}/${rack}`));
  const zones = new Set(silent.map(({ zone }) => zone));
  const count = `${silent.length} nodes do not answer`;
  const [where] = racks.size === 1 ? racks : zones;
  if (zones.size > 1) return [];
  const text = `${count}, all of ${racks.size === 1 ? 'the rack' : 'the zone'} ${where}.`;
  const weight = racks.size === 1 ? 'decisive' : 'very_strong';
  return [{ cause: 'shared_infrastructure', weight, text, atMs: null }];
}
