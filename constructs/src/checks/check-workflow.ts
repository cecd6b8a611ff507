import { Token } from 'cdktf';
import { loadOffline } from '../offline/load-offline.ts';

/**
 * Reads the definition of a workflow as the server does.
 * @param kind - the kind that it must have: `workflow` or `runbook`
 * @returns every mistake with its place; undefined if there is none, or if the text is only known
 *   when Terraform runs
 */
export function checkWorkflow(text: string, kind: string): string | undefined {
  if (Token.isUnresolved(text)) return undefined;
  const read = loadOffline().readDefinition(text);
  if (!read.ok) {
    const errors = read.error.filter(({ severity }) => severity === 'error');
    return errors
      .map(({ line, column, path, message }) => {
        const words = [path.join('.'), message].filter((each) => each !== '').join(' ');
        const end = words.endsWith('?') ? '' : '.';
        return `\`text\` at line ${line}, column ${column}: ${words}${end}`;
      })
      .join('\n');
  }
  const found = read.value.definition.kind;
  if (found === kind) return undefined;
  const classOf = found === 'runbook' ? 'Runbook' : 'Workflow';
  return `\`text\` is that of a ${found}: use ${classOf}, or write kind: ${kind}.`;
}
