/**
 * Anything that the server refuses is also refused before it is sent: by `policy check`, `policy
 * review`, editors, `check_rego` and the constructs. Each text is given to all of them.
 */
import { describe, expect, test } from '@jest/globals';
import { checkRego as checkInProvider } from '@novacron/provider/functions/check-rego';
import { readAnnotations } from '@novacron/rego/parse/read-annotations';
import { diagnose } from '../../../server/cli/src/commands/policy/lsp/features/diagnose.ts';
import { runInProcess } from '../../../server/cli/src/test-kit/run-in-process.ts';
import { useBench } from '../test-kit/use-bench.ts';

/** CommonJS, which the types of this project do not reach. */
const CHECK_OF_CONSTRUCTS = '../../../constructs/src/checks/check-rego.ts';

/** A text, and where it is wrong; all that say so name this place. */
interface Case {
  readonly what: string;
  readonly text: string;
  /** Row and column; undefined: it is right. */
  readonly at: string | undefined;
  /** Finding of the trial, which a server reports for the whole text. */
  readonly says?: string;
  /** Whether the fault is in a setting, which the checks of the text alone ignore. */
  readonly isSetting?: true;
  /** Warning of the trial. */
  readonly notice?: string;
}

function headed(custom: string, rules: string): string {
  return `# METADATA\n# custom: ${custom}\npackage strictness\n\n${rules}\n`;
}

const NETWORKS = '{selector: {kinds: [network]}}';
const CREATES = '{actions: [create_network, create_volume]}';

const CASES: readonly Case[] = [
  {
    what: 'fields of the kinds that there are',
    text: headed('{}', 'deny contains "a" if input.resource.memory_gb > 64'),
    at: undefined,
  },
  {
    what: 'a misspelt field',
    text: headed('{}', 'deny contains "a" if input.resource.memory_bg > 64'),
    at: '5:22',
  },
  {
    what: 'a misspelt action',
    text: headed('{}', 'deny contains "a" if input.action == "crate_vm"'),
    at: '5:22',
  },
  {
    what: 'a field of a VM in a policy for networks',
    text: headed(NETWORKS, 'deny contains "a" if input.resource.memory_gb > 64'),
    at: '5:22',
  },
  {
    what: 'a field of a network in a policy for networks',
    text: headed(NETWORKS, 'deny contains "a" if input.resource.cidr == "10.0.0.0/8"'),
    at: undefined,
  },
  {
    what: 'a field of the earlier VM in a policy for networks',
    text: headed(NETWORKS, 'deny contains "a" if input.before.memory_gb > 64'),
    at: '5:22',
  },
  {
    what: 'an action about VMs in a policy for networks',
    text: headed(NETWORKS, 'deny contains "a" if input.action == "create_vm"'),
    at: '5:22',
  },
  {
    what: 'a field of a VM in a policy for actions about others',
    text: headed(CREATES, 'deny contains "a" if input.resource.memory_gb > 64'),
    at: '5:22',
  },
  {
    what: 'another action than the policy is for',
    text: headed(CREATES, 'deny contains "a" if input.action == "delete_network"'),
    at: '5:22',
  },
  {
    what: 'the fields of both kinds that its actions are about',
    text: headed(
      CREATES,
      'deny contains "a" if input.resource.cidr == "x"\n\n' +
        'deny contains "b" if input.resource.size_gb > 9',
    ),
    at: undefined,
  },
  {
    what: 'fields in a policy for reads, which only see what is read',
    text: headed('{actions: [read]}', 'deny contains "a" if input.resource.memory_gb > 64'),
    at: '5:22',
  },
  {
    what: 'a field of a later release, said to be one',
    text: headed('{unknown_input: warn}', 'deny contains "a" if input.resource.gpus > 1'),
    at: undefined,
    notice: 'input.resource.gpus is never defined',
  },
  {
    what: 'values of different types',
    text: headed('{}', 'deny contains "a" if input.resource.memory_gb == "8"'),
    at: '5:22',
  },
  {
    what: 'what the newest level of the language refuses',
    text: headed('{}', 'deny contains "a" if count([1], 2, 3)'),
    at: '5:22',
  },
  {
    what: 'an action that there is not, in its head',
    text: headed('{actions: [crate_vm]}', 'deny contains "a" if input.resource.memory_gb > 64'),
    at: '1:1',
    isSetting: true,
  },
  {
    what: 'a kind that there is not, in its head',
    text: headed('{selector: {kinds: [vmm]}}', 'deny contains "a" if input.resource.memory_gb > 1'),
    at: '1:1',
    isSetting: true,
  },
  {
    what: 'a policy of type access without a rule that allows',
    text: headed('{type: access}', 'deny contains "a" if input.resource.memory_gb > 64'),
    at: '3:1',
    says: 'data.strictness.allow can never be true',
  },
  {
    what: 'a policy of type access that only denies by default',
    text: headed('{type: access}', 'default allow := false'),
    at: '3:1',
    says: 'data.strictness.allow can never be true',
  },
  {
    what: 'a policy that answers no question',
    text: headed(
      '{}',
      'deny := {"a"} if input.version == 1\n\ndeny := {"b"} if input.version == 1',
    ),
    at: '3:1',
    says: 'answered none of',
  },
  {
    what: 'a policy that answers with something else than true or false',
    text: headed('{}', 'allow := "yes" if input.version == 1'),
    at: '3:1',
    says: 'allow is "yes" instead of true or false',
  },
  {
    what: 'a policy without a rule that answers',
    text: headed('{}', 'dney contains "a" if input.resource.memory_gb > 64'),
    at: '3:1',
    says: 'does not define allow, deny, warn or violation in data.strictness',
  },
  {
    what: 'a policy that fails for some questions',
    text: headed(
      '{}',
      ['a', 'b'].map((name) => `deny := {"${name}"} if input.resource.type == "vm"`).join('\n\n'),
    ),
    at: undefined,
    notice: 'did not answer 1 of',
  },
  {
    what: 'a policy that denies its own disabling',
    text: headed('{}', 'deny contains "a" if input.action == "update_policy"'),
    at: undefined,
    notice: 'denies its own change and its disabling',
  },
  {
    what: 'a policy that denies a high cost, and allows one that is not known',
    text: headed('{}', 'deny contains "a" if input.context.cost.per_hour_after > 2'),
    at: undefined,
    notice: 'allows it where the cost is not known',
  },
];

interface Said {
  readonly actions?: string[];
  readonly selector?: { readonly kinds: string[] };
  readonly type?: 'access';
}

/** Returns the settings in the annotations of a text, with which the policy is created. */
function settingsOf(text: string) {
  const read = readAnnotations(text, { file: 'policy.rego' });
  const custom = read.ok ? read.value[0]?.custom : undefined;
  // The cases above write them.
  const { actions, selector, type } = custom as Said;
  return {
    type: type ?? ('resource' as const),
    ...(actions === undefined ? {} : { actions }),
    ...(selector === undefined ? {} : { selector }),
  };
}

async function refusalOfProvider(text: string): Promise<string> {
  try {
    await checkInProvider.call([text] as never);
    return '';
  } catch (error) {
    return String(error);
  }
}

/** Asks the constructs, as their class of policies does while an app is synthesised. */
async function checkInConstructs(rule: object, judged: object): Promise<readonly string[]> {
  // What the file exports, whose own project checks its types.
  const { checkRego } = (await import(CHECK_OF_CONSTRUCTS)) as {
    readonly checkRego: (rule: object, judged: object) => readonly string[];
  };
  return checkRego(rule, judged);
}

const PLAN = JSON.stringify({ format_version: '1.2', terraform_version: '1.9.0' });

describe('every check before a policy is sent', () => {
  const bench = useBench();

  test.each(CASES)('agrees with the server about $what', async (each) => {
    const { text, at, isSetting, says, notice } = each;
    const { actions, selector, type } = settingsOf(text);
    const [row, column] = (at ?? '').split(':');
    const name = `Strictness of ${each.what}`.replace(/[^\w ]/g, '');
    // What its trial refuses is accepted while it is disabled.
    const enabled = says !== undefined;
    const asked = { name, type, rule: text, actions, selector, enabled } as const;
    const files = { 'policy.rego': text, 'plan.json': PLAN };
    const check = await runInProcess(['policy', 'check', 'policy.rego'], { files });
    const words = ['policy', 'review', '--plan', 'plan.json', '--policies', 'policy.rego'];
    const review = await runInProcess(words, { files });
    const inEditor = inEditorOf(text);
    const inProvider = await refusalOfProvider(text);
    const rules = { text, file: 'policy.rego' };
    const judged = { actions, kinds: selector?.kinds, type };
    const inConstructs = await checkInConstructs(rules, judged);
    if (at === undefined) {
      const { notices } = await bench().expectOk('policy.create', asked);
      expect([check.exitCode, review.exitCode, inProvider, inConstructs]).toEqual([0, 0, '', []]);
      const warnings = inEditor.map(({ message }) => message);
      const found = [notices ?? [], warnings, textOf(check), textOf(review)].map(String);
      for (const said of found) expect(said).toContain(notice ?? '');
      return;
    }
    const refused = await bench().expectProblem('policy.create', asked);
    expect(textOf(check)).toContain(`policy.rego:${at}:`);
    expect(textOf(review)).toContain(`policy.rego:${at}:`);
    expect(
      inEditor.map(({ range }) => `${range.start.line + 1}:${range.start.character + 1}`),
    ).toContain(at);
    if (isSetting === true) {
      expect(refused.code).toBe('validation-failed');
      return;
    }
    expect(inProvider).toContain(`row ${row}, column ${column}:`);
    expect(inConstructs.join()).toContain(`:${at}:`);
    if (says === undefined) {
      expect(refused.detail).toContain(`line ${row}, column ${column}:`);
      return;
    }
    const said = inEditor.map(({ message }) => message).join();
    const texts = [refused.detail, textOf(check), textOf(review), said, inProvider];
    for (const found of [...texts, inConstructs.join()]) expect(found).toContain(says);
  });
});

function inEditorOf(text: string) {
  const options = { unknownInput: 'error', nowMs: Date.now, others: [] } as const;
  return diagnose({ 'policy.rego': text }, options).get('policy.rego') ?? [];
}

function textOf({ stdout, stderr }: Awaited<ReturnType<typeof runInProcess>>): string {
  return `${stdout}${stderr}`;
}
