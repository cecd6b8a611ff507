/** Finds secrets in the files of a repository by their well-known forms. */
import type { SourceEntry } from './source-entry.ts';

/** A secret that was found. */
export interface FoundSecret {
  readonly path: string;
  readonly line: number;
  readonly what: string;
  /** Its beginning; the rest is masked. */
  readonly masked: string;
}

/** Forms of secrets. Sources: the documentation of the services that issue them. */
const FORMS: readonly (readonly [what: string, form: RegExp])[] = [
  ['a private key', /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/g],
  ['a NovaCron API key', /\bncr_[A-Za-z0-9_-]{40,}/g],
  ['an AWS access key', /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g],
  ['a GitHub token', /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{60,})/g],
  ['a GitLab token', /\bglpat-[A-Za-z0-9_-]{20,}/g],
  ['a Slack token', /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/g],
  ['a Google API key', /\bAIza[0-9A-Za-z_-]{35}/g],
  ['a Stripe key', /\b[rs]k_live_[0-9A-Za-z]{16,}/g],
  ['an npm token', /\bnpm_[A-Za-z0-9]{36}\b/g],
  ['an HCP Terraform token', /\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{60,}/g],
];

const MASKED_LENGTH = 4;

/** Secrets of one form that are looked at in a file. */
const FOUND_MAX = 20;

/** The secrets of a file, in their order. */
export function findSecrets({ path, content }: SourceEntry): readonly FoundSecret[] {
  // One character a byte, so that files of any encoding are searched.
  const text = content.toString('latin1');
  return FORMS.flatMap(([what, form]) =>
    [...text.matchAll(form)].slice(0, FOUND_MAX).map((found) => ({
      path,
      line: text.slice(0, found.index).split('\n').length,
      what,
      masked: `${found[0].slice(0, MASKED_LENGTH)}…`,
    })),
  ).sort((one, other) => one.line - other.line);
}
