/** Steps of the demo. Each step fails unless it has the expected effect. */
import { expectFact } from './commands.mjs';
import { allOf, blocksBetween, linesMatching } from './trim-output.mjs';

/** The VM of the example. */
export const VM = 'web-server-01';
export const PLAN_VM = blocksBetween(/^ +# novacron_vm\./, /^ {4}\}$/);
export const SUMMARY = linesMatching(/^(Plan:|No changes)/);
export const WARNING = blocksBetween(/^(│ )?Warning: /, /^(╵|─+)$/);
const ERROR = blocksBetween(/^(│ )?Error: /, /^╵$/);

/**
 * The steps of the demo on a hypervisor; the commands are those of `createCommands`.
 * @param {import('./simulator.mjs').simulator} hypervisor
 */
export function makeSteps({ steps, memoryGb }) {
  return [...BEGINNING, ...steps, ...makeDriftSteps(memoryGb), ENDING];
}

const BEGINNING = [
  {
    title: 'Terraform finds the provider in a mirror on this machine',
    run: ({ terraform }) =>
      terraform('init', {
        show: linesMatching(/^- Install(ing|ed) /, /successfully initialized/),
        says: { 'the provider is installed': /Installed novacron\/novacron v\d/ },
      }),
  },
  {
    title: 'A plan: a network, a VM, a volume and an access policy',
    run: ({ terraform }) =>
      terraform('plan', {
        show: allOf(linesMatching(/^# novacron_(?!vm).* will be created/), PLAN_VM, SUMMARY),
        says: { 'four resources are to be created': /Plan: 4 to add, 0 to change, 0 to destroy/ },
      }),
  },
  {
    title: 'Applying it',
    run: async ({ terraform, ask }) => {
      await terraform('apply -auto-approve', {
        show: linesMatching(/Creation complete/, /^Apply complete/),
        says: { 'four resources are there': /Apply complete! Resources: 4 added, 0 changed/ },
      });
      const vm = await ask(`vm show ${VM}`);
      expectFact(vm.status === 'running', 'the server says that the VM is running', show(vm));
    },
  },
  {
    title: 'A second plan is empty',
    run: planIsEmpty,
  },
];

/** @param {{ was: number, changed: number }} memoryGb - of the VM */
function makeDriftSteps({ was, changed }) {
  return [
    {
      title: 'The VM is changed outside Terraform: drift',
      run: async ({ terraform, novacron }) => {
        await novacron(`vm update ${VM} --memory-gb ${changed}`, {
          show: linesMatching(/^(name|memory_gb|updated_by) /),
        });
        await terraform('plan -detailed-exitcode', {
          exitCode: 2,
          show: allOf(PLAN_VM, SUMMARY, WARNING),
          says: {
            'the plan would bring it back': patternOf(`~ memory_gb = ${changed} -> ${was} `),
            'it touches nothing else': /Plan: 0 to add, 1 to change, 0 to destroy/,
            'the warning says how bad it is': /Warning: Drift \((low|medium|high|critical)\): /,
            'what it was and is': patternOf(`memory_gb: ${changed} (expected ${was})`),
            'who did it, with what and when':
              /changed by api key admin with cli at \d{4}-\d\d-\d\dT/,
            'and which request': /request req_\w+/,
          },
        });
      },
    },
    {
      title: 'The policy refuses the change to an operator, in the plan already',
      run: async ({ terraform, ask }) => {
        const { secret } = await ask('api-key create demo-operator --role operator');
        await terraform('plan', {
          env: { TF_VAR_novacron_api_key: secret },
          exitCode: 1,
          show: ERROR,
          says: {
            'the plan fails': /Planning failed/,
            'the error is about the VM': /Error: [^:]+: update novacron_vm "web-server-01"/,
            'and names the policy': /Policy "VM Access Policy" .*denies update_vm/,
          },
          doesNotSay: { 'no key is printed': new RegExp(secret) },
        });
      },
    },
    {
      title: 'Applying as admin repairs the drift',
      run: async (commands) => {
        await commands.terraform('apply -auto-approve', {
          show: linesMatching(/Modifications complete/, /^Apply complete/),
          says: { 'one resource is changed': /Apply complete! Resources: 0 added, 1 changed/ },
        });
        const vm = await commands.ask(`vm show ${VM}`);
        expectFact(
          vm.memory_gb === was,
          `the server says that the VM has ${was} GB again`,
          show(vm),
        );
        await planIsEmpty(commands);
      },
    },
  ];
}

const ENDING = {
  title: 'Destroying everything',
  run: async ({ terraform, ask }) => {
    await terraform('destroy -auto-approve', {
      show: linesMatching(/Destruction complete/, /^Destroy complete/),
      says: { 'four resources are gone': /Destroy complete! Resources: 4 destroyed/ },
    });
    const kinds = ['vm', 'network', 'storage', 'policy'];
    const lists = await Promise.all(kinds.map((kind) => ask(`${kind} list`)));
    expectFact(
      lists.every((items) => items.length === 0),
      'the server has no VM, network, volume or policy left',
      show(lists),
    );
  },
};

/** A plan that is empty and warns of nothing. */
export function planIsEmpty({ terraform }) {
  return terraform('plan -detailed-exitcode', {
    show: SUMMARY,
    says: { 'there is nothing to do': /No changes\. Your infrastructure matches/ },
    doesNotSay: { 'and nothing to warn of': /Warning: / },
  });
}

/** An answer for the report of a failure. */
export function show(answer) {
  return JSON.stringify(answer, undefined, 2);
}

/** The pattern of a text whose points and parentheses stand for themselves. */
function patternOf(text) {
  return new RegExp(text.replaceAll(/[.()]/g, '[$&]'));
}
