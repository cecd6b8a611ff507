/** `novacron export`: everything that exists, as a configuration that takes it over. */

import { keysOf } from '@novacron/contract/closed-table';
import { RESOURCE_DEFINITIONS } from '@novacron/contract/kinds/resource-kinds';
import { ok, type Result } from '@novacron/contract/result';
import type { ResourceKind } from '@novacron/contract/schema/resource-kind';
import { listResources } from '../../client/list-resources.ts';
import type { Session } from '../../client/session.ts';
import type { Failure } from '../../failures/failure.ts';
import type { Document } from '../../output/render-output.ts';
import {
  type ExportedResource,
  type ExportFormat,
  writeConfiguration,
} from './write-configuration.ts';

/** User-facing names of the kinds; a volume is called storage, as everywhere in the command. */
const KIND_NAMES: Readonly<Record<string, ResourceKind>> = Object.fromEntries(
  keysOf(RESOURCE_DEFINITIONS).map((kind) => [kind === 'volume' ? 'storage' : kind, kind]),
);

/** The kinds that can be asked for, by the names that people use. */
export const EXPORTABLE_KINDS: readonly string[] = Object.keys(KIND_NAMES);

/** Resources to export. */
export interface ExportRequest {
  readonly format: ExportFormat;
  /** Names of kinds; without them all. */
  readonly kinds?: readonly string[];
  /** Whether the blocks that a folder needs once come first. */
  readonly preamble: 'with-provider' | 'none';
}

const PREAMBLE = `terraform {
  required_providers {
    novacron = {
      source = "novacron/novacron"
    }
  }
}

# Endpoint and key come from NOVACRON_ENDPOINT and NOVACRON_API_KEY.
provider "novacron" {}

`;

const NOTHING = '# No resources to export.\n';

/** Reads everything and writes it as configuration. Failures: those of the server. */
export async function exportResources(
  session: Session,
  request: ExportRequest,
): Promise<Result<Document, Failure>> {
  const { format, kinds = EXPORTABLE_KINDS, preamble } = request;
  const resources: ExportedResource[] = [];
  for (const [name, kind] of Object.entries(KIND_NAMES)) {
    if (!kinds.includes(name)) continue;
    const items = await listResources(session, kind);
    if (!items.ok) return items;
    const sorted = [...items.value].sort((a, b) => (String(a.name) < String(b.name) ? -1 : 1));
    resources.push(...sorted.map((values) => ({ kind, values })));
  }
  if (resources.length === 0) return ok({ kind: 'text', value: { text: NOTHING } });
  const opening = preamble === 'with-provider' ? PREAMBLE : '';
  return ok({ kind: 'text', value: { text: opening + writeConfiguration(resources, format) } });
}
