import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { commandSubject, outcomeSubject } from '@novacron/contract/agent/agent-subjects';
import { JsonObject } from '@novacron/contract/json';
import fc from 'fast-check';
import { type AgentBench, openAgentBench } from './test-kit/agent-bench.ts';
import { sampleSpec } from './test-kit/samples.ts';

let bench: AgentBench;
beforeEach(() => {
  bench = openAgentBench();
});
afterEach(() => bench.dispose());

const NODE = 'node-01';

describe('garbage', () => {
  test('is answered with what is wrong about it', async () => {
    const command = bench.command(bench.ids('vm'), 1, { kind: 'start' });
    const answers = [
      await bench.sendRaw(commandSubject(NODE), {}),
      await bench.sendRaw(
        commandSubject(NODE),
        JsonObject.parse({ ...command, action: { kind: 'explode' } }),
      ),
      await bench.sendRaw(commandSubject(NODE), JsonObject.parse({ ...command, vm_id: 'web-1' })),
      await bench.sendRaw(outcomeSubject(NODE), { operation_id: command.operation_id }),
    ];
    const expected = [
      /^The command is not valid at protocol: .* \(and 5 more\)$/,
      /^The command is not valid at action.kind: .*'prepare-incoming'/,
      /^The command is not valid at vm_id: must be the id of a VM, .* or a node: vm_/,
      /^The question is not valid at step: .*expected string/,
    ];
    expect(answers).toEqual(
      expected.map((text) => ({
        kind: 'not-understood',
        message: expect.stringMatching(text),
      })),
    );
  });

  test('of any kind never stops an agent', async () => {
    const subjects = [commandSubject(NODE), outcomeSubject(NODE)];
    const object = fc
      .dictionary(fc.string(), fc.jsonValue())
      .map((value) => JsonObject.parse(JSON.parse(JSON.stringify(value))));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...subjects), object, async (subject, message) => {
        expect(await bench.sendRaw(subject, message)).toMatchObject({ kind: 'not-understood' });
      }),
    );
    const made = { kind: 'create', spec: sampleSpec() } as const;
    await bench.send(bench.command(bench.ids('vm'), 1, made));
    await bench.time.settle();
    expect(bench.completions).toMatchObject([{ outcome: { kind: 'succeeded' } }]);
  });
});
