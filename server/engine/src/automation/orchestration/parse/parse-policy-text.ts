/** Parses the text form of orchestration policies: each line begins with its keyword. */
import type { Json, JsonObject } from '@novacron/contract/json';
import { ORCHESTRATION_VERSION } from '@novacron/contract/kinds/orchestration-policy/document';
import { err, ok, type Result } from '@novacron/contract/result';
import { parseTextCondition } from './parse-text-condition.ts';
import { openTokens, refuse, type TokenReader } from './read-tokens.ts';
import { type Place, type TextFault, tokenisePolicyText } from './tokenise-policy-text.ts';

/** The documents of a text, to be parsed as those of YAML are, and where their parts stand. */
export interface PolicyText {
  readonly documents: readonly JsonObject[];
  /**
   * Positions by path, joined with dots: `0.spec.rules.1`. A part without a position has that of
   * its parent.
   */
  readonly places: ReadonlyMap<string, Place>;
}

interface RuleDraft {
  readonly name: string;
  readonly type: string;
  readonly conditions: JsonObject[];
  readonly actions: JsonObject[];
}

interface PolicyDraft {
  readonly metadata: JsonObject;
  readonly spec: JsonObject;
  selector: JsonObject;
  readonly rules: RuleDraft[];
}

/** Parsers of lines, by their first word. */
type ReadLine = (line: TokenReader, drafts: PolicyDraft[]) => string;

const LINES: ReadonlyMap<string, ReadLine> = new Map([
  ['policy', readPolicy],
  ['for', readSelector],
  ['rule', readRule],
  ['when', readWhen],
  ['then', readThen],
]);

/** Parses a text into documents. Faults: the first one, with its line and column. */
export function parsePolicyText(text: string): Result<PolicyText, TextFault> {
  const lines = tokenisePolicyText(text);
  if (!lines.ok) return lines;
  const drafts: PolicyDraft[] = [];
  const places = new Map<string, Place>();
  for (const tokens of lines.value) {
    const line = openTokens(tokens);
    try {
      const { text: first, place } = line.take('word', 'policy, for, rule, when or then');
      const read = LINES.get(first);
      if (read === undefined) {
        return err({ place, message: 'a line begins with policy, for, rule, when or then' });
      }
      if (first !== 'policy' && drafts.length === 0) {
        return err({ place, message: `${first} stands below a line that begins with policy` });
      }
      places.set(read(line, drafts), place);
      line.end();
    } catch (cause) {
      return err(line.faultOf(cause));
    }
  }
  return ok({ documents: drafts.map(toDocument), places });
}

function toDocument({ metadata, spec, selector, rules }: PolicyDraft): JsonObject {
  return {
    apiVersion: ORCHESTRATION_VERSION,
    kind: 'Policy',
    metadata,
    spec: { ...spec, selector, rules: rules.map((rule) => ({ ...rule })) },
  };
}

/** `policy NAME [in NAMESPACE] [priority NUMBER] [disabled]` */
function readPolicy(line: TokenReader, drafts: PolicyDraft[]): string {
  const metadata: Record<string, Json> = { name: line.name('the name of the policy') };
  const spec: Record<string, Json> = {};
  while (!line.isAtEnd()) {
    if (line.takesWord('in')) metadata.namespace = line.name('a namespace');
    else if (line.takesWord('priority')) spec.priority = line.value('a number');
    else if (line.takesWord('disabled')) spec.enabled = false;
    else return refuse(line.here(), 'expected in, priority or disabled');
  }
  drafts.push({ metadata, spec, selector: {}, rules: [] });
  return `${drafts.length - 1}`;
}

/** `for KIND, KIND where LABEL=VALUE tag TAG` */
function readSelector(line: TokenReader, drafts: PolicyDraft[]): string {
  const labels: Record<string, Json> = {};
  const tags: Json[] = [];
  const kinds: Json[] = [line.name('a kind of resource')];
  while (line.takesMark(',')) kinds.push(line.name('a kind of resource'));
  if (line.takesWord('where')) {
    do {
      if (line.takesWord('tag')) tags.push(line.name('a tag'));
      else {
        const name = line.name('a label');
        line.mark('=');
        labels[name] = line.name('the value of the label');
      }
      line.takesMark(',');
    } while (!line.isAtEnd());
  }
  const draft = drafts.at(-1);
  if (draft !== undefined) draft.selector = { matchLabels: labels, tags, resourceTypes: kinds };
  return `${drafts.length - 1}.spec.selector`;
}

/** `rule NAME: TYPE` */
function readRule(line: TokenReader, drafts: PolicyDraft[]): string {
  const name = line.name('the name of the rule');
  line.mark(':');
  const type = line.name('the type of the rule');
  const rules = drafts.at(-1)?.rules ?? [];
  rules.push({ name, type, conditions: [], actions: [] });
  return `${drafts.length - 1}.spec.rules.${rules.length - 1}`;
}

function lastRule(line: TokenReader, drafts: readonly PolicyDraft[]) {
  const rules = drafts.at(-1)?.rules ?? [];
  const rule = rules.at(-1);
  if (rule === undefined) return refuse(line.here(), 'stands below a line that begins with rule');
  return { rule, path: `${drafts.length - 1}.spec.rules.${rules.length - 1}` };
}

/** `when CONDITION`; several lines must all hold. */
function readWhen(line: TokenReader, drafts: PolicyDraft[]): string {
  const { rule, path } = lastRule(line, drafts);
  rule.conditions.push(parseTextCondition(line));
  return `${path}.conditions.${rule.conditions.length - 1}`;
}

/** `then ACTION NAME=VALUE …` */
function readThen(line: TokenReader, drafts: PolicyDraft[]): string {
  const { rule, path } = lastRule(line, drafts);
  const type = line.name('an action');
  const parameters: Record<string, Json> = {};
  while (!line.isAtEnd()) {
    const name = line.name('a parameter');
    line.mark('=');
    parameters[name] = line.value('a value');
  }
  rule.actions.push({ type, parameters });
  return `${path}.actions.${rule.actions.length - 1}`;
}
