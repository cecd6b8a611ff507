import { expect, test } from '@jest/globals';
import type { Json } from '@novacron/contract/json';
import { NETWORK_FIELDS } from '@novacron/contract/kinds/network/network';
import { POLICY_FIELDS } from '@novacron/contract/kinds/policy/policy';
import { VM_FIELDS } from '@novacron/contract/kinds/vm/vm';
import { VM_GROUP_FIELDS } from '@novacron/contract/kinds/vm-group/vm-group';
import type { FieldTable } from '@novacron/contract/schema/field';
import type { ResourceKind } from '@novacron/contract/schema/resource-kind';
import { type Command, holdConversation } from '../../test/conversation.ts';
import { explainDrift } from './explain-drift.ts';
import type { FieldValues, ResourceChange } from './model/drift.ts';
import { planDriftReport } from './plan-drift-report.ts';

const TABLES = {
  vm: VM_FIELDS,
  vm_group: VM_GROUP_FIELDS,
  network: NETWORK_FIELDS,
  policy: POLICY_FIELDS,
} as const;

const CHANGE_ARGUMENTS = ['at', 'who', 'kind', 'client', 'request', 'outcome'];

const file = new URL('./testdata/drift.txt', import.meta.url);

test.each(holdConversation(file, report))('$title', ({ actual, expected }) => {
  expect(actual).toBe(expected);
});

function report(commands: readonly Command[]): string {
  const of = (verb: string) => commands.filter((command) => command.verb === verb);
  const [resource] = commands;
  const kind = (resource?.verb ?? 'vm') as ResourceKind & keyof typeof TABLES;
  const name = resource?.name ?? '';
  const table: FieldTable = TABLES[kind];
  const { record, explained } = planDriftReport({
    kind,
    id: `${kind}_1`,
    name,
    table,
    applied: { name, ...readValues(of('applied')[0]) },
    appliedAt: '2026-11-20T07:00:00.000Z',
    deployment: 'shop',
    current: { name, ...readValues(of('current')[0]) },
    changes: of('change').map(readChange),
  });
  const lines = [
    ...(record === undefined ? ['no drift'] : explainDrift(record)),
    ...(explained?.fields ?? []).map(({ field }) => `explained: ${field}`),
  ];
  return lines.join('\n');
}

function readValues(command: Command | undefined): FieldValues {
  const entries = Object.entries(command?.args ?? {});
  return Object.fromEntries(entries.map(([field, text]) => [field, JSON.parse(text) as Json]));
}

function readChange({ args }: Command): ResourceChange {
  const fields = Object.entries(args).filter(([key]) => !CHANGE_ARGUMENTS.includes(key));
  return {
    principal: args.who ?? '',
    ...(args.kind === undefined ? {} : { principal_kind: args.kind }),
    client: args.client ?? '',
    request_id: args.request ?? '',
    at: `2026-11-20T${args.at}:00.000Z`,
    outcome: args.outcome ?? 'done',
    changes: Object.fromEntries(
      fields.map(([field, text]) => {
        const [was, is] = JSON.parse(`[${text}]`);
        return [field, { was, is }];
      }),
    ),
  };
}
