/** Makes a query of Prometheus one of a single tenant: every selector gets the tenant's label. */
import { err, ok, type Result } from '@novacron/contract/result';
import { parser } from '@prometheus-io/lezer-promql';

/**
 * The pieces of a query. Between two of them stands the matcher of a tenant with a comma behind it:
 * `pieces.join('tenant="tnt_1",')` is the query of a tenant.
 */
export type QueryPieces = readonly string[];

type Tree = ReturnType<typeof parser.parse>;
type SyntaxNode = Tree['topNode'];

/**
 * Compiles a query. Operators write queries for all tenants, so what a query could say of tenants
 * itself is refused. Source of the idea: prom-label-proxy.
 * @param label - the label that names the tenant
 * @returns as failure: what is wrong, in words that go on after the name of the query
 */
export function compilePromql(query: string, label: string): Result<QueryPieces, string> {
  const tree = parser.parse(query);
  const fault = findFault(tree, { query, label });
  if (fault !== undefined) return err(fault);
  const pieces: string[] = [];
  let from = 0;
  const add = (at: number, before: string, after: string) => {
    pieces.push(`${after}${query.slice(from, at)}${before}`);
    from = at;
  };
  let close = '';
  for (const selector of nodesOf(tree, 'VectorSelector')) {
    const matchers = selector.getChild('LabelMatchers');
    if (matchers === null) add(selector.to, '{', close);
    else add(matchers.from + 1, '', close);
    close = matchers === null ? '}' : '';
  }
  if (pieces.length === 0) return err('selects no series: name a metric, such as up');
  return ok([...pieces, `${close}${query.slice(from)}`]);
}

function findFault(
  tree: Tree,
  { query, label }: { readonly query: string; readonly label: string },
): string | undefined {
  const [wrong] = nodesOf(tree, undefined);
  if (wrong !== undefined) return `is no PromQL: see character ${wrong.from + 1}`;
  // An escape in quotes could hide which label it is.
  if (nodesOf(tree, 'QuotedLabelName').length > 0) {
    return 'has names in quotes: write names of metrics and labels without quotes';
  }
  const matched = nodesOf(tree, 'UnquotedLabelMatcher').map((matcher) => {
    const name = matcher.getChild('LabelName');
    return name === null ? '' : query.slice(name.from, name.to);
  });
  return matched.includes(label)
    ? `selects the label ${label}: leave it out, NovaCron adds it for each tenant`
    : undefined;
}

/** The nodes of a name in the order of the text; of undefined, those that stand for errors. */
function nodesOf(tree: Tree, name: string | undefined): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  tree.iterate({
    enter: ({ type, node }) => {
      if (name === undefined ? type.isError : type.name === name) found.push(node);
    },
  });
  return found;
}
