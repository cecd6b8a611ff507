/** Asks rules about documents, and reads what they answer as conftest does. */
import { err, ok, type Result } from '@novacron/contract/result';
import { EvaluationError } from '@novacron/rego/evaluate/evaluation-error';
import { type Fields, isFields } from '../../../../output/fields.ts';
import type { SourcePlace } from '../../../../output/reports/source-place.ts';
import type { Finding, PassedCheck } from '../report/review-model.ts';
import { type DocumentRule, entrypointOf, type LoadedRules } from './load-rules.ts';
import type { ReviewedDocument } from './read-documents.ts';

/** Findings of the rules, or the reason why they cannot answer. */
export type Answers = Result<
  { readonly findings: readonly Finding[]; readonly passed: readonly PassedCheck[] },
  string
>;

/** Document to check, or all of them together. */
export type AskedDocument = Omit<ReviewedDocument, 'row'> & {
  /** Undefined for all as one. */
  readonly row: number | undefined;
};

/** Asks every rule about one document. Errors: it stops, or an answer has no message. */
export function askRules(loaded: LoadedRules, document: AskedDocument): Answers {
  const { rego, rules, exceptions } = loaded;
  const input = Uint8Array.from(Buffer.from(JSON.stringify(document.contents))).buffer;
  const findings: Finding[] = [];
  const passed: PassedCheck[] = [];
  const place = placeOf(document);
  try {
    const ask = (namespace: string, name: string) =>
      rego.evaluate(input, entrypointOf(namespace, name))[0];
    const excepted = new Map(
      exceptions.map((namespace) => [namespace, namesIn(ask(namespace, 'exception'))]),
    );
    for (const rule of rules) {
      const read = readAnswer(ask(rule.namespace, rule.name), rule, document);
      if (!read.ok) return read;
      const isExcepted = namesOf(rule).some((name) => excepted.get(rule.namespace)?.has(name));
      findings.push(...read.value.map((each) => (isExcepted ? except(each) : each)));
      if (read.value.length === 0) {
        passed.push({ policy: `${rule.namespace}.${rule.name}`, address: document.file, place });
      }
    }
  } catch (cause) {
    if (!(cause instanceof EvaluationError)) throw cause;
    return err(`${document.file}: ${cause.message}`);
  }
  return ok({ findings, passed });
}

function readAnswer(
  answer: unknown,
  rule: DocumentRule,
  document: AskedDocument,
): Result<readonly Finding[], string> {
  if (answer === undefined || answer === false) return ok([]);
  const path = `data.${rule.namespace}.${rule.name}`;
  const findings: Finding[] = [];
  for (const each of Array.isArray(answer) ? answer : [answer]) {
    const fields: Fields = isFields(each) ? each : { msg: each };
    const { msg, _loc: location, ...details } = fields;
    const text = msg === true ? `${path} is true` : msg;
    if (typeof text !== 'string') {
      const shown = JSON.stringify(each);
      return err(`${document.file}: ${path} answers ${shown}; use a text, or an object with msg`);
    }
    findings.push({
      level: rule.level,
      policy: `${rule.namespace}.${rule.name}`,
      policyFile: undefined,
      rulePath: path,
      message: text === '' ? `${path} holds` : text,
      address: document.file,
      attribute: undefined,
      place: locate(location, document),
      waiver: undefined,
      ...(Object.keys(details).length === 0 ? {} : { details }),
    });
  }
  return ok(findings);
}

function placeOf({ file, row }: AskedDocument): SourcePlace | undefined {
  return row === undefined ? undefined : { file, row, column: 1 };
}

/** A rule may name the place itself: `"_loc": {"file": "a.yaml", "line": 3}`. */
function locate(location: unknown, document: AskedDocument): SourcePlace | undefined {
  const { file, line } = isFields(location) ? location : {};
  const ownFile = document.row === undefined ? undefined : document.file;
  const where = typeof file === 'string' ? file : ownFile;
  const row = Number.isSafeInteger(Number(line)) && Number(line) > 0 ? Number(line) : document.row;
  return where === undefined ? undefined : { file: where, row: row ?? 1, column: 1 };
}

function except(finding: Finding): Finding {
  return { ...finding, level: 'note', message: `${finding.message}; excepted by the policy` };
}

/** The names by which `exception` leaves a rule out: `deny_size` is size, `deny` the empty one. */
function namesOf({ name }: DocumentRule): readonly string[] {
  return [name, name.replace(/^(?:deny|violation)(?:_|$)/, '')];
}

/** All texts in the lists that `exception` answers with. */
function namesIn(answer: unknown): ReadonlySet<string> {
  const lists: readonly unknown[] = Array.isArray(answer) ? answer.flat(2) : [];
  return new Set(lists.filter((each) => typeof each === 'string'));
}
