/** Judges heartbeats that other nodes read of nodes that servers do not hear. */
import type { DiagnosisInput, Finding, SuspectNode } from '../model/diagnosis.ts';

/** Judges it: a heartbeat that moves shows that a host runs. */
export function judgePoolHeartbeats({ nodes }: DiagnosisInput): readonly Finding[] {
  return nodes.flatMap(judgeOne);
}

function judgeOne({ name, poolHeartbeat }: SuspectNode): readonly Finding[] {
  if (poolHeartbeat === null || poolHeartbeat.state === 'unknown') return [];
  const { state, by, guests, atMs } = poolHeartbeat;
  // Which nodes they are is not for all readers.
  const readers = by.length === 0 ? 'other nodes' : by.join(' and ');
  if (state === 'stopped') {
    const text = `The heartbeat of ${name} in the shared storage has stopped, as ${readers} read.`;
    return [
      { cause: 'host_failed', weight: 'strong', text, atMs },
      { cause: 'host_unreachable', weight: 'against', text, atMs },
    ];
  }
  const running = guests === null ? '' : `, with ${guests} guests`;
  const moves = `moves${running}`;
  const text = `The heartbeat of ${name} in the shared storage ${moves}, as ${readers} read.`;
  return [
    { cause: 'host_unreachable', weight: 'very_strong', text, atMs },
    { cause: 'host_failed', weight: 'against', text, atMs },
  ];
}
