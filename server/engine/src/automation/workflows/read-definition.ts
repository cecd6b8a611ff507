/** Reads a definition of a workflow or a runbook from a YAML text and checks it. */
import { AutomationDefinition, joinSteps } from '@novacron/contract/automation/definition';
import { isRecord } from '@novacron/contract/json';
import { IN_WORDS } from '@novacron/contract/problem/describe-issue';
import { nearName } from '@novacron/contract/problem/find-near-name';
import { toValidationProblem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { z } from 'zod';
import { isDeeper, readYamlDocuments, TEXT_START } from '../../yaml-documents.ts';
import { checkActions } from './checks/check-actions.ts';
import { checkArtifacts } from './checks/check-artifacts.ts';
import { checkCommands } from './checks/check-commands.ts';
import { checkReferences } from './checks/check-references.ts';
import { checkSchedules } from './checks/check-schedules.ts';
import { checkSteps } from './checks/check-steps.ts';
import { checkTasks } from './checks/check-tasks.ts';
import { checkTimes } from './checks/check-times.ts';
import { errorAt } from './checks/finding-at.ts';
import { warnSplitBrain } from './checks/warn-split-brain.ts';
import type {
  CheckedDefinition,
  DefinitionPath,
  Finding,
  LocatedFinding,
} from './model/automation.ts';
import { canonicaliseDocument } from './parse/canonicalise-document.ts';
import { originOf, type Reading } from './parse/field-map.ts';
import { checkDeclarations } from './resolve/resolve-inputs.ts';

/** Longer texts are no definitions. Unit: UTF-16 code units. */
const TEXT_LENGTH_MAX = 1_048_576;

/** Depth limit of values: deeper ones are unreadable. */
const DEPTH_MAX = 24;

/** Findings of one text that are listed; the rest is counted. */
const FINDINGS_MAX = 50;

/** Message for a fault in the key itself, not in its value. */
const UNKNOWN_KEY = 'is not a known field';

const CHECKS: readonly ((definition: AutomationDefinition) => readonly Finding[])[] = [
  checkSteps,
  checkActions,
  checkArtifacts,
  checkTasks,
  checkCommands,
  checkReferences,
  checkTimes,
  checkSchedules,
  warnSplitBrain,
  (definition) =>
    checkDeclarations(definition).map(({ name, message }) => errorAt(['inputs', name], message)),
];

/**
 * Reads the one definition of a text.
 * @param text - YAML or JSON, in the format or with the words of earlier formats
 * @returns the definition with its warnings. Problems: everything that is wrong, with its place
 */
export function readDefinition(text: string): Result<CheckedDefinition, readonly LocatedFinding[]> {
  if (text.length > TEXT_LENGTH_MAX) {
    return err([atStart(`is longer than ${TEXT_LENGTH_MAX} characters: split it`)]);
  }
  const located = readYamlDocuments(text);
  if (!located.ok) return err(located.error.map((fault) => ({ ...fault, severity: 'error' })));
  const { documents, placeOf, keyPlaceOf, sourceOf } = located.value;
  const [document, ...others] = documents;
  if (!isRecord(document) || others.length > 0) {
    const found = others.length > 0 ? `${documents.length} definitions` : 'no definition';
    return err([atStart(`holds ${found}: a text holds one, an object with name and steps`)]);
  }
  if (isDeeper(document, DEPTH_MAX)) {
    return err([atStart(`is nested deeper than ${DEPTH_MAX} levels`)]);
  }
  const reading: Reading = {
    origins: new Map(),
    refusals: [],
    sourceOf: (path) => sourceOf([0, ...path]),
  };
  const canonical = canonicaliseDocument(document, reading);
  const refusals = reading.refusals.map(({ origin, message }) => ({
    ...errorAt(origin, message),
    ...placeOf([0, ...origin]),
  }));
  const locate = (finding: Finding): LocatedFinding => {
    const path = [0, ...originOf(reading.origins, finding.path)];
    const isKey = finding.message.startsWith(UNKNOWN_KEY);
    return { ...finding, ...(isKey ? keyPlaceOf : placeOf)(path) };
  };
  const parsed = AutomationDefinition.safeParse(canonical, IN_WORDS);
  if (!parsed.success) return err(inOrder([...refusals, ...faultsOf(parsed.error).map(locate)]));
  // What cannot be read has no meaning that could be checked.
  if (refusals.length > 0) return err(inOrder(refusals));
  const definition = joinSteps(parsed.data);
  const inText = (finding: Finding) => ({
    ...finding,
    path: pathInText(finding.path, parsed.data),
  });
  const findings = CHECKS.flatMap((check) => check(definition)).map((each) => locate(inText(each)));
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) return err(inOrder(errors));
  const inputs = parsed.data.inputs === undefined ? 'implicit' : 'declared';
  return ok({ definition, warnings: inOrder(findings), inputs });
}

/** In the text, steps of `finally` have a list of their own. */
function pathInText(
  path: DefinitionPath,
  { steps }: { readonly steps: readonly unknown[] },
): DefinitionPath {
  const [root, index, ...rest] = path;
  if (root !== 'steps' || typeof index !== 'number' || index < steps.length) return path;
  return ['finally', index - steps.length, ...rest];
}

function atStart(message: string): LocatedFinding {
  return { ...errorAt([], message), ...TEXT_START };
}

function faultsOf(error: z.ZodError): readonly Finding[] {
  return toValidationProblem(error, 'The definition').fields.map(({ path, message }) =>
    errorAt(path, suggestKey(path, message)),
  );
}

/** An unknown key of a definition or a step is likely to be a slip of a known one. */
function suggestKey(path: DefinitionPath, message: string): string {
  if (message !== UNKNOWN_KEY) return message;
  const shape = path.length === 1 ? AutomationDefinition.shape : STEP_SHAPE;
  const isStep = path.length === 3 && (path[0] === 'steps' || path[0] === 'finally');
  if (path.length !== 1 && !isStep) return message;
  const near = nearName(String(path.at(-1)), Object.keys(shape));
  return near === undefined ? message : `${message}; did you mean ${near}?`;
}

const STEP_SHAPE = AutomationDefinition.shape.steps.element.shape;

/** Sorts findings by line and column; only the first are listed. */
function inOrder(findings: readonly LocatedFinding[]): readonly LocatedFinding[] {
  const sorted = findings.toSorted(
    (left, right) => left.line - right.line || left.column - right.column,
  );
  if (sorted.length <= FINDINGS_MAX) return sorted;
  const more = atStart(`has ${sorted.length - FINDINGS_MAX} more mistakes`);
  return [...sorted.slice(0, FINDINGS_MAX), more];
}
