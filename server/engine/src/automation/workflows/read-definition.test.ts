import { describe, expect, test } from '@jest/globals';
import { readDefinition } from './read-definition.ts';

/** A definition with these keys of its first step, which has the id `a`. */
const stepOf = (keys: string, before = ''): string =>
  `name: n\n${before}steps:\n  - id: a\n    ${keys}\n`;

/** Returns the findings in a text: `line:column path message`, a text per finding. */
function findingsOf(text: string): readonly string[] {
  const read = readDefinition(text);
  const findings = read.ok ? read.value.warnings : read.error;
  return findings.map(
    ({ line, column, path, message }) => `${line}:${column} ${path.join('.')} ${message}`,
  );
}

function definitionOf(text: string) {
  const read = readDefinition(text);
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  return read.value.definition;
}

describe('documents of earlier formats', () => {
  test('a workflow with capitals', () => {
    const definition = definitionOf(`
Name: vm-provisioning
Description: Automated VM provisioning with configuration
Steps:
  - ID: create-vm
    Name: Create Virtual Machine
    Type: task
    Action: novacron.vm.create
    Inputs: { cpu_cores: 4, memory_gb: 8 }
    RetryPolicy: { MaxAttempts: 3, BackoffStrategy: exponential }
  - ID: configure-vm
    Type: ansible
    Action: playbooks/configure-vm.yml
    Dependencies: [create-vm]
`);
    expect(definition).toMatchObject({
      kind: 'workflow',
      name: 'vm-provisioning',
      description: 'Automated VM provisioning with configuration',
      steps: [
        {
          id: 'create-vm',
          name: 'Create Virtual Machine',
          task: 'vm.create',
          with: { cpu_cores: 4, memory_gb: 8 },
          retry: { max_attempts: 3, backoff: 'exponential' },
          needs: [],
          on_failure: 'take_back',
        },
        { id: 'configure-vm', ansible: 'playbooks/configure-vm.yml', needs: ['create-vm'] },
      ],
    });
  });

  test('a runbook with metadata, actions and parameters', () => {
    const definition = definitionOf(`
metadata: { id: db-failover, name: Database Failover, type: incident_response, version: 1.0 }
enable_ai: true
auto_recovery: true
steps:
  - { id: one, action_type: command, action: "pg_isready -h \${host}", timeout: 10, retry_count: 3 }
  - { id: two, action_type: manual, action: Plug in the cable, critical: true, dependencies: [] }
  - id: three
    action_type: api
    action: https://api.dns.com/records/\${id}
    parameters: { method: PUT, data: { target: "\${ip}" } }
  - id: four
    action_type: notification
    action: done
    parameters: { channel: slack, recipients: ["#ops-team"] }
    dependencies: [one]
`);
    expect(definition).toMatchObject({
      kind: 'runbook',
      name: 'db-failover',
      title: 'Database Failover',
      version: '1.0',
      enable_ai: true,
      auto_recovery: true,
    });
    expect(definition.steps).toMatchObject([
      { needs: [], timeout: 10, retry: { max_attempts: 4 }, on_failure: 'go_on' },
      { needs: [], wait: { manual: 'Plug in the cable' }, on_failure: 'stop' },
      {
        needs: ['two'],
        http: {
          method: 'PUT',
          url: `https://api.dns.com/records/\${id}`,
          body: { target: `\${ip}` },
        },
      },
      {
        needs: ['one'],
        notify: { channel: 'slack', recipients: ['#ops-team'], message: 'done' },
      },
    ]);
  });

  test('short forms', () => {
    const definition = definitionOf(
      'name: n\nschedule: "0 3 * * *"\nsteps:\n  - { id: a, wait: 10m }\n' +
        '  - { id: b, approval: Go on?, needs: a }\n  - { id: c, command: [ls], retry: 2 }\n',
    );
    expect(definition).toMatchObject({
      schedules: [{ cron: '0 3 * * *', timezone: 'UTC', overlap: 'skip', missed: 'latest' }],
      steps: [
        { wait: { duration: '10m' } },
        { approval: { message: 'Go on?', required: 1 }, needs: ['a'] },
        { retry: { max_attempts: 2 } },
      ],
    });
  });

  test.each([
    ['version: 1.0', '1.0'],
    ['version: 1.10', '1.10'],
    ['version: "2"', '2'],
    ['version: 1e3', '1e3'],
  ])('%s stays text', (line, version) => {
    expect(definitionOf(stepOf('wait: 1s', `${line}\n`)).version).toBe(version);
  });

  test('a mistake stands where the alias stands', () => {
    expect(
      findingsOf(
        'Name: n\nSteps:\n  - ID: a\n    Type: command\n    Action: ls\n    Dependencies: [b]\n',
      ),
    ).toEqual(['6:20 steps.0.needs.0 names b, which is not a step; name the id of another step']);
    expect(
      findingsOf(
        'metadata: {id: n}\nsteps:\n  - id: a\n    action_type: command\n    action: ls\n' +
          '    retry_count: x\n',
      ),
    ).toEqual(['6:18 steps.0.retry.max_attempts must be a number']);
  });

  test.each([
    [
      'needs: []\n    dependencies: []\n    wait: 1s',
      '5:19 steps.0.dependencies says the same as needs again: keep one of them',
    ],
    [
      'retry: 1\n    retry_count: 1\n    command: ls',
      '5:18 steps.0.retry_count stands beside retry: keep one of them',
    ],
    [
      'critical: true\n    on_failure: stop\n    wait: 1s',
      '4:15 steps.0.critical stands beside on_failure: keep one of them',
    ],
    ['type: comand\n    action: ls', '4:11 steps.0.type must be one of task, command'],
    ['action: ls', '4:13 steps.0.action needs a type beside it, such as command or task'],
    ['type: task', '4:11 steps.0.type needs an action beside it'],
  ])('contradicting words: %s', (keys, finding) => {
    expect(findingsOf(stepOf(keys)).join('\n')).toContain(finding);
  });
});

describe('what is wrong is named with its place', () => {
  test.each([
    ['a list', '[]', '1:1  holds no definition: a text holds one, an object with name and steps'],
    [
      'two texts',
      'a: 1\n---\nb: 1\n',
      '1:1  holds 2 definitions: a text holds one, an object with name and steps',
    ],
    ['no steps', 'name: n\n', '1:1 steps is missing'],
    ['no name', 'steps: [{id: a, wait: 1s}]', '1:1 name is missing'],
    [
      'an unknown key',
      stepOf('wait: 1s', 'desciption: x\n'),
      '2:1 desciption is not a known field; did you mean description?',
    ],
    [
      'an unknown key of a step',
      stepOf('wait: 1s\n    timeot: 1s'),
      '5:5 steps.0.timeot is not a known field; did you mean timeout?',
    ],
    ['no action', stepOf('name: x'), '3:5 steps.0 does nothing: give it one of task, command'],
    [
      'two actions',
      stepOf('command: ls\n    wait: 1s'),
      '5:11 steps.0.wait has command and wait: a step does one thing',
    ],
    [
      'a wrong duration',
      stepOf('wait: 1s\n    timeout: soon'),
      '5:14 steps.0.timeout must be a duration such as 30s or 2h',
    ],
    [
      'a cron line',
      stepOf('wait: 1s', 'schedule: "61 * * * *"\n'),
      '2:11 schedules.0.cron "61 * * * *" is not a cron line',
    ],
    [
      '31 February',
      stepOf('wait: 1s', 'schedule: "0 0 31 2 *"\n'),
      '2:11 schedules.0.cron "0 0 31 2 *" never occurs',
    ],
    [
      'a zone',
      stepOf('wait: 1s', 'schedules: [{cron: "0 0 * * *", timezone: Mars/Base}]\n'),
      '2:43 schedules.0.timezone "Mars/Base" is not a time zone',
    ],
    [
      'a date',
      stepOf('wait: 1s', 'schedules: [{cron: "0 0 * * *", except: [2026-02-30]}]\n'),
      '2:42 schedules.0.except.0 names 2026-02-30, which is not a date',
    ],
    [
      'a jitter',
      stepOf('wait: 1s', 'schedules: [{cron: "0 * * * *", jitter: 1h}]\n'),
      'schedules.0.jitter is not shorter than the pause between two runs',
    ],
    [
      'a missing input of a schedule',
      stepOf('wait: 1s', 'inputs: {x: string}\nschedule: "0 0 * * *"\n'),
      '3:11 schedules.0.inputs.x is missing',
    ],
    [
      'two triggers in one',
      stepOf('wait: 1s', 'triggers: [{event: {type: x}, incident: {}}]\n'),
      'triggers.0 must be one of event, metric',
    ],
    [
      'a default',
      stepOf('wait: 1s', 'inputs: {x: {type: integer, default: a}}\n'),
      'inputs.x has a default that must be a whole number',
    ],
    [
      'a pattern',
      stepOf('wait: 1s', 'inputs: {x: {pattern: "("}}\n'),
      'inputs.x has a pattern that cannot be read',
    ],
    [
      'a choice',
      stepOf('wait: 1s', 'inputs: {x: {one_of: [a, b], default: c}}\n'),
      'inputs.x has a default that must be one of "a", "b"',
    ],
    [
      'retries without an end',
      stepOf('command: ls\n    retry: {max_attempts: 3, delay: 10m, max_delay: 1m}'),
      'steps.0.retry.delay is more than max_delay (1m)',
    ],
    [
      'a retry without a pause',
      stepOf('command: ls\n    retry: {max_attempts: 1, backoff: linear}'),
      'steps.0.retry.max_attempts is 1, so that no pause ever comes',
    ],
    [
      'a retry of an approval',
      stepOf('approval: Go on?\n    retry: 2'),
      'steps.0.retry does not belong to approval',
    ],
    [
      'a timeout below a wait',
      stepOf('wait: 1h\n    timeout: 10m'),
      'steps.0.timeout ends the wait of 1h before it is over',
    ],
    [
      'a timeout above the deadline',
      stepOf('command: ls\n    timeout: 3h', 'deadline: 2h\n'),
      'steps.0.timeout waits longer than the deadline of a run (2h)',
    ],
    [
      'an SLA after the deadline',
      stepOf('wait: 1s', 'deadline: 1h\nsla: {breach_after: 2h}\n'),
      'sla.breach_after comes after the deadline (1h)',
    ],
    [
      'an SLA that warns late',
      stepOf('wait: 1s', 'sla: {warn_after: 2h, breach_after: 1h}\n'),
      'sla.warn_after must be less than breach_after (1h)',
    ],
    [
      'itself',
      'name: n\nsteps:\n  - {id: a, workflow: n}\n',
      '3:23 steps.0.workflow starts n itself, which would never end',
    ],
    [
      'a compensation of a wait',
      stepOf('wait: 1s\n    compensate: {command: ls}'),
      'steps.0.compensate takes back wait, which changes nothing',
    ],
    [
      'a variable before a program',
      stepOf('command: LANG=C sort'),
      'steps.0.command begins with "LANG=C", which is no program: set variables in env',
    ],
    [
      'labels of an http step',
      stepOf('http: {url: "https://x/"}\n    run_on: {a: b}'),
      'steps.0.run_on belongs to command and ansible',
    ],
    [
      'codes of the other kind',
      stepOf('command: ls\n    success_when: {status_codes: [200]}'),
      'steps.0.success_when.status_codes does not belong to command: use exit_codes',
    ],
  ])('%s', (_what, text, finding) => {
    expect(findingsOf(text).join('\n')).toContain(finding);
    expect(readDefinition(text).ok).toBe(false);
  });

  test('steps that wait for each other are named in their order', () => {
    const text =
      'name: n\nsteps:\n  - {id: a, wait: 1s}\n  - {id: b, wait: 1s, needs: [a, d]}\n' +
      '  - {id: c, wait: 1s, needs: [b]}\n  - {id: d, wait: 1s, needs: [c]}\n';
    expect(findingsOf(text)).toEqual([
      '4:30 steps.1.needs is a cycle: b needs d needs c needs b; remove one of these needs',
    ]);
  });

  test('an id that occurs twice, a need of itself and one that is named twice', () => {
    const text =
      'name: n\nsteps:\n  - {id: a, wait: 1s}\n  - {id: a, wait: 1s}\n' +
      '  - {id: b, wait: 1s, needs: [b, a, a]}\n';
    expect(findingsOf(text)).toEqual([
      '4:10 steps.1.id is the id of step 1, too: give each step an id of its own',
      '5:31 steps.2.needs.0 is the step itself: a step cannot wait for its own end',
      '5:37 steps.2.needs.2 names a twice: remove one',
    ]);
  });
});

describe('tasks', () => {
  test.each([
    'approval.create',
    'secret.create',
    'api_key.create',
    'token.create',
    'session.revoke',
    'role.delete',
    'tenant.create',
    'enrollment.create',
    'policy.create',
    'policy_waiver.create',
    'orchestration_policy.create',
    'signing_key.rotate',
    'drift_settings.update',
    'workflow.run',
    'operation.wait',
    'vm.creat',
  ])('%s is not a step', (task) => {
    expect(findingsOf(stepOf(`task: ${task}`))[0]).toMatch(/^4:11 steps\.0\.task "/);
    expect(readDefinition(stepOf(`task: ${task}`)).ok).toBe(false);
  });

  test('a compensation is checked as a task is', () => {
    const text = stepOf(
      'task: vm.create\n    with: {name: x}\n    compensate: {task: role.delete}',
    );
    expect(findingsOf(text)).toEqual([
      '6:24 steps.0.compensate.task "role.delete" is never a step: ' +
        'it decides who may do what, so a person does it',
    ]);
  });

  test('reads are steps, and take nothing back', () => {
    expect(readDefinition(stepOf('task: vm.list')).ok).toBe(true);
    const text = stepOf('task: vm.create\n    with: {name: x}\n    compensate: {task: vm.list}');
    expect(findingsOf(text)).toEqual([
      '6:24 steps.0.compensate.task "vm.list" changes nothing, ' +
        'so it takes nothing back: name a write',
    ]);
  });

  test('a version belongs to a step that starts a workflow', () => {
    expect(readDefinition(stepOf('workflow: other\n    version: 3')).ok).toBe(true);
    expect(findingsOf(stepOf('task: vm.list\n    version: 3'))).toEqual([
      '5:14 steps.0.version belongs to workflow, not to task: remove it',
    ]);
  });

  test('fields and values are those of the operation; references are left for a run', () => {
    const text = stepOf(
      'task: vm.create\n' +
        `    with: {name: x, cpu_core: 4, memory_gb: -1, disk_gb: "\${size}", claim: y}`,
    );
    expect(findingsOf(text)).toEqual([
      '5:31 steps.0.with.cpu_core is not a field of vm.create; did you mean cpu_cores?',
      expect.stringContaining('5:45 steps.0.with.memory_gb must be at least'),
      '5:76 steps.0.with.claim is set by the server for each attempt: remove it',
    ]);
  });

  test('where they take an id, a name is one that is looked up in a run', () => {
    const using = (id: string) =>
      readDefinition(`name: n\nsteps:\n  - { id: a, task: vm.stop, with: { id: ${id} } }\n`).ok;
    expect(['web-01', 'vm_01', '""', 'net_01h455vb4pex5vsknk084sn02q'].map(using)).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  test('what is missing is a warning', () => {
    const read = readDefinition(stepOf('task: vm.create'));
    expect(read).toMatchObject({ ok: true, value: { warnings: [{ severity: 'warning' }] } });
    expect(findingsOf(stepOf('task: vm.create'))).toEqual([
      '4:11 steps.0.task needs name, which "with" does not give: give a value to each',
    ]);
  });
});

describe('references', () => {
  const withInputs = (keys: string) => stepOf(keys, 'inputs: {host: string}\n');
  test.each([
    [
      withInputs(`command: ping \${hots}`),
      `has \${hots}, which is not an input; declare hots under inputs`,
    ],
    [withInputs(`command: ping \${inputs}`), 'which is all inputs'],
    [withInputs(`command: ping \${item}`), 'the step has no for_each'],
    [withInputs(`command: ping \${steps.b.outputs.x}`), '"b" is not a step'],
    [withInputs(`command: ping \${steps.a.outputs.x}`), 'a need not have ended by then'],
    [withInputs(`command: ping \${run.secret}`), `of a run there is \${run.id}`],
    [withInputs(`command: ping \${secrets.key}`), 'secrets stand in headers and body of http only'],
    [withInputs(`command: ping \${a.b}`), 'a path begins with inputs, steps, item or run'],
    [withInputs('command: ping ${host'), 'close it'],
    [withInputs(`notify: {channel: c, message: "\${ho st}"}`), 'which is not a path'],
    [withInputs(`task: vm.\${host}`), 'takes no reference'],
    [withInputs(`command: ls\n    run_on: {site: "\${host}"}`), 'steps.0.run_on.site must be'],
    [
      withInputs(`command: ls\n    for_each: a \${host}`),
      'must be a list, or one reference to one',
    ],
    [withInputs(`command: ls\n    for_each: ["\${host}"]`), 'takes no reference in an item'],
    [
      withInputs('command: ls\n    if: inputs.hots == "x"'),
      `has \${inputs.hots}, which is not an input; `,
    ],
    [withInputs('command: ls\n    if: steps.b.status == "x"'), '"b" is not a step'],
    [withInputs(`command: ls\n    if: \${host}`), 'is CEL: write inputs.NAME'],
    [withInputs('command: ls\n    if: inputs.host ='), 'steps.0.if '],
    [withInputs('command: ls\n    if: "1 + 1"'), 'a condition is true or false'],
  ])('%s', (text, message) => {
    expect(findingsOf(text).join('\n')).toContain(message);
    expect(readDefinition(text).ok).toBe(false);
  });

  test('an output is declared, and its step has ended', () => {
    const steps = (needs: string, name: string) =>
      'name: n\nsteps:\n  - {id: a, command: ls, outputs: {version: stdout}}\n' +
      '  - {id: b, wait: 1s, needs: [a]}\n' +
      `  - {id: c, command: ["ls", "\${steps.a.outputs.${name}}"], needs: [${needs}]}\n`;
    expect(findingsOf(steps('b', 'version'))).toEqual([]);
    expect(findingsOf(steps('', 'version'))[0]).toContain(
      'but a need not have ended by then: add it to needs',
    );
    expect(findingsOf(steps('a', 'verson'))[0]).toContain(
      'a has no output verson; did you mean version?',
    );
  });

  test('a dollar sign and a brace can be written', () => {
    expect(findingsOf(withInputs("command: [echo, '$${print}']"))).toEqual([]);
  });

  test('a condition that is longer or nested deeper than the limits is refused', () => {
    const macros = 'inputs.x.all(a, inputs.x.all(b, inputs.x.all(c, true)))';
    expect(findingsOf(stepOf(`command: ls\n    if: ${macros}`))[0]).toContain(
      'deeper than 2 levels',
    );
    expect(findingsOf(stepOf(`command: ls\n    if: ${'true && '.repeat(400)}true`))).toHaveLength(
      1,
    );
  });
});

describe('commands and URLs', () => {
  test.each([
    ['cat x | wc', 'a pipe'],
    ['cat x > y', 'a redirection of output'],
    ['cat < y', 'a redirection of input'],
    ['echo $(id)', 'a command substitution'],
    ['echo "$(id)"', 'a command substitution'],
    ['echo `id`', 'a command substitution'],
    ['a && b', 'a list of commands'],
    ['a || b', 'a list of commands'],
    ['a; b', 'a list of commands'],
    ['sleep 9 &', 'a command in the background'],
    ['echo $HOME', 'a variable of a shell'],
    ['echo "$HOME"', 'a variable of a shell'],
    ["echo 'x", 'that is not closed'],
    ['echo "x', 'that is not closed'],
    ['echo x\\', 'ends with a backslash'],
  ])('%s', (line, form) => {
    const findings = findingsOf(stepOf(`command: ${JSON.stringify(line)}`));
    expect(findings.join()).toContain(form);
  });

  test.each([
    `["sh", "-c", "echo \${x}"]`,
    `["sudo", "-n", "bash", "-lc", "echo \${x}"]`,
    `["/bin/sh", "-ec", "echo \${x}"]`,
    `["env", "A=1", "python3", "-c", "print(\${x})"]`,
    `"\${x} --all"`,
  ])('a value is never code or the program: %s', (command) => {
    expect(readDefinition(stepOf(`command: ${command}`)).ok).toBe(false);
  });

  test('a value may be a word behind the code', () => {
    expect(findingsOf(stepOf(`command: ["sh", "-c", "wc \\"$1\\" | cat", "sh", "\${x}"]`))).toEqual(
      [],
    );
  });

  test.each([
    `https://\${host}/a`,
    `https://a\${host}/b`,
    `https://a:\${port}/b`,
    `\${scheme}://a/b`,
    `https://user@host/\${x}`,
    `https://user@host?a=\${x}`,
    'ftp://a/b',
    '/a',
  ])('a value never changes the host: %s', (url) => {
    expect(readDefinition(stepOf(`http: {url: "${url}"}`)).ok).toBe(false);
  });
});

describe('what a value never chooses', () => {
  test.each([
    ['a playbook', `ansible: "playbooks/\${x}.yml"`, 'takes no reference'],
    ['a playbook of the machine', 'ansible: /etc/ansible/site.yml', 'must be a file of the bundle'],
    ['a playbook above the bundle', 'ansible: playbooks/../../site.yml', 'must be a file of the'],
    ['who approves', `approval: { approvers: ["\${x}"] }`, 'takes no reference'],
    ['another workflow', `workflow: "\${x}"`, 'must be a name'],
    ['a channel', `notify: { channel: "\${x}", message: m }`, 'must be a name'],
    ['a secret', `command: ls\n    secrets: { A: "\${x}" }`, 'must be the name of a secret'],
  ])('%s', (_what, keys, message) => {
    expect(findingsOf(stepOf(keys)).join('\n')).toContain(message);
    expect(readDefinition(stepOf(keys)).ok).toBe(false);
  });

  test.each([
    ['an output', `\${steps.only.outputs.x}`, 'outputs.x}, but only inputs are'],
    ['the run', `\${run.id}`, 'run.id}, but only inputs are known when a run is started'],
    ['no input', `a-\${inputs.y}`, 'inputs.y}, which is not an input; declare y under'],
  ])('the group that a run counts in, but inputs do: %s', (_what, group, message) => {
    const text = stepOf('wait: 1s', `concurrency: { group: "${group}" }\ninputs: { x: string }\n`);
    expect(findingsOf(text)).toEqual([expect.stringContaining(message)]);
    const inputs = `concurrency: { group: "prod-\${x}-\${inputs.x}" }\ninputs: { x: string }\n`;
    expect(findingsOf(stepOf('wait: 1s', inputs))).toEqual([]);
  });

  test('words that a program runs as code are warned of', () => {
    const read = readDefinition(stepOf(`command: ["ssh", "host", "ls \${x}"]`));
    expect(read).toMatchObject({
      ok: true,
      value: { warnings: [{ path: ['steps', 0, 'command'] }] },
    });
  });
});

describe('triggers', () => {
  const triggered = (trigger: string) =>
    stepOf('wait: 1s', `inputs: { node: string }\ntriggers: [${trigger}]\n`);

  test('give every input that has no default, by its path', () => {
    expect(findingsOf(triggered('{event: {type: node.lost}, inputs: {node: node.name}}'))).toEqual(
      [],
    );
    expect(findingsOf(triggered('{incident: {}}')).join()).toContain(
      'triggers.0.inputs.node is missing',
    );
    expect(findingsOf(triggered('{incident: {}, inputs: {node: a, x: b}}')).join()).toContain(
      'triggers.0.inputs.x is not an input',
    );
  });

  test('have conditions over the event', () => {
    const of = (condition: string) =>
      triggered(`{event: {type: t, if: '${condition}'}, inputs: {node: a}}`);
    expect(findingsOf(of('event.severity == "high"'))).toEqual([]);
    expect(findingsOf(of('inputs.node == "a"')).join()).toContain('triggers.0.event.if');
  });

  test.each([
    [
      'without secrets',
      '{webhook: {name: w}, inputs: {node: a}}',
      'triggers.0.webhook.secrets is missing',
    ],
    [
      'with three secrets',
      '{webhook: {name: w, secrets: [a, b, c]}, inputs: {node: a}}',
      'triggers.0.webhook.secrets',
    ],
    [
      'with a condition over the event',
      '{webhook: {name: w, secrets: [a], if: event.a == 1}, inputs: {node: a}}',
      'triggers.0.webhook.if',
    ],
    [
      'of one name',
      '{webhook: {name: w, secrets: [a]}, inputs: {node: a}}, ' +
        '{webhook: {name: w, secrets: [b]}, inputs: {node: a}}',
      'triggers.1.webhook.name is the name of another one: w',
    ],
    [
      'of a metric of a VM and a group',
      '{metric: {name: a_count, operator: gt, value: 1, vm: a, vm_group: b}, inputs: {node: name}}',
      'triggers.0.metric.vm_group is one too many',
    ],
  ])('%s are found', (_what, triggers, finding) => {
    const findings = findingsOf(triggered(triggers));
    expect(findings.join()).toContain(finding);
    expect(findings).toHaveLength(1);
  });

  test('of webhooks and metrics are accepted', () => {
    const webhook =
      '{webhook: {name: w, secrets: [a, b@2], if: payload.a == 1}, inputs: {node: a}}';
    const metric =
      '{metric: {name: a_count, operator: gt, value: 1, for: 5m, vm: a}, inputs: {node: name}}';
    expect(findingsOf(triggered(`${webhook}, ${metric}`))).toEqual([]);
  });
});

describe('split brain', () => {
  const failover = (check: string, fence: string) => `
kind: runbook
name: failover
steps:
  - { id: check, command: [pg_isready, -h, "\${primary}"], ${check} }
  - ${fence}
  - { id: promote, command: pg_ctl promote -D /data, critical: true }
`;
  const FENCE =
    '{ id: fence, critical: true, task: node.fence, ' +
    `with: { id: "\${node}", reason: failover } }`;

  test.each([
    ['the check passes while all is well', 'critical: true', FENCE, 'success_when'],
    [
      'the run goes on after the check',
      'success_when: {exit_codes: [2]}',
      FENCE,
      'on_failure: stop',
    ],
    [
      'nothing is fenced',
      'success_when: {exit_codes: [2]}, critical: true',
      '{id: w, wait: 1s}',
      'fence the old primary',
    ],
  ])('is warned of where %s', (_why, check, fence, advice) => {
    const read = readDefinition(failover(check, fence));
    expect(read.ok).toBe(true);
    expect(findingsOf(failover(check, fence)).join()).toContain(advice);
  });

  test('is not warned of where the primary is down and fenced', () => {
    expect(findingsOf(failover('success_when: {exit_codes: [2]}, critical: true', FENCE))).toEqual(
      [],
    );
  });
});

describe('bounds', () => {
  const stepAt = (_: unknown, at: number) =>
    `- {id: s${at}, wait: 1s, needs: [${at === 0 ? '' : `s${at - 1}`}]}\n`;
  const steps = (count: number) =>
    `name: n\nsteps:\n${Array.from({ length: count }, stepAt).join('')}`;
  const items = (count: number) =>
    stepOf(`command: ls\n    for_each: [${Array(count).fill('1').join(',')}]`);
  const bomb = (levels: number) => {
    const lines = Array.from(
      { length: levels },
      (_, at) => `x${at + 1}: &x${at + 1} [${Array(10).fill(`*x${at}`).join(',')}]`,
    );
    return `x0: &x0 [a]\n${lines.join('\n')}\n`;
  };

  test.each([
    ['500 steps', steps(500), true],
    ['501 steps', steps(501), false],
    ['1,000 items', items(1_000), true],
    ['1,001 items', items(1_001), false],
    ['aliases that multiply', bomb(9), false],
    ['a text of 2 MiB', `#${'x'.repeat(2_097_152)}`, false],
    ['deep values', stepOf(`workflow: w\n    with: ${'{a: '.repeat(40)}1${'}'.repeat(40)}`), false],
    [
      'deep blocks',
      Array.from({ length: 700 }, (_, at) => `${' '.repeat(at)}a:`).join('\n'),
      false,
    ],
  ])('%s', (_what, text, isFine) => {
    expect(readDefinition(text).ok).toBe(isFine);
  });

  test('of many mistakes the first are listed', () => {
    const text = `name: n\nsteps:\n${Array.from({ length: 200 }, () => '- {id: a}').join('\n')}\n`;
    const findings = findingsOf(text);
    expect(findings).toHaveLength(51);
    expect(findings.at(-1)).toMatch(/has \d+ more mistakes/);
  });
});
