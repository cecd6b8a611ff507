/** Drafts of models: what is accepted, and what each of the others is refused for. */
import { describe, expect, test } from '@jest/globals';
import { readDefinition } from '../read-definition.ts';
import { readDraft } from './read-draft.ts';

const NOTE = 'Drafted by the model small-1 for ann: read it before you enable it.';

const read = (answer: string, originals: Readonly<Record<string, string>> = {}) =>
  readDraft({ answer, originals: new Map(Object.entries(originals)), note: NOTE });

const runbook = (steps: string, more = '') =>
  `kind: runbook\nname: heal\n${more}inputs: { vm: string }\nsteps:\n${steps}`;

const REBOOT = `  - { id: reboot, task: vm.reboot, with: { id: "\${vm}" }, critical: true }\n`;

describe('a draft', () => {
  test('of registered tasks is accepted, and says who has drafted it', () => {
    const draft = read(
      `Here it is:\n\`\`\`yaml\n${runbook(REBOOT, 'description: Heals.\n')}\`\`\``,
    );
    expect(draft).toMatchObject({ name: 'heal', problems: [], warnings: [] });
    const definition = readDefinition(draft.text);
    expect(definition).toMatchObject({
      ok: true,
      value: { definition: { kind: 'runbook', description: `${NOTE} Heals.` } },
    });
  });

  test('has its names again, as values that change nothing else', () => {
    const given = `{ id: "\${vm}", description: __VM_1__ }`;
    const steps = `  - { id: note, task: vm.update, with: ${given} }\n`;
    const tricky = `n", task: vm.delete # \${secrets.x}`;
    const { text, problems } = read(runbook(steps), { __VM_1__: tricky });
    expect(problems).toEqual([]);
    const definition = readDefinition(text);
    expect(definition).toMatchObject({
      ok: true,
      value: {
        definition: {
          steps: [{ task: 'vm.update', with: { description: tricky.replace('$', '$$$$') } }],
        },
      },
    });
  });

  test.each([
    [
      'of a task that no step may call',
      runbook('  - { id: a, task: role.delete }\n'),
      'never a step',
    ],
    ['of a task that does not exist', runbook('  - { id: a, task: vm.heal }\n'), 'vm.heal'],
    ['with a command', runbook('  - { id: a, command: reboot }\n'), 'a is of the kind command'],
    [
      'with a request',
      runbook('  - { id: a, http: { url: "https://x.example/" } }\n'),
      'a is of the kind http',
    ],
    ['with a playbook', runbook('  - { id: a, ansible: site.yml }\n'), 'a is of the kind ansible'],
    ['that runs another', runbook('  - { id: a, workflow: other }\n'), 'a is of the kind workflow'],
    [
      'with a message',
      runbook('  - { id: a, notify: { channel: ops, message: hi } }\n'),
      'a is of the kind notify',
    ],
    [
      'taken back by a command',
      runbook(REBOOT.replace('critical: true', 'compensate: { command: reboot }')),
      'reboot is of the kind command',
    ],
    ['of many VMs at once', runbook('  - { id: a, task: vm.bulk }\n'), 'a calls vm.bulk'],
    [
      'with a schedule',
      runbook(REBOOT, 'schedules: [{ cron: "0 3 * * *", inputs: { vm: x } }]\n'),
      'has no schedules and triggers',
    ],
    [
      'that is a workflow',
      runbook(REBOOT).replace('kind: runbook', 'kind: workflow'),
      'not a runbook',
    ],
    ['that is no YAML', 'I cannot help: {[', 'line 1'],
    ['that is a sentence', 'I cannot help with that.', 'is not one YAML document'],
    ['of two documents', `${runbook(REBOOT)}---\na: 1\n`, 'is not one YAML document'],
    ['that is too long', 'a'.repeat(70_000), 'is longer than 65536 characters'],
    ['with an unknown key', runbook(REBOOT, 'shell: yes\n'), 'is not a known field'],
  ])('%s is refused', (_what, answer, problem) => {
    expect(read(answer).problems.join('\n')).toContain(problem);
  });

  test('that cannot be read is shown as it is', () => {
    expect(read('no: [').text).toBe('no: [');
  });
});
