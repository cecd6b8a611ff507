/** The examples of pipelines, executed: their own commands, the real terraform, the real cdktf. */
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Role } from '@novacron/contract/access/identity';
import { parse } from 'yaml';
import { createNovacronProvider } from '../../../provider/src/composition/novacron-provider.ts';
import {
  type RunningProvider,
  startProvider,
} from '../../../provider/src/test-kit/start-provider.ts';
import {
  type FakeCodeHost,
  startCodeHost,
} from '../../../server/cli/src/commands/pull-request/test-kit/start-code-host.ts';
import { copyExample } from '../support/copy-example.ts';
import { openShell, type Shell, type Variables } from '../support/open-shell.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(120_000);

const ROOT = resolve(__dirname, '../../..');
const PIPELINES = join(ROOT, 'examples/pipelines');

/** The commands of a pipeline: those before its approval, and those after. */
interface Pipeline {
  readonly before: string;
  readonly after: string;
  readonly variables: Variables;
}

function readGitHub(file: string): Pipeline {
  const { jobs, env } = parse(readFileSync(join(PIPELINES, file), 'utf8'));
  const commandsOf = (job: string) => {
    const steps: readonly { name?: string; run?: string }[] = jobs[job].steps;
    return steps
      .flatMap(({ name, run }) => (run && !name?.startsWith('Install') ? [run] : []))
      .join('\n');
  };
  const [before, after, ...others] = Object.keys(jobs);
  expect([jobs[after ?? ''], others]).toMatchObject([
    { needs: before, environment: 'production' },
    [],
  ]);
  return { before: commandsOf(before ?? ''), after: commandsOf(after ?? ''), variables: env };
}

function readGitLab(file: string): Pipeline {
  const { stages, variables, ...jobs } = parse(readFileSync(join(PIPELINES, file), 'utf8'));
  const [before, after] = stages;
  expect(jobs[after]).toMatchObject({ rules: [{ when: 'manual' }], environment: 'production' });
  return {
    before: jobs[before].script.join('\n'),
    after: jobs[after].script.join('\n'),
    variables,
  };
}

let system: System;
const providers: RunningProvider[] = [];
let viewer: Variables;
let operator: Variables;
let admin: Variables;

/**
 * Returns the variables that the secrets of a job provide: a key for the command line and for the
 * provider.
 */
async function enter(role: Role): Promise<Variables> {
  const access = { NOVACRON_ENDPOINT: system.url, NOVACRON_API_KEY: await system.createKey(role) };
  const provider = await startProvider(createNovacronProvider(access));
  providers.push(provider);
  return { ...access, TF_REATTACH_PROVIDERS: provider.reattachProviders };
}

beforeAll(async () => {
  system = await startSystem();
  viewer = await enter('viewer');
  operator = await enter('operator');
  admin = await enter('admin');
});
afterAll(async () => {
  for (const provider of providers) await provider.close();
  await system.stop();
});

/** A repository with policies; what the pipeline applies is added to it. */
function openRepository(): Shell {
  const shell = openShell(system, {
    CDKTF_DISABLE_PLUGIN_CACHE_ENV: '1',
    CI: '1',
    GITHUB_STEP_SUMMARY: 'summary.md',
  });
  const policy = 'policies/development-is-small';
  cpSync(join(ROOT, policy), join(shell.directory, policy), { recursive: true });
  return shell;
}

describe('terraform apply', () => {
  const writeConfiguration = (shell: Shell, cpuCores: number) => {
    const infra = join(shell.directory, 'infra');
    copyExample(infra);
    const main = join(infra, 'main.tf');
    const text = readFileSync(main, 'utf8').replace('= 8', `= ${cpuCores}`);
    writeFileSync(main, text);
  };

  test.each([
    ['GitHub', readGitHub('github-terraform.yml'), 'summary.md'],
    ['GitLab', readGitLab('gitlab-terraform.yml'), 'review.md'],
  ])('on %s plans as a viewer and applies as an operator what was planned', async (...given) => {
    const [, pipeline, comment] = given;
    const generic = { cpu_core: 0.02, memory_gb: 0.005 };
    await system.call('price_list.create', { name: 'standard', currency: 'EUR', generic });
    const shell = openRepository();
    writeConfiguration(shell, 4);
    expect(await shell.run(pipeline.before, viewer)).toMatchObject({ exitCode: 0 });
    const written = readFileSync(join(shell.directory, comment), 'utf8');
    expect(written).toMatch(/### Cost\n\n\+0\.\d+ EUR\/h, before 0 EUR\/h, after 0\.\d+ EUR\/h\n/);
    // What is written after the plan is nothing that anybody approved.
    writeConfiguration(shell, 2);
    expect((await shell.run(pipeline.after, operator)).output).toContain('Apply complete!');
    const cores = (await system.call('vm.list', {})).items.map(({ cpu_cores }) => cpu_cores);
    expect(cores).toContain(4);
    await system.clear();
  });

  test('ends before the approval where a policy refuses the plan', async () => {
    const shell = openRepository();
    writeConfiguration(shell, 8);
    const refused = await shell.run(readGitHub('github-terraform.yml').before, viewer);
    expect(refused).toMatchObject({ exitCode: 1 });
    expect(refused.output).toContain('cpu_cores is 8; in development it is at most 4');
  });
});

describe('pull requests', () => {
  const read = (file: string) => readFileSync(join(PIPELINES, file), 'utf8');
  const githubJob = (file: string, job: string) => {
    const steps: readonly { name?: string; run?: string }[] = parse(read(file)).jobs[job].steps;
    return steps.flatMap(({ name, run }) => (run && !name?.startsWith('Install') ? [run] : []));
  };
  const gitlabJob = (job: string): readonly string[] => {
    const { before_script: before, script } = parse(read('gitlab-merge-requests.yml'))[job];
    return [...before, ...script];
  };
  const jenkinsStage = (name: string) => {
    const [, stage = ''] = read('jenkins-pull-requests.groovy').split(`stage('${name}')`);
    const [own = ''] = stage.split("stage('");
    return [...own.matchAll(/^ *sh '(.*)'$/gm)].map(([, line = '']) => line);
  };

  /** A checkout of pull request 17, which affects no directory, and of its remote. */
  async function openPullRequest(host: FakeCodeHost): Promise<Shell> {
    const shell = openShell(system, { ...host.env, CI_PROJECT_PATH: 'team/infra' });
    const remote = pathToFileURL(join(shell.directory, 'remote.git'));
    const gitlab = `https://novacron:${host.env.GITLAB_TOKEN}@gitlab.example/team/infra.git`;
    const made = await shell.run(`
      git init --quiet --initial-branch=main seed && cd seed
      git commit --quiet --allow-empty --message one && git clone --quiet --bare . ../remote.git
      echo words > README.md && git add README.md && git commit --quiet --message two
      git push --quiet ../remote.git HEAD:refs/heads/change HEAD:refs/merge-requests/17/head
      git clone --quiet --branch change ${remote} ../pull-request && cd ../pull-request
      git config url.${remote}.insteadOf ${gitlab}
      git rev-parse HEAD`);
    host.pulls.set(17, {
      head: made.stdout.trim(),
      isOpen: true,
      isFork: false,
      isDraft: false,
      mergeable: true,
      author: 'ada',
      reviews: [],
    });
    return shell;
  }

  test.each([
    [
      'GitHub',
      'github',
      githubJob('github-pull-requests.yml', 'plan'),
      githubJob('github-pull-requests.yml', 'comment'),
      githubJob('github-pull-requests.yml', 'unlock'),
    ],
    [
      'Forgejo',
      'forgejo',
      githubJob('forgejo-pull-requests.yml', 'plan'),
      githubJob('forgejo-pull-requests.yml', 'comment'),
      githubJob('forgejo-pull-requests.yml', 'unlock'),
    ],
    ['GitLab', 'gitlab', gitlabJob('plan'), gitlabJob('comment'), []],
    ['Jenkins', 'github', jenkinsStage('Plan'), [], []],
  ] as const)('on %s are planned, and answer comments', async (...given) => {
    const [, kind, plan, comment, unlock] = given;
    const host = await startCodeHost(kind);
    const shell = await openPullRequest(host);
    const changed = { action: 'closed', pull_request: { number: 17 } };
    const said =
      kind === 'gitlab'
        ? {
            object_kind: 'note',
            user: { username: 'ada' },
            object_attributes: { note: 'novacron help', action: 'create' },
            merge_request: { iid: 17 },
          }
        : {
            action: 'created',
            issue: { number: 17, pull_request: {} },
            comment: { body: 'novacron help', user: { login: 'ada' } },
          };
    const run = (lines: readonly string[], event: object, variables: Variables) => {
      writeFileSync(join(shell.directory, 'event.json'), JSON.stringify(event));
      return shell.run(['cd pull-request', ...lines].join('\n'), {
        ...variables,
        CHANGE_ID: '17',
        CI_SERVER_HOST: 'gitlab.example',
      });
    };
    const file = '../event.json';
    const planning: Variables =
      kind === 'gitlab' ? { CI_MERGE_REQUEST_IID: '17' } : { GITHUB_EVENT_PATH: file };
    const planned = await run(plan, changed, { ...viewer, ...planning });
    expect(planned).toMatchObject({ exitCode: 0 });
    expect(planned.stdout).toContain('No directory is affected.');
    expect(host.comments).toMatchObject([{ body: expect.stringContaining('no changes') }]);
    if (comment.length > 0) {
      const event = kind === 'gitlab' ? { TRIGGER_PAYLOAD: file } : { GITHUB_EVENT_PATH: file };
      expect(await run(comment, said, { ...viewer, ...event })).toMatchObject({ exitCode: 0 });
      expect(host.comments[1]?.body).toContain('`novacron apply` applies what is planned');
    }
    const freed = unlock.length === 0 ? undefined : await run(unlock, changed, planning);
    expect(freed?.stdout ?? 'Nothing was locked.').toContain('Nothing was locked.');
    await host.close();
  });

  test('on Jenkins are applied after an approval at the code host', async () => {
    const host = await startCodeHost('github');
    const shell = await openPullRequest(host);
    const script = ['cd pull-request', ...jenkinsStage('Apply')].join('\n');
    const refused = await shell.run(script, { ...operator, CHANGE_ID: '17' });
    expect(refused).toMatchObject({ exitCode: 1 });
    expect(refused.output).toContain('Pull request 17 is not approved');
    await host.close();
  });

  test('on Atlantis are reviewed, and a policy stops the plan', async () => {
    const { plan, apply } = parse(read('atlantis.yaml')).workflows.novacron;
    const builtIn: Readonly<Record<string, string>> = {
      init: 'terraform init -input=false',
      apply: 'terraform apply -input=false "$PLANFILE"',
    };
    type Step = string | { run?: string; plan?: { extra_args: readonly string[] } };
    const linesOf = (step: Step): string => {
      if (typeof step === 'string') return builtIn[step] ?? 'false';
      const more = step.plan?.extra_args.join(' ');
      const planning = `terraform plan -input=false -out="$PLANFILE" ${more}`;
      return step.run ?? (more === undefined ? '' : planning);
    };
    const scriptOf = ({ steps }: { readonly steps: readonly Step[] }) =>
      steps.map(linesOf).join('\n');
    const shell = openRepository();
    await shell.run('git init --quiet');
    const files = { PLANFILE: 'default.tfplan', SHOWFILE: 'default.json' };
    const infra = join(shell.directory, 'infra');
    copyExample(infra);
    const denied = await shell.run(`cd infra\n${scriptOf(plan)}`, { ...viewer, ...files });
    expect(denied).toMatchObject({ exitCode: 1 });
    expect(denied.stdout).toContain('in development it is at most 4');
    const main = join(infra, 'main.tf');
    writeFileSync(main, readFileSync(main, 'utf8').replace('= 8', '= 4'));
    const planned = await shell.run(`cd infra\n${scriptOf(plan)}`, { ...viewer, ...files });
    expect(planned).toMatchObject({ exitCode: 0 });
    const applied = await shell.run(`cd infra\n${scriptOf(apply)}`, { ...operator, ...files });
    expect(applied.output).toContain('Apply complete!');
    await system.clear();
  });
});

describe('cdktf deploy', () => {
  const GITHUB = readGitHub('github-cdktf.yml');
  const GITLAB = readGitLab('gitlab-cdktf.yml');

  const openApp = (): Shell => {
    const shell = openRepository();
    cpSync(join(ROOT, 'examples/cdktf/quickstart'), shell.directory, { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(shell.directory, 'node_modules'));
    return shell;
  };

  test('on GitHub deploys what was synthesised and reviewed', async () => {
    const shell = openApp();
    const planned = await shell.run(GITHUB.before, { ...GITHUB.variables, ...viewer });
    expect(planned).toMatchObject({ exitCode: 0 });
    // The app makes a policy, which is an admin's to do.
    const deployed = await shell.run(GITHUB.after, { ...GITHUB.variables, ...admin });
    // cdktf may end before it has shown all that Terraform said.
    expect(deployed).toMatchObject({ exitCode: 0 });
    expect((await system.call('vm.list', {})).items).toHaveLength(1);
    await system.clear();
  });

  test('on GitLab is the same command, after a review of its own', async () => {
    const shell = openApp();
    const planned = await shell.run(GITLAB.before, { ...GITLAB.variables, ...viewer });
    expect(planned).toMatchObject({ exitCode: 0 });
    expect(readFileSync(join(shell.directory, 'review.xml'), 'utf8')).toContain('<testsuite');
    expect(GITLAB.after).toBe(GITHUB.after);
  });
});
