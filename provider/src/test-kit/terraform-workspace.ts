import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { findTerraform } from '../../../test/support/services/find-terraform.ts';
import { PROVIDER_SOURCE } from '../build-info/provider-source.ts';

/** Connection of Terraform to the provider. */
export type ProviderAccess =
  /** It runs in the test already; see `startProvider`. */
  | { readonly kind: 'reattach'; readonly reattachProviders: string }
  /** Terraform starts the executable in this directory itself. */
  | { readonly kind: 'dev-override'; readonly directory: string }
  /** Terraform installs it as this CLI configuration says, with `init`. */
  | { readonly kind: 'cli-config'; readonly file: string };

/** The end of one run of Terraform. */
export interface TerraformRun {
  readonly exitCode: number;
  /** Standard output and error together, without colours. */
  readonly output: string;
}

/** A directory with configuration and state, and Terraform to run in it. */
export interface TerraformWorkspace {
  readonly directory: string;
  /** Environment of Terraform, for tests that start it themselves. */
  readonly env: NodeJS.ProcessEnv;
  /** Replaces the configuration; `required_providers` is there already. */
  configure(hcl: string): void;
  run(...args: readonly string[]): Promise<TerraformRun>;
  /** `apply -auto-approve`. */
  apply(...args: readonly string[]): Promise<TerraformRun>;
  /** `plan -detailed-exitcode`: exit code 0 for nothing to do, 2 for changes, 1 for errors. */
  plan(...args: readonly string[]): Promise<TerraformRun>;
  /** The values of a resource as the state holds them. */
  values(address: string): Promise<{ readonly [name: string]: unknown } | undefined>;
  remove(): void;
}

/** Time limit of a run, after which the test fails; ours take below two seconds. Unit: ms. */
const RUN_DURATION_MS_MAX = 60_000;

/**
 * Makes an empty workspace for the real Terraform of this machine, shielded from its user's
 * settings.
 * @param env - further variables for Terraform
 */
export function createWorkspace(
  access: ProviderAccess,
  env: { readonly [name: string]: string } = {},
): TerraformWorkspace {
  const directory = mkdtempSync(join(tmpdir(), 'novacron-tf-'));
  const cliConfig = access.kind === 'cli-config' ? access.file : join(directory, 'cli.tfrc');
  if (access.kind !== 'cli-config') writeFileSync(cliConfig, formatCliConfig(access));
  const fullEnv = {
    ...process.env,
    CHECKPOINT_DISABLE: '1',
    TF_IN_AUTOMATION: '1',
    TF_CLI_CONFIG_FILE: cliConfig,
    ...(access.kind === 'reattach' && { TF_REATTACH_PROVIDERS: access.reattachProviders }),
    ...env,
  };
  const run = (...args: readonly string[]) => runTerraform(args, { cwd: directory, env: fullEnv });
  return {
    directory,
    env: fullEnv,
    configure: (hcl) => writeFileSync(join(directory, 'main.tf'), `${PREAMBLE}\n${hcl}\n`),
    run,
    apply: (...args) => run('apply', '-auto-approve', '-input=false', ...args),
    plan: (...args) => run('plan', '-detailed-exitcode', '-input=false', ...args),
    async values(address) {
      const shown = await run('show', '-json');
      return findValues(JSON.parse(shown.output), address);
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

const PREAMBLE = `terraform {
  required_providers {
    novacron = { source = "${PROVIDER_SOURCE}" }
  }
}
`;

function formatCliConfig(access: Exclude<ProviderAccess, { kind: 'cli-config' }>): string {
  if (access.kind === 'reattach') return '';
  const override = `${JSON.stringify(PROVIDER_SOURCE)} = ${JSON.stringify(access.directory)}`;
  return `provider_installation {\n  dev_overrides {\n    ${override}\n  }\n}\n`;
}

interface RunOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

function runTerraform(args: readonly string[], options: RunOptions): Promise<TerraformRun> {
  return new Promise((resolve, reject) => {
    const terraform = findTerraform();
    const limits = { timeout: RUN_DURATION_MS_MAX, maxBuffer: 64 * 1024 * 1024 };
    execFile(terraform, [...args], { ...options, ...limits }, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : error.code;
      if (typeof exitCode === 'number') {
        resolve({ exitCode, output: stripVTControlCharacters(stdout + stderr) });
      } else reject(new Error('terraform did not run to its end', { cause: error }));
    });
  });
}

interface ShownState {
  readonly values?: {
    readonly root_module?: {
      readonly resources?: readonly {
        readonly address: string;
        readonly values: { readonly [name: string]: unknown };
      }[];
    };
  };
}

function findValues({ values }: ShownState, address: string) {
  const resources = values?.root_module?.resources ?? [];
  return resources.find((resource) => resource.address === address)?.values;
}
