/** Describes the public classes from what jsii says of them; L1 has pages of its own. */

const text = (docs) =>
  [docs?.summary, docs?.remarks].filter(Boolean).join(' ').replaceAll('\n', ' ');

/** A page: classes with what they take, offer and answer. */
export function describeApi({ name, types }) {
  const own = Object.values(types)
    .filter(({ namespace, kind }) => namespace === undefined && kind !== 'enum')
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  const sections = own.map((type) => describeType(type, name));
  return `# API of ${name}\n\n${INTRODUCTION}\n\n${sections.join('\n')}`;
}

const INTRODUCTION =
  'Written by `make generate` from what jsii reads. The generated layer `l1` is not listed: its ' +
  'classes are the resources and data sources of the [provider](../provider/index.md).';

function describeType(type, assembly) {
  const heading = `## ${type.name}\n`;
  const extended = [type.base, ...(type.interfaces ?? [])]
    .filter(Boolean)
    .map((fqn) => `\`${fqn.replace(`${assembly}.`, '')}\``);
  const lines = [heading, text(type.docs)];
  if (extended.length > 0) lines.push('', `Extends ${extended.join(', ')}.`);
  const isStruct = type.datatype === true;
  const properties = (type.properties ?? []).map((each) =>
    describeProperty(each, isStruct, assembly),
  );
  const methods = (type.methods ?? []).map((each) => describeMethod(each, assembly));
  const made = type.initializer?.parameters
    ? [`| \`new ${type.name}(${parametersOf(type.initializer, assembly)})\` | |`]
    : [];
  const rows = [...made, ...methods, ...properties];
  if (rows.length > 0) {
    lines.push('', isStruct ? '| prop | what it is | default |' : '| member | what it is |');
    lines.push(isStruct ? '| --- | --- | --- |' : '| --- | --- |', ...rows);
  }
  return `${lines.join('\n')}\n`;
}

function describeProperty(property, isStruct, assembly) {
  const { name, docs, optional } = property;
  const title = `${property.static ? 'static ' : ''}${name}${optional ? '?' : ''}`;
  const mark = `\`${title}: ${typeOf(property.type, assembly)}\``;
  if (!isStruct) return `| ${mark} | ${cell(text(docs))} |`;
  return `| ${mark} | ${cell(text(docs))} | ${cell((docs?.default ?? '').replace(/^- /, ''))} |`;
}

function describeMethod(method, assembly) {
  const answer = method.returns ? `: ${typeOf(method.returns.type, assembly)}` : '';
  const name = `${method.static ? 'static ' : ''}${method.name}(${parametersOf(method, assembly)})`;
  return `| \`${name}${answer}\` | ${cell(text(method.docs))} |`;
}

function parametersOf({ parameters = [] }, assembly) {
  return parameters
    .map(({ name, optional, type }) => `${name}${optional ? '?' : ''}: ${typeOf(type, assembly)}`)
    .join(', ');
}

function typeOf(type, assembly) {
  if (type.primitive !== undefined) return type.primitive;
  if (type.fqn !== undefined) return type.fqn.replace(`${assembly}.`, '');
  const { kind, elementtype } = type.collection;
  const inner = typeOf(elementtype, assembly);
  return kind === 'array' ? `${inner}[]` : `{ [name]: ${inner} }`;
}

const cell = (value) => value.replaceAll('|', '\\|');
