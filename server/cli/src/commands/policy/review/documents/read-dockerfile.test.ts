import { describe, expect, test } from '@jest/globals';
import { readDockerfile } from './read-dockerfile.ts';

function instructionsOf(text: string): readonly unknown[] {
  const read = readDockerfile(text);
  if (!read.ok) throw new Error(read.error);
  return Array.isArray(read.value) ? read.value : [];
}

const ONE = { SubCmd: '', JSON: false, Flags: [], Stage: 0 };

describe('a Dockerfile', () => {
  test('is the list of its instructions, with the stage of each', () => {
    const text = `# syntax=docker/dockerfile:1
# The build
FROM --platform=linux/amd64 golang:1.24 AS build
RUN go build ./... && \\
    # between the lines
    go vet ./...
copy --from=build --chown=app:app /a /b /c/

FROM scratch
ENTRYPOINT ["/app", "serve"]
`;
    expect(instructionsOf(text)).toEqual([
      { ...ONE, Cmd: 'comment', Flags: null, Value: ['syntax=docker/dockerfile:1'] },
      { ...ONE, Cmd: 'comment', Flags: null, Value: ['The build'] },
      {
        ...ONE,
        Cmd: 'from',
        Flags: ['--platform=linux/amd64'],
        Value: ['golang:1.24', 'AS', 'build'],
      },
      { ...ONE, Cmd: 'run', Value: ['go build ./... &&     go vet ./...'] },
      {
        ...ONE,
        Cmd: 'copy',
        Flags: ['--from=build', '--chown=app:app'],
        Value: ['/a', '/b', '/c/'],
      },
      { ...ONE, Cmd: 'from', Value: ['scratch'], Stage: 1 },
      { ...ONE, Cmd: 'entrypoint', JSON: true, Value: ['/app', 'serve'], Stage: 1 },
    ]);
  });

  test.each([
    [
      'ENV A=1 B="two words" C=a\\ b',
      'env',
      ['A', '1', '=', 'B', '"two words"', '=', 'C', 'a\\ b', '='],
    ],
    ['ENV PATH /usr/bin /bin', 'env', ['PATH', '/usr/bin /bin', '']],
    ['LABEL owner=ann', 'label', ['owner', 'ann', '=']],
    ['ARG VERSION=1.2 OTHER', 'arg', ['VERSION=1.2', 'OTHER']],
    ['EXPOSE 80 443/tcp', 'expose', ['80', '443/tcp']],
    ['USER 1000:1000', 'user', ['1000:1000']],
    [
      'HEALTHCHECK --interval=5s cmd curl -f http://localhost/',
      'healthcheck',
      ['CMD', 'curl -f http://localhost/'],
    ],
    ['HEALTHCHECK NONE', 'healthcheck', ['NONE']],
    ['CMD ["a", 1]', 'cmd', ['["a", 1]']],
    ['VOLUME ["/data"]', 'volume', ['/data']],
    ['RUN echo "a # b"', 'run', ['echo "a # b"']],
  ])('%s', (line, cmd, value) => {
    const [, found] = instructionsOf(`FROM scratch\n${line}\n`);
    expect(found).toMatchObject({ Cmd: cmd, Value: value });
  });

  test('names the instruction of an ONBUILD, and its value', () => {
    const [, found] = instructionsOf('FROM scratch\nONBUILD ADD ["a", "/b"]\n');
    expect(found).toEqual({
      ...ONE,
      Cmd: 'onbuild',
      SubCmd: 'ADD',
      JSON: true,
      Value: ['a', '/b'],
    });
  });

  test('may have another escape, and here-documents, whose lines are no instructions', () => {
    const text =
      '# escape=`\nFROM a\nRUN one `\n  two\nRUN <<EOF bash\nFROM nothing\nEOF\nUSER b\n';
    expect(instructionsOf(text).slice(2)).toMatchObject([
      { Cmd: 'run', Value: ['one   two'] },
      { Cmd: 'run', Value: ['<<EOF bash'] },
      { Cmd: 'user', Value: ['b'] },
    ]);
  });

  test.each([
    ['FROM a\n\nFORM b\n', '3: not a valid Dockerfile: FORM is not an instruction'],
    ['FROM a\nUSER\n', '2: not a valid Dockerfile: USER has no argument'],
    ['# nothing\n', '1: not a valid Dockerfile: it has no FROM'],
    [
      'FROM a\nONBUILD constructor b\n',
      '2: not a valid Dockerfile: constructor is not an instruction',
    ],
  ])('%j is none', (text, error) => {
    expect(readDockerfile(text)).toEqual({ ok: false, error });
  });
});
