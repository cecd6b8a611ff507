import { describe, expect, test } from '@jest/globals';
import { NodeId } from '@novacron/contract/ids';
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { decidePlacement } from '@novacron/engine/placement/place/decide/decide-placement';
import {
  placeAsPreviewed,
  takeShownNode,
} from '@novacron/engine/placement/place/decide/place-as-previewed';
import { makeFleetIndex } from '@novacron/engine/placement/place/index/fleet-index';
import { openOverlay } from '@novacron/engine/placement/place/index/fleet-overlay';
import type {
  PlacementInput,
  PlacementNode,
} from '@novacron/engine/placement/place/model/placement';
import { makeRng } from '@novacron/engine/rng';
import { toPlacementRequest } from '../../rows/placement-request.ts';
import { readDecision, readShownDecision } from './stored-preview.ts';

const env = { nowMs: 0, rng: makeRng('shown') };

const nodes = ['a', 'b', 'c'].map(
  (letter, index): PlacementNode => ({
    id: NodeId.parse(`node_0000000000000000000000000${index + 1}`),
    name: `node-${letter}`,
    zone: `zone-${letter}`,
    rack: `rack-${letter}`,
    status: 'ready',
    capacity: { cpuCores: 8, memoryMib: 16_384, diskGb: 100 },
    used: { cpuCores: index, memoryMib: 0, diskGb: 0 },
    vmCount: index,
  }),
);

function questionOf(more: Readonly<Record<string, unknown>>): PlacementInput {
  const spec = VmSpec.parse({ name: 'web-1', cpu_cores: 2, memory_gb: 4, disk_gb: 20, ...more });
  return { ...toPlacementRequest(spec), nodes, peers: [] };
}

function decide(question: PlacementInput) {
  const placed = decidePlacement(openOverlay(makeFleetIndex(question)), question, env);
  if (!placed.ok) throw new Error(placed.error.detail);
  return placed.value.decision;
}

describe('the node that a plan has shown', () => {
  const plain = questionOf({});
  const kept = { ...decide(plain), target_node: 'node-c' };

  test('is taken without the rest of the fleet, as it would be with it', () => {
    const asked = placeAsPreviewed(openOverlay(makeFleetIndex(plain)), plain, kept, env);
    expect(takeShownNode(plain, kept)).toEqual(asked.ok ? asked.value : asked.error);
  });

  test.each([
    ['that is full', questionOf({ cpu_cores: 7 })],
    ['in another zone than asked for', questionOf({ placement: { zone: 'zone-a' } })],
    ['where other VMs have a say', questionOf({ anti_affinity: 'web' })],
    ['of a strategy that looks at all nodes', { ...plain, strategy: 'failover' } as const],
    ['that is gone', { ...plain, nodes: nodes.slice(0, 2) }],
  ])('%s is for the whole fleet to decide', (_case, question) => {
    expect(takeShownNode(question, kept)).toBeUndefined();
  });
});

describe('a kept decision', () => {
  const made = decide(questionOf({}));

  test('is read as it was written', () => {
    const decision_json = JSON.stringify(made);
    expect(readDecision({ decision_json, created_vm_id: null })).toEqual(made);
  });

  test('of a VM that is created decides nothing more, and still says what was shown', () => {
    const row = { decision_json: JSON.stringify(made), created_vm_id: 'vm_1' };
    expect(readDecision(row)).toBeUndefined();
    expect(readShownDecision(row)).toEqual(made);
  });

  test('is none where the VM was refused, or nothing was shown', () => {
    expect(readDecision({ decision_json: null, created_vm_id: null })).toBeUndefined();
    expect(readDecision(undefined)).toBeUndefined();
  });
});
