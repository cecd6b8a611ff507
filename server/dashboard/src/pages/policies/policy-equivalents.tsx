/** The write of the form of a policy as a command, and the policy as Terraform. */
import type { OutputOf } from '@novacron/contract/operations-table/operations';
import type { Item } from '../../api/queries.ts';
import { commandOf } from '../../export/command-line.ts';
import { hclResource } from '../../export/hcl.ts';
import { fieldsToExport } from '../../export/write-only.ts';
import { FIELDS, NOUNS } from '../../gen/fields.ts';
import { Equivalents } from '../../ui/equivalents.tsx';

interface PolicyEquivalentsProps {
  readonly operation: 'policy.create' | 'policy.update';
  /** Input that the form would send. */
  readonly input: Item;
  /** The policy that is changed. */
  readonly policy: OutputOf<'policy.get'> | undefined;
}

/** Renders both; Terraform describes the whole policy as it would be after the change. */
export function PolicyEquivalents({ operation, input, policy }: PolicyEquivalentsProps) {
  const { group = 'policy', terraform } = NOUNS.policy ?? {};
  const { id: _, ...changed } = input;
  const desired: Item = Object.assign({}, policy, changed);
  const fields = fieldsToExport(FIELDS['policy.create'] ?? [], desired);
  return (
    <Equivalents
      command={commandOf(group, operation, input)}
      hcl={
        terraform === undefined
          ? undefined
          : hclResource(terraform, String(desired.name ?? 'this'), fields)
      }
    />
  );
}
