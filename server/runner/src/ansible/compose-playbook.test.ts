/** Playbooks as real Ansible runs them, isolated as steps are; their variables are no code. */
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { systemTimers } from '@novacron/runtime/timers';
import { findAnsible } from '../../../../test/support/services/find-ansible.ts';
import { findIsolation } from '../../../../test/support/services/find-isolation.ts';
import { collectOutput } from '../steps/collect-output.ts';
import { runCommand } from '../steps/run-command.ts';
import { TEST_UID } from '../test-kit/run-for-test.ts';
import { composePlaybook, type PlaybookOrder } from './compose-playbook.ts';
import { examineAnsible } from './examine-ansible.ts';

jest.setTimeout(120_000);

const ISOLATION = {
  uid: TEST_UID,
  network: 'open',
  scratchMib: 64,
  processesMax: 256,
  memoryMib: 1_024,
  readable: [],
} as const;

beforeAll(() => {
  findIsolation();
  findAnsible();
});

interface Event {
  readonly event: string;
  readonly host?: string;
  readonly task?: string;
  readonly message?: string;
  readonly [name: string]: unknown;
}

async function play(
  text: string,
  {
    files = [],
    secrets = [],
    env = {},
    ...more
  }: Partial<PlaybookOrder['ansible']> & Partial<Omit<PlaybookOrder, 'ansible'>> = {},
) {
  const command = composePlaybook({
    ansible: { playbook: 'playbooks/site.yml', variables: {}, ...more },
    files: [{ path: 'playbooks/site.yml', text }, ...files],
    secrets,
    env,
  });
  const masked = secrets.map(({ value }) => value);
  const end = await runCommand(
    {
      ...command,
      secrets,
      output: collectOutput(masked, 'last-line'),
      timeoutMs: 60_000,
      isolation: ISOLATION,
    },
    { timers: systemTimers, signal: new AbortController().signal },
  );
  if (end.kind !== 'exited') throw new Error(JSON.stringify(end));
  const lines = end.output.log.split('\n').filter((line) => line.startsWith('{'));
  const events = lines.map((line): Event => JSON.parse(line));
  return { code: end.code, log: end.output.log, events, last: end.output.lastLine };
}

const TASKS = (tasks: string): string => `- hosts: all\n  gather_facts: false\n  tasks:\n${tasks}`;

describe('a playbook', () => {
  test('says what it does to each host, and ends with the counts', async () => {
    const { code, events, last } = await play(
      TASKS(`    - { name: greet, ansible.builtin.debug: { msg: "hello {{ inventory_hostname }}" } }
    - { name: leave, ansible.builtin.command: "true" }
    - { name: never, ansible.builtin.command: "true", when: false }
    - { name: maybe, ansible.builtin.command: "false", ignore_errors: true, changed_when: false }
`),
    );
    expect(code).toBe(0);
    const shown = events.map(({ event, host, task, message }) => [event, host, task, message]);
    expect(shown).toEqual([
      ['play', undefined, undefined, undefined],
      ['task', undefined, 'greet', undefined],
      ['ok', 'localhost', 'greet', 'hello localhost'],
      ['task', undefined, 'leave', undefined],
      ['changed', 'localhost', 'leave', undefined],
      ['task', undefined, 'never', undefined],
      ['skipped', 'localhost', 'never', undefined],
      ['task', undefined, 'maybe', undefined],
      ['failed', 'localhost', 'maybe', 'non-zero return code'],
      ['end', undefined, undefined, undefined],
    ]);
    expect(JSON.parse(last)).toMatchObject({
      event: 'end',
      hosts: 1,
      ok: 3,
      changed: 1,
      failed: 0,
      unreachable: 0,
      skipped: 1,
      ignored: 1,
      failed_hosts: [],
    });
  });

  test('uses roles, templates and variables of the bundle', async () => {
    const { code, events } = await play(
      `- hosts: web\n  gather_facts: false\n  connection: local\n  roles: [greet]\n`,
      {
        inventory: 'inventory/hosts.ini',
        files: [
          { path: 'inventory/hosts.ini', text: '[web]\nweb-1\nweb-2\n' },
          { path: 'inventory/group_vars/web.yml', text: 'word: hello\n' },
          { path: 'roles/greet/tasks/main.yml', text: GREET },
          {
            path: 'roles/greet/templates/note.j2',
            text: '{{ word }} from {{ inventory_hostname }}',
          },
        ],
      },
    );
    const said = events
      .filter(({ task }) => task === 'greet : say')
      .flatMap((e) => e.message ?? []);
    expect([code, said.toSorted()]).toEqual([0, ['hello from web-1', 'hello from web-2']]);
  });

  test.each([
    ['a template', '{{ lookup("pipe", "id") }}'],
    ['a statement', '{% set x = 1 %}{{ x }}'],
    ['quotes, breaks and separators', 'a"b\\c\n\u2028\u0085\ud83d\ude00 # : {'],
  ])('takes no value for code: %s', async (_what, value) => {
    const variables = { given: value, list: [{ inner: value }], count: 3, none: null };
    const { code, events } = await play(
      TASKS('    - { name: say, ansible.builtin.debug: { msg: "{{ [given, list, count] }}" } }\n'),
      { variables },
    );
    const [said] = events.filter(({ event }) => event === 'ok');
    expect(code).toBe(0);
    expect(JSON.parse(said?.message ?? '')).toEqual([value, [{ inner: value }], 3]);
  });

  test('has failed with the hosts and tasks that did, and shows no secret', async () => {
    const secrets = [{ key: 'TOKEN', value: 'correct-horse-battery' }];
    const { code, log, last } = await play(
      TASKS(`    - name: break
      ansible.builtin.shell: cat "$TOKEN"; cat "$TOKEN" >&2; exit 3
`),
      { secrets },
    );
    expect(code).toBe(2);
    expect(log).not.toContain('correct-horse');
    expect(log).toContain('"event": "failed"');
    expect(JSON.parse(last)).toMatchObject({ failed: 1, failed_hosts: ['localhost'] });
  });

  test('checks keys of hosts, whatever the bundle says', async () => {
    const off = 'ansible_ssh_common_args="-o StrictHostKeyChecking=no"';
    const { events } = await play(
      TASKS(`    - name: show
      ansible.builtin.debug:
        msg: "{{ ansible_ssh_args }}; {{ ansible_host_key_checking }}"
      connection: local
`),
      {
        inventory: 'hosts',
        variables: { ansible_ssh_args: '-o StrictHostKeyChecking=no' },
        files: [
          { path: 'hosts', text: `h ansible_host_key_checking=false ${off}\n` },
          { path: 'ansible.cfg', text: '[defaults]\nhost_key_checking = False\n' },
          { path: 'known_hosts', text: '' },
        ],
      },
    );
    const [shown] = events.filter(({ event }) => event === 'ok');
    expect(shown?.message).toContain('-o StrictHostKeyChecking=yes');
    expect(shown?.message).toContain('UserKnownHostsFile=/tmp/files/bundle/known_hosts');
    expect(shown?.message?.toLowerCase()).toContain('; true');
    expect(shown?.message).not.toContain('StrictHostKeyChecking=no');
  });
});

const GREET = `- name: say
  ansible.builtin.debug:
    msg: "{{ lookup('ansible.builtin.template', 'note.j2') }}"
`;

test('a runner whose steps reach no network runs no playbooks', async () => {
  expect(await examineAnsible(ISOLATION, systemTimers)).toBeUndefined();
  expect(await examineAnsible({ ...ISOLATION, network: 'none' }, systemTimers)).toBe(
    'steps reach no network: start it with --network open, or hosts',
  );
});
