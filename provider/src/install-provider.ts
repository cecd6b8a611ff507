/** Installs the built provider where Terraform finds it: a filesystem mirror on this machine. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { PROVIDER_SOURCE } from './build-info/provider-source.ts';
import { impliedMirror, readVersion } from './install/installation-path.ts';
import { listPlatforms } from './install/list-platforms.ts';
import {
  checkCliConfig,
  formatCliConfig,
  formatInstallation,
  writeCliConfig,
} from './install/write-cli-config.ts';
import { type MirrorChange, writeMirror } from './install/write-mirror.ts';

/** Provider to install, and its destination. */
export interface InstallRequest {
  /** Folder of the mirror. Default: the one in the home directory that Terraform always reads. */
  readonly dir?: string;
  /** Terraform CLI configuration to write; without it none is written. */
  readonly cliConfig?: string;
}

/** The built bundle, whether this file is compiled (`dist/`) or not (`src/`). */
const BUNDLE = new URL('../dist/terraform-provider-novacron', import.meta.url);

/**
 * Installs the provider of this release. A second call changes nothing.
 * @returns lines that say what was done and what to do next; `validation-failed` for a CLI
 *   configuration of other origin or a machine that cannot run the provider, `unavailable`
 *   when the provider is not built or something cannot be written
 * @example
 * await installProvider({ dir: 'mirror', cliConfig: 'novacron.tfrc' });
 */
export async function installProvider(
  request: InstallRequest,
): Promise<Result<{ readonly lines: string[] }, Problem>> {
  const platforms = listPlatforms(process);
  if (!platforms.ok) return platforms;
  const executable = readBundle();
  if (!executable.ok) return executable;
  const mirror = resolve(request.dir ?? impliedMirror());
  const cliConfig = request.cliConfig === undefined ? undefined : resolve(request.cliConfig);
  const version = readVersion();
  try {
    if (cliConfig !== undefined) {
      const checked = checkCliConfig(cliConfig, formatInstallation(PROVIDER_SOURCE, mirror));
      if (!checked.ok) return checked;
    }
    const content = { source: PROVIDER_SOURCE, version, platforms: platforms.value };
    const change = writeMirror(mirror, { ...content, executable: executable.value });
    if (cliConfig !== undefined)
      writeCliConfig(cliConfig, formatCliConfig(PROVIDER_SOURCE, mirror));
    const said = { mirror, cliConfig, version, change };
    return ok({ lines: [...tellDone(said), '', ...tellNext(said, request)] });
  } catch (cause) {
    return err(cannotWrite(cause));
  }
}

function readBundle(): Result<Buffer, Problem> {
  try {
    return ok(readFileSync(BUNDLE));
  } catch {
    return err(
      problem('unavailable', {
        detail: `The provider is not built: there is no ${fileURLToPath(BUNDLE)}.`,
        remedy: 'Run `make setup` in the checkout, or install @novacron/provider again.',
      }),
    );
  }
}

interface Said {
  readonly mirror: string;
  readonly cliConfig: string | undefined;
  readonly version: string;
  readonly change: MirrorChange;
}

function tellDone({ mirror, cliConfig, version, change }: Said): string[] {
  const what = `${PROVIDER_SOURCE} ${version}`;
  const wrote = cliConfig === undefined ? [] : [`Wrote ${cliConfig}, which names that mirror.`];
  switch (change.kind) {
    case 'added':
      return [`Installed ${what} in ${mirror}.`, ...wrote];
    case 'unchanged':
      return [`${what} is in ${mirror} already.`, ...wrote];
    case 'replaced':
      return [`Replaced ${what} in ${mirror} with another build of the same version.`, ...wrote];
  }
}

function tellNext({ mirror, cliConfig }: Said, request: InstallRequest): string[] {
  const source = `    source = "${PROVIDER_SOURCE}"`;
  const declare = ['Add the provider to required_providers:', '', source, ''];
  const lockFile =
    'If init or plan reports a checksum mismatch, .terraform.lock.hcl has another build of this ' +
    'version: delete that file and run `terraform init` again (-upgrade does not help).';
  const ending = ['Then run `terraform init`.', lockFile];
  if (cliConfig !== undefined) {
    const use = ['Point Terraform to the file:', '', `    export TF_CLI_CONFIG_FILE=${cliConfig}`];
    return [...use, '', ...declare, ...ending];
  }
  if (request.dir === undefined) {
    const implied =
      'Terraform reads this folder by default, unless your CLI configuration has a ' +
      'provider_installation block; then add the folder to it, or use --cli-config.';
    return [...declare, ...ending, implied];
  }
  const block = formatInstallation(PROVIDER_SOURCE, mirror).trimEnd().split('\n');
  const put = ['Add this to your Terraform CLI configuration (~/.terraformrc):', ''];
  return [...put, ...block.map((line) => `    ${line}`), '', ...declare, ...ending];
}

function cannotWrite(cause: unknown): Problem {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return problem('unavailable', {
    detail: `The provider cannot be installed: ${reason}`,
    remedy: 'Choose folders that you may write to with --dir and --cli-config.',
  });
}
