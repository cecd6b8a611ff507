/** `novacron policy preview`: has the server judge a draft, part after part, and adds these up. */
import type { EnforcementMode } from '@novacron/contract/admission/policy-verdict';
import {
  PolicyPreview,
  type PreviewEffect,
  type PreviewSource,
} from '@novacron/contract/kinds/policy/policy-preview';
import { err, ok, type Result } from '@novacron/contract/result';
import { listAll } from '../../../client/list-all.ts';
import { callOperation, type Session } from '../../../client/session.ts';
import { type Failure, findingsFailure, usageFailure } from '../../../failures/failure.ts';
import { resolveName } from '../../../operations/resolve-names.ts';
import type { Outcome } from '../../../operations/run-command.ts';
import type { Fields } from '../../../output/fields.ts';
import { pathOf } from '../data/find-data.ts';
import { readText } from '../data/set-data.ts';
import { policyFields, readFilePolicies, saidFields } from '../files/read-file-policies.ts';
import { addParts, describeEffect, renderPreview } from './render-preview.ts';
import { showPreviewProgress } from './show-preview-progress.ts';

/** Draft to preview. */
export interface PreviewRequest {
  /** A file, or a policy of the server by its name or id; undefined for documents alone. */
  readonly draft: string | undefined;
  /** Documents as they would be: a path below `data` and a file, `limits.teams=teams.yaml`. */
  readonly data: readonly string[];
  readonly enforcementMode?: EnforcementMode;
  readonly days: number;
  /** All of them where absent. */
  readonly sources?: readonly PreviewSource[] | undefined;
  readonly failOn?: PreviewEffect | undefined;
}

/**
 * Previews a draft. Failures: wrong usage, a mistake in the draft, every problem of the server, and
 * a finding where there is a change that `failOn` names.
 */
export async function previewDraft(
  session: Session,
  request: PreviewRequest,
  progress: 'shown' | 'hidden',
): Promise<Outcome> {
  const draft = await readDraft(session, request);
  if (!draft.ok) return { failure: draft.error };
  const documents = await readDocuments(session, request.data);
  if (!documents.ok) return { failure: documents.error };
  const { days, sources, enforcementMode: mode, failOn } = request;
  const { id, fields } = draft.value;
  const input = {
    ...(documents.value.length === 0 ? {} : { data: documents.value }),
    ...(id === undefined ? {} : { id }),
    draft: { ...fields, ...(mode === undefined ? {} : { enforcement_mode: mode }) },
    days,
    ...(sources === undefined ? {} : { sources }),
  };
  const parts = await readParts(session, input, progress);
  if (!parts.ok) return { failure: parts.error };
  const preview = addParts(parts.value);
  const document = { kind: 'report', value: preview, text: renderPreview(preview) } as const;
  const found = preview.changes.filter(({ effect }) => effect === failOn).length;
  if (failOn === undefined || found === 0) return { document };
  return { document, failure: findingsFailure(`${found} ${describeEffect(failOn)}`) };
}

interface Draft {
  /** Undefined for a new policy. */
  readonly id: string | undefined;
  readonly fields: Fields;
}

/** A file that a policy of the server has the name of is a change of that policy. */
async function readDraft(
  session: Session,
  { draft, data, enforcementMode }: PreviewRequest,
): Promise<Result<Draft, Failure>> {
  if (draft === undefined) {
    if (data.length > 0 && enforcementMode === undefined) return ok({ id: undefined, fields: {} });
    return err(usageFailure('name a policy or its file, or documents with --data PATH=FILE'));
  }
  if (!isFile(draft)) {
    const id = await resolveName(session, ['policy'], draft);
    return id.ok ? ok({ id: id.value, fields: {} }) : id;
  }
  const read = await readFilePolicies(session, [draft]);
  if (!read.ok) return read;
  const [policy, ...others] = read.value;
  if (policy === undefined || others.length > 0) {
    const count = others.length + (policy === undefined ? 0 : 1);
    return err(usageFailure(`${draft} has ${count} policies; preview one at a time`));
  }
  const { name } = policy;
  const listed = await listAll(session, { operation: 'policy.list', input: { name } });
  if (!listed.ok) return listed;
  const known = listed.value.find((item) => item.name === name);
  if (known === undefined) return ok({ id: undefined, fields: saidFields(policy) });
  return ok({ id: String(known.id), fields: policyFields(policy) });
}

async function readDocuments(
  session: Session,
  texts: readonly string[],
): Promise<Result<readonly Fields[], Failure>> {
  const documents: Fields[] = [];
  for (const text of texts) {
    const [path = '', ...rest] = text.split('=');
    const file = rest.join('=');
    if (path === '' || file === '') {
      return err(usageFailure(`--data ${text}: write PATH=FILE, such as limits.teams=teams.yaml`));
    }
    const document = await readText(session, file);
    if (!document.ok) return document;
    documents.push({ path: pathOf(path), document: document.value });
  }
  return ok(documents);
}

function isFile(draft: string): boolean {
  return draft.endsWith('.rego') || draft.endsWith('.tar.gz') || draft.includes('/');
}

async function readParts(
  session: Session,
  input: Fields,
  shown: 'shown' | 'hidden',
): Promise<Result<readonly PolicyPreview[], Failure>> {
  const progress = showPreviewProgress(session.io, shown);
  const parts: PolicyPreview[] = [];
  let turn: Fields = {};
  try {
    for (;;) {
      const answer = await callOperation(session, 'policy.preview', { ...input, ...turn });
      if (!answer.ok) return answer;
      const part = PolicyPreview.parse(answer.value);
      parts.push(part);
      if (part.next_position === null) return ok(parts);
      progress.add(part);
      turn = { position: part.next_position };
    }
  } finally {
    progress.end();
  }
}
