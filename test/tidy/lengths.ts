/** Sizes that a reader can hold in mind: of lines in characters, of code in statements. */
import { findInLines, type Rule } from './finding.ts';
import { asNode, isFunction, parseFile, type SyntaxNode } from './syntax.ts';
import { isCode, isTest, isTypeScript, isWritten } from './tracked-file.ts';

const LINE_LENGTH_MAX = 100;

/** Half of the files have at most 21 statements, 99 % at most 132; none has more than 196. */
const FILE_STATEMENTS_MAX = 200;

/** Half of the functions have at most one statement, 99 % at most 21; none has more than 38. */
const FUNCTION_STATEMENTS_MAX = 40;

/** Lines of code have at most 100 characters. */
export const findLongLines: Rule = (files) =>
  findInLines(
    files.filter((file) => isCode(file) && isWritten(file)),
    (line) =>
      [...line].length > LINE_LENGTH_MAX && !UNBREAKABLE.test(line)
        ? `has ${[...line].length} characters; break it after at most ${LINE_LENGTH_MAX}.`
        : undefined,
  );

/** An import of one name from a long path, or the end of one of several: no formatter breaks it. */
const UNBREAKABLE = /^(import|(import|export) [^,]+ from|\} from) '[^']+';$/;

/**
 * Files of code have at most 200 statements; tests may have more. Statements are counted, not
 * lines: fewer lines of the same code are no easier to read.
 */
export const findLongFiles: Rule = (files) =>
  files
    .filter((file) => isCode(file) && isWritten(file) && !isTest(file))
    .map((file) => ({ path: file.path, statements: countStatements(parseFile(file).body) }))
    .filter(({ statements }) => statements > FILE_STATEMENTS_MAX)
    .map(({ path, statements }) => ({
      path,
      line: 1,
      advice:
        `The file has ${statements} statements, ${FILE_STATEMENTS_MAX} at most; ` +
        'move a part with a name of its own to another file.',
    }));

/**
 * Functions have at most 40 statements of their own: those of the functions inside count there.
 * Tests are lists of cases; their length is that of the list.
 */
export const findLongFunctions: Rule = (files) =>
  files
    .filter((file) => isTypeScript(file) && isWritten(file) && !isTest(file))
    .flatMap((file) => {
      const parsed = parseFile(file);
      return parsed.nodes
        .filter(isFunction)
        .map((node) => ({ line: parsed.firstLine(node), statements: countOwnStatements(node) }))
        .filter(({ statements }) => statements > FUNCTION_STATEMENTS_MAX)
        .map(({ line, statements }) => ({
          path: file.path,
          line,
          advice:
            `The function has ${statements} statements of its own, ` +
            `${FUNCTION_STATEMENTS_MAX} at most; name a part of it.`,
        }));
    });

function countOwnStatements(node: SyntaxNode): number {
  return countStatements(partsOf(node), (inner) => isFunction(inner));
}

/** The statements in a value at any depth, without those in the nodes that a caller leaves out. */
function countStatements(
  value: unknown,
  leavesOut: (node: SyntaxNode) => boolean = () => false,
): number {
  if (typeof value !== 'object' || value === null) return 0;
  const node = asNode(value);
  const weight = node === undefined ? 0 : weigh(node);
  if (node !== undefined && leavesOut(node)) return weight;
  return partsOf(value).reduce<number>(
    (sum, part) => sum + countStatements(part, leavesOut),
    weight,
  );
}

/** Returns the parts of a node or a list. The head of a `for` belongs to its statement. */
function partsOf(value: object): readonly unknown[] {
  const node = asNode(value);
  if (node === undefined || !/^For(Of|In)?Statement$/.test(node.type)) return Object.values(value);
  return [node.init, node.right, node.test, node.update, node.body].map((part) =>
    asNode(part)?.type === 'VariableDeclaration' ? asNode(part)?.declarations : part,
  );
}

/**
 * Returns the number of statements that a node counts as. Combined statements count separately:
 * each variable of a declaration and each expression between commas is a statement. Blocks and
 * types count as none.
 */
function weigh(node: SyntaxNode): number {
  if (node.type === 'VariableDeclaration') return lengthOf(node.declarations);
  if (node.type === 'SequenceExpression') return lengthOf(node.expressions) - 1;
  return STATEMENT.test(node.type) ? 1 : 0;
}

const STATEMENT =
  /^((?!Block|Empty)\w+Statement|(Function|Class)Declaration|(Class|Private)Method|Constructor)$/;

function lengthOf(list: unknown): number {
  return Array.isArray(list) ? list.length : 0;
}
