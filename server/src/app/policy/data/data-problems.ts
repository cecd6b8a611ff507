/** Problems of data documents. */
import { listNames } from '@novacron/contract/formats/list-names';
import {
  DATA_DOCUMENTS_MAX,
  DATA_TENANT_LENGTH_MAX,
} from '@novacron/contract/kinds/policy/policy-data';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type {
  PolicyDataRow,
  PolicyDataVersionRow,
} from '../../../ports/tables/policy/policy-data-rows.ts';
import type { HidingPolicy } from './find-data-readers.ts';

/** Maximum number of policies that a refusal names; the rest are only counted. */
const READERS_NAMED_MAX = 5;

/** Another document has the path, or a part of it. */
export function dataPathTaken(path: string, holder: Pick<PolicyDataRow, 'id' | 'path'>): Problem {
  const isSame = holder.path === path;
  return problem('name-taken', {
    detail: isSame
      ? `A document data.${path} exists already: ${holder.id}.`
      : `data.${path} and the document data.${holder.path} overlap: one is inside the other.`,
    remedy: isSame
      ? 'Change the existing document, or choose another path.'
      : 'Choose a path that is neither above nor below that of another document.',
    fields: [{ path: ['path'], message: `overlaps the document ${holder.id}` }],
    data: { resource_id: holder.id },
  });
}

/** A policy has a rule where a part of the document would be. */
export function dataHidden(path: string, { policy, rule }: HidingPolicy): Problem {
  return problem('name-taken', {
    detail:
      `data.${rule} is a rule of the policy ${JSON.stringify(policy)}: it would hide a part of ` +
      `the document data.${path}.`,
    remedy: 'Choose a path, or names in the document, that no rule has.',
    fields: [{ path: ['path'], message: `is hidden by the rule data.${rule}` }],
  });
}

/** A rule of the policy is where a part of a document is. */
export function ruleHidesDocument(rule: string, path: string): Problem {
  return problem('rule-invalid', {
    detail:
      `data.${rule} is a rule here and a part of the document data.${path}, ` +
      'which it would hide.',
    remedy: 'Give the rule another name, or store the document at another path.',
    fields: [{ path: ['rule'], message: `data.${rule} hides the document data.${path}` }],
  });
}

/** The tenant has as many documents as one may have. */
export function tooManyDocuments(): Problem {
  return problem('quota-exceeded', {
    detail: `The tenant has ${DATA_DOCUMENTS_MAX} data documents, the most that one may have.`,
    remedy: 'Delete a document, or put the value into an existing one.',
  });
}

/** The documents of the tenant would be larger than all of one may be. */
export function tooMuchData(lengthBefore: number, length: number): Problem {
  return problem('quota-exceeded', {
    detail:
      `The document has ${length} characters, the others of the tenant have ${lengthBefore}: ` +
      `together they may have ${DATA_TENANT_LENGTH_MAX}.`,
    remedy: 'Shorten the document, or delete another one.',
    fields: [{ path: ['document'], message: 'is too long beside the other documents' }],
  });
}

/** Policies read the document. */
export function dataInUse(path: string, readers: readonly string[]): Problem {
  return problem('in-use', {
    detail:
      `The document data.${path} cannot be deleted: the policies that read it are ` +
      `${listNames(readers, READERS_NAMED_MAX)}.`,
    remedy:
      'Change or delete these policies first: without the document what they read is undefined, ' +
      'and they may allow what they refuse now.',
    data: { policies: readers.slice(0, READERS_NAMED_MAX) },
  });
}

/** An earlier version is not what the server accepted. */
export function dataVersionChanged(
  { path, version }: PolicyDataVersionRow,
  fault: string,
): Problem {
  return problem('validation-failed', {
    detail: `Version ${version} of data.${path} was changed outside of the server: ${fault}.`,
    remedy: `Send the desired document: novacron policy data set ${path} --file FILE.`,
    fields: [{ path: ['to_version'], message: 'is not the document that the server accepted' }],
  });
}
