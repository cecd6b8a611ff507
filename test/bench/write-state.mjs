/** Terraform's state of many resources, written without the hours that applying them would take. */
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const STATE_VERSION = 4;

/**
 * Writes a state in which one `count` resource has these instances.
 * @param {string} directory - of the configuration
 * @param {{ type: string, name: string, provider: string, instances: readonly object[] }} resource
 * - the attributes of each instance, in order
 */
export function writeState(directory, { type, name, provider, instances }) {
  const state = {
    version: STATE_VERSION,
    terraform_version: '1.11.4',
    serial: 1,
    lineage: randomUUID(),
    outputs: {},
    resources: [
      {
        mode: 'managed',
        type,
        name,
        provider: `provider["${provider}"]`,
        instances: instances.map((attributes, index) => ({
          index_key: index,
          schema_version: 0,
          attributes,
          sensitive_attributes: [],
        })),
      },
    ],
    check_results: null,
  };
  writeFileSync(join(directory, 'terraform.tfstate'), JSON.stringify(state));
}
