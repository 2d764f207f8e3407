import { describe, expect, it } from 'vitest';
import { parseArguments, UsageError } from '../../src/config/arguments.ts';
import { helpText, TOKEN_HELP } from '../../src/config/help.ts';

function messageOf(argv: readonly string[]): string {
  try {
    parseArguments(argv);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  throw new Error(`understood: ${argv.join(' ')}`);
}

describe('a command line', () => {
  it.each<[string, string[], object]>([
    ['the gateway', [], { flags: {} }],
    ['flags with values', ['--port', '1', '--host=::1'], { flags: { PORT: '1', HOST: '::1' } }],
    ['the last of a flag given twice', ['--port', '1', '--port', '2'], { flags: { PORT: '2' } }],
    ['a bare switch', ['--insecure-no-auth', '--port', '1'], { flags: { INSECURE_NO_AUTH: 'true', PORT: '1' } }],
    ['a bare switch at the end', ['--graphiql'], { flags: { GRAPHIQL: 'true' } }],
    ['a switch with a value', ['--graphiql', 'off'], { flags: { GRAPHIQL: 'off' } }],
  ])('starts %s', (_, argv, expected) => {
    expect(parseArguments(argv)).toEqual({ kind: 'start', ...expected });
  });

  it.each<[string[], string]>([
    [['--help'], helpText()],
    [['-h'], helpText()],
    [['help'], helpText()],
    [['--port', '1', '--help'], helpText()],
    [['token', '--help'], TOKEN_HELP],
    [['token', '-h'], TOKEN_HELP],
    [['help', 'token'], TOKEN_HELP],
  ])('asks for help by %j', (argv, text) => {
    expect(parseArguments(argv)).toEqual({ kind: 'help', text });
  });

  it('asks for the version, or for a token', () => {
    expect(parseArguments(['--version'])).toEqual({ kind: 'version' });
    const token = ['token', '--name', 'vera', '--role', 'viewer', '--file', './tokens'];
    expect(parseArguments(token)).toEqual({ kind: 'token', name: 'vera', role: 'viewer', file: './tokens' });
  });

  it.each<[string, string[], RegExp]>([
    ['an unknown flag', ['--nope'], /^--nope is no flag\.\nSee harper-gateway --help\.$/],
    ['a misspelt flag', ['--poll-intervall', '5'], /^--poll-intervall is no flag. Did you mean --poll-interval\?/],
    ['a flag in another spelling', ['--MaxDepth=3'], /^--MaxDepth is no flag. Did you mean --max-depth\?/],
    ['a former flag', ['--lean-path', 'off'], /Did you mean --fast-path\?/],
    ['every wrong flag at once', ['--nope', '--host', '::1', '--noper'], /--nope is no flag\.\n--noper is no flag/],
    ['a name that every object has', ['--constructor', 'x'], /--constructor is no flag/],
    ['a short flag', ['-x'], /'-x'/],
    ['a flag without its value', ['--port'], /--port/],
    ['a word too many', ['--port', '0', 'more'], /'more'/],
    ['an unknown command', ['frobnicate', '--help'], /^There is no command 'frobnicate'; there are health, history/],
    ['an unknown subject of help', ['help', 'frobnicate'], /^There is no help about 'frobnicate'\./],
    ['a flag that token has not', ['token', '--port', '1'], /'--port'[\s\S]*harper-gateway token --name/],
  ])('is refused for %s', (_, argv, message) => {
    expect(messageOf(argv)).toMatch(message);
  });

  it('is refused for a secret, which is not repeated', () => {
    for (const argv of [['--harper-password=hush-hush'], ['--harper-password', 'hush-hush']]) {
      expect(messageOf(argv)).toMatch(/environment variable HARPER_PASSWORD/);
      expect(messageOf(argv)).not.toMatch(/hush/);
    }
  });
});
