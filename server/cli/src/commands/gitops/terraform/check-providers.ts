/** Compares installed providers with those that an application accepts, before one of them runs. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { GitopsStepSettings } from '@novacron/contract/automation/gitops-step';
import { ok, type Result } from '@novacron/contract/result';
import { type Refusal, refuse } from '../step/refusal.ts';
import { hashPackage } from './hash-package.ts';

/** A provider that Terraform would run. */
interface InstalledProvider {
  /** `registry.terraform.io/hashicorp/null` */
  readonly address: string;
  readonly hash: string;
}

/** The provider whose data source runs any program, also while it plans. */
const RUNS_PROGRAMS = /\/external$/;

/** The hosts of addresses without one. */
export const REGISTRY_HOSTS = {
  terraform: 'registry.terraform.io',
  opentofu: 'registry.opentofu.org',
} as const;

/**
 * Refused: a provider that is not accepted, with the hash to accept.
 * @param directory - where `init` has installed them
 * @param own - NovaCron's provider, as this installation has it
 */
export function checkProviders(
  directory: string,
  {
    settings: { source, providers, programs },
    own,
  }: {
    readonly settings: Pick<GitopsStepSettings, 'source' | 'providers' | 'programs'>;
    readonly own: InstalledProvider;
  },
): Result<void, Refusal> {
  const accepted = new Map(
    Object.entries(providers).map(([address, hashes]) => [wholeAddress(address, source), hashes]),
  );
  for (const { address, hash } of listInstalled(directory)) {
    if (address === own.address && hash === own.hash) continue;
    const hashes = accepted.get(address);
    if (hashes === undefined || !hashes.includes(hash)) {
      const what =
        hashes === undefined ? 'is not accepted' : 'is another build than those accepted';
      return refuse(
        `The provider ${address} ${what}: its hash is ${hash}. Accept it in providers of the ` +
          'application if you trust it.',
      );
    }
    if (programs === 'refuse' && RUNS_PROGRAMS.test(address)) {
      return refuse(`The provider ${address} runs programs, which the application does not allow.`);
    }
  }
  return ok(undefined);
}

/** An address with its host. */
export function wholeAddress(address: string, source: GitopsStepSettings['source']): string {
  if (address.split('/').length > 2) return address;
  return `${REGISTRY_HOSTS[source === 'opentofu' ? 'opentofu' : 'terraform']}/${address}`;
}

/** Directories are host, namespace, type, version and platform. */
const DEPTH = 5;

function listInstalled(directory: string): readonly InstalledProvider[] {
  let paths: readonly (readonly string[])[] = [[]];
  for (let depth = 0; depth < DEPTH; depth += 1) {
    paths = paths.flatMap((path) =>
      namesIn(join(directory, ...path)).map((name) => [...path, name]),
    );
  }
  return paths.map((path) => ({
    address: path.slice(0, 3).join('/'),
    hash: hashPackage(join(directory, ...path)),
  }));
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    // A configuration without providers has no such directory.
    return [];
  }
}
